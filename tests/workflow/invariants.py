"""What holds at any time once the clock has come by: nobody waits without a name beside the case."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from workflow.models import (
    EligibilityFinding,
    Employee,
    Entry,
    InboxRow,
    PromotionCase,
    StageRound,
    Task,
    Vote,
)
from workflow.vocabulary import (
    COMPETITION_TASKS,
    CONFIDENTIAL_TASKS,
    OPEN_STAGES,
    OUTLIVING_TASKS,
    Answer,
    Stage,
    TaskKind,
    TaskState,
)


def unattended(db: Session) -> list[str]:
    """Every open case without holder, due date or reason it is stuck for, and every task of nobody."""
    return [*_cases(db), *_tasks(db), *_competitions(db)]


def _cases(db: Session) -> Iterator[str]:
    own_round = aliased(StageRound)
    # It closes on its day, without whoever has left.
    vote = exists().where(Vote.round_id == PromotionCase.round_id, Vote.closed_at.is_(None))
    query = (
        select(PromotionCase)
        .outerjoin(own_round, own_round.id == PromotionCase.round_id)
        .where(PromotionCase.stage.in_(OPEN_STAGES), PromotionCase.stuck_reason.is_(None))
        .where(own_round.due_at.is_(None), PromotionCase.effect_at.is_(None), ~vote, ~_held().exists())
    )
    for case in db.scalars(query):
        yield f"case {case.id} in {case.stage} waits for nobody"


def _tasks(db: Session) -> Iterator[str]:
    """Tasks in no inbox, or in that of somebody who has left, where HR has not been told."""
    holder = aliased(Employee)
    in_inbox = (
        exists()
        .where(InboxRow.task_id == Task.id, holder.id == InboxRow.person_id, holder.is_active)
        .correlate(Task)
    )
    query = (
        select(Task)
        .join(PromotionCase, PromotionCase.id == Task.case_id)
        .where(Task.state == TaskState.OPEN, Task.kind.not_in(CONFIDENTIAL_TASKS), ~in_inbox)
        .where(PromotionCase.stuck_reason.is_(None))
    )
    for task in db.scalars(query):
        yield f"task {task.id} ({task.kind}) of case {task.case_id} waits for nobody who is there"


def _competitions(db: Session) -> Iterator[str]:
    """Cases that say nothing although what their competition asks of HR stands in no inbox."""
    query = (
        select(Task)
        .join(Entry, Entry.competition_id == Task.subject_id)
        .join(PromotionCase, PromotionCase.round_id == Entry.round_id)
        .where(Task.state == TaskState.OPEN, Task.kind.in_(COMPETITION_TASKS), Task.case_id.is_(None))
        .where(PromotionCase.stage == Stage.COMPETITION, PromotionCase.stuck_reason.is_(None))
        .where(~exists().where(InboxRow.task_id == Task.id))
    )
    for task in db.scalars(query):
        yield f"competition {task.subject_id} waits for {task.kind} by nobody"


def _held() -> Select[int]:
    """Open tasks of a case, its competition, its facts or its release, in the inbox of somebody there."""
    entered = select(Entry.competition_id).where(Entry.round_id == PromotionCase.round_id)
    of_competition = Task.case_id.is_(None) & Task.subject_id.in_(entered)
    of_release = and_(
        Task.kind == TaskKind.RELEASE_DECISIONS,
        Task.subject_id == PromotionCase.cycle_id,
        PromotionCase.pending.is_not(None),
    )
    return (
        select(Task.id)
        .join(InboxRow, InboxRow.task_id == Task.id)
        .join(Employee, Employee.id == InboxRow.person_id)
        .where(Task.state == TaskState.OPEN, Task.kind.not_in(OUTLIVING_TASKS), Employee.is_active)
        .where(or_(Task.case_id == PromotionCase.id, of_competition, _completes_its_facts(), of_release))
    )


def _completes_its_facts() -> ColumnElement[bool]:
    candidate = aliased(Employee)
    department = select(candidate.department_id).where(candidate.id == PromotionCase.candidate_id)
    missing = select(EligibilityFinding.rule).where(
        EligibilityFinding.round_id == PromotionCase.round_id, EligibilityFinding.answer == Answer.UNKNOWN
    )
    return and_(
        Task.kind == TaskKind.FIX_DATA,
        Task.subject_id.in_(department.correlate(PromotionCase)),
        Task.detail.in_(missing.correlate(PromotionCase)),
    )
