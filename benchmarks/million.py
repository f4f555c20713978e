"""A company with a million open tasks, of which every tenth has a reminder that is due."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.orm import Session

from benchmarks.drafts import NOW, found
from workflow.models import CriteriaEdition, Employee, InboxRow, PromotionCase, Reminder, Task
from workflow.models.base import Base
from workflow.store import Door
from workflow.vocabulary import Level, Nominator, ReminderTarget, Stage, TaskKind, TaskState, Track

_PER_CASE = 4
_TARGETS = [(track, level) for track in Track for level in Level]
_DUE = NOW + timedelta(days=3)
_BATCH = 10_000


def fill(door: Door, *, people: int, tasks: int) -> None:
    """People, cases with four open tasks each, spread over everybody, and a reminder of each task."""
    found(door, people)
    with door.engine.connect() as connection:
        everybody = list(connection.scalars(select(Employee.id).where(Employee.is_active)))
        edition = connection.scalar(select(func.min(CriteriaEdition.id)))
    assert tasks <= _PER_CASE * len(everybody) * len(_TARGETS), "nobody has two open cases for one target"
    _insert(door.engine, PromotionCase, _cases(everybody, edition, -(-tasks // _PER_CASE)))
    _insert(door.engine, Task, _tasks(everybody, tasks))
    _insert(door.engine, InboxRow, _inbox(everybody, tasks))
    remind(door.engine, tasks, due=NOW)
    with door.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def remind(engine: Engine, tasks: int, *, due: datetime) -> None:
    """A reminder of every task: every tenth is due then, one in 200 goes to the owner's superior."""
    later = due + timedelta(days=30)
    _insert(
        engine,
        Reminder,
        (
            {
                "task_id": number,
                "at": later if number % 10 else due,
                "target": ReminderTarget.OWNER if number % 200 else ReminderTarget.MANAGER,
            }
            for number in range(1, tasks + 1)
        ),
    )


def _cases(people: list[int], edition: int | None, cases: int) -> Iterator[dict[str, Any]]:
    for number in range(cases):
        track, level = _TARGETS[number // len(people)]
        yield {
            "id": number + 1,
            "candidate_id": people[number % len(people)],
            "target_track": track,
            "target_level": level,
            "target_post": "Post",
            "edition_id": edition,
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


def _tasks(people: list[int], tasks: int) -> Iterator[dict[str, Any]]:
    for number in range(tasks):
        yield {
            "id": number + 1,
            "kind": TaskKind.APPROVE,
            "case_id": number // _PER_CASE + 1,
            "opened_at": NOW,
            "due_at": _DUE,
            "assignee_id": _owner(people, number),
            "state": TaskState.OPEN,
            "version": 1,
        }


def _inbox(people: list[int], tasks: int) -> Iterator[dict[str, Any]]:
    for number in range(tasks):
        yield {"person_id": _owner(people, number), "due_at": _DUE, "task_id": number + 1}


def _owner(people: list[int], number: int) -> int:
    return people[number * 7 % len(people)]


def _insert(engine: Engine, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    left = iter(rows)
    with Session(engine) as db, db.begin():
        while batch := list(islice(left, _BATCH)):
            db.execute(insert(table), batch)
