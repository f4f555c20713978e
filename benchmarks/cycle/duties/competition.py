"""Duties of the internal competition: seat the panel, score, sign the order of merit."""

from benchmarks.cycle.casting import Person
from benchmarks.cycle.desk import Desk, Task, Way
from workflow.vocabulary import TaskKind


def sign_order_of_merit(desk: Desk, person: Person, task: Task) -> None:
    """HR sends the first places on."""
    path = f"/competitions/{task['competition']}/decision"
    desk.phone.call(person, "POST", path, {"reason": "By order of merit."})


def _seat_panel(desk: Desk, person: Person, task: Task) -> None:
    trial = desk.cast.of_competition(task["competition"])
    if trial.is_complete:
        body = {"judges": [judge.number for judge in trial.judges]}
        desk.phone.call(person, "POST", f"/competitions/{trial.competition}/panel", body)


def _score(desk: Desk, person: Person, task: Task) -> None:
    trial = desk.cast.of_competition(task["competition"])
    if person == trial.late_judge:
        return
    path, play = f"/competitions/{trial.competition}", desk.play_of(task)
    criteria = desk.phone.get(person, path)["criteria"]
    scores = {criterion["key"]: play.judged for criterion in criteria}
    desk.phone.call(person, "PUT", f"{path}/entries/{play.case}/sheet", {"scores": scores})


WAYS: dict[str, Way] = {
    TaskKind.SEAT_PANEL: _seat_panel,
    TaskKind.SCORE: _score,
}
