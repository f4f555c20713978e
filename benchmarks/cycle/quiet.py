"""Whether the server has done what its clock asks: nothing due, nothing to be sent; looks, never writes."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from benchmarks.cycle.clock import Clock
from benchmarks.cycle.process import ServerProcess
from notifications.models import Delivery, DeliveryState
from workflow import reserve
from workflow.models import Reminder
from workflow.moment import moment
from workflow.sweeps import contests, gone, over

_PATIENCE = 120.0  # seconds

# What the server's own clock looks for.
_FINDS: tuple[Callable[[], Select[Any]], ...] = (
    over.cycles_begun,
    over.facts_supplied,
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
    while due := _due(engine, clock.now()):
        if time.monotonic() > until:
            raise RuntimeError(f"still due after {_PATIENCE:g} seconds: {due}")
        server.wait_for(_waiting(engine, clock.now()) if due == "delivery" else 0, clock)


def _due(engine: Engine, now: datetime) -> str | None:
    """The first thing that is due and not yet dealt with, what is quick to look for first."""
    with Session(engine) as db:
        for name, query in _queries(now):
            if db.execute(query.limit(1)).first() is not None:
                return name
    return None


def _waiting(engine: Engine, now: datetime) -> int:
    with Session(engine) as db:
        return db.scalars(select(func.count()).select_from(Delivery).where(_is_due(now))).one()


def _queries(now: datetime) -> Iterator[tuple[str, Select[Any]]]:
    yield "reminder", select(Reminder.task_id).where(Reminder.at <= now)
    yield "delivery", select(Delivery.id).where(_is_due(now))
    for find in _FINDS:
        yield find.__name__, find().params(moment(now))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Delivery.state == DeliveryState.PENDING, Delivery.next_at <= now),
        Delivery.state == DeliveryState.CLAIMED,
    )
