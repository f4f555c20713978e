"""Who acts now in this request, when, and the way through the door for views."""

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from flask import current_app, g, request
from sqlalchemy.orm import Session

from api import preconditions
from api.database import db
from api.models import AccessSession
from api.refusals import SignInRequired
from workflow import emergencies, permissions
from workflow.act import Act
from workflow.errors import NotFound, StaleVersion
from workflow.models import Competition, Cycle, Employee, PromotionCase
from workflow.queries.cases import case_to_read
from workflow.relations import Relation, relations
from workflow.store import Door

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class Importer(Protocol):
    """Loads a file with the organisation and says what has become of it."""

    def __call__(
        self, act: Act, data: bytes, *, skip_bad: bool, names: str = "", skip_unknown: bool = False
    ) -> Any:
        """Raises BadImport, with every bad line unless they are skipped, and BadMapping for wrong names."""


@dataclass(frozen=True, slots=True)
class Running:
    """What the API runs on: the door for change, the clock, and who reads files."""

    door: Door
    now: Callable[[], datetime]
    importer: Importer


def running() -> Running:
    """What the application was started with."""
    return cast(Running, current_app.extensions["jinsheng"])


def door() -> Door:
    """The way to change: that of the request, if what it does is kept together with its answer."""
    return cast(Door, g.get("door") or running().door)


def roles() -> frozenset[Relation]:
    """What the person who acts is to the organisation."""
    return cast(frozenset[Relation], g.caller.roles)


def reading() -> Session:
    """What a view reads through once it has acted."""
    return cast(Session, g.get("reads") or db.session())


@contextmanager
def together() -> Iterator[Session]:
    """Keep or refuse everything that the request does in this block as a whole."""
    let_go()
    try:
        with door().together() as (g.reads, g.door):
            yield g.reads
    finally:
        g.pop("reads", None)
        g.pop("door", None)


@contextmanager
def by_itself() -> Iterator[None]:
    """Keep or refuse what is done in this block by itself, whatever becomes of the rest of the request."""
    with door().together() as (transaction, _), transaction.begin_nested():
        yield


def now() -> datetime:
    """The present instant, the same for the whole request."""
    if "now" not in g:
        g.now = running().now()
    return cast(datetime, g.now)


def person() -> Employee:
    """The person signed in; raises SignInRequired."""
    known = g.get("person")
    if known is None:
        raise SignInRequired()
    return cast(Employee, known)


def own_session() -> AccessSession:
    """The session this request comes from; an error of the program where tokens may call."""
    return cast(AccessSession, g.session)


def request_id() -> str:
    """What the caller named this request, or a name of our own."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
    return cast(str, g.request_id)


def let_go() -> None:
    """End what was read so far."""
    # An open read would hold a second connection and an old snapshot through the write.
    db.session.close()
    g.pop("standings", None)


@contextmanager
def acting() -> Iterator[Act]:
    """An act of the person signed in that concerns no single case."""
    let_go()
    with door().acting(**_who()) as act:
        yield act


@contextmanager
def changing(case_id: int) -> Iterator[tuple[Act, PromotionCase]]:
    """An act on one case; the right to the operation of the route is checked here, under the lock.

    Refused as StaleVersion if the case, or the person's task, has changed since it was seen.
    """
    let_go()
    task_id = preconditions.task_seen()
    right = permissions.question(person().id, g.operation, case_id)
    with (
        door().changing(case_id, task_id=task_id, expected=[right], **_who()) as (act, case),
        _as_seen(act, case),
    ):
        yield act, case


@contextmanager
def contending(case_id: int) -> Iterator[tuple[Act, PromotionCase]]:
    """The same for an act that may take a place of the case's cycle or competition."""
    let_go()
    with door().contending(case_id, **_who()) as (act, case), _as_seen(act, case):
        yield act, case


@contextmanager
def releasing(cycle_id: int) -> Iterator[tuple[Act, Cycle, Sequence[PromotionCase]]]:
    """An act on the decisions of a cycle that wait for their release."""
    let_go()
    with door().releasing(cycle_id, **_who()) as opened:
        yield opened


@contextmanager
def competing(competition_id: int) -> Iterator[tuple[Act, Competition, dict[int, PromotionCase]]]:
    """An act on a competition; where the route names a case of it, the right is checked on that case."""
    let_go()
    task_id = preconditions.task_seen()
    with door().competing(competition_id, task_id=task_id, **_who()) as (act, competition, cases):
        case_id = (request.view_args or {}).get("case_id")
        if case_id is None:
            preconditions.require_seen(competition)
            yield act, competition, cases
        elif case_id not in cases:
            raise NotFound(kind="case")
        else:
            with _as_seen(act, cases[case_id]):
                yield act, competition, cases


@contextmanager
def cycling(cycle_id: int) -> Iterator[tuple[Act, Cycle]]:
    """An act on a whole cycle, which is locked first."""
    let_go()
    with door().in_cycle(cycle_id, **_who()) as (act, cycle):
        yield act, cycle


def seen(case_id: int) -> tuple[PromotionCase, frozenset[Relation]]:
    """A case to be read, with what the person is to it; the right to the route's operation is checked.

    What somebody may read for an hour in an emergency is read here too, and nothing else is done by it.
    """
    case, mine = _standing(case_id)
    try:
        permissions.require_among(mine, g.operation, case)
        return case, mine
    except NotFound:
        return _in_emergency(case_id), frozenset({Relation.EVERYBODY, Relation.ANYBODY, Relation.ADMITTED})


def _standing(case_id: int) -> tuple[PromotionCase, frozenset[Relation]]:
    """A case and what the person is to it; a page that asks for several parts of a case finds out once."""
    known: dict[int, tuple[PromotionCase, frozenset[Relation]]] = g.setdefault("standings", {})
    if case_id not in known:
        case = case_to_read(db.session(), case_id)
        if case is None:
            raise NotFound(kind="case")
        known[case_id] = case, relations(db.session(), person(), case)
    return known[case_id]


def _in_emergency(case_id: int) -> PromotionCase:
    """The same for whoever may read it for an hour, which is written down; raises NotFound to others."""
    access = emergencies.admission(db.session(), person().id, case_id, now())
    is_by_token = g.session is None
    if access is None or is_by_token or Relation.ADMITTED not in permissions.ALLOWED[g.operation]:
        raise NotFound(kind="case")
    if access.read_at is None:
        key = access.id
        let_go()
        with door().changing(case_id, **_who()) as (act, case):
            emergencies.note_reading(act, case, key)
    return db.session.get_one(PromotionCase, case_id)


@contextmanager
def _as_seen(act: Act, case: PromotionCase) -> Iterator[None]:
    permissions.require(act.db, act.person, g.operation, case)
    is_seen, version = preconditions.is_case_seen(case, act.task), case.version
    yield
    # Only now: what is refused anyway says more than that something has changed.
    if not is_seen:
        raise StaleVersion(version=version)
    g.changed = case


def _who() -> dict[str, Any]:
    return {"by": person().id, "now": now(), "request_id": request_id()}
