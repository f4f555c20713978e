"""What a page may cost: statements, whatever is on file, and bytes on the way."""

import gzip

import pytest

from tests.builders import a_case
from tests.company import Company
from tests.web.conftest import BrowserFor
from workflow.vocabulary import Stage

# The most statements a page takes for its reader; those of the demonstration are in `tests/browser/costs.py`.
STATEMENTS = {
    ("D1", "/inbox"): 2,
    ("D1", "/cases"): 3,
    ("D1", "/cases/{case}"): 9,
    ("C", "/cases/{case}"): 8,
    ("H1", "/cases/{case}"): 9,
    ("A1", "/cases/{case}"): 9,
    ("C", "/my-promotion"): 7,
    ("C", "/ladders"): 2,
    ("C", "/nominate?candidate=C"): 4,
    ("C", "/security"): 6,
    ("C", "/absences"): 2,
    ("C", "/my-data"): 2,
}
_LARGEST = 100_000


@pytest.mark.parametrize(("number", "path"), STATEMENTS)
def test_a_page_takes_few_statements(
    company: Company, browser_for: BrowserFor, statements: list[str], number: str, path: str
) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    for candidate in ("P1", "P2", "P3"):
        a_case(company, at=Stage.NOMINATED, candidate=candidate)
    browser, where = browser_for(number), path.format(case=case_id)
    browser.open(where)
    statements.clear()
    browser.open(where)
    assert len(statements) <= STATEMENTS[number, path], "\n".join(statements)


@pytest.mark.parametrize("path", ["/inbox", "/cases/{case}", "/my-promotion", "/ladders"])
def test_a_first_visit_loads_less_than_100_kb(company: Company, browser_for: BrowserFor, path: str) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    client = browser_for("D1").client
    static = ("page.css", "page.js", "picker.js", "htmx.js")
    parts = [path.format(case=case_id), *(f"/static/{name}" for name in static)]
    loaded = [client.get(part, buffered=True).data for part in parts]
    assert sum(len(gzip.compress(part)) for part in loaded) < _LARGEST
    assert len(loaded[0]) < _LARGEST
