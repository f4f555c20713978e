"""One step of a program through the API: somebody asks for something, in whatever words he types."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from random import Random
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.api.calls import Calls
from tests.api.conftest import clients_for
from tests.company import JUDGES, Company
from tests.matrix.asking import body_of, path_of
from tests.matrix.books import Books
from tests.matrix.cells import Cell, cells_of
from tests.matrix.oracle import CASE, WHO, expected
from tests.programs.acts import sweep
from tests.programs.doing import Trace
from workflow.models import Competition

_TEXTS = frozenset(
    {
        *("reason", "text", "internal_reason", "statement", "plan", "title", "feedback", "note", "comment"),
        *("evidence", "post"),
    }
)
_CHOICES: dict[str, Sequence[Any]] = {
    "choice": ("yes", "yes", "yes", "no", "defer", "abstain"),
    "rating": (1, 4, 5),
    "person": ("P8", "T1", "J1", "C", "nobody"),
    "mentor": ("T1", "T1", "C", "L1"),
}
_DECISIONS: dict[str, Sequence[str]] = {
    f"POST {CASE}/approvals": ("approve", "approve", "approve", "approve", "return", "decline"),
    f"POST {CASE}/consent": ("agree", "agree", "refuse"),
    f"POST {CASE}/objections/<int:objection_id>/decision": ("uphold", "dismiss"),
    f"POST {CASE}/rater-objections/<int:number>/decision": ("uphold", "dismiss"),
    f"POST {CASE}/mentorship/conclusion": ("confirm", "extend", "revert"),
}
_OF_CONTESTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("panel", {"judges": list(JUDGES)}),
    ("panel", {"judges": ["J1", "J2", "C"]}),
    ("shortlist", {"reason": ""}),
    ("decision", {"reason": "", "order": "merit"}),
    ("call-up", {"reason": ""}),
    ("cancellation", {"reason": ""}),
)


@dataclass
class Step:
    """Where a program is, by what chance it goes on, and in which words."""

    company: Company
    calls: Calls
    trace: Trace
    chance: Random
    typed: str

    def ask(self, by: str, method: str, path: str, body: Any = None) -> None:
        """One call, which never fails, and which leaves everything as it was if it is refused."""
        self.calls.raw(by, "GET", "/session")  # begins a session, or notes that it is in use
        before = self.trace()
        answer = self.calls.raw(by, method, path, body)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            self._check_problem(answer)
            assert self.trace() == before, f"{method} {path} by {by} was refused and has left a trace"

    def books(self) -> Books:
        """What is on file now."""
        with self.company.reading() as db:
            return Books.read(db)

    def _check_problem(self, answer: TestResponse) -> None:
        told = answer.get_json()
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, answer.get_data(as_text=True)
        assert answer.content_type == "application/problem+json"
        assert told["code"]
        assert all(told["messages"][locale] for locale in ("en", "zh_Hans"))


def calls_of(app: Flask, company: Company) -> Calls:
    """Calls of the people of a company."""
    return Calls(clients_for(app, company.door.engine, company))


def somebody_does_what_he_may(step: Step) -> None:
    """Somebody does something to a case that the table of rights allows him."""
    _call(step, lambda cell: expected(cell.route, cell.standing).may_change)


def somebody_does_anything(step: Step) -> None:
    """Anybody asks for anything of a case."""
    _call(step, lambda _cell: True)


def hr_runs_a_competition(step: Step) -> None:
    """Somebody, mostly of HR, goes on with a competition."""
    with step.company.reading() as db:
        contests = [contest.id for contest in db.query(Competition)] or [1]
    what, body = step.chance.choice(_OF_CONTESTS)
    by = step.chance.choice(("H1", "H1", "H2", "C", "A1"))
    step.ask(by, "POST", f"/competitions/{step.chance.choice(contests)}/{what}", _worded(step, "", body))


def everybody_reads(step: Step) -> None:
    """Somebody looks at his inbox and at what he may see."""
    by = step.chance.choice(sorted(step.company.ids))
    for path in ("/inbox", "/cases", "/reviews", "/notices", "/competitions", "/me/data"):
        step.ask(by, "GET", path)
    step.ask(by, "GET", f"/employees?q={step.typed[:50] or 'P'}".replace("#", "%23").replace("&", "%26"))


def time_passes(step: Step) -> None:
    """Some days go by, and the clock comes by."""
    step.company.later(days=step.chance.choice((1, 1, 4, 12, 40)))
    sweep(step.company)


def _call(step: Step, wanted: Callable[[Cell], bool]) -> None:
    books, ids = step.books(), step.company.ids
    routes = step.chance.sample(sorted(WHO), k=20)
    cells = [cell for cell in cells_of(books, ids, routes) if cell.by and wanted(cell)]
    if not cells:
        return
    cell = step.chance.choice(cells)
    body = body_of(cell.route, ids[cell.by], cell.case, books)
    path = path_of(cell.route, cell.case, books)
    step.ask(cell.by, cell.method, path, _worded(step, cell.route, body))


def _worded(step: Step, route: str, body: Any) -> Any:
    """The body in the words of whoever types it, with another decision now and then."""
    if not isinstance(body, dict):
        return body
    worded = {}
    for name, value in body.items():
        if name == "decision":
            worded[name] = step.chance.choice(_DECISIONS[route])
        elif name in _CHOICES:
            worded[name] = step.chance.choice(_CHOICES[name])
        elif name in _TEXTS and isinstance(value, str):
            worded[name] = step.typed
        elif isinstance(value, list):
            worded[name] = [_worded(step, route, each) for each in value]
        else:
            worded[name] = value
    return worded


STEPS: tuple[Callable[[Step], None], ...] = (
    *(somebody_does_what_he_may,) * 9,
    *(somebody_does_anything,) * 3,
    *(hr_runs_a_competition,) * 2,
    everybody_reads,
    *(time_passes,) * 2,
)
