"""What the reader of a case can do now: what his tasks ask for, and what is possible in the stage."""

from datetime import datetime

from sqlalchemy.orm import Session

from workflow import eligibility, nudges, process
from workflow.arrivals import RETRIES
from workflow.models import PromotionCase
from workflow.permissions import ALLOWED, Operation, Part, turns_are_told
from workflow.process import Trigger
from workflow.queries.turns import RoundTask
from workflow.relations import Relation
from workflow.signers import first_to_decide
from workflow.vocabulary import OFFICE_TASKS, TRANSFERABLE_TASKS, Stage, TaskKind

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


def of_author(db: Session, case: PromotionCase, mine: frozenset[Relation]) -> set[Operation]:
    """Until the first signature the text of a nomination is its author's, whoever has a task."""
    is_his = case.stage is Stage.NOMINATED and Relation.NOMINATOR in mine
    is_open = is_his and db.scalars(first_to_decide(case)).first() is None
    return {Operation.REVISE_NOMINATION} if is_open else set()


def again(known: list[RoundTask]) -> set[Operation]:
    """A form that is handed in stays its author's until the review closes."""
    own_form = any(task.kind is TaskKind.REVIEW and task.is_assigned and not task.is_open for task in known)
    return {Operation.FILL_IN_REVIEW} if own_form else set()


def possible(
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


def operations(case: PromotionCase, task: RoundTask) -> tuple[Operation, ...]:
    """What a task of a case asks for."""
    if task.is_of_competition:
        return (Operation.RUN_COMPETITION,)
    if task.kind is TaskKind.WRITE_DECISION:
        return _DECISIONS.get(case.stage, ())
    return _OPERATIONS.get(task.kind, ())
