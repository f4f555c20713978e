"""Which competitions time has something to do for: to open, to close, or to go on without somebody."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from workflow import competitions
from workflow.contests import UNDER_WAY
from workflow.models import Competition, Employee, Entry, PromotionCase, Task
from workflow.vocabulary import CompetitionState, Stage, TaskKind, TaskState


def to_open(now: datetime) -> Select[int]:
    """Competitions that are open and for which a case waits outside."""
    return competitions.waiting(now).with_only_columns(Competition.id)


def missed(now: datetime) -> Select[int]:
    """Cases that wait for a competition that has been cancelled, is over or is not for them any more."""
    return competitions.waiting_for_none(now)


def to_close(now: datetime) -> Select[int]:
    """Competitions whose entries are to be closed."""
    return select(Competition.id).where(
        Competition.state == CompetitionState.ANNOUNCED, Competition.closes_at <= now
    )


def deserted(_now: datetime) -> Select[int]:
    """Competitions under way whose entrants have all left; where nobody entered, HR decides."""
    entered = select(Entry.id).where(Entry.competition_id == Competition.id)
    running = entered.join(PromotionCase, PromotionCase.round_id == Entry.round_id)
    return select(Competition.id).where(
        Competition.state.in_(UNDER_WAY),
        entered.exists(),
        ~running.where(PromotionCase.stage == Stage.COMPETITION).exists(),
    )


def judges_missing(now: datetime) -> Select[int]:
    """Competitions that wait for somebody who has left or is late, unless HR knows."""
    is_late = or_(
        and_(Task.kind == TaskKind.SCORE, Competition.scores_due_at <= now),
        and_(Task.kind == TaskKind.CONFIRM_SCORE, Task.due_at <= now),
    )
    return (
        select(Competition.id)
        .join(Entry, Entry.competition_id == Competition.id)
        .join(PromotionCase, PromotionCase.id == Entry.case_id)
        .join(Task, _asks_for_sheet_of_entry())
        .join(Employee, Employee.id == Task.assignee_id)
        .where(
            Competition.state == CompetitionState.SCORING,
            Task.state == TaskState.OPEN,
            PromotionCase.stuck_reason.is_distinct_from("judge_missing"),
            or_(is_late, ~Employee.is_active),
        )
    )


def sheets_complete(_now: datetime) -> Select[int]:
    """Competitions in a round in which nobody is asked for a sheet any more."""
    asked = exists().where(
        Entry.competition_id == Competition.id, _asks_for_sheet_of_entry(), Task.state == TaskState.OPEN
    )
    return select(Competition.id).where(Competition.state == CompetitionState.SCORING, ~asked)


def _asks_for_sheet_of_entry() -> ColumnElement[bool]:
    return and_(Task.subject_id == Entry.id, Task.kind.in_((TaskKind.SCORE, TaskKind.CONFIRM_SCORE)))
