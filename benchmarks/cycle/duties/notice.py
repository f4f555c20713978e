"""Duties while a decision is on notice: objections, and letters to be acknowledged."""

from benchmarks.cycle.casting import Person
from benchmarks.cycle.desk import Desk, Task, Way
from workflow.vocabulary import TaskKind


def _decide_objection(desk: Desk, person: Person, task: Task) -> None:
    play = desk.play_of(task)
    step = play.story.upheld_to
    body = {
        "decision": "dismiss" if step is None else "uphold",
        "step": step,
        "reason": "The file was looked at again.",
    }
    desk.act(person, "POST", play, f"objections/{task['objection']}/decision", body)


def _acknowledge_letter(desk: Desk, person: Person, task: Task) -> None:
    desk.act(person, "POST", desk.play_of(task), f"letters/{task['letter']}/acknowledgement")


WAYS: dict[str, Way] = {
    TaskKind.DECIDE_OBJECTION: _decide_objection,
    TaskKind.ACKNOWLEDGE_LETTER: _acknowledge_letter,
}
