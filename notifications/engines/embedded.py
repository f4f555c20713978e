"""Delivery by threads of this process, woken after every commit and looking up by themselves now and then."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from notifications.channels import Channels
from notifications.ledger import Ledger
from notifications.outbox import deliver_due, release
from workflow.errors import Refusal

_BATCH = 10

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Couriers:
    """The running threads; `wake` after a commit, `stop` before the process ends."""

    threads: tuple[threading.Thread, ...]
    bell: threading.Event
    closing: threading.Event

    def wake(self) -> None:
        """Look into the outbox now instead of at the next turn."""
        self.bell.set()

    def stop(self, timeout: float = 10.0) -> bool:
        """Finish what is being delivered and end, within so many seconds; False if some did not."""
        self.closing.set()
        self.bell.set()
        for thread in self.threads:
            thread.join(timeout / len(self.threads))
        return not any(thread.is_alive() for thread in self.threads)


def start(
    engine: Engine,
    channels: Channels,
    now: Callable[[], datetime],
    *,
    bell: threading.Event | None = None,
    threads: int = 2,
    every: float = 3.0,
    give_way: Callable[[], None] = lambda: None,
) -> Couriers:
    """Start delivering; `every` is the pause in seconds when nothing is due and nobody rings the bell.

    Before each message the threads `give_way` to whatever else the machine has to do.

    Only one process may do this on one database: it takes over what its predecessor had claimed.
    """
    names = [f"embedded-{number}" for number in range(1, threads + 1)]
    release(engine, names)
    bell, closing = bell or threading.Event(), threading.Event()
    as_agreed = partial(deliver_due, stopping=closing, ledger=Ledger(engine), give_way=give_way)
    deliver_some = partial(as_agreed, engine, channels, now, limit=_BATCH)

    def deliver(worker: str) -> None:
        while not closing.is_set():
            if not _full_round(deliver_some, worker):
                bell.wait(every)
                bell.clear()
        bell.set()  # whoever is about to wait would not hear that it is over

    running = tuple(threading.Thread(target=deliver, args=(name,), name=name, daemon=True) for name in names)
    for thread in running:
        thread.start()
    return Couriers(running, bell, closing)


def _full_round(deliver_some: Callable[[str], int], worker: str) -> bool:
    """Deliver one batch; True if there may be more. Nothing that goes wrong may end the thread."""
    try:
        return deliver_some(worker) == _BATCH
    except (DBAPIError, Refusal) as trouble:
        log.warning("database_is_away", worker=worker, error=type(trouble).__name__)
    except Exception:
        log.exception("delivery_round_failed", worker=worker)
    return False
