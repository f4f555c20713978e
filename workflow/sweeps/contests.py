"""Which competitions time has something to do for: to open, to close, or to go on without somebody."""

from functools import cache

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from workflow import contest_tasks, entrants
from workflow.contests import NOBODY_TO_RUN, UNDER_WAY
from workflow.models import Competition, Employee, Entry, Judge, PromotionCase, SealedScore, Task
from workflow.moment import NOW
from workflow.stakes import parts_in
from workflow.vocabulary import CompetitionState, Stage, TaskKind, TaskState

_HAS_LEFT = ~Employee.is_active


@cache
def to_open() -> Select[int]:
    """Competitions that are open and for which a case waits outside."""
    return entrants.waiting(NOW).with_only_columns(Competition.id)


@cache
def missed() -> Select[int]:
    """Cases that wait for a competition that has been cancelled, is over or is not for them any more."""
    return entrants.waiting_for_none(NOW)


@cache
def to_close() -> Select[int]:
    """Competitions whose entries are to be closed."""
    return select(Competition.id).where(
        Competition.state == CompetitionState.ANNOUNCED, Competition.closes_at <= NOW
    )


@cache
def deserted() -> Select[int]:
    """Competitions under way whose entrants have all left; where nobody entered, HR decides."""
    entered = select(Entry.id).where(Entry.competition_id == Competition.id)
    running = entered.join(PromotionCase, PromotionCase.round_id == Entry.round_id)
    return select(Competition.id).where(
        Competition.state.in_(UNDER_WAY),
        entered.exists(),
        ~running.where(PromotionCase.stage == Stage.COMPETITION).exists(),
    )


@cache
def judges_missing() -> Select[int]:
    """Competitions that wait for somebody who has left or is late, unless HR is asked for another."""
    is_late = and_(Judge.successor_until.is_(None), or_(Competition.scores_due_at <= NOW, _HAS_LEFT))
    is_silent = or_(Task.due_at <= NOW, _HAS_LEFT)
    return (
        select(Competition.id)
        .join(Entry, Entry.competition_id == Competition.id)
        .join(Task, _asks_for_sheet_of_entry())
        .join(Employee, Employee.id == Task.assignee_id)
        .join(Judge, and_(Judge.competition_id == Competition.id, Judge.employee_id == Employee.id))
        .where(
            Competition.state == CompetitionState.SCORING,
            Task.state == TaskState.OPEN,
            or_(
                and_(Task.kind == TaskKind.SCORE, is_late),
                and_(Task.kind == TaskKind.CONFIRM_SCORE, is_silent),
            ),
        )
    )


@cache
def judges_with_a_stake() -> Select[int]:
    """Competitions with a judge who has come to have a stake in an entry of his panel."""
    entered = select(Entry.case_id).join(Competition, Competition.id == Entry.competition_id)
    scored = entered.where(Competition.state == CompetitionState.SCORING)
    parts = parts_in(and_(PromotionCase.stage == Stage.COMPETITION, PromotionCase.id.in_(scored)))
    return (
        _judged_now()
        .join(parts, parts.c.case_id == PromotionCase.id)
        .where(Judge.is_seated, parts.c.person_id == Judge.employee_id, parts.c.name != "judge")
    )


@cache
def successors_missing() -> Select[int]:
    """Competitions in which HR has named nobody in time for a judge who is missing, unless it is stuck."""
    return _judged_now().where(
        Judge.successor_until <= NOW, PromotionCase.stuck_reason.is_distinct_from("judge_missing")
    )


@cache
def successors_unneeded() -> Select[int]:
    """Competitions in which HR is to name somebody for a judge to whom no running entry is left to score."""
    unwritten = (
        select(Entry.id)
        .join(PromotionCase, PromotionCase.round_id == Entry.round_id)
        .outerjoin(SealedScore, and_(SealedScore.entry_id == Entry.id, SealedScore.judge_id == Judge.id))
        .where(Judge.scores(Entry), PromotionCase.stage == Stage.COMPETITION, SealedScore.entry_id.is_(None))
        .correlate(Judge)
    )
    return (
        select(Competition.id)
        .join(Judge, Judge.competition_id == Competition.id)
        .where(Competition.state == CompetitionState.SCORING)
        .where(Judge.successor_until.is_not(None), ~unwritten.exists())
    )


@cache
def sheets_complete() -> Select[int]:
    """Competitions in a round in which nobody is, or is still to be, asked for a sheet."""
    asked = exists().where(
        Entry.competition_id == Competition.id, _asks_for_sheet_of_entry(), Task.state == TaskState.OPEN
    )
    vacant = _judged_now().where(Judge.is_vacant())
    return select(Competition.id).where(
        Competition.state == CompetitionState.SCORING, ~asked, Competition.id.not_in(vacant)
    )


@cache
def run_by_nobody() -> Select[int]:
    """Competitions whose cases do not say that everybody of HR is barred, or say so although it is over."""
    is_left_alone = Competition.id.in_(contest_tasks.held_by_nobody())
    return (
        select(Competition.id)
        .join(Entry, Entry.competition_id == Competition.id)
        .join(PromotionCase, PromotionCase.round_id == Entry.round_id)
        .where(PromotionCase.stage == Stage.COMPETITION)
        .where(
            or_(
                and_(is_left_alone, PromotionCase.stuck_reason.is_(None)),
                and_(~is_left_alone, PromotionCase.stuck_reason == NOBODY_TO_RUN),
            )
        )
    )


def _asks_for_sheet_of_entry() -> ColumnElement[bool]:
    return and_(Task.subject_id == Entry.id, Task.kind.in_((TaskKind.SCORE, TaskKind.CONFIRM_SCORE)))


def _judged_now() -> Select[int]:
    """Competitions in which judges score, with the judges and the cases on their panels that still run."""
    return (
        select(Competition.id)
        .join(Entry, Entry.competition_id == Competition.id)
        .join(PromotionCase, PromotionCase.round_id == Entry.round_id)
        .join(Judge, Judge.scores(Entry))
        .where(Competition.state == CompetitionState.SCORING, PromotionCase.stage == Stage.COMPETITION)
    )
