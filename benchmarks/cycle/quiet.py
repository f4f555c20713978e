"""Whether the server has done what its clock asks: nothing due, nothing to be sent; looks, never writes."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from benchmarks.cycle.clock import Clock
from benchmarks.cycle.process import ServerProcess
from notifications.models import Delivery, DeliveryState
from workflow import reserve
from workflow.models import Reminder
from workflow.sweeps import contests, gone, over

_PATIENCE = 120.0  # seconds

# What the server's own clock looks for.
_FINDS: tuple[Callable[[datetime], Select[Any]], ...] = (
    over.cycles_begun,
    over.drafts_over,
    over.reviews_over,
    over.votes_over,
    over.effects_due,
    over.places_gone,
    over.releases_unasked,
    contests.to_open,
    contests.to_close,
    contests.judges_missing,
    contests.sheets_complete,
    reserve.to_fill,
    reserve.expired,
    gone.candidates_gone,
    gone.raters_gone,
    gone.chairs_gone,
    gone.people_gone,
)


def wait_until_quiet(engine: Engine, server: ServerProcess, clock: Clock) -> None:
    """Wait until nothing is due any more; a server that has been killed is started again."""
    until = time.monotonic() + _PATIENCE
    while _busy(engine, clock.now()):
        server.start()
        if time.monotonic() > until:
            raise RuntimeError(f"still due after {_PATIENCE:g} seconds: {_busy(engine, clock.now())}")
        time.sleep(0.05)


def _busy(engine: Engine, now: datetime) -> dict[str, int]:
    """How many reminders and deliveries, and what else, are due and not yet dealt with."""
    counts = {
        "reminders": select(func.count()).select_from(Reminder).where(Reminder.at <= now),
        "deliveries": select(func.count()).select_from(Delivery).where(_is_due(now)),
    }
    for find in _FINDS:
        counts[find.__name__] = select(func.count()).select_from(find(now).subquery())
    with Session(engine) as db:
        found = {name: db.scalar(query) or 0 for name, query in counts.items()}
    return {name: count for name, count in found.items() if count}


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Delivery.state == DeliveryState.PENDING, Delivery.next_at <= now),
        Delivery.state == DeliveryState.CLAIMED,
    )
