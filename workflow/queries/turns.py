"""Whose turn it is: what a case waits for, with whom it lies, and what its reader can do now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from workflow import eligibility, nudges, process
from workflow.arrivals import RETRIES
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
from workflow.permissions import ALLOWED, Operation, Part, turns_are_told
from workflow.process import Trigger
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.relations import Relation
from workflow.rules.approvals import MOST_ADDED
from workflow.signers import first_to_decide
from workflow.vocabulary import (
    ASIDE_TASKS,
    COMPETITION_TASKS,
    CONFIDENTIAL_TASKS,
    OFFICE_TASKS,
    TRANSFERABLE_TASKS,
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
    TaskKind.CHECK_IN: (Operation.CHECK_IN, Operation.REFUSE_MENTORSHIP),
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


def tasks_of(db: Session, case: PromotionCase, reader: int) -> list[RoundTask]:
    """Everything a case waits for, what is due first on top, and what of its round was done.

    Of secret things only the reader's own form, while he may still replace it.
    """
    is_talk = and_(Task.kind == TaskKind.CHECK_IN, CheckIn.id == Task.subject_id)
    is_check = and_(Task.kind == TaskKind.PERFORMANCE_CHECK, PerformanceCheck.id == Task.subject_id)
    query = (
        select(_shape(reader))
        .select_from(Task)
        .outerjoin(Employee, Employee.id == Task.assignee_id)
        .outerjoin(InboxRow, and_(InboxRow.task_id == Task.id, InboxRow.person_id == reader))
        .outerjoin(_ABSENT, _ABSENT.id == InboxRow.on_behalf_of_id)
        .outerjoin(CheckIn, is_talk)
        .outerjoin(PerformanceCheck, is_check)
        .where(or_(_waits(case), _was_done(case, reader), _is_own_form(case, reader)))
        .order_by(Task.due_at, Task.id)
    )
    return list(db.scalars(query))


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


def holders(case: PromotionCase, tasks: list[RoundTask], parts: frozenset[Part]) -> list[Holder]:
    """With whom the case lies, as far as whoever sees these parts may know."""
    is_told = turns_are_told(case, parts)
    shown = [task for task in tasks if is_told and _is_on_the_way(task)]
    # Missing facts hold a case up only once nothing else does.
    shown = [task for task in shown if task.kind not in OFFICE_TASKS] or shown
    held = list(dict.fromkeys(_holder(task) for task in shown))
    if held or case.stage not in _STAGE_BODIES:
        return held
    return [Holder(role=_STAGE_BODIES[case.stage], person=None, kind=None, due_at=round_due(case))]


def round_due(case: PromotionCase) -> datetime | None:
    """Until when the present stage lasts, or None where it has no end of its own."""
    return case.round.due_at if case.round is not None else None


def _holder(task: RoundTask) -> Holder:
    if task.kind in CONFIDENTIAL_TASKS:
        return Holder(role=_BODIES[task.kind], person=None, kind=None, due_at=task.due_at)
    return Holder(role=task.role, person=task.person, kind=task.kind, due_at=task.due_at)


def acts_of_author(db: Session, case: PromotionCase, mine: frozenset[Relation]) -> set[Operation]:
    """Until the first signature the text of a nomination is its author's, whoever has a task."""
    is_his = case.stage is Stage.NOMINATED and Relation.NOMINATOR in mine
    is_open = is_his and db.scalars(first_to_decide(case)).first() is None
    return {Operation.REVISE_NOMINATION} if is_open else set()


def acts_again(known: list[RoundTask]) -> set[Operation]:
    """A form that is handed in stays its author's until the review closes."""
    own_form = any(task.kind is TaskKind.REVIEW and task.is_assigned and not task.is_open for task in known)
    return {Operation.FILL_IN_REVIEW} if own_form else set()


def acts(
    case: PromotionCase,
    tasks: list[RoundTask],
    mine: frozenset[Relation],
    parts: frozenset[Part],
    *,
    reader: int,
    now: datetime,
) -> set[Operation]:
    """What the reader can do now: what his tasks ask for, and what is possible in the stage."""
    able = {operation for task in tasks if task.is_own for operation in operations(case, task)}
    if reader in eligibility.interested(case):
        able.discard(Operation.WAIVE)
    if case.stage not in RETRIES:
        able.discard(Operation.RETRY)
    able |= _asking_others(case, tasks, mine, parts, now)
    if any(task.kind is TaskKind.CHECK_IN for task in tasks):
        able.add(Operation.CHECK_IN)  # the mentor has the task, and both write what came of the talk
    if case.stage is Stage.COMMITTEE and any(task.kind in _BEFORE_A_VOTE for task in tasks):
        able.add(Operation.REFER_TO_COMMITTEE)
    return {operation for operation in able | _of_stage(case, mine) if ALLOWED[operation] & mine}


def _of_stage(case: PromotionCase, mine: frozenset[Relation]) -> set[Operation]:
    """What no task asks for, and the stage allows."""
    can_withdraw = any(move.trigger is Trigger.WITHDRAW for move in process.moves_from(case.stage))
    # Whoever judged its competition has no part in what the committee decides.
    is_before_him = case.stage is Stage.COMMITTEE and case.pending is None and Relation.MEMBER in mine
    possible = {
        Operation.COPY: case.ended_at is None,
        Operation.WITHDRAW: can_withdraw,
        Operation.RECUSE: case.stage is Stage.COMPETITION or is_before_him,
        Operation.CALL_UP: case.stage is Stage.RESERVE and not case.is_contested,
        Operation.NOTE_PROGRESS: case.stage is Stage.MENTORING,
        Operation.OBJECT_TO_RATER: case.stage in (Stage.DRAFT, Stage.NOMINATED),
    }
    return {operation for operation, is_possible in possible.items() if is_possible}


def _asking_others(
    case: PromotionCase,
    tasks: list[RoundTask],
    mine: frozenset[Relation],
    parts: frozenset[Part],
    now: datetime,
) -> set[Operation]:
    possible = {
        Operation.HAND_OVER: any(task.is_assigned and task.kind in TRANSFERABLE_TASKS for task in tasks),
        Operation.ADD_SIGNER: any(task.is_own and task.may_ask for task in tasks),
        Operation.NUDGE: turns_are_told(case, parts)
        and any(_can_be_nudged(case, task, mine, now) for task in tasks),
    }
    return {operation for operation, is_possible in possible.items() if is_possible}


def _can_be_nudged(case: PromotionCase, task: RoundTask, mine: frozenset[Relation], now: datetime) -> bool:
    is_of_case = task.kind not in OFFICE_TASKS and not task.is_of_competition
    is_new = not nudges.was_today(task.nudged_at, now, case.candidate.time_zone)
    return is_of_case and task.is_with_others and is_new and nudges.is_for(mine, task.kind, task.due_at, now)


def _is_on_the_way(task: RoundTask) -> bool:
    return task.kind not in ASIDE_TASKS and not task.is_of_competition


def operations(case: PromotionCase, task: RoundTask) -> tuple[Operation, ...]:
    """What a task of a case asks for."""
    if task.is_of_competition:
        return (Operation.RUN_COMPETITION,)
    if task.kind is TaskKind.WRITE_DECISION:
        return _DECISIONS.get(case.stage, ())
    return _OPERATIONS.get(task.kind, ())
