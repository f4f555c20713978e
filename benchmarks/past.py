"""A long past for a company: cases that ended years ago with all that was signed, written down and sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, String, cast, func, select, text

from benchmarks import rows
from benchmarks.drafts import NOW
from notifications.models import Channel, Delivery, DeliveryState
from workflow.models import (
    ApprovalStep,
    CriteriaEdition,
    Employee,
    InboxRow,
    JournalEntry,
    JournalText,
    PromotionCase,
    StageRound,
    Task,
)
from workflow.models.base import Base
from workflow.vocabulary import (
    Approver,
    Level,
    Nominator,
    Stage,
    StepState,
    TaskKind,
    TaskState,
    Track,
)

_THEN = NOW - timedelta(days=700)
Value = Callable[[Any, Any], Any]
Rows = tuple[type[Base], dict[str, Any]]
_DIGEST = "0123456789abcdef" * 4
_WITH_KEYS: tuple[Any, ...] = (
    Employee,
    PromotionCase,
    StageRound,
    ApprovalStep,
    Task,
    JournalEntry,
    Delivery,
)


def fill(engine: Engine, *, cases: int, open_tasks: int, people: int = 50_000) -> None:
    """So many more cases, of so many more people, and so many tasks that still wait for these."""
    with rows.filling(engine) as connection:
        first = 1 + max(connection.scalar(select(func.max(table.id))) or 0 for table in _WITH_KEYS)
        rows.write(connection, Employee, people, **_person(first))
        edition = connection.scalar(select(func.min(CriteriaEdition.id)))
        for table, values in _of_a_case(first, edition):
            rows.write(connection, table, cases, **values)
        for table, values in _open(first, first + cases, cases // open_tasks):
            rows.write(connection, table, open_tasks, among=Employee.id >= first, **values)
        if engine.dialect.name != "sqlite":
            _count_on(connection)


def _person(first: int) -> dict[str, Any]:
    return {
        "id": _key(first),
        "number": _key(first, "P"),
        "name": "Somebody",
        "department_id": 1,
        "site_id": 1,
        "track": Track.PROFESSIONAL,
        "level": Level.JUNIOR,
        "post": "Post",
        "level_since": _THEN.date(),
        "hired_on": _THEN.date(),
        "locale": "en",
        "time_zone": "Asia/Shanghai",
        "is_active": True,
        "under_sanction": False,
    }


def _of_a_case(first: int, edition: int | None) -> list[Rows]:
    """What stands in each table of one case: all have the same keys."""
    key = _key(first)
    of_case = {"id": key, "case_id": key}
    opened = {"stage": Stage.NOMINATED, "number": 1, "opened_at": _THEN, "closed_at": _THEN, "facts": {}}
    return [
        (PromotionCase, _case(key, edition)),
        (StageRound, of_case | opened),
        (ApprovalStep, _signature(key)),
        (Task, of_case | task(TaskState.DONE) | {"done_at": _THEN, "done_by_id": _owner}),
        (JournalEntry, of_case | entry(_key(first, "case/"), 1)),
        (JournalText, {"entry_id": key, "salt": _DIGEST[:32], "text": "Ready."}),
        (Delivery, _mail(first)),
    ]


def _case(key: Value, edition: int | None) -> dict[str, Any]:
    return {
        "id": key,
        "candidate_id": _owner,
        "target_track": Track.PROFESSIONAL,
        "target_level": Level.SENIOR,
        "target_post": "Post",
        "edition_id": edition,
        "nominated_as": Nominator.HR,
        "opened_at": _THEN,
        "is_contested": False,
        "statement": "What spoke for somebody.",
        "evidence": {},
        "stage": Stage.COMPLETED,
        "version": 3,
        "round_id": key,
        "journal_sequence": 1,
        "journal_head": _DIGEST,
        "decided_at": _THEN,
        "ended_at": _THEN,
    }


def _signature(key: Value) -> dict[str, Any]:
    return {
        "id": key,
        "round_id": key,
        "position": 1,
        "attempt": 1,
        "group_number": 1,
        "seat": Approver.LINE_MANAGER,
        "state": StepState.SIGNED,
        "approver_id": _owner,
        "decided_at": _THEN,
        "reason": "Ready.",
    }


def entry(chain: Any, sequence: Any) -> dict[str, Any]:
    """A line of a journal that nobody will look through."""
    return {
        "chain": chain,
        "sequence": sequence,
        "at": _THEN,
        "actor_id": _owner,
        "action": "approval_signed",
        "facts": {},
        "text_digest": _DIGEST,
        "previous": "",
        "hash": _DIGEST,
    }


def _mail(first: int) -> dict[str, Any]:
    return {
        "id": _key(first),
        "key": _key(first, "past/"),
        "channel": Channel.MAIL,
        "kind": "case_completed",
        "created_at": _THEN,
        "next_at": _THEN,
        "person_id": _owner,
        "entry_id": _key(first),
        "payload": {},
        "state": DeliveryState.SENT,
        "attempts": 1,
        "sent_at": _THEN,
    }


def task(state: TaskState) -> dict[str, Any]:
    """A signature that is asked for, or was."""
    return {
        "kind": TaskKind.APPROVE,
        "opened_at": _THEN,
        "due_at": _THEN,
        "assignee_id": _owner,
        "state": state,
        "version": 2,
    }


def _open(first_case: int, first: int, every: int) -> list[Rows]:
    """Tasks that wait, of one case in so many."""
    key = _key(first)
    of_case = {"id": key, "case_id": lambda number, _: number * every + first_case}
    return [
        (Task, of_case | task(TaskState.OPEN)),
        (InboxRow, {"person_id": _owner, "due_at": _THEN, "task_id": key}),
    ]


def _key(first: int, prefix: str = "") -> Value:
    return lambda number, _: prefix + cast(number + first, String) if prefix else number + first


def _owner(_number: Any, person: Any) -> Any:
    return person


def _count_on(connection: Connection) -> None:
    """The next key follows the last one that was written."""
    for table in _WITH_KEYS:
        name = table.__tablename__
        last = f"(SELECT max(id) FROM {name})"
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})"))
