"""Sessions on file: begun by signing in, over when idle, old or ended; the cookie alone holds the secret."""

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from api.access import offices
from api.access.offices import Office
from api.models import AccessSession, CalendarFeed, PersonalToken
from workflow.act import Act
from workflow.errors import Busy
from workflow.models import Employee, Site, as_value, columns, columns_of_people, person_as_value
from workflow.prepared import Prepared
from workflow.store import Door

IDLE = timedelta(minutes=30)
LASTS = timedelta(hours=12)
_NOTED_EVERY = timedelta(minutes=1)
_LONGEST_NAME = 200


def digest(secret: str) -> str:
    """The only form in which a secret that was made at random is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(act: Act, person: Employee, browser: str, *, is_proved: bool = True) -> str:
    """Let a person be signed in from now on; gives the cookie's secret."""
    secret = secrets.token_urlsafe(32)
    act.add(
        AccessSession(
            person_id=person.id,
            digest=digest(secret),
            browser="".join(filter(str.isprintable, browser))[:_LONGEST_NAME],
            begun_at=act.now,
            seen_at=act.now,
            proved_at=act.now if is_proved else act.now - LASTS,
        )
    )
    return secret


def found(
    db: Session | Connection, secret: str, now: datetime
) -> tuple[Employee, AccessSession, tuple[Office, ...]] | None:
    """Whose session has this secret, with his roles; None if it is over, or the person has left."""
    rows = _whose().rows(db, {"digest": digest(secret), **_bounds(now)})
    if not rows:
        return None
    own = len(columns(AccessSession))
    used, person = rows[0][:own], rows[0][own:-2]
    return person_as_value(person), as_value(AccessSession, used), offices.among(rows)


@cache
def _whose() -> Prepared:
    """Who has a session, the session and his roles; every request asks it."""
    query = (
        select(*columns(AccessSession).values(), *columns_of_people())
        .join(Employee, Employee.id == AccessSession.person_id)
        .join(Site, Site.id == Employee.site_id)
        .where(AccessSession.digest == bindparam("digest"), Employee.is_active)
        .where(AccessSession.seen_at > bindparam("idle"), AccessSession.begun_at > bindparam("begun"))
    )
    return Prepared(offices.with_offices(query))


def note_use(door: Door, used: AccessSession | PersonalToken, now: datetime) -> None:
    """Put on file that a session or token is in use, once a minute at most; a busy database is left alone."""
    last = used.seen_at if isinstance(used, AccessSession) else used.last_used_at
    if last is not None and now - last < _NOTED_EVERY:
        return
    noted = {"seen_at" if isinstance(used, AccessSession) else "last_used_at": now}
    with suppress(Busy), door.acting(now=now) as act:
        act.execute(update(type(used)).where(type(used).id == used.id).values(noted))


def end(act: Act, *which: ColumnElement[bool]) -> int:
    """End the sessions that are meant; says how many there were."""
    return act.count(delete(AccessSession).where(*which))


def sweep(act: Act) -> int:
    """Forget sessions that are over, and sessions and tokens of people who have left: none comes back."""
    gone = select(Employee.id).where(~Employee.is_active)
    act.execute(delete(PersonalToken).where(PersonalToken.person_id.in_(gone)))
    act.execute(delete(CalendarFeed).where(CalendarFeed.person_id.in_(gone)))
    return end(act, or_(_is_over(act.now), AccessSession.person_id.in_(gone)))


def of(person_id: int, now: datetime) -> ColumnElement[bool]:
    """The sessions of a person that are not over."""
    return and_(AccessSession.person_id == person_id, ~_is_over(now))


def _is_over(now: datetime) -> ColumnElement[bool]:
    bounds = _bounds(now)
    return or_(AccessSession.seen_at <= bounds["idle"], AccessSession.begun_at <= bounds["begun"])


def _bounds(now: datetime) -> dict[str, datetime]:
    """Whoever was last seen, or has signed in, at these moments or before is signed in no more."""
    return {"idle": now - IDLE, "begun": now - LASTS}
