"""Duties of the 360-degree review, customers included, who find their form behind a link."""

from datetime import datetime

from benchmarks.cycle.casting import Person
from benchmarks.cycle.desk import Desk, Task, Way
from benchmarks.cycle.plays import Play
from benchmarks.cycle.stories import Once
from workflow.vocabulary import TaskKind


def answer_by_link(desk: Desk, token: str, play: Play) -> None:
    """A customer opens the link of his mail and hands in the form, or would rather not."""
    if play.happens(Once.CUSTOMER_DECLINES):
        desk.phone.call(None, "POST", f"/review-links/{token}/refusal", {"reason": ""})
        return
    desk.phone.call(None, "POST", f"/review-links/{token}/opening")
    items = desk.phone.get(None, f"/review-links/{token}")["items"]
    answers = {item["key"]: play.story.rating for item in items}
    desk.phone.call(None, "PUT", f"/review-links/{token}", {"answers": answers})


def _decide_rater_objection(desk: Desk, person: Person, task: Task) -> None:
    play = desk.play_of(task)
    objections = desk.phone.get(person, f"/cases/{play.case}/rater-objections")["items"]
    number = next(one["number"] for one in objections if one["state"] == "open")
    body = {"decision": play.story.rater_objection, "reason": "As far as is known of the matter."}
    desk.act(person, "POST", play, f"rater-objections/{number}/decision", body)


def _review(desk: Desk, person: Person, task: Task) -> None:
    play = desk.play_of(task)
    is_peer = person.id not in (play.candidate.id, play.candidate.manager_id)
    if is_peer and _keeps_silent(desk, person, task, play):
        return
    if is_peer and play.happens(Once.RATER_DECLINES):
        reason = {"reason": "I have hardly worked with the person."}
        desk.act(person, "POST", play, "review/refusal", reason)
        return
    form = desk.phone.get(person, f"/cases/{play.case}/review/form")
    answers = {item["key"]: play.story.rating for item in form["items"]}
    body = {"answers": answers, "evidence": {}}
    if is_peer and play.happens(Once.RATER_KEEPS_A_DRAFT):
        desk.act(person, "PUT", play, "review/draft", body)
    desk.act(person, "PUT", play, "review/form", body)


def _keeps_silent(desk: Desk, person: Person, task: Task, play: Play) -> bool:
    """Until others are asked instead, until HR has found a way on, or for good."""
    if play.happens(Once.RATERS_ARE_LATE):
        play.waits_until = datetime.fromisoformat(task["due_at"])
    if not desk.cast.has_part(person) and play.happens(Once.RATER_LEAVES):
        desk.leaving.add(person)
    is_waiting = play.waits_until is not None and desk.phone.clock.now() < play.waits_until
    return is_waiting or bool(play.rescues) or person in desk.leaving


def _rescue_review(desk: Desk, person: Person, task: Task) -> None:
    play = desk.play_of(task)
    way_on = play.rescues.pop(0) if play.rescues else "waiver"
    body = {"reason": "The department is too small for more."}
    desk.act(person, "POST", play, f"review/{way_on}", body)


WAYS: dict[str, Way] = {
    TaskKind.DECIDE_RATER_OBJECTION: _decide_rater_objection,
    TaskKind.REVIEW: _review,
    TaskKind.RESCUE_REVIEW: _rescue_review,
}
