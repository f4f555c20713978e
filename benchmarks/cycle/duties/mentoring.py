"""Duties after the promotion: duties of the post, mentor, plan, talks, ratings, and how it ends."""

from benchmarks.cycle.casting import Person
from benchmarks.cycle.desk import Desk, Task, Way
from benchmarks.cycle.stories import Once
from workflow.vocabulary import Answer, TaskKind

_BEFORE_THE_END = (TaskKind.CHECK_IN, TaskKind.PERFORMANCE_CHECK)


def _acknowledge_duties(desk: Desk, person: Person, task: Task) -> None:
    desk.act(person, "POST", desk.play_of(task), "mentorship/duties/acknowledgement")


def _name_mentor(desk: Desk, person: Person, task: Task) -> None:
    """HR takes the first of those proposed who has no other part in the cycle."""
    play = desk.play_of(task)
    proposed = desk.phone.get(person, f"/cases/{play.case}/mentorship/proposals")["items"]
    numbers = [line["person"]["number"] for line in proposed]
    play.mentor = desk.cast.free_of(numbers)
    desk.act(person, "POST", play, "mentorship", {"mentor": play.mentor.number})


def _agree_plan(desk: Desk, person: Person, task: Task) -> None:
    play = desk.play_of(task)
    if person == play.mentor and play.happens(Once.MENTOR_LEAVES):
        desk.leaving.add(person)
    elif person == play.mentor and play.happens(Once.MENTOR_DECLINES):
        desk.act(person, "POST", play, "mentorship/refusal", {"reason": "I shall be abroad."})
    elif person not in desk.leaving:
        desk.act(person, "PUT", play, "mentorship/plan", {"plan": "Lead two projects."})


def _check_in(desk: Desk, person: Person, task: Task) -> None:
    play = desk.play_of(task)
    for one in (person, play.candidate):
        noun = f"mentorship/check-ins/{task['day']}"
        desk.act(one, "POST", play, noun, {"note": f"Day {task['day']}: going well."})


def _check_performance(desk: Desk, person: Person, task: Task) -> None:
    noun = f"mentorship/performance-checks/{task['week']}"
    desk.act(person, "POST", desk.play_of(task), noun, {"rating": 4, "note": "Does the work well."})


def _confirm(desk: Desk, person: Person, task: Task) -> None:
    """The head decides once the checklist says that it can be done, and nobody else is waited for."""
    play = desk.play_of(task)
    decision = play.conclusions[0]
    known = desk.phone.get(person, f"/cases/{play.case}")
    asked = next(move["guards"] for move in known["checklist"]["moves"] if move["trigger"] == decision)
    is_ready = all(
        one["answer"] == Answer.MET for one in known["checklist"]["guards"] if one["guard"] in asked
    )
    if is_ready and not any(holder["kind"] in _BEFORE_THE_END for holder in known["holders"]):
        body = {"decision": decision, "reason": "As mentor and mentee have reported."}
        desk.act(person, "POST", play, "mentorship/conclusion", body)
        play.conclusions.pop(0)


WAYS: dict[str, Way] = {
    TaskKind.ACKNOWLEDGE_DUTIES: _acknowledge_duties,
    TaskKind.NAME_MENTOR: _name_mentor,
    TaskKind.AGREE_PLAN: _agree_plan,
    TaskKind.CHECK_IN: _check_in,
    TaskKind.PERFORMANCE_CHECK: _check_performance,
    TaskKind.CONFIRM: _confirm,
}
