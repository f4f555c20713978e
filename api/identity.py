"""Who is calling: somebody with a session, or a program with his personal token."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from flask import request, session
from sqlalchemy import select

from api.access import offices, own_forms, sessions
from api.access.offices import Office
from api.access.signing_in import COOKIE_KEY
from api.acting import let_go, now, running
from api.database import asking, db
from api.files import TABLES
from api.models import AccessSession, PersonalToken
from api.refusals import CrossSite, NotJsonType, SignInRequired
from workflow.errors import TokenMayNot
from workflow.models import Employee
from workflow.permissions import Operation
from workflow.relations import Relation, as_relations

# Under this name a page of ours hands on who is calling; no header of a client can have it.
KNOWN = "jinsheng.caller"
_BEARER = "Bearer "
_UNSAFE = frozenset({"POST", "PUT", "PATCH"})  # no page of another site can send a DELETE unasked
_OWN_HEADERS = ("Idempotency-Key", "If-Match")
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
            Operation.READ_PROGRESS,
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
    Scope.SUBSCRIBE: frozenset({Operation.SUBSCRIBE, Operation.REPLAY, Operation.MAKE_ROBOT}),
}


@dataclass(frozen=True)
class Caller:
    """A person with his session, or with the scopes of the token that speaks for him."""

    person: Employee
    offices: tuple[Office, ...]
    session: AccessSession | None = None
    scopes: frozenset[Scope] | None = None

    @cached_property
    def roles(self) -> frozenset[Relation]:
        """What he is to the organisation."""
        return as_relations((one.role, one.department) for one in self.offices)

    def require_scope(self, operation: Operation) -> None:
        """Refuse what the token is not for (TokenMayNot)."""
        if self.scopes is not None and not any(operation in OPERATIONS[scope] for scope in self.scopes):
            raise TokenMayNot(operation=operation)


def caller() -> Caller:
    """Whoever sends this request, read anew; raises SignInRequired, also when the person has left."""
    given = request.headers.get("Authorization", "")
    if given.startswith(_BEARER):
        return _by_token(given.removeprefix(_BEARER))
    if COOKIE_KEY not in session:
        raise SignInRequired()
    _require_own_page()
    return _by_session()


def _by_token(token: str) -> Caller:
    query = (
        select(Employee, PersonalToken)
        .join(PersonalToken, PersonalToken.person_id == Employee.id)
        .where(
            PersonalToken.digest == sessions.digest(token),
            PersonalToken.expires_at > now(),
            Employee.is_active,
        )
    )
    rows = db.session.execute(offices.with_offices(query)).all()
    if not rows:
        raise SignInRequired()
    person, used = rows[0].Employee, rows[0].PersonalToken
    let_go()
    sessions.note_use(running().door, used, now())
    return Caller(person, offices.among(rows), scopes=frozenset(Scope(scope) for scope in used.scopes))


def _by_session() -> Caller:
    with asking() as connection:
        found = sessions.found(connection, session[COOKIE_KEY], now())
    if found is None:
        raise SignInRequired()
    person, used, held = found
    sessions.note_use(running().door, used, now())
    return Caller(person, held, used)


def _require_own_page() -> None:
    if request.method not in {*_UNSAFE, "DELETE"}:
        return
    if request.headers.get("Sec-Fetch-Site") not in _OWN_PAGES:
        raise CrossSite()
    if own_forms.is_form():
        own_forms.require_own()
        return
    # No form of another site can send one of these headers, so an act without a body needs no more.
    if request.method not in _UNSAFE or request.is_json or request.mimetype in TABLES:
        return
    if request.get_data() or not any(name in request.headers for name in _OWN_HEADERS):
        raise NotJsonType()
