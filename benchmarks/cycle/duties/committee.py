"""Duties of the committee: open the ballot, vote, sign the decision, release what a cycle has decided."""

from datetime import datetime, timedelta
from typing import Any

from benchmarks.cycle.casting import Person
from benchmarks.cycle.desk import Desk, Task, Way
from benchmarks.cycle.duties.competition import sign_order_of_merit
from benchmarks.cycle.plays import Play
from benchmarks.cycle.stories import Once
from workflow.vocabulary import Choice, TaskKind, VoteResult

_EAGER = 2  # members who vote when the others stay away
_RUNNING = ("open", "second_ballot", "counted")
_NOUNS = {"floor_missed": "shortfall", "reserve_expired": "reserve-expiry"}


def _open_ballot(desk: Desk, person: Person, task: Task) -> None:
    """A contested post is voted on case by case in order of merit, unless somebody is to come first."""
    play = desk.play_of(task)
    if not desk.cast.is_contested(play):
        desk.act(person, "POST", play, "votes")
        return
    agenda = desk.phone.whole(person, f"/committees/{desk.cast.committee}/agenda")
    wanted = next(_post(one) for one in agenda if play.case in _numbers(one["cases"]))
    post = [case for one in agenda if _post(one) == wanted for case in one["cases"]]
    favoured = {case for case in _numbers(post) if Once.COMES_FIRST in desk.cast.of_case(case).to_happen}
    place = _numbers(post).index(play.case)
    is_busy = any(case["vote"] in _RUNNING for case in post)
    if is_busy or favoured - {play.case} or not (favoured or post[place]["is_its_turn"]):
        desk.again.add(person)
        return
    play.to_happen.discard(Once.COMES_FIRST)
    waiting = [] if post[place]["is_its_turn"] else post[:place]
    reason = "Speaks the language of the market."
    deviation = [{"case": case, "reason": reason} for case in _numbers(waiting)]
    desk.act(person, "POST", play, "votes", {"deviation": deviation})


def _post(part: dict[str, Any]) -> tuple[Any, ...]:
    """What a post is known by, whose cases may stand on several pages."""
    return tuple(part[name] for name in ("track", "level", "post", "competition"))


def _numbers(cases: list[dict[str, Any]]) -> list[int]:
    return [case["case"] for case in cases]


def _cast_ballot(desk: Desk, person: Person, task: Task) -> None:
    play = desk.play_of(task)
    if _stays_away(desk, person, task, play):
        return
    if play.happens(Once.MEMBER_RECUSES):
        desk.act(person, "POST", play, "recusals", {"reason": "We are neighbours."})
        return
    before = desk.phone.get(person, f"/cases/{play.case}/vote")["ballots"][:-1]
    play.votes = 1 + sum(ballot["shown"]["result"] == VoteResult.REPEAT for ballot in before)
    desk.act(person, "PUT", play, "ballot", _ballot(desk, person, play))


def _ballot(desk: Desk, person: Person, play: Play) -> dict[str, Any]:
    mood = play.ballots[play.votes - 1]
    seat = desk.cast.seat_of(person)
    # One of seven abstains, so that the tally may be shown.
    choice = Choice.ABSTAIN if person == desk.cast.members[-1] else mood[seat % len(mood)]
    return {"choice": choice, "reason": "As the file shows."}


def _stays_away(desk: Desk, person: Person, task: Task, play: Play) -> bool:
    if Once.NOBODY_VOTES in play.to_happen:
        return True
    if play.happens(Once.MEMBERS_STAY_AWAY):
        play.waits_until = datetime.fromisoformat(task["due_at"])
    is_waiting = play.waits_until is not None and desk.phone.clock.now() < play.waits_until
    return is_waiting and desk.cast.seat_of(person) >= _EAGER


def _write_decision(desk: Desk, person: Person, task: Task) -> None:
    if task["detail"] == "order_of_merit":
        sign_order_of_merit(desk, person, task)
        return
    play = desk.play_of(task)
    body: dict[str, Any] = {"text": "As reviewed and counted.", "internal_reason": "See the minutes."}
    noun = _NOUNS.get(task["detail"], "decision")
    if play.story.effect_in_days and noun == "decision":
        later = desk.phone.clock.today() + timedelta(days=play.story.effect_in_days)
        body["effective_on"] = later.isoformat()
    desk.act(person, "POST", play, noun, body)
    del play.ballots[: play.votes]
    play.votes = 0


def _release_decisions(desk: Desk, person: Person, task: Task) -> None:
    """When nothing more is before the committee, or when the time has come."""
    is_due = datetime.fromisoformat(task["due_at"]) - desk.phone.clock.now() < timedelta(days=1)
    path = f"/cycles/{task['cycle']}"
    if is_due or not desk.phone.get(person, f"{path}/decisions")["undecided"]:
        desk.phone.call(person, "POST", f"{path}/release")


WAYS: dict[str, Way] = {
    TaskKind.OPEN_BALLOT: _open_ballot,
    TaskKind.CAST_BALLOT: _cast_ballot,
    TaskKind.WRITE_DECISION: _write_decision,
    TaskKind.RELEASE_DECISIONS: _release_decisions,
}
