"""Who has left while something waits for him, and roles that nobody holds any more."""

from functools import cache

from sqlalchemy import CompoundSelect, Select, and_, exists, or_, select, union_all

from workflow import ballots, recusals
from workflow.kept_apart import are_apart
from workflow.models import (
    Elector,
    Employee,
    InboxRow,
    Mentorship,
    PromotionCase,
    Recusal,
    ReviewContact,
    ReviewOutcome,
    ReviewRequest,
    Seat,
    Task,
    Vote,
    aliased,
)
from workflow.moment import NOW, TODAY
from workflow.relations import wants_the_post_of
from workflow.vocabulary import (
    CHAIRS_TASKS,
    CONFIDENTIAL_TASKS,
    ENDS,
    RequestState,
    Source,
    Stage,
    TaskKind,
    TaskState,
)

# Aliases cost more to make than to use.
_ALTERNATE, _ENTITLED, _OTHER = aliased(Employee), aliased(Elector), aliased(PromotionCase)


@cache
def candidates_gone() -> Select[int]:
    """Cases of people who have left."""
    return (
        select(PromotionCase.id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(~Employee.is_active, PromotionCase.stage.in_(frozenset(Stage) - ENDS))
    )


@cache
def chairs_gone() -> Select[int | None]:
    """Cases whose chair has left, or is no longer in office in the committee they are before."""
    in_office = exists().where(
        Seat.committee_id == PromotionCase.committee_id,
        Seat.employee_id == Task.assignee_id,
        ~Seat.is_alternate,
        ballots.is_in_office(TODAY),
    )
    return (
        select(Task.case_id)
        .join(Employee, Employee.id == Task.assignee_id)
        .join(PromotionCase, (PromotionCase.id == Task.case_id) & (PromotionCase.round_id == Task.round_id))
        .where(Task.state == TaskState.OPEN, Task.kind.in_(CHAIRS_TASKS))
        .where(PromotionCase.stage == Stage.COMMITTEE, or_(~Employee.is_active, ~in_office))
    )


@cache
def voters_gone() -> Select[int]:
    """Cases with an open vote whose register names somebody who has left, while an alternate is free."""
    # Said in words, because what stands two levels further out is not correlated by itself.
    on_register = (
        exists()
        .where(_ENTITLED.vote_id == Vote.id, _ENTITLED.employee_id == _ALTERNATE.id)
        .correlate_except(_ENTITLED)
    )
    recused = (
        exists()
        .where(Recusal.case_id == PromotionCase.id, Recusal.employee_id == _ALTERNATE.id)
        .correlate_except(Recusal)
    )
    is_free = (
        exists()
        .where(Seat.committee_id == Vote.committee_id, Seat.is_alternate, ballots.is_in_office(TODAY))
        .where(_ALTERNATE.id == Seat.employee_id, _ALTERNATE.is_active, ~on_register, ~recused)
    )
    return (
        select(PromotionCase.id)
        .join(Vote, Vote.round_id == PromotionCase.round_id)
        .join(Elector, Elector.vote_id == Vote.id)
        .join(Employee, Employee.id == Elector.employee_id)
        .where(PromotionCase.stage == Stage.COMMITTEE, Vote.closed_at.is_(None), Vote.closes_at > NOW)
        .where(~Elector.has_voted, ~Employee.is_active, is_free)
    )


@cache
def approvers_with_a_stake() -> Select[int]:
    """Cases that wait for the signature of a rival by now, or of somebody kept apart from the candidate."""
    return _held_with_a_stake(Stage.NOMINATED, TaskKind.APPROVE)


@cache
def mentors_kept_apart() -> Select[int]:
    """Cases in mentoring whose mentor has come to be kept apart from the mentee."""
    return (
        select(PromotionCase.id)
        .join(Mentorship, Mentorship.case_id == PromotionCase.id)
        .where(PromotionCase.stage == Stage.MENTORING)
        .where(are_apart(PromotionCase.candidate_id, Mentorship.mentor_id))
    )


@cache
def assessors_with_a_stake() -> Select[int]:
    """Cases in mentoring in which such a person is to rate, or to decide how it ends."""
    return _held_with_a_stake(Stage.MENTORING, TaskKind.PERFORMANCE_CHECK, TaskKind.CONFIRM)


@cache
def members_with_a_stake() -> Select[int]:
    """Cases before a committee in which somebody takes part who has come to have a stake in them."""
    found = recusals.with_a_stake(TODAY).subquery()
    return select(found.c.case_id)


@cache
def people_gone() -> Select[int]:
    """Cases that wait for somebody who has left; reviews, scores and votes are closed without him."""
    held = _held_by_the_gone().where(Task.kind.not_in(CONFIDENTIAL_TASKS))
    return select(PromotionCase.id).where(PromotionCase.stuck_reason.is_(None), PromotionCase.id.in_(held))


@cache
def roles_empty() -> Select[int]:
    """Cases with a task of a role, or a decision to be released, that nobody who could act on it holds."""
    released_by_somebody = exists().where(
        Task.kind == TaskKind.RELEASE_DECISIONS,
        Task.subject_id == _OTHER.cycle_id,
        Task.state == TaskState.OPEN,
        InboxRow.task_id == Task.id,
    )
    unreleased = select(_OTHER.id).where(_OTHER.pending.is_not(None), ~released_by_somebody)
    # Either of them finds a few by an index; one or the other would be looked for in every case.
    left_alone: CompoundSelect[int] = union_all(_held_by_nobody(), unreleased)
    return select(PromotionCase.id).where(
        PromotionCase.stuck_reason.is_(None), PromotionCase.id.in_(left_alone)
    )


@cache
def raters_gone() -> Select[int]:
    """Open reviews in which somebody is still asked who has left, or a customer whom no mail reaches."""
    published = select(ReviewOutcome.round_id).where(ReviewOutcome.round_id == PromotionCase.round_id)
    return (
        select(PromotionCase.id)
        .join(ReviewRequest, ReviewRequest.round_id == PromotionCase.round_id)
        .outerjoin(Employee, Employee.id == ReviewRequest.rater_id)
        .outerjoin(ReviewContact, ReviewContact.id == ReviewRequest.contact_id)
        .where(PromotionCase.stage == Stage.REVIEW, ReviewRequest.state == RequestState.ASKED)
        .where(or_(~Employee.is_active, ReviewContact.refused_at.is_not(None)))
        .where(ReviewRequest.source != Source.SELF, ~published.exists())
    )


def _held_by_nobody() -> Select[int | None]:
    """Query for the cases held up by an open task that stands in no inbox."""
    here = exists().where(InboxRow.task_id == Task.id)
    of_case = select(Task.case_id).where(Task.state == TaskState.OPEN, Task.case_id.is_not(None), ~here)
    # An objection to a rater that nobody can decide on stands, and the case need not wait for it.
    return of_case.where(Task.kind != TaskKind.DECIDE_RATER_OBJECTION)


def _held_by_the_gone() -> Select[int | None]:
    return (
        select(Task.case_id)
        .join(Employee, Employee.id == Task.assignee_id)
        .where(Task.state == TaskState.OPEN, ~Employee.is_active, Task.case_id.is_not(None))
    )


def _held_with_a_stake(stage: Stage, *kinds: TaskKind) -> Select[int]:
    is_rival = exists().where(
        _OTHER.candidate_id == Task.assignee_id,
        _OTHER.id != PromotionCase.id,
        wants_the_post_of(PromotionCase, _OTHER),
    )
    reports = exists().where(
        Employee.id == Task.assignee_id, Employee.manager_id == PromotionCase.candidate_id
    )
    return (
        select(PromotionCase.id)
        .join(Task, and_(Task.case_id == PromotionCase.id, Task.kind.in_(kinds)))
        .where(PromotionCase.stage == stage, Task.state == TaskState.OPEN)
        .where(or_(is_rival, are_apart(PromotionCase.candidate_id, Task.assignee_id), reports))
    )
