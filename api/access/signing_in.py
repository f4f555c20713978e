"""Signing in and out: whoever proves who he is gets a session, whose secret his browser alone keeps."""

from flask import request, session
from sqlalchemy import select

from api.access import passwords, sessions
from api.acting import now, request_id, running
from api.database import db
from api.models import AccessSession, Account
from api.refusals import WrongCredentials
from workflow.models import Employee

COOKIE_KEY = "key"


def sign_in(number: str, password: str) -> Employee:
    """Begin a session; an unknown number and a wrong password are refused alike, in the same time."""
    query = (
        select(Employee, Account.password_hash)
        .join(Account, Account.employee_id == Employee.id)
        .where(Employee.number == number, Employee.is_active)
    )
    row = db.session.execute(query).first()
    if not passwords.fits(row[1] if row else None, password) or row is None:
        raise WrongCredentials()
    person: Employee = row[0]
    begin_session(person, row[1])
    return person


def begin_session(person: Employee, known_hash: str | None = None) -> None:
    """Sign a person in here, and whoever was signed in before out.

    Raises WrongCredentials if the password has been changed while it was being looked at.
    """
    db.session.close()
    with running().door.acting(by=person.id, now=now(), request_id=request_id()) as act:
        account = act.db.get(Account, person.id)
        if known_hash is not None and (account is None or account.password_hash != known_hash):
            raise WrongCredentials()
        sessions.end(act, AccessSession.digest == sessions.digest(session.get(COOKIE_KEY, "")))
        secret = sessions.begin(act, person, request.user_agent.string)
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
