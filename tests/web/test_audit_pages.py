"""The journal on a page: searched, verified in words, taken along."""

import re
from pathlib import Path

import pytest

import api
import integrations
import notifications
import workflow
from tests.api.conftest import give_password
from tests.builders import a_case
from tests.company import Company
from tests.web.conftest import BrowserFor
from tests.workflow.test_journal import tamper
from translations import codes
from workflow.vocabulary import Stage

PASSWORD = "four words nobody guesses"


@pytest.fixture
def case(company: Company) -> int:
    """A case under review."""
    return a_case(company, at=Stage.REVIEW)


def test_an_auditor_finds_what_somebody_has_done(browser_for: BrowserFor, case: int) -> None:
    auditor = browser_for("A1")
    page = auditor.open("/audit")
    assert "Signed: Head of department" in page.words
    found = auditor.send(page, "Search", case=str(case), actor="D1", action="approval_signed")
    table = found.soup.select("tbody tr")
    assert len(table) == 1
    assert "Person D1" in table[0].get_text()
    nothing = auditor.send(found, "Search", to="2020-01-01")
    assert "Nothing is found." in nothing.words


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_whoever_verifies_is_answered_in_words(company: Company, browser_for: BrowserFor, case: int) -> None:
    auditor = browser_for("A1")
    holds = auditor.send(auditor.open("/audit"), "Verify")
    assert "Nothing was altered" in holds.alert
    tamper(company, case, "UPDATE journal_entry SET action = 'bribed' WHERE chain = :chain AND sequence = 2")
    broken = auditor.send(auditor.open("/audit"), "Verify", case=str(case))
    assert f"The chain case/{case} does not hold at its entry 2" in broken.alert
    assert "not as it was written" in broken.alert


def test_the_journal_is_taken_along_after_a_proof(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    give_password(company, "A1", PASSWORD)
    auditor = browser_for("A1")
    company.later(minutes=20)
    way = auditor.open(f"/audit?case={case}&action=case_opened").link("Take what is found along")
    asked = auditor.open(way, status=403)
    file = auditor.send(asked, "Confirm and go on", password=PASSWORD).answer
    assert file.mimetype == "text/csv"
    assert "case_opened" in file.text
    assert "approval_signed" not in file.text


def test_a_long_journal_is_sent_while_it_is_read(browser_for: BrowserFor, case: int) -> None:
    answer = browser_for("A1").client.get("/audit/export", buffered=False)
    assert answer.is_streamed
    assert "Content-Length" not in answer.headers
    assert answer.text.count("\n") > 5


def test_hr_searches_its_cases_and_verifies_nothing(browser_for: BrowserFor, case: int) -> None:
    hr = browser_for("H1")
    assert "Review opened" in hr.open(f"/audit?case={case}").words
    assert "Was anything altered?" not in hr.open("/audit").words
    hr.open("/audit/export", status=403)


def test_the_journal_is_for_nobody_else(browser_for: BrowserFor, case: int) -> None:
    for number in ("L1", "C", "X1"):
        browser_for(number).open("/audit", status=403)


@pytest.mark.parametrize("query", ["case=x", "from=yesterday", "cursor=y", "action=" + "a" * 99])
def test_what_cannot_be_searched_for_is_said_on_a_page(browser_for: BrowserFor, query: str) -> None:
    browser_for("A1").open(f"/audit?{query}", status=422)


def test_everything_that_is_ever_written_into_the_journal_has_a_sentence() -> None:
    written = re.compile(r'(?:record|_write_down)\(\s*act,\s*"(\w+)"')
    places = [Path(one.__path__[0]) for one in (api, integrations, notifications, workflow)]
    code = [path.read_text(encoding="utf-8") for place in places for path in place.rglob("*.py")]
    actions = {action for text in code for action in written.findall(text)}
    assert len(actions) > 100
    assert actions - set(codes("happening")) == set()


def test_a_search_costs_the_same_however_much_is_found(
    company: Company, browser_for: BrowserFor, case: int, statements: list[str]
) -> None:
    auditor = browser_for("A1")
    auditor.open("/audit")
    a_case(company, at=Stage.REVIEW, candidate="P1")
    statements.clear()
    auditor.open("/audit")
    assert len(statements) <= 8, "\n".join(" ".join(one.split())[:90] for one in statements)
