"""Whose turn it is: what a case waits for, and with whom it lies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from workflow.models import (
    ApprovalStep,
    CheckIn,
    EligibilityFinding,
    Employee,
    Entry,
    InboxRow,
    PerformanceCheck,
    PromotionCase,
    ReviewOutcome,
    ReviewRequest,
    Task,
    aliased,
)
from workflow.permissions import Part, turns_are_told
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.rules.approvals import MOST_ADDED
from workflow.vocabulary import (
    ASIDE_TASKS,
    COMPETITION_TASKS,
    CONFIDENTIAL_TASKS,
    OFFICE_TASKS,
    Answer,
    RequestState,
    Role,
    Stage,
    TaskKind,
    TaskState,
)

# Aliases cost more to make than to use.
_ADDED, _ROW, _ABSENT = aliased(ApprovalStep), aliased(InboxRow), aliased(Employee)


@dataclass(frozen=True, slots=True)
class Holder:
    """With whom a case lies: a person by name, or a role where the matter is confidential."""

    role: str | None
    person: Person | None
    kind: TaskKind | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class RoundTask:
    """A task of a case, be it done: of its present round, of its competition, or for its missing facts."""

    id: int
    version: int
    kind: TaskKind
    due_at: datetime
    role: Role | None
    person: Person | None
    on_behalf_of: Person | None
    is_own: bool
    is_assigned: bool
    may_ask: bool
    is_with_others: bool
    nudged_at: datetime | None
    is_of_competition: bool
    day: int | None
    week: int | None
    is_open: bool
    is_done_by_reader: bool


_BODIES = {
    TaskKind.REVIEW: "raters",
    TaskKind.SCORE: "judges",
    TaskKind.CONFIRM_SCORE: "judges",
    TaskKind.CAST_BALLOT: "committee",
}
_STAGE_BODIES = {Stage.REVIEW: "raters", Stage.COMPETITION: "hr", Stage.COMMITTEE: "committee"}


def tasks_of(db: Session, case: PromotionCase, reader: int) -> list[RoundTask]:
    """Everything a case waits for, what is due first on top, and what of its round was done.

    Of secret things only the reader's own form, while he may still replace it.
    """
    known = or_(_waits(case), _was_done(case, reader), _is_own_form(case, reader))
    return list(db.scalars(_tasks(reader).where(known)))


def tasks_of_candidate(db: Session, person: Employee) -> dict[int, list[RoundTask]]:
    """What each case of a candidate waits for, but for its competition, in one statement."""
    case, of_case = PromotionCase, Task.case_id == PromotionCase.id
    completes = _completes_facts_of(case, person.department_id)
    query = (
        _tasks(person.id)
        .add_columns(case.id)
        .join(case, or_(of_case, and_(case.stage == Stage.NOMINATED, completes)))
        .where(case.candidate_id == person.id, Task.state == TaskState.OPEN)
    )
    found: dict[int, list[RoundTask]] = {}
    for task, case_id in db.execute(query):
        found.setdefault(case_id, []).append(task)
    return found


def _tasks(reader: int) -> Select[Any]:
    """Query for RoundTasks, what is due first on top."""
    is_talk = and_(Task.kind == TaskKind.CHECK_IN, CheckIn.id == Task.subject_id)
    is_check = and_(Task.kind == TaskKind.PERFORMANCE_CHECK, PerformanceCheck.id == Task.subject_id)
    return (
        select(_shape(reader))
        .select_from(Task)
        .outerjoin(Employee, Employee.id == Task.assignee_id)
        .outerjoin(InboxRow, and_(InboxRow.task_id == Task.id, InboxRow.person_id == reader))
        .outerjoin(_ABSENT, _ABSENT.id == InboxRow.on_behalf_of_id)
        .outerjoin(CheckIn, is_talk)
        .outerjoin(PerformanceCheck, is_check)
        .order_by(Task.due_at, Task.id)
    )


def _shape(reader: int) -> Shaped:
    others = exists().where(_ROW.task_id == Task.id, _ROW.person_id != reader)
    of_competition = and_(Task.case_id.is_(None), Task.kind.not_in(OFFICE_TASKS))
    return Shaped(
        "task",
        RoundTask,
        Task.id,
        Task.version,
        Task.kind,
        Task.due_at,
        Task.role,
        person_of("person", Employee),
        person_of("on_behalf_of", _ABSENT),
        InboxRow.task_id.is_not(None).label("is_own"),
        (Task.assignee_id == reader).label("is_assigned"),
        _may_ask().label("may_ask"),
        others.label("is_with_others"),
        Task.nudged_at,
        of_competition.label("is_of_competition"),
        CheckIn.day,
        PerformanceCheck.week,
        (Task.state == TaskState.OPEN).label("is_open"),
        func.coalesce(Task.done_by_id == reader, false()).label("is_done_by_reader"),
    )


def _waits(case: PromotionCase) -> ColumnElement[bool]:
    return and_(_concerns(case), Task.state == TaskState.OPEN)


def _is_own_form(case: PromotionCase, reader: int) -> ColumnElement[bool]:
    """That it asked the reader for a form which he has handed in, and may replace until the review closes."""
    if case.stage is not Stage.REVIEW:
        return false()
    handed_in = exists().where(
        ReviewRequest.round_id == Task.round_id,
        ReviewRequest.rater_id == reader,
        ReviewRequest.state == RequestState.SUBMITTED,
    )
    is_closed = exists().where(ReviewOutcome.round_id == Task.round_id)
    of_round = and_(Task.case_id == case.id, Task.round_id == case.round_id, Task.assignee_id == reader)
    return and_(of_round, Task.kind == TaskKind.REVIEW, handed_in, ~is_closed)


def _was_done(case: PromotionCase, reader: int) -> ColumnElement[bool]:
    """That it was done in this round, by the reader or somebody of a role, and is no secret."""
    of_round = and_(Task.case_id == case.id, Task.round_id == case.round_id, Task.state == TaskState.DONE)
    by_whom = or_(Task.done_by_id == reader, Task.role.is_not(None))
    return and_(of_round, Task.kind.not_in(CONFIDENTIAL_TASKS), by_whom)


def _may_ask() -> ColumnElement[bool]:
    """That the signature is a seat's own, whose holder has not asked others as often as he may."""
    asked = select(func.count()).where(_ADDED.asked_for_id == Task.subject_id).scalar_subquery()
    is_added = exists().where(_ADDED.id == Task.subject_id, _ADDED.asked_for_id.is_not(None))
    is_substitute = InboxRow.on_behalf_of_id.is_not(None)
    return and_(Task.kind == TaskKind.APPROVE, ~is_added, ~is_substitute, asked < MOST_ADDED)


def _concerns(case: PromotionCase) -> ColumnElement[bool]:
    if case.stage is Stage.NOMINATED:
        return or_(Task.case_id == case.id, _completes_facts_of(case, case.candidate.department_id))
    if case.stage is not Stage.COMPETITION:
        return Task.case_id == case.id
    entered = select(Entry.competition_id).where(Entry.round_id == case.round_id).scalar_subquery()
    of_competition = and_(
        Task.case_id.is_(None), Task.kind.in_(COMPETITION_TASKS), Task.subject_id == entered
    )
    return or_(Task.case_id == case.id, of_competition)


def _completes_facts_of(case: Any, department_id: int) -> ColumnElement[bool]:
    """That HR is to complete what the last check of a case of the department did not find on file."""
    unknown = select(EligibilityFinding.rule).where(
        EligibilityFinding.round_id == case.round_id, EligibilityFinding.answer == Answer.UNKNOWN
    )
    return and_(
        Task.kind == TaskKind.FIX_DATA,
        Task.subject_id == department_id,
        Task.detail.in_(unknown),
    )


def holders(case: PromotionCase, tasks: list[RoundTask], parts: frozenset[Part]) -> list[Holder]:
    """With whom the case lies, as far as whoever sees these parts may know."""
    is_told = turns_are_told(case, parts)
    shown = [task for task in tasks if is_told and _is_on_the_way(task)]
    # Missing facts hold a case up only once nothing else does.
    shown = [task for task in shown if task.kind not in OFFICE_TASKS] or shown
    held = list(dict.fromkeys(_holder(task) for task in shown))
    if held or case.stage not in _STAGE_BODIES:
        return held
    return [Holder(role=_STAGE_BODIES[case.stage], person=None, kind=None, due_at=_round_due(case))]


def _round_due(case: PromotionCase) -> datetime | None:
    """Until when the present stage lasts, or None where it has no end of its own."""
    return case.round.due_at if case.round is not None else None


def due(case: PromotionCase, held: list[Holder]) -> datetime | None:
    """Until when something must be done, as far as whoever is told of these holders may know."""
    return _round_due(case) or min((one.due_at for one in held if one.due_at), default=None)


def _holder(task: RoundTask) -> Holder:
    if task.kind in CONFIDENTIAL_TASKS:
        return Holder(role=_BODIES[task.kind], person=None, kind=None, due_at=task.due_at)
    return Holder(role=task.role, person=task.person, kind=task.kind, due_at=task.due_at)


def _is_on_the_way(task: RoundTask) -> bool:
    return task.kind not in ASIDE_TASKS and not task.is_of_competition
