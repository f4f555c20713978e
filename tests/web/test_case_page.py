"""The page of a case: what each way on asks, why nobody can act and where that is mended, who has signed."""

from datetime import timedelta

from bs4 import Tag

from tests.builders import a_case, a_contested_case, drive_on
from tests.company import Company
from tests.web.browsing import Page
from tests.web.conftest import BrowserFor
from workflow import tasks
from workflow.models import Employee
from workflow.vocabulary import Stage, TaskKind


def ways(page: Page) -> list[Tag]:
    """What the page says of each way on."""
    return page.soup.select("section[aria-labelledby=needs] details")


def test_every_way_on_has_its_own_list_and_only_the_way_ahead_is_open(
    company: Company, browser_for: BrowserFor
) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    found = ways(browser_for("H1").open(f"/cases/{case}"))
    titles = [way.summary.get_text() for way in found if way.summary]
    assert titles[0] == "On to: Public notice"
    assert {"Back to: 360-degree review", "Otherwise: Declined"} <= set(titles)
    assert [way.has_attr("open") for way in found] == [True, *[False] * (len(found) - 1)]
    assert len(found[0].select("li")) == 1


def test_what_belongs_to_ones_part_and_is_not_possible_now_is_said_with_the_reason(
    company: Company, browser_for: BrowserFor
) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    assert "Vote The chair has not opened the ballot yet." in browser_for("M2").open(f"/cases/{case}").words
    assert "Not possible now" not in browser_for("C").open(f"/cases/{case}").words


def test_what_is_still_to_come_is_no_failure(company: Company, browser_for: BrowserFor) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    needs = ways(browser_for("H1").open(f"/cases/{case}"))[0]
    assert "not yet" in needs.get_text(" ")
    assert "not met" not in needs.get_text(" ")
    assert needs.select(".tag.not_met") == []


def test_of_what_is_still_to_come_it_is_said_who_can_bring_it_about(
    company: Company, browser_for: BrowserFor
) -> None:
    page = browser_for("C").open(f"/cases/{a_case(company, at=Stage.NOMINATED)}")
    assert page.words.count("Up to those whose signature is still missing") == 1
    assert page.words.count("Up to ") == 1  # what is met needs nobody


def test_whoever_holds_a_case_in_several_tasks_of_a_kind_is_named_once(
    company: Company, browser_for: BrowserFor
) -> None:
    case = a_case(company, at=Stage.MENTORING)
    with company.on(case) as (act, opened):
        mentor = [act.db.get_one(Employee, company.ids["T1"])]
        for days in (30, 60):
            due_at = company.now + timedelta(days=days)
            tasks.open_for(act, TaskKind.CHECK_IN, opened, mentor, due_at=due_at)
    page = browser_for("C").open(f"/cases/{case}")
    held = page.soup.select_one("aside dl.facts dd")
    assert held is not None
    lines = [line for line in held.get_text("\n").splitlines() if line.strip()]
    assert len(lines) == len(set(lines)) > 1, lines


def test_of_the_ways_after_the_review_the_one_that_is_asked_for_comes_first(
    company: Company, browser_for: BrowserFor
) -> None:
    case = a_case(company, at=Stage.REVIEW)
    found = ways(browser_for("H1").open(f"/cases/{case}"))
    assert [way.summary.get_text() for way in found[:2] if way.summary] == [
        "On to: Committee",
        "On to: Internal competition",
    ]


def test_hr_is_led_from_a_case_without_competition_to_where_one_is_announced(
    company: Company, browser_for: BrowserFor
) -> None:
    case = a_contested_case(company)
    hr = browser_for("H1")
    for path in ("/desk", f"/cases/{case}"):
        assert hr.open(path).link("Announce a competition") == "/competitions"


def test_whoever_tries_again_what_is_still_held_up_is_not_told_of_success(
    company: Company, browser_for: BrowserFor
) -> None:
    case = a_contested_case(company)
    hr = browser_for("H1")
    tried = hr.send(hr.open(f"/cases/{case}"), "Set this step up again")
    assert tried.alert.startswith("The step was tried again.")
    assert "No competition is announced for this post yet" in tried.words


def test_only_the_seat_that_returned_a_nomination_is_shown_to_have_done_so(
    company: Company, browser_for: BrowserFor
) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    head = browser_for("D1")
    head.send(head.open("/inbox"), "Return to the author", reason="Name the customers.")
    page = browser_for("L1").open(f"/cases/{case}")
    states = [one.get_text() for one in page.soup.select("section[aria-labelledby=signed] .tag")]
    assert (states.count("returned"), states.count("not needed")) == (1, 1)


def test_the_result_of_a_review_is_linked_once_there_has_been_one(
    company: Company, browser_for: BrowserFor
) -> None:
    def links(number: str, case: int) -> list[str]:
        found = browser_for(number).open(f"/cases/{case}").soup.select("nav[aria-labelledby=further] a")
        return [one.get_text() for one in found]

    case = a_case(company, at=Stage.NOMINATED)
    assert "Result of the review" not in links("H1", case)
    drive_on(company, case, Stage.COMMITTEE)
    assert "Result of the review" in links("H1", case)
