"""Whether the server has done what its clock asks: nothing due, nothing to be sent; looks, never writes."""

import time
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select
from sqlalchemy.orm import Session

from benchmarks.cycle.clock import Clock
from benchmarks.cycle.process import ServerProcess
from notifications.models import Delivery, DeliveryState
from workflow.models import Competition, Employee, PromotionCase, Reminder, StageRound, Vote
from workflow.vocabulary import OPEN_STAGES, CompetitionState, Stage

_PATIENCE = 60.0  # seconds


def wait_until_quiet(engine: Engine, server: ServerProcess, clock: Clock) -> None:
    """Wait until nothing is due any more; a server that has been killed is started again."""
    until = time.monotonic() + _PATIENCE
    while _busy(engine, clock.now()):
        if not server.is_running():
            server.start()
        if time.monotonic() > until:
            raise RuntimeError(f"still due after {_PATIENCE:g} seconds: {_busy(engine, clock.now())}")
        time.sleep(0.05)


def _busy(engine: Engine, now: datetime) -> dict[str, int]:
    """How many reminders, deliveries, rounds and votes are due and not yet dealt with."""
    counts = {
        "reminders": select(func.count()).select_from(Reminder).where(Reminder.at <= now),
        "deliveries": select(func.count()).select_from(Delivery).where(_is_due(now)),
        "rounds": select(func.count())
        .select_from(PromotionCase)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .where(StageRound.due_at <= now, PromotionCase.stage == Stage.NOTICE)
        .where(PromotionCase.effective_on <= now.date()),
        "entries": select(func.count())
        .select_from(Competition)
        .where(Competition.state == CompetitionState.ANNOUNCED, Competition.closes_at <= now),
        "votes": select(func.count())
        .select_from(PromotionCase)
        .join(Vote, Vote.round_id == PromotionCase.round_id)
        .where(PromotionCase.stage == Stage.COMMITTEE)
        .where(Vote.closed_at.is_(None), Vote.closes_at <= now),
        "candidates who have left": select(func.count())
        .select_from(PromotionCase)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(PromotionCase.stage.in_(OPEN_STAGES), ~Employee.is_active),
    }
    with Session(engine) as db:
        found = {name: db.scalar(query) or 0 for name, query in counts.items()}
    return {name: count for name, count in found.items() if count}


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Delivery.state == DeliveryState.PENDING, Delivery.next_at <= now),
        Delivery.state == DeliveryState.CLAIMED,
    )
