"""The metronome: APScheduler beats, our own rows say what is due."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from time import perf_counter
from typing import Any, Protocol

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from api import idempotency
from api.access import delays, passkeys, resets, sessions
from notifications import bounces, invitations, reminders, robots
from notifications.engines import waking
from workflow import calendar_tasks, sweeps
from workflow.act import Act
from workflow.models import Beat
from workflow.store import Door

_EVERY = 15  # seconds
_SWEEPS: tuple[Callable[[Act], Any], ...] = (
    *(invitations.sweep, bounces.sweep, calendar_tasks.sweep, robots.sweep, idempotency.sweep),
    *(sessions.sweep, delays.sweep, resets.sweep, passkeys.sweep, waking.sweep),
)

_log = structlog.get_logger()


def system_time() -> datetime:
    """The instant it is now, in UTC."""
    return datetime.now(UTC)


def beat(door: Door, now: Callable[[], datetime]) -> None:
    """Do everything whose time has come, then remind; safe to repeat and to run twice at once."""
    began = perf_counter()
    done = sweeps.run(door, now=now())
    if any(done.values()):
        _log.info("swept", **done)
    for sweep in (reminders.remind, *map(_in_one_act, _SWEEPS)):
        _try(sweep, door, now())
    with door.acting(now=now()) as act:
        act.db.merge(Beat(id=1, at=act.now, seconds=perf_counter() - began))


def _in_one_act(sweep: Callable[[Act], Any]) -> Callable[[Door, datetime], None]:
    @wraps(sweep)
    def swept(door: Door, now: datetime) -> None:
        with door.acting(now=now) as act:
            sweep(act)

    return swept


def _try(sweep: Callable[[Door, datetime], Any], door: Door, now: datetime) -> None:
    try:
        sweep(door, now)
    except Exception:  # what one cannot read, or do, must not stop the others
        _log.exception("sweep_failed", deed=sweep.__module__)


class Beating(Protocol):
    """A clock that has been started."""

    def shutdown(self, wait: bool = True) -> None:
        """Stop beating, once the present beat is over if one is to wait."""


def start(door: Door, now: Callable[[], datetime]) -> Beating:
    """Beat every few seconds; jobs live in memory, for two processes would fire stored ones twice."""
    scheduler = BackgroundScheduler(
        timezone=UTC,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(beat_safely, "interval", seconds=_EVERY, args=(door, now), next_run_time=system_time())
    scheduler.start()
    beating: Beating = scheduler
    return beating


def beat_safely(door: Door, now: Callable[[], datetime]) -> None:
    """Beat; whatever goes wrong is written into the log and tried again by the next beat."""
    try:
        beat(door, now)
    except Exception:  # a dead clock would be worse
        _log.exception("beat_failed")
