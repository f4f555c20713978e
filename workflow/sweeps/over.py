"""What time has made due: windows, drafts, reviews, votes and notices that are over, places that are gone."""

from functools import cache

from sqlalchemy import Select, and_, exists, select

from workflow import agenda, drafts
from workflow.models import (
    Cycle,
    EligibilityFinding,
    Employee,
    InboxRow,
    Objection,
    PromotionCase,
    ReviewOutcome,
    StageRound,
    Task,
    Vote,
    Waiver,
)
from workflow.moment import NOW, TODAY
from workflow.vocabulary import Answer, ObjectionState, Stage, TaskKind, TaskState


@cache
def cycles_begun() -> Select[int]:
    """Cycles whose first day has come and whose drafts are still to be opened, or were missed."""
    return select(Cycle.id).where(
        Cycle.opens_drafts,
        Cycle.drafts_opened_at.is_(None),
        Cycle.opens_on <= TODAY,
    )


@cache
def facts_supplied() -> Select[int]:
    """Cycles that take nominations and in which drafts wait for facts that may have come."""
    return select(Cycle.id).where(
        Cycle.opens_on <= TODAY, Cycle.closes_on >= TODAY, drafts.awaited(Cycle.id).exists()
    )


@cache
def drafts_over() -> Select[int]:
    """Drafts whose time to be written, opted out of or consented to is over."""
    return (
        select(PromotionCase.id)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(PromotionCase.stage == Stage.DRAFT, StageRound.due_at <= NOW, Employee.is_active)
    )


@cache
def facts_completed() -> Select[int]:
    """Signed cases with a rule that is still unknown, and for which nobody of HR has a task any more."""
    task = Task.state == TaskState.OPEN
    holds_up = Task.kind != TaskKind.DECIDE_RATER_OBJECTION
    waived = exists().where(Waiver.case_id == PromotionCase.id, Waiver.rule == EligibilityFinding.rule)
    awaited = exists().where(
        task,
        InboxRow.task_id == Task.id,
        Task.kind == TaskKind.FIX_DATA,
        Task.subject_id == Employee.department_id,
        Task.detail == EligibilityFinding.rule,
    )
    return (
        select(PromotionCase.id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .join(EligibilityFinding, EligibilityFinding.round_id == PromotionCase.round_id)
        .where(PromotionCase.stage == Stage.NOMINATED, EligibilityFinding.answer == Answer.UNKNOWN)
        .where(~waived, ~awaited, ~exists().where(task, holds_up, Task.case_id == PromotionCase.id))
        .where(PromotionCase.stuck_reason.is_(None))
    )


@cache
def reviews_over() -> Select[int]:
    """Reviews whose time is over and that are still open."""
    published = select(ReviewOutcome.round_id).where(ReviewOutcome.round_id == StageRound.id)
    return (
        select(PromotionCase.id)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .where(PromotionCase.stage == Stage.REVIEW, StageRound.due_at <= NOW, ~published.exists())
    )


@cache
def votes_over() -> Select[int]:
    """Votes whose time is over and that are still open."""
    return (
        select(PromotionCase.id)
        .join(Vote, Vote.round_id == PromotionCase.round_id)
        .where(PromotionCase.stage == Stage.COMMITTEE, Vote.closed_at.is_(None), Vote.closes_at <= NOW)
    )


@cache
def effects_due() -> Select[int]:
    """Decisions whose notice is over, that nobody objects to any more, and whose day has come."""
    objected = select(Objection.round_id).where(Objection.state == ObjectionState.OPEN)
    return (
        select(PromotionCase.id)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(PromotionCase.stage == Stage.NOTICE, Employee.is_active)
        .where(StageRound.due_at <= NOW, PromotionCase.effect_at <= NOW, StageRound.id.not_in(objected))
    )


@cache
def places_gone() -> Select[int]:
    """Cases that wait for a vote although others have taken every place."""
    return select(PromotionCase.id).where(agenda.waits_without_place())


@cache
def releases_spared() -> Select[int | None]:
    """Cycles whose decisions HR is to release although none waits any more."""
    waits = exists().where(PromotionCase.cycle_id == Task.subject_id, PromotionCase.pending.is_not(None))
    asked = and_(Task.kind == TaskKind.RELEASE_DECISIONS, Task.state == TaskState.OPEN)
    return select(Task.subject_id).where(asked, ~waits)


@cache
def releases_unasked() -> Select[int | None]:
    """Cycles whose decisions wait while HR has no task to release them."""
    asked = exists().where(
        Task.kind == TaskKind.RELEASE_DECISIONS,
        Task.subject_id == PromotionCase.cycle_id,
        Task.state == TaskState.OPEN,
    )
    waits = and_(PromotionCase.pending.is_not(None), PromotionCase.stuck_reason.is_(None))
    return select(PromotionCase.cycle_id).where(waits, ~asked)
