"""The outbox at work: claim what is due under a lease, have it sent, note what became of it."""

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import cache

import structlog
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Engine,
    Select,
    Update,
    and_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.exc import InterfaceError, OperationalError

from notifications import robots
from notifications.channels import Channels
from notifications.ledger import Attempt, Ledger
from notifications.models import Channel, Delivery, DeliveryState
from notifications.once import count_of
from notifications.sending import Desk
from translations import codes
from workflow.database import reading, writing
from workflow.errors import Busy

_LEASE = timedelta(minutes=2)
_ENOUGH = timedelta(seconds=80)  # longer than the slowest attempt may take, which is one by mail

log = structlog.get_logger()


def deliver_due(
    engine: Engine,
    channels: Channels,
    now: Callable[[], datetime],
    worker: str,
    limit: int = 10,
    *,
    among: Sequence[int] | None = None,
    stopping: threading.Event | None = None,
    ledger: Ledger | None = None,
    give_way: Callable[[], None] = lambda: None,
) -> int:
    """Deliver up to `limit` due deliveries, `among` these if any are named; gives how many were claimed.

    Before they are looked for, and before each, it must `give_way` to whatever else the machine has to do.

    No transaction is open while the network is busy. Whatever a dead worker had claimed becomes due
    again when its lease ends; it then goes out under the same id. What its lease would not cover, or is
    left once the worker is `stopping`, is put back and has lost no attempt by it.
    """
    give_way()
    claimed, ledger = _claim(engine, now(), worker, limit, among), ledger or Ledger(engine)
    tried = 0
    with closing(Desk(engine, channels)) as desk:
        for delivery in claimed:
            give_way()
            if delivery.lease_until is None or delivery.lease_until - now() < _ENOUGH:
                break
            if stopping is not None and stopping.is_set():
                break
            outcome = desk.attempt(claimed[tried:], now())
            tried += 1
            _note(ledger, Attempt(delivery, outcome, now()))
    if left := claimed[tried:]:
        _put_back(engine, left)
    return len(claimed)


def release(engine: Engine, workers: list[str]) -> int:
    """Make due at once what workers that no longer run had claimed, and return how many that were.

    Each counts as tried: one that was being sent when its worker was killed may have come.
    """
    with writing(engine) as db:
        return count_of(db, _free().where(Delivery.leased_by.in_(workers)))


def _free() -> Update:
    """Makes due what was claimed."""
    return update(Delivery).values(state=DeliveryState.PENDING, leased_by=None, lease_until=None)


def _put_back(engine: Engine, untried: Sequence[Delivery]) -> None:
    first = untried[0]
    lease = Delivery.leased_by == first.leased_by, Delivery.lease_until == first.lease_until
    free = _free().values(attempts=Delivery.attempts - 1)
    with writing(engine) as db:
        db.execute(free.where(Delivery.id.in_([one.id for one in untried]), *lease))


def _note(ledger: Ledger, attempt: Attempt) -> None:
    """Write it down; where only this one cannot be, it is in the way of no other message."""
    try:
        ledger.note(attempt)
    except (Busy, OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("not_written_down", delivery=attempt.delivery.id, kind=attempt.delivery.kind)


def due(now: datetime) -> Select[Delivery]:
    """What is to be delivered now, as far as this version knows how."""
    return select(Delivery).where(is_due(now), is_known())


def is_due(now: datetime) -> ColumnElement[bool]:
    """Whether a delivery waits for somebody to take it up."""
    return or_(*_ways_to_be_due(now))


def _ways_to_be_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        and_(Delivery.state == DeliveryState.PENDING, Delivery.next_at <= now),
        and_(Delivery.state == DeliveryState.CLAIMED, Delivery.lease_until <= now),
    )


def is_known() -> ColumnElement[bool]:
    """Whether this version can deliver it; what a newer one has queued meanwhile is left to that one."""
    worded = (and_(Delivery.channel == way, Delivery.kind.in_(kinds)) for way, kinds in _worded().items())
    return or_(Delivery.channel.not_in(_worded()), *worded)


def knows(channel: Channel, kind: str) -> bool:
    """Whether this version can deliver messages of a kind."""
    return kind in _worded().get(channel, {kind})


def known_mails() -> Collection[str]:
    """The kinds of mails for which this version has words."""
    return _worded()[Channel.MAIL]


@cache
def _worded() -> dict[Channel, Collection[str]]:
    """The kinds this version has words for, by the ways that need words: mails that have a subject."""
    subjects = {code.removesuffix(".subject") for code in codes("mail") if code.endswith(".subject")}
    return {Channel.MAIL: subjects, Channel.CHAT: robots.KINDS}


def _claim(
    engine: Engine, now: datetime, worker: str, limit: int, among: Sequence[int] | None = None
) -> list[Delivery]:
    with reading(engine) as db:  # most looks find nothing and should not ask for the write lock
        if db.scalar(_first(now, 1, among)) is None:
            return []
    with writing(engine) as db:
        free = db.scalars(_first(now, limit, among, locked=True)).all()[:limit]
        claim = update(Delivery).where(Delivery.id.in_(free)).returning(Delivery)
        lease = {"leased_by": worker, "lease_until": now + _LEASE, "attempts": Delivery.attempts + 1}
        claimed = db.scalars(claim.values(state=DeliveryState.CLAIMED, **lease)).all()
        db.expunge_all()
    return sorted(claimed, key=lambda delivery: (delivery.next_at, delivery.id))


def _first(
    now: datetime, limit: int, among: Sequence[int] | None, *, locked: bool = False
) -> CompoundSelect[int]:
    """Query for the keys of what has been due for longest, so many of each way to be due.

    Each way is read in the order of its index: however many wait, only these are read.
    """
    named = () if among is None else (Delivery.id.in_(among),)
    keys = select(Delivery.id).where(is_known(), *named).order_by(Delivery.next_at).limit(limit)
    if locked:
        keys = keys.with_for_update(skip_locked=True)
    return union_all(*(select(keys.where(way).subquery()) for way in _ways_to_be_due(now)))
