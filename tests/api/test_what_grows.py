"""No act and no page of every day reads the whole of a table that grows with the years.

SQLite says so of every statement, however few rows there are; PostgreSQL only where there are many.
"""

import re
from itertools import product

import pytest

from benchmarks import past
from notifications.reminders import remind
from server.clock import beat
from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_contested_case
from tests.company import Company
from tests.plans import Watched, watched
from workflow.vocabulary import Stage

_on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
_on_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
_PAGES = ("/inbox", "/me/cases", "/cases/{}", "/cases/{}/approvals")
_READERS = ("D1", "H1", "C")
# HR looks at one case after the other until a page is full: it may see nearly all.
_LISTS = (("D1", "/cases"), ("C", "/cases"), ("X1", "/deliveries"))
_GROWS = r"promotion_case|stage_round|approval_step|task|journal_entry|journal_text|delivery|inbox"
# To read an index from end to end is no better, but for those that hold few of the rows.
_FEW = r"USING (COVERING )?INDEX \w+_by_(role|pending|substitute|kind)"
_READ_AS_A_WHOLE = {
    "sqlite": re.compile(rf"SCAN ({_GROWS})(_\d+)?\b(?! {_FEW})"),
    "postgresql": re.compile(rf"Seq Scan on ({_GROWS})\b"),
}


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


@_on_sqlite
def test_a_signature_reads_no_table_as_a_whole(company: Company, calls: Calls) -> None:
    case = a_contested_case(company, at=Stage.NOMINATED)
    assert _read_as_a_whole(_signing(company, calls, case)) == []


@_on_sqlite
@pytest.mark.parametrize(("reader", "path"), [*product(_READERS, _PAGES), *_LISTS])
def test_a_page_reads_no_table_as_a_whole(company: Company, calls: Calls, reader: str, path: str) -> None:
    case = a_contested_case(company, at=Stage.NOMINATED)
    assert _read_as_a_whole(_reading(company, calls, reader, path.format(case))) == []


@_on_sqlite
def test_a_beat_reads_no_table_as_a_whole(company: Company) -> None:
    assert _read_as_a_whole(_beating(company)) == []


@_on_sqlite
def test_whom_to_remind_is_looked_for_by_the_rungs_that_are_due(company: Company) -> None:
    """And not among all open tasks, of which few have one."""
    a_contested_case(company, at=Stage.NOMINATED)
    company.later(days=10)
    with watched(company.door.engine) as statements:
        assert remind(company.door, company.now).digests > 0
    plans = [statements.plan(number) for number in range(len(statements.statements))]
    assert [plan for plan in plans if "SCAN task" in plan] == []


@_on_postgresql
def test_among_many_cases_no_table_is_read_as_a_whole(company: Company, calls: Calls) -> None:
    case = a_contested_case(company, at=Stage.NOMINATED)
    past.fill(company.door.engine, cases=60_000, open_tasks=1_000, people=1_000)
    pages = (*product(_READERS, _PAGES), *_LISTS)
    done = [_reading(company, calls, reader, path.format(case)) for reader, path in pages]
    done.append(_signing(company, calls, case))
    assert [found for statements in done for found in _read_as_a_whole(statements)] == []
    # What is open a beat reads: it is what there is to look after.
    assert [one for one in _read_as_a_whole(_beating(company)) if " on inbox " not in one[1]] == []


def _signing(company: Company, calls: Calls, case: int) -> Watched:
    seen = calls.seen("D1", "POST", f"/cases/{case}/approvals")
    with watched(company.door.engine) as statements:
        calls.post("D1", f"/cases/{case}/approvals", seen=seen, decision="approve")
    return statements


def _reading(company: Company, calls: Calls, reader: str, path: str) -> Watched:
    with watched(company.door.engine) as statements:
        calls.get(reader, path)
    return statements


def _beating(company: Company) -> Watched:
    with watched(company.door.engine) as statements:
        beat(company.door, lambda: company.now)
    return statements


def _read_as_a_whole(statements: Watched) -> list[tuple[str, str]]:
    """Statements, with the line of the plan that tells so; rows that are written down look at none."""
    tells = _READ_AS_A_WHOLE[statements.engine.dialect.name]
    sent = ((number, one) for number, (one, _) in enumerate(statements.statements) if "VALUES" not in one)
    lines = ((one, line) for number, one in sent for line in statements.plan(number).splitlines())
    return [(one, line) for one, line in lines if tells.search(line)]
