"""Duties of the internal competition: entries, panels, sheets, shortlist, order of merit, reserve."""

from datetime import timedelta

from benchmarks.cycle.casting import Person
from benchmarks.cycle.desk import Desk, Task, Way
from benchmarks.cycle.stories import Once
from workflow.vocabulary import Stage, TaskKind

_LONGER = timedelta(days=40)
_LOWEST = 1.0


def sign_order_of_merit(desk: Desk, person: Person, task: Task) -> None:
    """HR sends the first places on, with a reason for whoever is tied at the cut."""
    path = f"/competitions/{task['competition']}"
    entries = desk.phone.get(person, path)["entries"]
    reason = "Equal in every respect."
    ties = [{"case": entry["case"], "reason": reason} for entry in entries if entry["is_tied"]]
    desk.phone.call(person, "POST", f"{path}/decision", {"reason": "By order of merit.", "ties": ties})


def _decide_entries(desk: Desk, person: Person, task: Task) -> None:
    closes_on = (desk.phone.clock.today() + _LONGER).isoformat()
    path = f"/competitions/{task['competition']}/extension"
    desk.phone.call(person, "POST", path, {"closes_on": closes_on})


def _seat_panel(desk: Desk, person: Person, task: Task) -> None:
    trial = desk.cast.of_competition(task["competition"])
    contest = f"/competitions/{trial.competition}"
    path = f"{contest}/panel"
    desk.phone.call(person, "POST", path, {"judges": [judge.number for judge in trial.judges]})
    if trial.contest.replaces_a_judge:
        friend, entries = trial.judges[0], desk.phone.get(person, contest)["entries"]
        entered = next(entry["case"] for entry in entries if entry["stage"] == Stage.COMPETITION)
        interest = {"reason": "We share a house."}
        desk.phone.call(friend, "POST", f"{contest}/entries/{entered}/recusals", interest)
        desk.phone.call(person, "PUT", f"{path}/{friend.number}", {"judge": trial.spare.number})


def _leave_to_the_clock(_desk: Desk, _person: Person, _task: Task) -> None:
    """Nobody else is free to judge, so that the panel goes on without the late one."""


def _score(desk: Desk, person: Person, task: Task) -> None:
    trial = desk.cast.of_competition(task["competition"])
    if person == trial.late_judge:
        return
    path, play = f"/competitions/{trial.competition}", desk.play_of(task)
    criteria = desk.phone.get(person, path)["criteria"]
    given = _LOWEST if play.happens(Once.JUDGE_STANDS_ALONE) else play.judged
    scores = {criterion["key"]: given for criterion in criteria}
    desk.phone.call(person, "PUT", f"{path}/entries/{play.case}/sheet", {"scores": scores})


def _confirm_score(desk: Desk, person: Person, task: Task) -> None:
    path = f"/competitions/{task['competition']}/entries/{task['case']}/sheet/confirmation"
    desk.phone.call(person, "POST", path, {"evidence": "Seen in the work itself."})


def _sign_shortlist(desk: Desk, person: Person, task: Task) -> None:
    path = f"/competitions/{task['competition']}/shortlist"
    desk.phone.call(person, "POST", path, {"reason": "By the scores of the round."})


WAYS: dict[str, Way] = {
    TaskKind.DECIDE_ENTRIES: _decide_entries,
    TaskKind.SEAT_PANEL: _seat_panel,
    TaskKind.REPLACE_JUDGE: _leave_to_the_clock,
    TaskKind.SCORE: _score,
    TaskKind.CONFIRM_SCORE: _confirm_score,
    TaskKind.SIGN_SHORTLIST: _sign_shortlist,
}
