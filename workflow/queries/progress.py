"""How far a cycle is: its cases by stage and department, and who is late, for HR and auditors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from workflow.editions.library import edition_of
from workflow.errors import NotFound
from workflow.models import Cycle, Department, Employee, PromotionCase, StageRound, Task, aliased
from workflow.queries.cases import due_for
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.relations import seen_as_staff
from workflow.vocabulary import (
    ASIDE_TASKS,
    CONFIDENTIAL_TASKS,
    PRIVATE_TASKS,
    Role,
    Stage,
    TaskKind,
    TaskState,
)

_CANDIDATE = aliased(Employee)  # an alias costs more to make than to use


@dataclass(frozen=True, slots=True)
class Unit:
    """A department as lists show it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Cases of a stage, of a department, or of both: how many, how many overdue, how many stuck."""

    stage: Stage | None
    department: Unit | None
    cases: int
    overdue: int
    stuck: int


@dataclass(frozen=True, slots=True)
class LateKind:
    """How many tasks of a confidential kind are overdue; None while that would point at people."""

    kind: TaskKind
    tasks: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """A cycle in figures, of the cases that its reader sees as HR or as an auditor."""

    cycle_id: int
    stages: list[Counted]
    departments: list[Counted]
    cells: list[Counted]
    confidential: list[LateKind]


@dataclass(frozen=True, slots=True)
class LateTask:
    """A task of a case that is overdue, and with whom it lies: a person, or everybody of a role."""

    id: int
    kind: TaskKind
    case_id: int
    candidate: Person
    person: Person | None
    role: Role | None
    opened_at: datetime
    due_at: datetime


def of_cycle(db: Session, cycle_id: int, reader: int, now: datetime) -> Progress:
    """The figures of one cycle, in three statements; raises NotFound.

    A decision that waits for its release changes no stage, and so no figure.
    """
    cycle = _cycle(db, cycle_id)
    rows = db.execute(_counts(cycle_id, reader, now)).all()
    cells = [Counted(stage, Unit(key, name), *counts) for stage, key, name, *counts in rows]
    units = dict.fromkeys(cell.department for cell in cells)
    reached = [stage for stage in Stage if any(cell.stage is stage for cell in cells)]
    return Progress(
        cycle_id,
        [_total([cell for cell in cells if cell.stage is stage], stage=stage) for stage in reached],
        [_total([cell for cell in cells if cell.department == unit], department=unit) for unit in units],
        cells,
        _late_kinds(db, cycle, reader, now),
    )


def late_tasks(db: Session, cycle_id: int, reader: int, now: datetime) -> Select[Any]:
    """Query for the LateTasks of a cycle, ordered by `Task.due_at` and `Task.id`; raises NotFound.

    Forms, sheets and ballots are never among them, nor what only candidate and nominator know of.
    """
    _cycle(db, cycle_id)
    shape = Shaped(
        "task",
        LateTask,
        Task.id,
        Task.kind,
        PromotionCase.id.label("case_id"),
        person_of("candidate", _CANDIDATE),
        person_of("person", Employee),
        Task.role,
        Task.opened_at,
        Task.due_at,
    )
    return (
        select(shape)
        .select_from(Task)
        .join(PromotionCase, PromotionCase.id == Task.case_id)
        .join(_CANDIDATE, _CANDIDATE.id == PromotionCase.candidate_id)
        .outerjoin(Employee, Employee.id == Task.assignee_id)
        .where(_is_in(cycle_id, reader), _is_late(now), Task.kind.not_in(ASIDE_TASKS | PRIVATE_TASKS))
    )


def _cycle(db: Session, cycle_id: int) -> Cycle:
    cycle = db.get(Cycle, cycle_id)
    if cycle is None:
        raise NotFound(kind="cycle", id=cycle_id)
    return cycle


def _is_in(cycle_id: int, reader: int) -> ColumnElement[bool]:
    return and_(PromotionCase.cycle_id == cycle_id, seen_as_staff(reader))


def _is_late(now: datetime) -> ColumnElement[bool]:
    return and_(Task.state == TaskState.OPEN, Task.due_at < now)


def _counts(cycle_id: int, reader: int, now: datetime) -> Select[Any]:
    """Cases by department, in the order of names, and stage."""
    seen = (
        select(
            PromotionCase.stage,
            Employee.department_id,
            PromotionCase.stuck_reason,
            case((PromotionCase.ended_at.is_(None), due_for(reader))).label("due_at"),
        )
        .select_from(PromotionCase)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .outerjoin(StageRound, StageRound.id == PromotionCase.round_id)
        .where(_is_in(cycle_id, reader))
        .subquery("seen")
    )
    is_late, is_stuck = seen.c.due_at < now, seen.c.stuck_reason.is_not(None)
    counts = func.count(), func.count().filter(is_late), func.count().filter(is_stuck)
    place = seen.c.stage, Department.id, Department.name
    return (
        select(*place, *counts)
        .join(Department, Department.id == seen.c.department_id)
        .group_by(*place)
        .order_by(Department.name, seen.c.stage)
    )


def _total(
    cells: Sequence[Counted], *, stage: Stage | None = None, department: Unit | None = None
) -> Counted:
    return Counted(
        stage,
        department,
        sum(cell.cases for cell in cells),
        sum(cell.overdue for cell in cells),
        sum(cell.stuck for cell in cells),
    )


def _late_kinds(db: Session, cycle: Cycle, reader: int, now: datetime) -> list[LateKind]:
    """Counts of at least so many people as a review shows together, and never of all who were asked."""
    late = func.count().filter(_is_late(now))
    people = func.count(case((_is_late(now), Task.assignee_id)).distinct())
    asked = (
        select(Task.kind, late, people, func.count())
        .join(PromotionCase, (PromotionCase.id == Task.case_id) & (PromotionCase.round_id == Task.round_id))
        .where(_is_in(cycle.id, reader), Task.kind.in_(CONFIDENTIAL_TASKS), Task.state != TaskState.CLOSED)
        .group_by(Task.kind)
    )
    least = max(step.review.threshold for step in edition_of(db, cycle.edition_id).steps)
    told = {
        kind: tasks
        for kind, tasks, those, all_asked in db.execute(asked)
        if those >= least and tasks < all_asked
    }
    return [LateKind(kind, told.get(kind)) for kind in TaskKind if kind in CONFIDENTIAL_TASKS]
