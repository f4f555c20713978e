"""A company with a million open tasks, of which every tenth has a reminder that is due."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, case, func, literal, select

from benchmarks import rows
from benchmarks.drafts import NOW, found
from workflow.models import CriteriaEdition, Employee, InboxRow, PromotionCase, Reminder, Task
from workflow.store import Door
from workflow.vocabulary import Level, Nominator, ReminderTarget, Stage, TaskKind, TaskState, Track

_PER_CASE = 4
_TARGETS = [(track, level) for track in Track for level in Level]
_DUE = NOW + timedelta(days=3)
_OPEN_TASK: dict[str, Any] = {
    "id": lambda number, _: number + 1,
    "kind": TaskKind.APPROVE,
    "case_id": lambda number, _: number // _PER_CASE + 1,
    "opened_at": NOW,
    "due_at": _DUE,
    "assignee_id": lambda _, person: person,
    "state": TaskState.OPEN,
    "version": 1,
}
_IN_THE_INBOX: dict[str, Any] = {
    "person_id": lambda _, person: person,
    "due_at": _DUE,
    "task_id": lambda number, _: number + 1,
}


def fill(door: Door, *, people: int, tasks: int) -> None:
    """People, cases with four open tasks each, spread over everybody, and a reminder of each task."""
    found(door, people)
    with rows.filling(door.engine) as connection:
        rows.write(connection, PromotionCase, -(-tasks // _PER_CASE), **_case(connection))
        for table, values in ((Task, _OPEN_TASK), (InboxRow, _IN_THE_INBOX)):
            rows.write(connection, table, tasks, place=lambda number: number * 7, **values)
        _remind(connection, tasks, NOW)


def remind(engine: Engine, tasks: int, *, due: datetime) -> None:
    """A reminder of every task: every tenth is due then, one in 200 goes to the owner's superior."""
    with rows.filling(engine) as connection:
        _remind(connection, tasks, due)


def _remind(connection: Connection, tasks: int, due: datetime) -> None:
    later = due + timedelta(days=30)
    rows.write(
        connection,
        Reminder,
        tasks,
        task_id=lambda number, _: number + 1,
        at=lambda number, _: _each(10, number, Reminder.at, due, later),
        target=lambda number, _: _each(
            200, number, Reminder.target, ReminderTarget.MANAGER, ReminderTarget.OWNER
        ),
    )


def _each(every: int, number: Any, column: Any, value: Any, other: Any) -> Any:
    """The value for each of so many, the other one else."""
    is_meant = (number + 1) % every == 0
    return case((is_meant, literal(value, column.type)), else_=literal(other, column.type))


def _case(connection: Connection) -> dict[str, Any]:
    """Open cases: nobody has two for one target."""
    people = connection.scalar(select(func.count()).where(Employee.is_active)) or 0
    track, level = (
        {place: literal(target[part], column.type) for place, target in enumerate(_TARGETS)}
        for part, column in enumerate((PromotionCase.target_track, PromotionCase.target_level))
    )
    return {
        "id": lambda number, _: number + 1,
        "candidate_id": lambda _, person: person,
        "target_track": lambda number, _: case(track, value=number // people),
        "target_level": lambda number, _: case(level, value=number // people),
        "target_post": "Post",
        "edition_id": connection.scalar(select(func.min(CriteriaEdition.id))),
        "nominated_as": Nominator.HR,
        "opened_at": NOW,
        "is_contested": False,
        "statement": "",
        "evidence": {},
        "stage": Stage.NOMINATED,
        "version": 1,
        "journal_sequence": 0,
        "journal_head": "",
    }
