"""The page of a mentoring, as HR, mentor, mentee, line manager and head of department use it."""

import pytest

from tests.builders import a_case
from tests.company import Company
from tests.web.browsing import filled
from tests.web.conftest import BrowserFor
from workflow.vocabulary import Stage


@pytest.fixture
def page(company: Company) -> str:
    """Where the mentoring of somebody newly promoted stands."""
    return f"/cases/{a_case(company, at=Stage.MENTORING)}/mentoring"


def test_hr_names_one_of_those_who_fit(browser_for: BrowserFor, page: str) -> None:
    hr = browser_for("H1")
    seen = hr.open(page)
    first = seen.soup.select_one("input[type=radio][name=mentor]")
    assert first is not None
    named = hr.send(seen, "Name as mentor", mentor=str(first["value"]))
    assert "The mentor is named" in named.alert


def test_the_promoted_person_acknowledges_his_duties(browser_for: BrowserFor, page: str) -> None:
    candidate = browser_for("C")
    done = candidate.send(candidate.open(page), "I have read and accept these duties")
    assert "acknowledged on" in done.words


def test_mentor_and_mentee_agree_on_a_plan_and_note_how_it_goes(
    company: Company, browser_for: BrowserFor, page: str
) -> None:
    hr = browser_for("H1")
    offered = hr.open(page)
    number = str(offered.soup.select("input[type=radio][name=mentor]")[0]["value"])
    hr.send(offered, "Name as mentor", mentor=number)
    mentor, mentee = browser_for(number), browser_for("C")
    mentee.send(mentee.open(page), "I have read and accept these duties")
    typed = {
        "plan": "Lead two overhauls.",
        "items__0__title": "Overhaul in spring",
        "items__0__kind": "practice",
        "items__0__due_on": (company.now.date()).isoformat(),
    }
    early = typed | {"items__0__due_on": "2020-01-01"}
    late = mentor.send(mentor.open(page), "Save the plan", status=422, **early)
    assert filled(late.soup, late.form("Save the plan"))["items.0.title"] == "Overhaul in spring"
    started = late.soup.find("input", {"name": "items.0.due_on"})
    assert started is not None
    written = mentor.send(late, "Save the plan", **typed | {"items__0__due_on": str(started["max"])})
    assert "the other of you is asked" in written.alert
    agreed = mentee.send(mentee.open(page), "I agree to this plan")
    assert agreed.alert == "You have agreed to the plan."
    assert "0 of 1 done" in agreed.words
    noted = mentee.send(agreed, "Save", feedback="Half of it is done.")
    assert "Half of it is done." in noted.words


def test_whoever_has_no_part_in_it_sees_nothing(browser_for: BrowserFor, page: str) -> None:
    unseen = browser_for("T1").open(page, status=404)
    assert unseen.answer.data == browser_for("T1").open("/cases/4711/mentoring", status=404).answer.data


def test_the_page_takes_few_statements(browser_for: BrowserFor, page: str, statements: list[str]) -> None:
    browser = browser_for("H1")
    browser.open(page)
    statements.clear()
    browser.open(page)
    assert len(statements) <= 20, statements
