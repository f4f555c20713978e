"""A person's inbox and single tasks, with what is needed to act on each in place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, exists, false, func, or_, select
from sqlalchemy.orm import Session

from workflow.editions.library import edition_of
from workflow.errors import NotFound
from workflow.hr_fields import holdings
from workflow.models import (
    CheckIn,
    Department,
    Employee,
    Entry,
    InboxRow,
    JournalEntry,
    MissingFact,
    PerformanceCheck,
    PromotionCase,
    Site,
    Task,
    aliased,
)
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.vocabulary import COMPETITION_TASKS, CYCLE_TASKS, Level, TaskKind, TaskState, Track

_ABSENT = aliased(Employee)  # an alias costs more to make than to use
_SHEETS = (TaskKind.SCORE, TaskKind.CONFIRM_SCORE)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """Something to do: about a case, a competition, a cycle, an objection, a letter, a talk, a site, a file.

    `on_behalf_of` is who is away, where it is a substitute's or was done by one.
    `people` counts those whose data of a `department` are missing, and is 1 where one person's are wrong.
    """

    id: int
    kind: TaskKind
    state: TaskState
    version: int
    opened_at: datetime
    due_at: datetime
    done_at: datetime | None
    detail: str | None
    case_id: int | None
    candidate: Person | None
    competition_id: int | None
    cycle_id: int | None
    day: int | None
    department: str | None
    site_id: int | None
    site: str | None
    people: int | None
    week: int | None
    objection_id: int | None
    letter_id: int | None
    on_behalf_of: Person | None
    edition_id: int | None
    track: Track | None
    level: Level | None
    in_bulk: bool


def with_bulk(db: Session, lines: Sequence[TaskLine]) -> list[TaskLine]:
    """The same lines, marked where the criteria of the case let several be signed in one go."""
    return [replace(line, in_bulk=True) if _may_be_in_bulk(db, line) else line for line in lines]


def _may_be_in_bulk(db: Session, line: TaskLine) -> bool:
    if (
        line.kind is not TaskKind.APPROVE
        or line.edition_id is None
        or line.track is None
        or line.level is None
    ):
        return False
    return is_signed_in_bulk(db, line.edition_id, line.track, line.level)


def is_signed_in_bulk(db: Session, edition_id: int, track: Track, level: Level) -> bool:
    """Whether the criteria let several nominations to a step be signed in one go."""
    step = edition_of(db, edition_id).step(track, level)
    return step is not None and step.approvals.in_bulk


def inbox(person_id: int, *, kind: TaskKind | None = None, case_id: int | None = None) -> Select[Any]:
    """Query for the TaskLines that wait for a person; ordered by `InboxRow.due_at` and `task_id`."""
    filters = ((Task.kind == kind, kind), (Task.case_id == case_id, case_id))
    wanted = [test for test, given in filters if given is not None]
    return _lines(person_id).where(InboxRow.person_id == person_id, *wanted)


def task(db: Session, person_id: int, task_id: int) -> TaskLine:
    """One task that waits for the person, that he has given away or has done; raises NotFound."""
    line: TaskLine | None = db.scalars(_one(), {"person": person_id, "task": task_id}).first()
    if line is None:
        raise NotFound(kind="task")
    return line


@cache
def _one() -> Select[Any]:
    """Query for one task that is or was a person's; made once, for that takes longer than to ask it."""
    person, key = bindparam("person", type_=Integer), bindparam("task", type_=Integer)
    waits = InboxRow.task_id.is_not(None)
    given = exists().where(
        JournalEntry.case_id == Task.case_id,
        JournalEntry.action == "task_handed_over",
        JournalEntry.actor_id == person,
        JournalEntry.facts["task"].as_integer() == Task.id,
    )
    own = or_(waits, given, Task.assignee_id == person, Task.done_by_id == person)
    return _lines(person).where(Task.id == key, own)


def cases_of(db: Session, person_id: int, task_ids: Collection[int]) -> dict[int, int]:
    """The cases of nominations that wait for the person's signature, or waited for it, by their tasks."""
    waits = exists().where(InboxRow.task_id == Task.id, InboxRow.person_id == person_id)
    held = holdings()
    shared = exists().where(held.c.employee_id == person_id, held.c.role == Task.role)
    own = or_(waits, shared, Task.assignee_id == person_id, Task.done_by_id == person_id)
    found = select(Task.id, Task.case_id).where(Task.id.in_(task_ids), Task.kind == TaskKind.APPROVE, own)
    return {task: case for task, case in db.execute(found) if case is not None}


def _lines(person_id: Any) -> Select[Any]:
    is_of_competition = and_(Task.case_id.is_(None), Task.kind.in_(COMPETITION_TASKS))
    of_competition = case((is_of_competition, Task.subject_id))
    lacking = select(func.count()).where(MissingFact.task_id == Task.id).scalar_subquery()
    people = case((Task.kind == TaskKind.FIX_DATA, lacking), (Task.kind == TaskKind.CORRECT_DATA, 1))
    shape = Shaped(
        "line",
        TaskLine,
        Task.id,
        Task.kind,
        Task.state,
        Task.version,
        Task.opened_at,
        Task.due_at,
        Task.done_at,
        Task.detail,
        Task.case_id,
        person_of("candidate", Employee),
        func.coalesce(Entry.competition_id, of_competition).label("competition_id"),
        case((Task.kind.in_(CYCLE_TASKS), Task.subject_id)).label("cycle_id"),
        CheckIn.day,
        Department.name,
        _subject_of(TaskKind.COMPLETE_CALENDAR, "site_id"),
        Site.name.label("site"),
        people.label("people"),
        PerformanceCheck.week,
        _subject_of(TaskKind.DECIDE_OBJECTION, "objection_id"),
        _subject_of(TaskKind.ACKNOWLEDGE_LETTER, "letter_id"),
        person_of("on_behalf_of", _ABSENT),
        PromotionCase.edition_id,
        PromotionCase.target_track,
        PromotionCase.target_level,
        false().label("in_bulk"),
    )
    return _joined(select(shape), person_id)


def _joined(query: Select[Any], person_id: Any) -> Select[Any]:
    is_check = and_(Task.kind == TaskKind.PERFORMANCE_CHECK, PerformanceCheck.id == Task.subject_id)
    return (
        query.select_from(Task)
        .outerjoin(InboxRow, and_(InboxRow.task_id == Task.id, InboxRow.person_id == person_id))
        .outerjoin(_ABSENT, _ABSENT.id == func.coalesce(InboxRow.on_behalf_of_id, Task.on_behalf_of_id))
        .outerjoin(PromotionCase, PromotionCase.id == Task.case_id)
        .outerjoin(Employee, Employee.id == _concerned())
        .outerjoin(Department, and_(Task.kind == TaskKind.FIX_DATA, Department.id == Task.subject_id))
        .outerjoin(Site, and_(Task.kind == TaskKind.COMPLETE_CALENDAR, Site.id == Task.subject_id))
        .outerjoin(Entry, and_(Task.kind.in_(_SHEETS), Entry.id == Task.subject_id))
        .outerjoin(CheckIn, and_(Task.kind == TaskKind.CHECK_IN, CheckIn.id == Task.subject_id))
        .outerjoin(PerformanceCheck, is_check)
    )


def _concerned() -> ColumnElement[int]:
    """The candidate of the case, or whose data are wrong."""
    own = case((Task.kind == TaskKind.CORRECT_DATA, Task.subject_id))
    return func.coalesce(PromotionCase.candidate_id, own)


def _subject_of(kind: TaskKind, name: str) -> ColumnElement[int | None]:
    return case((Task.kind == kind, Task.subject_id)).label(name)
