"""The growing pause between failed tries to get in: for a name from one address, and for the address."""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple, cast

from flask import current_app
from sqlalchemy import delete, literal, select, true, update

from api.access.addresses import network
from api.acting import now, running
from api.database import db
from api.models import FailedTries
from api.refusals import TooManyTries
from notifications.once import insert_once
from workflow.act import Act

_FORGOTTEN_AFTER = timedelta(days=1)
_LONGEST = timedelta(minutes=1)


class _Kind(NamedTuple):
    """How many tries nobody has to wait for, and how long it takes until one failure is forgotten."""

    free: int
    pace: timedelta


# Of a name alone nothing is counted: whoever knows a number could keep its person out from elsewhere.
_BY_NAME = _Kind(5, timedelta(hours=1))
_BY_ADDRESS = _Kind(50, timedelta(minutes=1))  # a whole office may have one


def take_a_try(name: str) -> None:
    """Count a try to get in under this name as failed, until `succeeded` is told otherwise.

    Counted before it is looked at, so that a thousand at once are a thousand. Whether anybody has the name
    makes no difference. Raises TooManyTries, and counts nothing, while a pause lasts.
    """
    db.session.close()
    with running().door.acting(now=now()) as act:
        tries = [(_tries(act, key), kind) for key, kind in _keys(name)]
        # Only who has failed too often waits: those who come at one time have slightly different clocks.
        waits = (one.next_at - act.now for one, kind in tries if one.count > kind.free)
        wait = max(waits, default=timedelta(0))
        if wait > timedelta(0):
            raise TooManyTries(seconds=ceil(wait.total_seconds()))
        for one, kind in tries:
            _fail_once_more(one, kind, act.now)


def succeeded(act: Act, name: str) -> None:
    """The try was no failure: forget what the person has failed before, but of the address only this one."""
    forget(act, name)
    address = _tries(act, _key("address", network()))
    address.count, address.next_at = max(address.count - 1, 0), act.now


def forget(act: Act, name: str) -> None:
    """Forget what has failed under this name from here."""
    mine = FailedTries.key == _key("name", f"{network()}\0{name}")
    act.execute(update(FailedTries).where(mine).values(count=0, next_at=act.now))


def sweep(act: Act) -> int:
    """Forget what has not failed again for a day."""
    return act.count(delete(FailedTries).where(FailedTries.last_at <= act.now - _FORGOTTEN_AFTER))


def _tries(act: Act, key: str) -> FailedTries:
    """What is on file under a key, locked."""
    empty = {"key": key, "count": 0, "last_at": act.now, "next_at": act.now}
    table = FailedTries.__table__
    columns = [literal(value, table.c[name].type).label(name) for name, value in empty.items()]
    found = None
    while found is None:  # what is being forgotten is gone once its lock can be had
        insert_once(act.db, FailedTries, select(*columns).where(true()))
        found = act.first(select(FailedTries).where(FailedTries.key == key).with_for_update())
    return found


def _fail_once_more(one: FailedTries, kind: _Kind, now: datetime) -> None:
    # Whoever came after us may have been first; what is left of the time since counts for the next.
    forgotten = max(now - one.last_at, timedelta(0)) // kind.pace
    one.last_at = one.last_at + forgotten * kind.pace if forgotten < one.count else now
    one.count = max(one.count - forgotten, 0) + 1
    one.next_at = now + _pause(one.count - kind.free)


def _pause(failures: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(failures - 1, 10)), _LONGEST) if failures > 0 else timedelta(0)


def _keys(name: str) -> Iterator[tuple[str, _Kind]]:
    yield _key("name", f"{network()}\0{name}"), _BY_NAME
    yield _key("address", network()), _BY_ADDRESS


def _key(kind: str, value: str) -> str:
    # Keyed: the table says neither who has failed to sign in nor from where.
    secret = cast(str, current_app.secret_key).encode()
    return hmac.digest(secret, f"failed try\0{kind}\0{value}".encode(), "sha256").hex()
