"""Committees on pages: everybody sees who sits, members compare the candidates of a post, HR fills seats."""

import pytest

from tests.builders import a_case
from tests.company import MEMBERS, Company
from tests.web.conftest import BrowserFor
from tests.workflow.test_agenda import two_before_the_committee
from workflow.vocabulary import Stage

TERM = {"from_on": "2026-03-02", "until_on": "2027-03-01"}


def test_everybody_sees_who_sits_until_when_and_nothing_of_the_agenda(
    company: Company, browser_for: BrowserFor
) -> None:
    a_case(company, at=Stage.COMMITTEE)
    browser = browser_for("P8")
    page = browser.open(browser.open("/committees").link("Promotion committee"))
    assert all(number in page.words for number in MEMBERS)
    assert "Agenda" not in page.words
    assert "Fill the seat" not in page.words
    browser.open("/committees/99", status=404)


def test_a_member_compares_the_candidates_of_a_post_evidence_first_and_places_last(
    company: Company, browser_for: BrowserFor
) -> None:
    two_before_the_committee(company)
    page = browser_for("M2").open("/committees/1")
    for column in page.soup.select(".compare article"):
        words = column.get_text(" ")
        order = ["Statement and evidence", "Eligibility", "Result of the review", "Scores, last", "Order of"]
        places = [words.index(heading) for heading in order]
        assert places == sorted(places)
    assert len(page.soup.select(".compare article")) == 2
    assert ("its turn" in page.words, "better placed cases come first" in page.words) == (True, True)
    assert "in the tie band" in page.words


def test_with_nothing_on_the_agenda_the_page_says_what_comes_next(
    company: Company, browser_for: BrowserFor
) -> None:
    assert "Nothing is before the committee." in browser_for("M2").open("/committees/1").words


def test_hr_seats_a_committee(company: Company, browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    page = hr.open("/committees")
    typed = {"name": "Ad hoc <b>one</b>", "chair": "T1", "members": "T1, J1，J2 J3、X1", **TERM}
    refused = hr.send(page, "Seat a committee", **typed | {"members": "T1, J1, J2"}, status=422)
    assert "multiple of three" in refused.alert
    assert "Ad hoc &lt;b&gt;one" in refused.answer.text
    done = hr.send(refused, "Seat a committee", **typed, is_standing="false")
    assert done.alert == "The committee is seated."
    assert "for single cases that HR refers to it" in done.words


def test_hr_fills_a_seat_in_place_of_somebody_and_ends_a_term(
    company: Company, browser_for: BrowserFor
) -> None:
    hr = browser_for("H1")
    page = hr.open("/committees/1")
    refused = hr.send(page, "Fill the seat", _member="P99", **TERM, status=422)
    assert "Nobody has this employee number" in refused.alert
    done = hr.send(refused, "Fill the seat", _member="T1", in_place_of="M7", **TERM)
    assert done.alert == "The seat is filled."
    done = hr.send(done, "End the term", nth=0)
    assert done.alert == "The term has ended."


def test_of_two_who_change_a_committee_the_later_sees_what_is_now(
    company: Company, browser_for: BrowserFor
) -> None:
    hr = browser_for("H1")
    seen = hr.open("/committees/1")
    hr.send(seen, "Fill the seat", _member="T1", in_place_of="M7", **TERM)
    late = hr.send(seen, "Fill the seat", _member="X1", in_place_of="M6", **TERM, status=412)
    assert late.alert != ""
    assert "T1" in late.words


@pytest.mark.parametrize("number", ["", "..", "T1/../M2", "T1?x=1", "a b", "工号"])
def test_a_number_in_a_path_stays_one_part_of_it(
    company: Company, browser_for: BrowserFor, number: str
) -> None:
    hr = browser_for("H1")
    refused = hr.send(hr.open("/committees/1"), "Fill the seat", _member=number, **TERM, status=422)
    assert refused.alert != ""


def test_the_page_of_a_committee_costs_nine(
    company: Company, browser_for: BrowserFor, statements: list[str]
) -> None:
    two_before_the_committee(company)
    browser = browser_for("M2")
    browser.open("/committees/1")
    statements.clear()
    browser.open("/committees/1")
    assert len(statements) <= 9, "\n".join(" ".join(one.split())[:110] for one in statements)
