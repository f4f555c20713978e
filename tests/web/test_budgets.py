"""What a page may cost: statements, whatever is on file, and bytes on the way."""

import gzip

import pytest
from sqlalchemy.orm import Session

from tests.api.test_standing_in import for_technicians
from tests.builders import a_case
from tests.company import Company
from tests.web.conftest import BrowserFor
from workflow.models import Employee
from workflow.vocabulary import Stage

# The most statements a page takes for its reader; those of the demonstration are in `tests/browser/costs.py`.
STATEMENTS = {
    ("D1", "/inbox"): 3,
    ("D1", "/cases"): 4,
    ("H1", "/cases"): 3,
    ("D1", "/cases/{case}"): 9,
    ("C", "/cases/{case}"): 8,
    ("H1", "/cases/{case}"): 9,
    ("A1", "/cases/{case}"): 9,
    ("C", "/my-promotion"): 6,
    ("C", "/ladders"): 2,
    ("C", "/nominate?candidate=C"): 4,
    ("C", "/security"): 6,
    ("C", "/absences"): 2,
    ("C", "/my-data"): 2,
}
_LARGEST = 100_000
_SUMMARY = 2  # of what is about to be approved in one go, however much is ticked


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


def test_the_summary_of_twenty_approvals_takes_as_few_statements_as_of_one(
    company: Company, browser_for: BrowserFor, statements: list[str]
) -> None:
    for_technicians(company, *hired(company, 20))
    browser = browser_for("D1")
    boxes = browser.open("/inbox").soup.select("input[name=task]")
    tasks = [str(box["value"]) for box in boxes]
    assert len(tasks) == 20
    for ticked in (tasks[:1], tasks):
        where = f"/inbox/approving?tasks={','.join(ticked)}"
        assert f"Approve {len(ticked)}" in browser.open(where).words
        statements.clear()
        browser.open(where)
        assert len(statements) == _SUMMARY, "\n".join(statements)


def hired(company: Company, count: int) -> list[str]:
    """Newcomers beside P1, by their numbers."""
    with company.door.acting(now=company.now) as act:
        found = [_beside(act.db, company.ids["P1"], f"N{place}") for place in range(count)]
        company.ids |= {person.number: person.id for person in found}
    return [person.number for person in found]


def _beside(db: Session, known: int, number: str) -> Employee:
    like = db.get_one(Employee, known)
    alike = {
        name: getattr(like, name)
        for name in (
            "department_id",
            "site_id",
            "manager_id",
            "track",
            "level",
            "post",
            "level_since",
            "hired_on",
        )
    }
    person = Employee(number=number, name=f"Person {number}", email=f"{number.lower()}@example.com", **alike)
    db.add(person)
    db.flush()
    return person


@pytest.mark.parametrize("path", ["/inbox", "/cases/{case}", "/my-promotion", "/ladders"])
def test_a_first_visit_loads_less_than_100_kb(company: Company, browser_for: BrowserFor, path: str) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    client = browser_for("D1").client
    static = ("page.css", "page.js", "picker.js", "htmx.js")
    parts = [path.format(case=case_id), *(f"/static/{name}" for name in static)]
    loaded = [client.get(part, buffered=True).data for part in parts]
    assert sum(len(gzip.compress(part)) for part in loaded) < _LARGEST
    assert len(loaded[0]) < _LARGEST
