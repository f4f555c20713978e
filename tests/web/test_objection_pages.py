"""Public notices and objections on pages: to decisions by anybody, to raters by the candidate."""

import pytest

from tests.builders import a_case
from tests.company import Company
from tests.web.conftest import BrowserFor
from workflow.vocabulary import Stage


@pytest.fixture
def case(company: Company) -> int:
    """A decision on notice."""
    return a_case(company, at=Stage.NOTICE)


def test_anybody_objects_once_and_reads_the_answer(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    other = browser_for("X1")
    page = other.open("/notices")
    assert "Person C → Senior service engineer" in page.words
    done = other.send(page, "Send the objection", text="The figures are <b>wrong</b>.")
    assert done.alert == "Your objection is with HR. You read the answer here."
    own = other.open(done.link("Your objection"))
    assert "HR has not decided on it yet." in own.words
    assert "<b>wrong" not in own.answer.text
    other.open(f"/cases/{case}", status=404)
    hr = browser_for("H2")
    hr.send(hr.open(f"/cases/{case}/objections"), "Dismiss the objection", reason="They are right.")
    own = other.open(f"/cases/{case}/objections")
    assert ("dismissed" in own.words, "They are right." in own.words) == (True, True)


def test_hr_upholds_an_objection_and_sends_the_case_back(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    other, hr = browser_for("X1"), browser_for("H2")
    other.send(other.open("/notices"), "Send the objection", text="The figures are wrong.")
    page = hr.open(f"/cases/{case}/objections")
    steps = [one["value"] for one in page.soup.select("select[name=step] option")]
    assert steps == ["review", "committee"]
    refused = hr.send(page, "Uphold it", reason="", step="review", status=422)
    hr.send(refused, "Uphold it", reason="They are.", step="committee")
    assert company.case(case).stage is Stage.COMMITTEE


def test_the_candidate_reads_the_notice_and_is_not_asked_to_object(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    page = browser_for("C").open("/notices")
    assert "Person C" in page.words
    assert "Send the objection" not in page.words


@pytest.mark.parametrize("number", ["P8", "C", "M2", "L1"])
def test_whoever_has_not_objected_reads_none(
    company: Company, browser_for: BrowserFor, case: int, number: str
) -> None:
    other = browser_for("X1")
    other.send(other.open("/notices"), "Send the objection", text="The figures are wrong.")
    page = browser_for(number).client.get(f"/cases/{case}/objections")
    assert page.status_code in (403, 404)
    assert "figures are wrong" not in page.text


def test_with_nothing_on_notice_the_page_says_what_comes_here(browser_for: BrowserFor) -> None:
    assert "Nothing is on notice now." in browser_for("X1").open("/notices").words


def test_a_candidate_objects_to_two_raters_and_hr_decides(company: Company, browser_for: BrowserFor) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    own = browser_for("C")
    page = own.open(f"/cases/{case}/raters")
    refused = own.send(page, "Send the objection", person="P99", reason="We quarrel.", status=422)
    assert "Nobody has this employee number" in refused.alert
    done = own.send(refused, "Send the objection", person="P1")
    assert "Person P1" in done.words
    done = own.send(done, "Send the objection", person="P2", reason="We quarrel too.")
    assert "Send the objection" not in done.words
    hr = browser_for("H1")
    page = hr.open(f"/cases/{case}/raters")
    done = hr.send(page, "Uphold: the person is not asked", reason="On record.")
    assert done.alert == "The objection is decided."
    assert "On record." in own.open(f"/cases/{case}/raters").words
    browser_for("P1").open(f"/cases/{case}/raters", status=404)
    browser_for("L1").open(f"/cases/{case}/raters", status=403)


def test_notices_cost_three(
    company: Company, browser_for: BrowserFor, case: int, statements: list[str]
) -> None:
    browser = browser_for("X1")
    browser.open("/notices")
    statements.clear()
    browser.open("/notices")
    assert len(statements) <= 3, "\n".join(" ".join(one.split())[:110] for one in statements)
