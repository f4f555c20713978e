"""Duties before the review: drafts, consent, signatures, facts on file."""

from datetime import date, timedelta

from benchmarks.cycle.casting import Person
from benchmarks.cycle.desk import Desk, Task, Way
from benchmarks.cycle.stories import Once
from workflow.vocabulary import Stage, TaskKind

_WORDS = {"statement": "Now with figures for the last year.", "evidence": {"work_quality": "No repeats."}}
_BETTER_WORDS = {"statement": "With two examples.", "evidence": {"work_quality": "No repeats since May."}}


def _check_cycle(desk: Desk, person: Person, task: Task) -> None:
    desk.phone.call(person, "POST", f"/cycles/{task['cycle']}/acknowledgement")


def _write_statement(desk: Desk, person: Person, task: Task) -> None:
    """Whoever is to have no part in the cycle stays out of it; of the others some say nothing."""
    play = desk.cast.of_candidate(person)
    if play is not None and play.nominator is not None:
        play = None
    if play is not None:
        desk.cast.put_on_file(play, task["case"])
    if play is None or play.story.withdrawn_in is Stage.DRAFT:
        desk.phone.call(person, "POST", f"/cases/{task['case']}/opt-out")
    elif play.happens(Once.SPEAKS):
        desk.act(person, "PUT", play, "nomination", _WORDS)


def _consent(desk: Desk, person: Person, task: Task) -> None:
    play = desk.play_of(task)
    if play.story.consent is not None:
        body = {"decision": play.story.consent, "reason": ""}
        desk.act(person, "POST", play, "consent", body)
        play.is_private = play.story.consent != "agree"


def _submit(desk: Desk, person: Person, task: Task) -> None:
    play = desk.play_of(task)
    if play.story.withdrawn_in is Stage.DRAFT:
        desk.give_up(play)
    elif not desk.cast.has_part(person) and play.happens(Once.AUTHOR_LEAVES):
        desk.leaving.add(person)
    elif person not in desk.leaving:
        desk.act(person, "POST", play, "submission")


def _revise(desk: Desk, person: Person, task: Task) -> None:
    play = desk.play_of(task)
    desk.act(person, "PUT", play, "nomination", _BETTER_WORDS)
    desk.act(person, "POST", play, "submission")


def _approve(desk: Desk, person: Person, task: Task) -> None:
    play = desk.play_of(task)
    if not desk.cast.has_part(person) and play.happens(Once.APPROVER_LEAVES):
        desk.leaving.add(person)
    if person in desk.leaving:
        return
    decision = play.approvals.pop(0) if play.approvals else "approve"
    desk.act(person, "POST", play, "approvals", {"decision": decision, "reason": "As the facts stand."})


def _complete_data(desk: Desk, person: Person, task: Task) -> None:
    desk.phone.call(person, "POST", f"/data-gaps/{task['id']}/completion")


def _complete_calendar(desk: Desk, person: Person, task: Task) -> None:
    first = date(int(task["detail"]), 1, 1)
    saturday = first + timedelta(days=(5 - first.weekday()) % 7)
    body = {"on": saturday.isoformat(), "is_worked": True, "name": "As published", "everywhere": True}
    desk.phone.call(person, "POST", f"/sites/{task['site']}/days", body)


def _settle_eligibility(desk: Desk, person: Person, task: Task) -> None:
    body = {"rule": "months_in_level", "reason": "Time in the same work elsewhere counts."}
    desk.act(person, "POST", desk.play_of(task), "waivers", body)


def _unblock(desk: Desk, person: Person, task: Task) -> None:
    play = desk.play_of(task)
    play.to_happen.discard(Once.NOBODY_VOTES)
    desk.act(person, "POST", play, "retry")


WAYS: dict[str, Way] = {
    TaskKind.CHECK_CYCLE: _check_cycle,
    TaskKind.WRITE_STATEMENT: _write_statement,
    TaskKind.CONSENT: _consent,
    TaskKind.SUBMIT_NOMINATION: _submit,
    TaskKind.REVISE_NOMINATION: _revise,
    TaskKind.APPROVE: _approve,
    TaskKind.FIX_DATA: _complete_data,
    TaskKind.CORRECT_DATA: _complete_data,
    TaskKind.COMPLETE_CALENDAR: _complete_calendar,
    TaskKind.SETTLE_ELIGIBILITY: _settle_eligibility,
    TaskKind.UNBLOCK: _unblock,
}
