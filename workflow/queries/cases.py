"""Lists of cases, and what there is to see of a single one: its place, its holders, what is possible."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from workflow import eligibility, process
from workflow.arrivals import RETRIES
from workflow.models import EligibilityFinding, Employee, Entry, InboxRow, PromotionCase, StageRound, Task
from workflow.permissions import ALLOWED, Operation, Part
from workflow.process import Trigger
from workflow.queries import stuck
from workflow.queries.shaping import Person, Shaped, people, person_of
from workflow.relations import Relation, sees_tally, visible_cases
from workflow.signers import first_to_decide
from workflow.vocabulary import (
    COMPETITION_TASKS,
    CONFIDENTIAL_TASKS,
    OFFICE_TASKS,
    OUTLIVING_TASKS,
    Answer,
    Level,
    Role,
    Stage,
    TaskKind,
    TaskState,
    Track,
)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list."""

    id: int
    candidate: Person
    target_track: Track
    target_level: Level
    target_post: str
    cycle_id: int | None
    stage: Stage
    due_at: datetime | None
    stuck_reason: str | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """With whom a case lies: a person by name, or a role where the matter is confidential."""

    role: str | None
    person: Person | None
    kind: TaskKind | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """A case as one reader may see it now; parts that are resources of their own are only named."""

    case: PromotionCase
    parts: frozenset[Part]
    nominated_by: Person | None
    manager: Person | None
    decided_by: Person | None
    due_at: datetime | None
    stuck_reason: str | None
    holders: list[Holder]
    acts: list[Operation]


def cases_seen_by(
    person_id: int,
    *,
    stage: Stage | None = None,
    candidate: str | None = None,
    cycle_id: int | None = None,
    is_own: bool = False,
    is_stuck: bool = False,
) -> Select[Any]:
    """Query for the CaseLines a person may see, ordered by `PromotionCase.id`; filters narrow it."""
    shape = Shaped(
        "line",
        CaseLine,
        PromotionCase.id,
        person_of("candidate", Employee),
        PromotionCase.target_track,
        PromotionCase.target_level,
        PromotionCase.target_post,
        PromotionCase.cycle_id,
        PromotionCase.stage,
        func.coalesce(StageRound.due_at, _soonest_task(person_id)).label("due_at"),
        stuck.reason_for(person_id).label("stuck_reason"),
        PromotionCase.opened_at,
    )
    filters = (
        (PromotionCase.stage == stage, stage),
        (Employee.number == candidate, candidate),
        (PromotionCase.cycle_id == cycle_id, cycle_id),
        (PromotionCase.candidate_id == person_id, is_own),
        (PromotionCase.stuck_reason.is_not(None), is_stuck),
    )
    return (
        select(shape)
        .select_from(PromotionCase)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .outerjoin(StageRound, StageRound.id == PromotionCase.round_id)
        .where(visible_cases(person_id), *(test for test, given in filters if given))
    )


def detail(
    db: Session, case: PromotionCase, *, reader: int, mine: frozenset[Relation], parts: frozenset[Part]
) -> CaseDetail:
    """The place of a case with its holders and what the reader can do now; three statements at most."""
    known = people(db, (case.nominated_by_id, case.decided_by_id, case.target_manager_id))
    tasks = _open_tasks(db, case, reader)
    holders = _holders(case, tasks, parts)
    acts = _acts(case, tasks, mine, reader)
    return CaseDetail(
        case=case,
        parts=parts,
        nominated_by=known.get(case.nominated_by_id),
        manager=known.get(case.target_manager_id),
        decided_by=known.get(case.decided_by_id),
        due_at=_round_due(case) or min((one.due_at for one in holders if one.due_at), default=None),
        stuck_reason=stuck.reason(case, parts),
        holders=holders,
        acts=sorted(acts | _acts_of_author(db, case, mine)),
    )


@dataclass(frozen=True, slots=True)
class _OpenTask:
    kind: TaskKind
    due_at: datetime
    role: Role | None
    person: Person | None
    is_own: bool
    is_of_competition: bool


_BODIES = {
    TaskKind.REVIEW: "raters",
    TaskKind.SCORE: "judges",
    TaskKind.CONFIRM_SCORE: "judges",
    TaskKind.CAST_BALLOT: "committee",
}
_STAGE_BODIES = {Stage.REVIEW: "raters", Stage.COMPETITION: "hr", Stage.COMMITTEE: "committee"}
# Whose turn it is in these stages, and until when, tells how the review or the vote goes.
_TURNS_TELL_OF = {Stage.REVIEW: Part.REVIEW_OUTCOME, Stage.COMMITTEE: Part.TALLY}
# What is done beside the way of the case, and only some may know of.
_ASIDE = OUTLIVING_TASKS | {TaskKind.DECIDE_RATER_OBJECTION}
_BEFORE_A_VOTE = (TaskKind.OPEN_BALLOT, TaskKind.UNBLOCK)
_OPERATIONS: dict[TaskKind, tuple[Operation, ...]] = {
    TaskKind.WRITE_STATEMENT: (Operation.SUBMIT_NOMINATION, Operation.REVISE_NOMINATION, Operation.OPT_OUT),
    TaskKind.CONSENT: (Operation.CONSENT,),
    TaskKind.SUBMIT_NOMINATION: (Operation.SUBMIT_NOMINATION, Operation.REVISE_NOMINATION),
    TaskKind.REVISE_NOMINATION: (Operation.SUBMIT_NOMINATION, Operation.REVISE_NOMINATION),
    TaskKind.APPROVE: (Operation.APPROVE,),
    TaskKind.FIX_DATA: (Operation.WAIVE, Operation.COMPLETE_DATA),
    TaskKind.SETTLE_ELIGIBILITY: (Operation.WAIVE,),
    TaskKind.DECIDE_RATER_OBJECTION: (Operation.DECIDE_RATER_OBJECTION,),
    TaskKind.REVIEW: (Operation.FILL_IN_REVIEW,),
    TaskKind.RESCUE_REVIEW: (Operation.RESCUE_REVIEW,),
    TaskKind.SCORE: (Operation.SCORE,),
    TaskKind.CONFIRM_SCORE: (Operation.SCORE,),
    TaskKind.OPEN_BALLOT: (Operation.OPEN_BALLOT,),
    TaskKind.CAST_BALLOT: (Operation.CAST_BALLOT,),
    TaskKind.DECIDE_OBJECTION: (Operation.READ_OBJECTIONS, Operation.DECIDE_OBJECTION),
    TaskKind.ACKNOWLEDGE_LETTER: (Operation.ACKNOWLEDGE_LETTER,),
    TaskKind.NAME_MENTOR: (Operation.NAME_MENTOR,),
    TaskKind.ACKNOWLEDGE_DUTIES: (Operation.ACKNOWLEDGE_DUTIES,),
    TaskKind.AGREE_PLAN: (Operation.AGREE_PLAN, Operation.REFUSE_MENTORSHIP),
    TaskKind.CHECK_IN: (Operation.CHECK_IN, Operation.NOTE_PROGRESS, Operation.REFUSE_MENTORSHIP),
    TaskKind.PERFORMANCE_CHECK: (Operation.CHECK_PERFORMANCE,),
    TaskKind.CONFIRM: (Operation.CLOSE_MENTORING,),
    TaskKind.UNBLOCK: (Operation.RETRY,),
}


# A written decision is asked for in several stages, each with an act of its own.
_DECISIONS: dict[Stage, tuple[Operation, ...]] = {
    Stage.REVIEW: (Operation.RESCUE_REVIEW,),
    Stage.COMMITTEE: (Operation.READ_BALLOT_REASONS, Operation.RECORD_DECISION),
    Stage.RESERVE: (Operation.RUN_COMPETITION,),
}


def _soonest_task(person_id: int) -> ScalarSelect[datetime]:
    soonest = select(func.min(Task.due_at)).where(
        Task.case_id == PromotionCase.id, Task.state == TaskState.OPEN, Task.kind.not_in(_ASIDE)
    )
    is_told = or_(PromotionCase.stage != Stage.COMMITTEE, sees_tally(person_id))
    return soonest.where(is_told).scalar_subquery()


def _open_tasks(db: Session, case: PromotionCase, reader: int) -> list[_OpenTask]:
    own = InboxRow.task_id.is_not(None).label("is_own")
    person = person_of("person", Employee)
    of_competition = and_(Task.case_id.is_(None), Task.kind.not_in(OFFICE_TASKS)).label("is_of_competition")
    shape = Shaped("task", _OpenTask, Task.kind, Task.due_at, Task.role, person, own, of_competition)
    query = (
        select(shape)
        .select_from(Task)
        .outerjoin(Employee, Employee.id == Task.assignee_id)
        .outerjoin(InboxRow, and_(InboxRow.task_id == Task.id, InboxRow.person_id == reader))
        .where(_concerns(case), Task.state == TaskState.OPEN)
        .order_by(Task.due_at, Task.id)
    )
    return list(db.scalars(query))


def _concerns(case: PromotionCase) -> ColumnElement[bool]:
    if case.stage is Stage.NOMINATED:
        return or_(Task.case_id == case.id, _completes_facts_of(case))
    if case.stage is not Stage.COMPETITION:
        return Task.case_id == case.id
    entered = select(Entry.competition_id).where(Entry.round_id == case.round_id).scalar_subquery()
    of_competition = and_(
        Task.case_id.is_(None), Task.kind.in_(COMPETITION_TASKS), Task.subject_id == entered
    )
    return or_(Task.case_id == case.id, of_competition)


def _completes_facts_of(case: PromotionCase) -> ColumnElement[bool]:
    """That HR is to complete what the last check of the case did not find on file."""
    unknown = select(EligibilityFinding.rule).where(
        EligibilityFinding.round_id == case.round_id, EligibilityFinding.answer == Answer.UNKNOWN
    )
    return and_(
        Task.kind == TaskKind.FIX_DATA,
        Task.subject_id == case.candidate.department_id,
        Task.detail.in_(unknown),
    )


def _holders(case: PromotionCase, tasks: list[_OpenTask], parts: frozenset[Part]) -> list[Holder]:
    is_told = _TURNS_TELL_OF.get(case.stage, Part.PLACE) in parts
    shown = [task for task in tasks if is_told and task.kind not in _ASIDE and not task.is_of_competition]
    # Missing facts hold a case up only once nothing else does.
    shown = [task for task in shown if task.kind not in OFFICE_TASKS] or shown
    held = list(dict.fromkeys(_holder(task) for task in shown))
    if held or case.stage not in _STAGE_BODIES:
        return held
    return [Holder(role=_STAGE_BODIES[case.stage], person=None, kind=None, due_at=_round_due(case))]


def _round_due(case: PromotionCase) -> datetime | None:
    return case.round.due_at if case.round is not None else None


def _holder(task: _OpenTask) -> Holder:
    if task.kind in CONFIDENTIAL_TASKS:
        return Holder(role=_BODIES[task.kind], person=None, kind=None, due_at=task.due_at)
    return Holder(role=task.role, person=task.person, kind=task.kind, due_at=task.due_at)


def _acts_of_author(db: Session, case: PromotionCase, mine: frozenset[Relation]) -> set[Operation]:
    """Until the first signature the text of a nomination is its author's, whoever has a task."""
    is_his = case.stage is Stage.NOMINATED and Relation.NOMINATOR in mine
    is_open = is_his and db.scalars(first_to_decide(case)).first() is None
    return {Operation.REVISE_NOMINATION} if is_open else set()


def _acts(
    case: PromotionCase, tasks: list[_OpenTask], mine: frozenset[Relation], reader: int
) -> set[Operation]:
    able = {operation for task in tasks if task.is_own for operation in _operations(case, task)}
    if reader in eligibility.interested(case):
        able.discard(Operation.WAIVE)
    if case.stage not in RETRIES:
        able.discard(Operation.RETRY)
    if any(move.trigger is Trigger.WITHDRAW for move in process.moves_from(case.stage)):
        able.add(Operation.WITHDRAW)
    if case.stage is Stage.COMPETITION or (case.stage is Stage.COMMITTEE and case.pending is None):
        able.add(Operation.RECUSE)
    if case.stage is Stage.COMMITTEE and any(task.kind in _BEFORE_A_VOTE for task in tasks):
        able.add(Operation.REFER_TO_COMMITTEE)
    if case.stage is Stage.RESERVE and not case.is_contested:
        able.add(Operation.CALL_UP)
    if case.stage in (Stage.DRAFT, Stage.NOMINATED):
        able.add(Operation.OBJECT_TO_RATER)
    return {operation for operation in able if ALLOWED[operation] & mine}


def _operations(case: PromotionCase, task: _OpenTask) -> tuple[Operation, ...]:
    if task.is_of_competition:
        return (Operation.RUN_COMPETITION,)
    if task.kind is TaskKind.WRITE_DECISION:
        return _DECISIONS.get(case.stage, ())
    return _OPERATIONS.get(task.kind, ())
