"""Signing in and out: whoever proves who he is gets a session, whose secret his browser alone keeps."""

from typing import Any

from flask import request, session
from sqlalchemy import select

from api.access import delays, passkeys, passwords, proofs, second_factor, sessions
from api.acting import now, own_session, person, request_id, running
from api.database import db
from api.models import AccessSession, Account
from api.refusals import SignInRequired, WrongCredentials
from workflow.act import Act
from workflow.models import Employee

COOKIE_KEY = "key"


def sign_in(number: str, password: str, code: str | None = None) -> Employee:
    """Begin a session; an unknown number and a wrong password are refused alike, in the same time.

    Raises WrongCredentials, CodeNeeded and WrongCode where the person has a second factor, or TooManyTries
    while a pause after failures lasts.
    """
    delays.take_a_try(number)
    query = (
        select(Employee, Account.password_hash)
        .join(Account, Account.employee_id == Employee.id)
        .where(Employee.number == number, Employee.is_active)
    )
    row = db.session.execute(query).first()
    if not passwords.fits(row[1] if row else None, password) or row is None:
        raise WrongCredentials()
    person: Employee = row[0]
    db.session.close()
    with running().door.acting(by=person.id, now=now(), request_id=request_id()) as act:
        account = act.db.get(Account, person.id, with_for_update=True)
        if account is None or account.password_hash != row[1]:
            raise WrongCredentials()  # it was changed while it was being looked at
        second_factor.require(act, act.person, code)
        delays.succeeded(act, number)
        begin_session(act)
    return person


def sign_in_by_passkey(credential: dict[str, Any]) -> Employee:
    """Begin a session for whoever has a passkey; raises PasskeyRefused."""
    person_id = passkeys.owner_of(credential)
    db.session.close()
    with running().door.acting(by=person_id, now=now(), request_id=request_id()) as act:
        passkeys.require(act, credential)
        begin_session(act)
        return act.person


def change_password(old: str, new: str, code: str | None = None) -> None:
    """Follow one's password by another; every session but this one is over.

    Raises what `proofs.proving` does, and Invalid as `passwords.set_password` does: before a try is counted.
    """
    passwords.require_strength(db.session(), person(), new)
    with proofs.proving(old, code) as act:
        if act.db.get(AccessSession, own_session().id) is None:
            raise SignInRequired()  # ended since, maybe by another change of the password
        passwords.set_password(act, act.person, new, because="password_changed")
        begin_session(act)


def begin_session(act: Act, *, is_proved: bool = True) -> None:
    """Sign the person who acts in here, and whoever was signed in here out.

    Somebody vouched for him if it is not proved: what weighs most needs a proof first.
    """
    sessions.end(act, AccessSession.digest == sessions.digest(session.get(COOKIE_KEY, "")))
    secret = sessions.begin(act, act.person, request.user_agent.string, is_proved=is_proved)
    session.clear()
    session[COOKIE_KEY] = secret
    session.permanent = True


def sign_out() -> None:
    """End the session that this browser has."""
    secret = session.get(COOKIE_KEY, "")
    db.session.close()
    with running().door.acting(now=now()) as act:
        sessions.end(act, AccessSession.digest == sessions.digest(secret))
    session.clear()
