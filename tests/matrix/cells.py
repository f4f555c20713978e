"""The cells of the matrix in one small world: everybody on every route to every case, from the same start."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from benchmarks.cycle import tags
from tests.api.calls import Calls
from tests.api.conftest import clients_for, serving
from tests.matrix.asking import body_of, is_reachable, path_of
from tests.matrix.books import Books, Standing
from tests.matrix.oracle import CASE, SEEING, WHO, Expected, expected
from tests.workflow.begun import Beginning, begun
from workflow.models import PromotionCase

NOBODY = ""  # the number of whoever is not signed in
_UNKNOWN = 2**31 - 1
_SECTIONS = frozenset({"nomination", "checklist", "timeline"})


@dataclass(frozen=True)
class Cell:
    """One person on one route to one case."""

    route: str
    by: str
    case: PromotionCase
    standing: Standing | None

    @property
    def method(self) -> str:
        """How it is asked."""
        return self.route.split(" ")[0]

    @property
    def sees(self) -> bool:
        """Whether the person may know of the case."""
        return self.standing is not None and bool(self.standing.words & (SEEING | {"rater"}))


def cells_of(
    books: Books, ids: dict[str, int], routes: Iterable[str], *, everybody: bool = False
) -> Iterator[Cell]:
    """Every person, or one of each who stand alike, on every route to every case."""
    alike: set[Standing | None] = set()
    for case in books.of(PromotionCase):
        standings = {NOBODY: None} | {by: books.standing(person, case) for by, person in ids.items()}
        for by, standing in standings.items():
            if everybody or standing not in alike:
                reachable = (route for route in routes if is_reachable(route, case, books))
                yield from (Cell(route, by, case, standing) for route in reachable)
            alike.add(standing)


def may_succeed(cell: Cell) -> bool:
    """Whether the table of rights lets the person do something."""
    return expected(cell.route, cell.standing).may_change


@dataclass
class Found:
    """What one call has shown."""

    is_look: bool
    status: int = 200
    faults: list[str] = field(default_factory=list)


class World:
    """A world that is set back after every act that went through."""

    def __init__(self, file: Path, ids: dict[str, int], calls: Calls, books: Books) -> None:
        """Keep the world as it is now."""
        self.ids, self.calls, self.books = ids, calls, books
        self._file = sqlite3.connect(file, isolation_level=None)
        self._start = sqlite3.connect(":memory:")
        self._file.backup(self._start)
        self._unknown: dict[tuple[str, str], bytes] = {}
        self._tags: dict[tuple[str, object], str] = {}

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._start.close()

    def faults(self, cell: Cell) -> list[str]:
        """What is wrong with the answer to a call, or with what it left behind."""
        wanted = expected(cell.route, cell.standing)
        with self.unchanged(is_look=cell.method == "GET") as found:
            answer = self._ask(cell)
            found.status = answer.status_code
            found.faults += self._wrong(cell, wanted, answer)
        who = f"{cell.by or 'nobody'} {cell.route} {cell.case.id}"
        return [f"{who}: {fault} ({cell.standing})" for fault in found.faults]

    def goes_through(self, cell: Cell) -> bool:
        """Whether a call is answered with success; what it did is undone."""
        with self.unchanged(is_look=False) as found:
            found.status = self._ask(cell).status_code
        return found.status < HTTPStatus.BAD_REQUEST

    @contextmanager
    def unchanged(self, *, is_look: bool) -> Iterator[Found]:
        """Notes a fault if a call that is refused, or a mere look, changes anything; sets the world back."""
        before, found = self._version(), Found(is_look)
        yield found
        if self._version() != before:
            if found.status >= 400 or found.is_look:
                found.faults.append("something has changed although the call was refused or a mere look")
            self._start.backup(self._file)

    def _wrong(self, cell: Cell, wanted: Expected, answer: TestResponse) -> list[str]:
        told = answer.get_json() or {} if answer.status_code >= 400 else {}
        code, is_right_missing = told.get("code"), told.get("facts", {}).keys() & {"operation", "part"}
        if answer.status_code >= 500:
            return [f"failed: {answer.get_data(as_text=True)}"]
        if wanted.code is None:
            is_denied = code in ("sign_in_required", "own_case", "not_allowed") and is_right_missing
            return [f"has the right and is told {told}"] if is_denied else self._open(cell, wanted, answer)
        is_as_wanted = code == wanted.code
        if code == "not_found":
            is_as_wanted &= answer.data == self._of_unknown(cell)
        if code == "not_allowed":
            is_as_wanted &= bool(is_right_missing)
        return [] if is_as_wanted else [f"not {wanted.code}: {answer.status_code} {told}"]

    def _open(self, cell: Cell, wanted: Expected, answer: TestResponse) -> list[str]:
        if answer.status_code == HTTPStatus.NOT_FOUND:
            may_miss = cell.sees or "everybody" in WHO[cell.route]
            return [] if may_miss else ["may act and is told there is no such case"]
        if answer.status_code < 300 and cell.method != "GET" and not wanted.may_change:
            return ["has acted without a task"]
        return _fields(answer.get_json(), wanted.parts) if cell.route == "GET " + CASE else []

    def _ask(self, cell: Cell, *, named: int | None = None) -> TestResponse:
        body = body_of(cell.route, self.ids.get(cell.by, 0), cell.case, self.books)
        path = path_of(cell.route, cell.case, self.books, named=named)
        return self.calls.raw(cell.by, cell.method, path, body, self._seen(cell, path))

    def _seen(self, cell: Cell, path: str) -> str | None:
        """What the person has seen of what he is going to change; the world is always as it was."""
        if cell.method == "GET":
            return None
        looked_at = (cell.by, tags.task(path) or tags.thing(path))
        if looked_at not in self._tags:
            self._tags[looked_at] = self.calls.seen(cell.by, cell.method, path)
        return self._tags[looked_at]

    def _of_unknown(self, cell: Cell) -> bytes:
        known = (cell.route, cell.by)
        if known not in self._unknown:
            self._unknown[known] = self._ask(cell, named=_UNKNOWN).data
        return self._unknown[known]

    def _version(self) -> int:
        return int(self._file.execute("PRAGMA data_version").fetchone()[0])


def _fields(told: dict[str, Any], wanted: frozenset[str]) -> list[str]:
    if set(told["parts"]) != wanted:
        return [f"parts differ: {set(told['parts']) ^ wanted}"]
    shown = {name for name in _SECTIONS if told[name] is not None}
    faults = [] if shown == wanted & _SECTIONS else [f"shown: {shown}"]
    outcome = told["outcome"] or {}
    if outcome.get("internal_reason") is not None and "internal_reason" not in wanted:
        faults.append("the internal reason is told")
    return faults


@contextmanager
def opened(folder: Path, beginning: Beginning) -> Iterator[World]:
    """The world after a beginning, with everybody signed in, and somebody who is not."""
    with begun(folder, beginning) as (company, _):
        engine = company.door.engine
        with serving(engine, company) as app:
            sign_in = clients_for(app, engine, company)
            calls = Calls(lambda number: app.test_client() if number == NOBODY else sign_in(number))
            for number in company.ids:
                calls.get(number, "/session")
            with company.reading() as db:
                books = Books.read(db)
            world = World(Path(str(engine.url.database)), company.ids, calls, books)
            yield world
            world.close()
