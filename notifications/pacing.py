"""Turns: what may not go out at once is given an instant of its own, one after the other."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from notifications.models import Pace
from notifications.once import insert_once

HELD = "held_back"


def name_of(url: str) -> str:
    """What everybody who says something at an address takes his turns under; it does not tell the address."""
    return f"address/{hashlib.sha256(url.encode()).hexdigest()[:32]}"


def turn(db: Session, name: str, every: timedelta, now: datetime) -> timedelta:
    """How long to wait for one's turn, which is kept: nobody else gets it. Zero if it is now."""
    first = select(literal(name).label("name"), literal(now, Pace.free_at.type).label("free_at"))
    insert_once(db, Pace, first.where(literal(value=True)))
    pace = db.get_one(Pace, name, with_for_update=True)
    mine = max(pace.free_at, now)
    pace.free_at = mine + every
    return mine - now
