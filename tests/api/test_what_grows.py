"""No act and no page of every day reads the whole of a table that grows with the years.

On SQLite, which says so of every statement; PostgreSQL has the same indexes.
"""

import re

import pytest

from server.clock import beat
from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_contested_case
from tests.company import Company
from tests.plans import Watched, watched
from workflow.vocabulary import Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
_GROWS = r"promotion_case|stage_round|approval_step|task|journal_entry|journal_text|delivery|inbox"
# To read an index from end to end is no better, but for those that hold few of the rows.
_FEW = r"USING (COVERING )?INDEX \w+_by_(role|pending|substitute)"
_READ_AS_A_WHOLE = re.compile(rf"SCAN ({_GROWS})(_\d+)?\b(?! {_FEW})")


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def test_a_signature_reads_no_table_as_a_whole(company: Company, calls: Calls) -> None:
    case = a_contested_case(company, at=Stage.NOMINATED)
    seen = calls.seen("D1", "POST", f"/cases/{case}/approvals")
    with watched(company.door.engine) as statements:
        calls.post("D1", f"/cases/{case}/approvals", seen=seen, decision="approve")
    assert _read_as_a_whole(statements) == []


@pytest.mark.parametrize("path", ["/inbox", "/cases/{}", "/cases/{}/approvals"])
@pytest.mark.parametrize("reader", ["D1", "H1", "C"])
def test_a_page_reads_no_table_as_a_whole(company: Company, calls: Calls, path: str, reader: str) -> None:
    case = a_contested_case(company, at=Stage.NOMINATED)
    with watched(company.door.engine) as statements:
        calls.get(reader, path.format(case))
    assert _read_as_a_whole(statements) == []


def test_a_beat_looks_for_no_case_among_all(company: Company) -> None:
    with watched(company.door.engine) as statements:
        beat(company.door, lambda: company.now)
    found = [(sent, line) for sent, line in _read_as_a_whole(statements) if "promotion_case" in line]
    assert found == []


def _read_as_a_whole(statements: Watched) -> list[tuple[str, str]]:
    """Statements, with the line of the plan that tells so; rows that are written down look at none."""
    sent = ((number, one) for number, (one, _) in enumerate(statements.statements) if "VALUES" not in one)
    lines = ((one, line) for number, one in sent for line in statements.plan(number).splitlines())
    return [(one, line) for one, line in lines if _READ_AS_A_WHOLE.search(line)]
