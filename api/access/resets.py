"""A new password by mail: a link that works once and for an hour; on file lies only what opens nothing."""

import secrets
import time
from datetime import timedelta
from typing import cast

from flask import current_app
from sqlalchemy import ColumnElement, Select, case, delete, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from api.access import delays, passwords
from api.acting import now, request_id, running
from api.database import db
from api.models import Account, CalendarFeed, ExternalIdentity, PasswordReset, PersonalToken
from api.refusals import ResetLinkOver
from api.signing import HANDLE, handle_of, to_reset
from notifications.access import RESET_ASKED
from notifications.models import Channel, Delivery
from notifications.once import delivery_columns, insert_once
from workflow.act import Act
from workflow.models import Employee, aliased

LASTS = timedelta(hours=1)
_ANSWERED_AFTER = 0.25  # seconds
_NO_OTHER_WITHIN = timedelta(minutes=15)


def ask(name: str) -> None:
    """Send whoever has this employee number or mail address a link, to the address on file.

    What is answered, and when, does not depend on whether there is anybody. Raises TooManyTries.
    """
    delays.take_a_try(f"reset {name}")
    began = time.monotonic()
    _send(name, secrets.token_hex(16))
    # Writing a row takes longer than writing none: a few milliseconds that would tell who works here.
    time.sleep(max(0.0, _ANSWERED_AFTER - (time.monotonic() - began)))


def _send(name: str, handle: str) -> None:
    with running().door.acting(now=now(), request_id=request_id()) as act:
        insert_once(act.db, PasswordReset, _link_for(act, name, handle))
        insert_once(act.db, Delivery, _mail_with(act, handle))


def whose(token: str) -> Employee:
    """Whose password a link changes: said by the link alone, whatever else is sent. Raises ResetLinkOver."""
    return _owner(db.session(), token)


def use(token: str, password: str) -> None:
    """Let the person of a link sign in with this password; his links, sessions and tokens are over.

    Raises ResetLinkOver, and Invalid as `passwords.set_password` does: then the link can be used again.
    """
    person_id = whose(token).id
    db.session.close()
    with running().door.acting(by=person_id, now=now(), request_id=request_id()) as act:
        mine = PasswordReset.person_id == person_id
        act.all(select(PasswordReset.handle).where(mine).with_for_update())
        _owner(act.db, token)  # or somebody else has used it just now
        passwords.set_password(act, act.person, password, because="password_reset")
        act.execute(delete(PersonalToken).where(PersonalToken.person_id == person_id))
        act.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id))
        delays.forget(act, act.person.number)


def sweep(act: Act) -> int:
    """Forget links that are over."""
    return act.count(delete(PasswordReset).where(PasswordReset.expires_at <= act.now))


def _link_for(act: Act, name: str, handle: str) -> Select[*tuple[object, ...]]:
    """A link for the one person who is meant, if he can be told and has not been told just now."""
    values = {"handle": handle, "asked_at": act.now, "expires_at": act.now + LASTS}
    columns = [
        literal(value, PasswordReset.__table__.c[key].type).label(key) for key, value in values.items()
    ]
    recent = PasswordReset.asked_at > act.now - _NO_OTHER_WITHIN
    has_password = exists().where(Account.employee_id == Employee.id)
    comes_from_a_provider = exists().where(ExternalIdentity.person_id == Employee.id)
    return (
        select(Employee.id.label("person_id"), *columns)
        .where(Employee.is_active, Employee.email.is_not(None), Employee.email != "", _is_meant(name))
        .where(~exists().where(PasswordReset.person_id == Employee.id, recent))
        .where(or_(has_password, ~comes_from_a_provider))
        .order_by(case((Employee.number == name, 0), else_=1))
        .limit(1)
    )


def _is_meant(name: str) -> ColumnElement[bool]:
    """By number, or by a mail address that nobody else has."""
    other = aliased(Employee)
    is_shared = exists().where(
        func.lower(other.email) == func.lower(Employee.email), other.id != Employee.id, other.is_active
    )
    is_address = func.lower(Employee.email) == func.lower(name)
    return or_(Employee.number == name, is_address & ~is_shared)


def _mail_with(act: Act, handle: str) -> Select[*tuple[object, ...]]:
    columns = delivery_columns(
        act.now,
        key=literal(f"reset/{handle}"),
        channel=Channel.MAIL,
        kind=RESET_ASKED,
        person_id=PasswordReset.person_id.expression,
        payload={"handle": handle, "until": (act.now + LASTS).isoformat()},
    )
    return select(*columns).where(PasswordReset.handle == handle)


def _owner(db: Session, token: str) -> Employee:
    """Whose newest link it is, in the mailbox he has; raises ResetLinkOver."""
    secret, handle = cast(str, current_app.secret_key), token[:HANDLE]
    person = db.scalars(_newest(handle)).first() if handle.isalnum() else None
    if person is None or handle_of(secret, token, to_reset(person.email)) is None:
        raise ResetLinkOver()
    return person


def _newest(handle: str) -> Select[Employee]:
    newer = aliased(PasswordReset)
    is_over = exists().where(
        newer.person_id == PasswordReset.person_id, newer.asked_at > PasswordReset.asked_at
    )
    return (
        select(Employee)
        .join(PasswordReset, PasswordReset.person_id == Employee.id)
        .where(PasswordReset.handle == handle, PasswordReset.expires_at > now(), Employee.is_active, ~is_over)
    )
