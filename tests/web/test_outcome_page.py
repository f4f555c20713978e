"""The page that explains a released outcome, and what of it there is to keep."""

import pytest

from api import paper
from tests.builders import a_case
from tests.company import Company
from tests.web.conftest import BrowserFor
from workflow.vocabulary import Stage


@pytest.fixture
def case_id(company: Company) -> int:
    """A promotion on public notice."""
    return a_case(company, at=Stage.NOTICE)


@pytest.mark.parametrize("number", ["C", "H1", "A1"])
def test_whoever_it_is_for_reads_how_it_came_about(
    browser_for: BrowserFor, case_id: int, number: str
) -> None:
    browser = browser_for(number)
    page = browser.open(browser.open(f"/cases/{case_id}").link("How the outcome came about"))
    for words in ("Carried by the committee.", "Composite", "360-degree review"):
        assert words in page.words
    assert ("What you can do now" in page.words) is (number == "C")


def test_before_the_decision_it_says_that_it_waits_for_the_release(
    company: Company, browser_for: BrowserFor
) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    page = browser_for("C").open(f"/cases/{case_id}/outcome", status=403)
    assert "once the decision is released" in page.words


def test_superiors_are_not_led_to_what_is_not_for_them(browser_for: BrowserFor, case_id: int) -> None:
    words = browser_for("L1").open(f"/cases/{case_id}").words
    assert "How the outcome came about" not in words
    assert "Letters" not in words
    browser_for("L1").open(f"/cases/{case_id}/outcome", status=403)


def test_a_letter_is_kept_as_a_file(browser_for: BrowserFor, case_id: int) -> None:
    browser = browser_for("C")
    way = browser.open(f"/cases/{case_id}/letters").link("As PDF")
    answer = browser.client.get(way)
    assert (answer.status_code, answer.mimetype) in ((200, "application/pdf"), (404, "text/html"))


def test_the_dossier_is_in_the_language_of_the_page_it_is_asked_for_on(
    browser_for: BrowserFor, case_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(paper, "drawn", lambda html: drawn.append(html) or b"%PDF-")
    browser = browser_for("H1")
    browser.client.get(f"/cases/{case_id}/dossier")
    browser.send(browser.open(f"/cases/{case_id}"), "中文")
    browser.client.get(f"/cases/{case_id}/dossier")
    spoken = [html.partition('<html lang="')[2].partition('"')[0] for html in drawn]
    assert spoken == ["en", "zh-Hans"]


def test_hr_takes_the_dossier_along_by_one_link(browser_for: BrowserFor, case_id: int) -> None:
    browser = browser_for("H1")
    assert browser.open(f"/cases/{case_id}").link("Dossier") == f"/cases/{case_id}/dossier"
    answer = browser.client.get(f"/cases/{case_id}/dossier")
    assert (answer.status_code, answer.mimetype) in ((200, "application/pdf"), (404, "text/html"))
