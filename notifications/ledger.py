"""The ledger: what became of each message, written down for all couriers of a process together."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Engine, Select, Table, Update, bindparam, select, update
from sqlalchemy.orm import Session

from notifications import bounces, subscriptions
from notifications.backoff import pause
from notifications.channels import Outcome, Verdict
from notifications.models import Delivery, DeliveryState
from workflow.database import writing
from workflow.errors import Busy

_CHANGED = ("state", "next_at", "sent_at", "attempts", "error")
_AGAIN = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Attempt:
    """A claimed delivery, what became of it, and when."""

    delivery: Delivery
    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True)
class Ledger:
    """Takes what couriers bring, and writes in one transaction what they bring while it writes.

    None of them goes on before his own is written: a process that is killed has at most one message for each
    courier that is sent and not written down, and these alone are sent again.
    """

    engine: Engine
    _brought: deque[tuple[Attempt, Future[None]]] = field(default_factory=deque, init=False)
    _pen: threading.Lock = field(default_factory=threading.Lock, init=False)

    def note(self, attempt: Attempt) -> None:
        """Write down what became of an attempt.

        A database that is busy or away is waited for while the lease lasts: what has been sent and is not
        written down is sent again.
        """
        lease = attempt.delivery.lease_until
        end = time.monotonic() + ((lease - attempt.at).total_seconds() if lease is not None else 0)
        while True:
            try:
                return self._note(attempt)
            except Busy:
                if time.monotonic() + _AGAIN > end:
                    raise
                time.sleep(_AGAIN)

    def _note(self, attempt: Attempt) -> None:
        written: Future[None] = Future()
        self._brought.append((attempt, written))
        with self._pen:
            if not written.done():  # by whoever held the pen before
                self._write([self._brought.popleft() for _ in range(len(self._brought))])
        written.result()

    def _write(self, brought: Sequence[tuple[Attempt, Future[None]]]) -> None:
        try:
            with writing(self.engine) as db:
                settle(db, [attempt for attempt, _ in brought])
        except BaseException as trouble:
            if len(brought) == 1:
                brought[0][1].set_exception(trouble)
            else:  # one of them may be in the way of the others
                for one in brought:
                    self._write([one])
        else:
            for _, written in brought:
                written.set_result(None)


def settle(db: Session, attempts: Sequence[Attempt]) -> None:
    """Write down what became of those attempts whose lease is still the one they were made under.

    What has been sent has been sent, whoever holds it by now.
    """
    held = {row.id: row for row in db.execute(_held(), {"keys": [one.delivery.id for one in attempts]})}
    mine = [one for one in attempts if _counts(one, held.get(one.delivery.id))]
    if not mine:
        return
    db.connection().execute(_settled(), [_change(one) for one in mine])
    told = {
        (key, one.outcome.verdict): one.at
        for one in mine
        if (key := one.delivery.subscription_id) and not one.outcome.is_ours
    }
    # In the order of their keys, lest two workers wait for each other; an answer comes after a failure.
    for (subscription, verdict), at in sorted(told.items()):
        _tell(db, subscription, verdict, at)
    for one in mine:
        if one.outcome.address is not None:
            bounces.note(db, one.delivery, one.outcome, one.at)


def _counts(attempt: Attempt, row: Any) -> bool:
    if row is None or row.state == DeliveryState.SENT:
        return False
    return attempt.outcome.verdict is Verdict.SENT or _lease(attempt.delivery) == _lease(row)


def _lease(held: Any) -> tuple[str | None, datetime | None, int]:
    return held.leased_by, held.lease_until, held.attempts


@cache
def _held() -> Select[*tuple[Any, ...]]:
    keys = Delivery.id.in_(bindparam("keys", expanding=True))
    lease = Delivery.leased_by, Delivery.lease_until, Delivery.attempts
    held = select(Delivery.id, Delivery.state, *lease).where(keys)
    return held.order_by(Delivery.id).with_for_update()


@cache
def _settled() -> Update:
    table = cast("Table", Delivery.__table__)
    free = update(table).where(table.c.id == bindparam("delivery")).values(leased_by=None, lease_until=None)
    return free.values({name: bindparam(f"new_{name}") for name in _CHANGED})


def _change(attempt: Attempt) -> dict[str, Any]:
    """What the row of a delivery becomes."""
    delivery, outcome = attempt.delivery, attempt.outcome
    new: dict[str, Any] = {name: getattr(delivery, name) for name in _CHANGED}
    new |= {"state": DeliveryState.DEAD, "error": outcome.words or None}
    match outcome.verdict:
        case Verdict.SENT:
            new |= {"state": DeliveryState.SENT, "sent_at": attempt.at}
        case Verdict.DROPPED:
            new["state"] = DeliveryState.DROPPED
        case Verdict.HELD:
            new |= _again(attempt, outcome.after or timedelta()) | {"attempts": delivery.attempts - 1}
        case Verdict.LATER:
            wait = pause(delivery.channel, delivery.attempts, outcome.after)
            new |= {} if wait is None else _again(attempt, wait)
    return {"delivery": delivery.id} | {f"new_{name}": value for name, value in new.items()}


def _again(attempt: Attempt, wait: timedelta) -> dict[str, Any]:
    return {"state": DeliveryState.PENDING, "next_at": attempt.at + wait}


def _tell(db: Session, subscription_id: int, verdict: Verdict, at: datetime) -> None:
    match verdict:
        case Verdict.SENT:
            subscriptions.note_answer(db, subscription_id)
        case Verdict.LATER:
            subscriptions.note_failure(db, subscription_id, at)
        case Verdict.GONE:
            subscriptions.note_gone(db, subscription_id, at)
