"""What each kind of task makes the person do who finds it in the inbox."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from benchmarks.cycle.calls import Telephone
from benchmarks.cycle.casting import Person
from benchmarks.cycle.plays import Cast, Play
from benchmarks.cycle.stories import Once
from workflow.vocabulary import Answer, Choice, Stage, TaskKind

Task = dict[str, Any]
_AHEAD = timedelta(days=7)  # nobody holds a talk, or confirms, earlier than a week before it is due
_DATED = (TaskKind.CHECK_IN, TaskKind.PERFORMANCE_CHECK, TaskKind.CONFIRM)
_EAGER = 2  # members who vote when the others stay away


@dataclass
class Duties:
    """Everybody's way of working.

    `noted` are days people wrote down to come back to something, `leaving` are those whose last day it is.
    """

    phone: Telephone
    cast: Cast
    noted: set[date] = field(default_factory=set)
    leaving: list[Person] = field(default_factory=list)
    done: int = 0

    def look(self, person: Person) -> None:
        """Open the inbox and do everything in it that can be done today."""
        for task in self.phone.get(person, "/inbox?limit=200")["items"]:
            due_at = datetime.fromisoformat(task["due_at"])
            if task["kind"] in _DATED and due_at - self.phone.clock.now() > _AHEAD:
                self.noted.add(due_at.date())
                continue
            _WAYS[task["kind"]](self, person, task)
            self.done += 1

    def give_up(self, play: Play) -> None:
        """The candidate takes the case back."""
        self.act(play.candidate, "POST", play, "withdrawal", {"reason": "I have changed my mind."})
        self.done += 1

    def play_of(self, task: Task) -> Play:
        """The play a task belongs to."""
        return self.cast.of_case(task["case"])

    def act(self, person: Person, method: str, play: Play, noun: str, body: Any = None) -> None:
        """One act on the case of a play."""
        self.phone.call(person, method, f"/cases/{play.case}/{noun}", body)


def _submit(duties: Duties, person: Person, task: Task) -> None:
    play = duties.play_of(task)
    if play.story.withdrawn_in is Stage.DRAFT:
        duties.give_up(play)
    else:
        duties.act(person, "POST", play, "submission")


def _revise(duties: Duties, person: Person, task: Task) -> None:
    play = duties.play_of(task)
    body = {"statement": "Now with figures for the last year.", "evidence": {"work_quality": "No repeats."}}
    duties.act(person, "PUT", play, "nomination", body)
    duties.act(person, "POST", play, "submission")


def _approve(duties: Duties, person: Person, task: Task) -> None:
    play = duties.play_of(task)
    decision = play.approvals.pop(0) if play.approvals else "approve"
    duties.act(person, "POST", play, "approvals", {"decision": decision, "reason": "As the facts stand."})


def _fix_data(duties: Duties, person: Person, task: Task) -> None:
    body = {"rule": "months_in_level", "reason": "Time in the same work elsewhere counts."}
    duties.act(person, "POST", duties.play_of(task), "waivers", body)


def _review(duties: Duties, person: Person, task: Task) -> None:
    play = duties.play_of(task)
    is_free_to_decline = person.id not in (play.candidate.id, play.candidate.manager_id)
    if is_free_to_decline and play.happens(Once.RATER_DECLINES):
        duties.act(
            person, "POST", play, "review/refusal", {"reason": "I have hardly worked with the person."}
        )
        return
    form = duties.phone.get(person, f"/cases/{play.case}/review/form")
    answers = {item["key"]: play.story.rating for item in form["items"]}
    duties.act(person, "PUT", play, "review/form", {"answers": answers, "evidence": {}})


def _rescue_review(duties: Duties, person: Person, task: Task) -> None:
    body = {"reason": "The department is too small for more."}
    duties.act(person, "POST", duties.play_of(task), "review/waiver", body)


def _decide_entries(duties: Duties, person: Person, task: Task) -> None:
    closes_on = (duties.phone.clock.today() + timedelta(days=14)).isoformat()
    path = f"/competitions/{task['competition']}/extension"
    duties.phone.call(person, "POST", path, {"closes_on": closes_on})


def _seat_panel(duties: Duties, person: Person, task: Task) -> None:
    trial = duties.cast.of_competition(task["competition"])
    if trial.is_complete:
        body = {"judges": [judge.number for judge in trial.judges]}
        duties.phone.call(person, "POST", f"/competitions/{trial.competition}/panel", body)


def _score(duties: Duties, person: Person, task: Task) -> None:
    trial = duties.cast.of_competition(task["competition"])
    if person == trial.late_judge:
        return
    path, play = f"/competitions/{trial.competition}", duties.play_of(task)
    criteria = duties.phone.get(person, path)["criteria"]
    scores = {criterion["key"]: play.judged for criterion in criteria}
    duties.phone.call(person, "PUT", f"{path}/entries/{play.case}/sheet", {"scores": scores})


def _confirm_score(duties: Duties, person: Person, task: Task) -> None:
    path = f"/competitions/{task['competition']}/entries/{task['case']}/sheet/confirmation"
    duties.phone.call(person, "POST", path, {"evidence": "Seen in the work itself."})


def _sign_shortlist(duties: Duties, person: Person, task: Task) -> None:
    path = f"/competitions/{task['competition']}/shortlist"
    duties.phone.call(person, "POST", path, {"reason": "By the scores of the round."})


def _sign_order_of_merit(duties: Duties, person: Person, task: Task) -> None:
    path = f"/competitions/{task['competition']}"
    entries = duties.phone.get(person, path)["entries"]
    ties = [
        {"case": entry["case"], "reason": "Equal in every respect."} for entry in entries if entry["is_tied"]
    ]
    duties.phone.call(person, "POST", f"{path}/decision", {"reason": "By order of merit.", "ties": ties})


def _write_decision(duties: Duties, person: Person, task: Task) -> None:
    if task["detail"] == "order_of_merit":
        _sign_order_of_merit(duties, person, task)
        return
    play = duties.play_of(task)
    noun = {"floor_missed": "shortfall", "reserve_expired": "reserve-expiry"}.get(task["detail"], "decision")
    body = {"text": "As reviewed and counted.", "internal_reason": "See the minutes."}
    duties.act(person, "POST", play, noun, body)
    del play.ballots[: play.votes]
    play.votes = 0


def _open_ballot(duties: Duties, person: Person, task: Task) -> None:
    duties.act(person, "POST", duties.play_of(task), "votes")


def _cast_ballot(duties: Duties, person: Person, task: Task) -> None:
    play, seat = duties.play_of(task), duties.cast.members.index(person)
    if play.happens(Once.MEMBERS_STAY_AWAY):
        play.waits_until = datetime.fromisoformat(task["due_at"])
    if play.waits_until and duties.phone.clock.now() < play.waits_until and seat >= _EAGER:
        return
    if play.happens(Once.MEMBER_RECUSES):
        duties.act(person, "POST", play, "recusals", {"reason": "We are neighbours."})
        return
    play.votes = duties.phone.get(person, f"/cases/{play.case}/vote")["ballots"][-1]["number"]
    mood = play.ballots[play.votes - 1]
    # One of seven abstains, so that the tally may be shown.
    abstains = person == duties.cast.members[-1]
    choice = Choice.ABSTAIN if abstains else mood[seat % len(mood)]
    duties.act(person, "PUT", play, "ballot", {"choice": choice})


def _release_decisions(duties: Duties, person: Person, task: Task) -> None:
    duties.phone.call(person, "POST", f"/cycles/{task['cycle']}/release")


def _decide_objection(duties: Duties, person: Person, task: Task) -> None:
    noun = f"objections/{task['objection']}/decision"
    body = {"decision": "dismiss", "reason": "The figures were looked at again, and they hold."}
    duties.act(person, "POST", duties.play_of(task), noun, body)


def _acknowledge_letter(duties: Duties, person: Person, task: Task) -> None:
    noun = f"letters/{task['letter']}/acknowledgement"
    duties.act(person, "POST", duties.play_of(task), noun)


def _acknowledge_duties(duties: Duties, person: Person, task: Task) -> None:
    duties.act(person, "POST", duties.play_of(task), "mentorship/duties/acknowledgement")


def _name_mentor(duties: Duties, person: Person, task: Task) -> None:
    play = duties.play_of(task)
    mentor = duties.cast.appoint_mentor(play)
    duties.act(person, "POST", play, "mentorship", {"mentor": mentor.number})


def _agree_plan(duties: Duties, person: Person, task: Task) -> None:
    play = duties.play_of(task)
    if person == play.mentor and play.happens(Once.MENTOR_LEAVES):
        duties.cast.mentors.remove(person)
        duties.leaving.append(person)
    else:
        duties.act(person, "PUT", play, "mentorship/plan", {"plan": "Lead two projects."})


def _check_in(duties: Duties, person: Person, task: Task) -> None:
    play = duties.play_of(task)
    for one in (person, play.candidate):
        noun = f"mentorship/check-ins/{task['day']}"
        duties.act(one, "POST", play, noun, {"note": f"Day {task['day']}: going well."})


def _check_performance(duties: Duties, person: Person, task: Task) -> None:
    noun = f"mentorship/performance-checks/{task['week']}"
    duties.act(person, "POST", duties.play_of(task), noun, {"rating": 4, "note": "Does the work well."})


def _confirm(duties: Duties, person: Person, task: Task) -> None:
    play = duties.play_of(task)
    decision = play.conclusions[0]
    checklist = duties.phone.get(person, f"/cases/{play.case}/checklist")
    asked = next(move["guards"] for move in checklist["moves"] if move["trigger"] == decision)
    if all(one["answer"] == Answer.MET for one in checklist["guards"] if one["guard"] in asked):
        body = {"decision": decision, "reason": "As mentor and mentee have reported."}
        duties.act(person, "POST", play, "mentorship/conclusion", body)
        play.conclusions.pop(0)


def _unblock(duties: Duties, person: Person, task: Task) -> None:
    duties.act(person, "POST", duties.play_of(task), "retry")


_WAYS: dict[str, Callable[[Duties, Person, Task], None]] = {
    TaskKind.SUBMIT_NOMINATION: _submit,
    TaskKind.REVISE_NOMINATION: _revise,
    TaskKind.APPROVE: _approve,
    TaskKind.FIX_DATA: _fix_data,
    TaskKind.REVIEW: _review,
    TaskKind.RESCUE_REVIEW: _rescue_review,
    TaskKind.DECIDE_ENTRIES: _decide_entries,
    TaskKind.SEAT_PANEL: _seat_panel,
    TaskKind.SCORE: _score,
    TaskKind.CONFIRM_SCORE: _confirm_score,
    TaskKind.SIGN_SHORTLIST: _sign_shortlist,
    TaskKind.WRITE_DECISION: _write_decision,
    TaskKind.OPEN_BALLOT: _open_ballot,
    TaskKind.CAST_BALLOT: _cast_ballot,
    TaskKind.RELEASE_DECISIONS: _release_decisions,
    TaskKind.DECIDE_OBJECTION: _decide_objection,
    TaskKind.ACKNOWLEDGE_LETTER: _acknowledge_letter,
    TaskKind.ACKNOWLEDGE_DUTIES: _acknowledge_duties,
    TaskKind.NAME_MENTOR: _name_mentor,
    TaskKind.AGREE_PLAN: _agree_plan,
    TaskKind.CHECK_IN: _check_in,
    TaskKind.PERFORMANCE_CHECK: _check_performance,
    TaskKind.CONFIRM: _confirm,
    TaskKind.UNBLOCK: _unblock,
}
