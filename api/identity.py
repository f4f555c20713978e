"""Who is calling: passwords, the signed session cookie and personal tokens."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask import request, session
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.acting import now
from api.database import db
from api.models import Account, PersonalToken
from api.refusals import CrossSite, NotJsonType, SignInRequired, WrongCredentials
from workflow.errors import Invalid, TokenMayNot
from workflow.models import Employee
from workflow.permissions import Operation

SESSION_LASTS = timedelta(hours=12)
SHORTEST_PASSWORD = 12
_hasher = PasswordHasher()
_BEARER = "Bearer "
_UNSAFE = frozenset({"POST", "PUT", "PATCH"})  # no page of another site can send a DELETE unasked
_OWN_PAGES = (None, "same-origin", "none")


class Scope(StrEnum):
    """What a personal token may be used for."""

    READ = "read"
    NOMINATE = "nominate"
    SUBSCRIBE = "subscribe"


# Whatever is in none of the scopes, such as a ballot, needs a person who has signed in.
OPERATIONS: dict[Scope, frozenset[Operation]] = {
    Scope.READ: frozenset(
        {
            Operation.READ_ORGANISATION,
            Operation.READ_CRITERIA,
            Operation.READ_CYCLES,
            Operation.READ_OWN_INBOX,
            Operation.LIST_CASES,
            Operation.READ_CASE,
            Operation.READ_REVIEW_REQUEST,
            Operation.READ_REVIEW_OUTCOME,
            Operation.READ_COMPETITIONS,
            Operation.READ_COMMITTEES,
            Operation.READ_AGENDA,
            Operation.READ_DECISIONS,
            Operation.READ_VOTE,
            Operation.READ_NOTICES,
            Operation.READ_LETTERS,
            Operation.READ_MENTORSHIP,
            Operation.READ_STUCK,
        }
    ),
    Scope.NOMINATE: frozenset({Operation.NOMINATE, Operation.SUBMIT_NOMINATION, Operation.REVISE_NOMINATION}),
    Scope.SUBSCRIBE: frozenset({Operation.SUBSCRIBE}),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """A person, and the scopes of the token that speaks for him; None in a session."""

    person: Employee
    scopes: frozenset[Scope] | None = None

    def require_scope(self, operation: Operation) -> None:
        """Refuse what the token is not for (TokenMayNot)."""
        if self.scopes is not None and not any(operation in OPERATIONS[scope] for scope in self.scopes):
            raise TokenMayNot(operation=operation)


def caller() -> Caller:
    """Whoever sends this request, read anew; raises SignInRequired, also when the person has left."""
    given = request.headers.get("Authorization", "")
    if given.startswith(_BEARER):
        return _by_token(given.removeprefix(_BEARER))
    if "person" not in session:
        raise SignInRequired()
    _require_own_page()
    return _by_session()


def sign_in(number: str, password: str) -> Employee:
    """Begin a session; an unknown number and a wrong password are refused alike, in the same time."""
    found = db.session.execute(
        select(Employee, Account.password_hash)
        .join(Account, Account.employee_id == Employee.id)
        .where(Employee.number == number, Employee.is_active)
    ).first()
    known_hash = found.password_hash if found else _nobodys_hash()
    if not _fits(known_hash, password) or found is None:
        raise WrongCredentials()
    person: Employee = found.Employee
    session.clear()
    session.update(person=person.id, since=now().isoformat())
    session.permanent = True
    return person


def sign_out() -> None:
    """End the session."""
    session.clear()


def set_password(db: Session, employee_id: int, password: str, now: datetime) -> None:
    """Let a person sign in with this password from now on; sessions begun earlier are over.

    Raises Invalid if it has fewer than 12 characters.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(reason="password_too_short", minimum=SHORTEST_PASSWORD)
    account = db.get(Account, employee_id)
    if account is None:
        account = Account(employee_id=employee_id, password_hash="", password_set_at=now)
        db.add(account)
    account.password_hash, account.password_set_at = _hasher.hash(password), now
    db.flush()


def digest(token: str) -> str:
    """The only form in which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _by_token(token: str) -> Caller:
    found = db.session.execute(
        select(Employee, PersonalToken.scopes)
        .join(PersonalToken, PersonalToken.person_id == Employee.id)
        .where(PersonalToken.digest == digest(token), PersonalToken.expires_at > now(), Employee.is_active)
    ).first()
    if found is None:
        raise SignInRequired()
    return Caller(found.Employee, frozenset(Scope(scope) for scope in found.scopes))


def _by_session() -> Caller:
    since = datetime.fromisoformat(session["since"])
    person = db.session.scalars(
        select(Employee)
        .join(Account, Account.employee_id == Employee.id)
        .where(Employee.id == session["person"], Employee.is_active, Account.password_set_at <= since)
    ).first()
    if person is None or now() - since >= SESSION_LASTS:
        raise SignInRequired()
    return Caller(person)


def _require_own_page() -> None:
    if request.method not in {*_UNSAFE, "DELETE"}:
        return
    if request.headers.get("Sec-Fetch-Site") not in _OWN_PAGES:
        raise CrossSite()
    if request.method in _UNSAFE and not request.is_json:
        raise NotJsonType()


def _fits(known_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(known_hash, password)
    except VerificationError:
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_hex())
