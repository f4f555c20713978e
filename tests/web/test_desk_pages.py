"""The HR desk: what it shows of a cycle, and what HR does from it."""

import pytest

from tests.api.conftest import give_password
from tests.api.test_putting_people_forward import without_trainings
from tests.builders import a_case, answers, fill_in_all, raters
from tests.company import MEMBERS, Company
from tests.web.browsing import Page, filled
from tests.web.conftest import BrowserFor
from tests.workflow.cycles import a_case_of, a_cycle, decide, join, release_tasks
from tests.workflow.seasons import a_begun_cycle
from workflow import reviews
from workflow.models import Employee, HrField, RoleHolding
from workflow.vocabulary import Role, Stage

PASSWORD = "four words nobody guesses"


@pytest.fixture
def cycle(company: Company) -> int:
    """A cycle with a nomination that waits for the head of department, and is overdue."""
    made = a_cycle(company)
    join(company, made, a_case(company, at=Stage.NOMINATED))
    return made


def row(page: Page, name: str) -> list[str]:
    """The cells of a row in the tables of a page, by what stands first in it."""
    found = next(one for one in page.soup.select("table.figures tr") if name in one.get_text())
    return [cell.get_text() for cell in found.find_all("td")]


def test_hr_sees_how_far_the_cycle_is_and_nudges_who_is_late(
    company: Company, browser_for: BrowserFor, cycle: int
) -> None:
    company.later(days=40)
    hr = browser_for("H1")
    page = hr.open("/desk")
    assert row(page, "Nominated") == ["1", "1", "–"]
    assert row(page, "Service") == ["1", "1", "–"]
    assert page.soup.select_one("svg.meter rect.late") is not None
    assert "Approve the nomination Person D1" in page.words
    assert hr.send(page, "Nudge").alert == "Everybody who is waited for has been nudged."
    assert "nudged today" in hr.send(hr.open("/desk"), "Nudge", status=409).alert


def test_late_forms_sheets_and_ballots_are_never_named(
    company: Company, browser_for: BrowserFor, cycle: int
) -> None:
    case = a_case(company, at=Stage.REVIEW, candidate="P1")
    join(company, cycle, case)
    done, *late = raters(company, case)
    company.later(days=60)
    hr = browser_for("H1")
    assert "no number is told" in hr.open(f"/desk/cycles/{cycle}").words
    company.do(reviews.submit_form, case, done, answers=answers(4), evidence={})
    page = hr.open(f"/desk/cycles/{cycle}")
    assert f"review forms late: {len(late)}" in page.words
    assert "Fill in a review form" not in page.words


def test_hr_sets_a_stuck_case_up_again_and_reads_why_it_was(
    company: Company, browser_for: BrowserFor
) -> None:
    case = a_case(company, at=Stage.REVIEW)
    for member in MEMBERS:
        company.leaves(member)
    fill_in_all(company, case)
    hr = browser_for("H1")
    page = hr.open("/desk")
    assert "Nobody can act on these" in page.words
    company.returns(*MEMBERS)
    assert hr.send(page, "Set this step up again").alert.startswith("The step was tried again.")
    assert "Nobody can act on these" not in hr.open("/desk").words


def test_hr_opens_a_cycle_and_nothing_typed_is_lost_when_it_is_refused(
    company: Company, browser_for: BrowserFor, cycle: int
) -> None:
    hr, day = browser_for("H1"), company.now.date().isoformat()
    wanted = {"name": "Spring", "opens_on": day, "closes_on": day, "quota": "3"}
    refused = hr.send(hr.open("/desk/cycles/new"), "Open a cycle", status=409, **wanted)
    fields = filled(refused.soup, refused.form("Open a cycle"))
    assert (fields["name"], fields["quota"]) == ("Spring", "3")
    opened = hr.send(refused, "Open a cycle", name="Summer")
    assert (opened.alert, opened.path) == ("The cycle is open.", f"/desk/cycles/{cycle + 1}")
    assert "Summer" in opened.words


def test_decisions_are_released_together_after_a_summary_and_a_proof(
    company: Company, browser_for: BrowserFor
) -> None:
    give_password(company, "H1", PASSWORD)
    cycle = a_cycle(company)
    case = a_case_of(company, cycle)
    decide(company, case)
    company.later(minutes=20)
    hr = browser_for("H1")
    company.later(minutes=20)
    summary = hr.open(hr.open(f"/desk/cycles/{cycle}").link("Release the decisions"))
    assert "1 to be released now" in summary.words
    asked = hr.send(summary, "Release 1", status=403)
    assert release_tasks(company) != []
    done = hr.send(asked, "Confirm and go on", password=PASSWORD)
    assert (done.path, done.alert[:26]) == (f"/desk/cycles/{cycle}", "The decisions are released")
    assert company.case(case).stage is Stage.NOTICE
    assert "No decision waits" in hr.open(f"/desk/cycles/{cycle}/release").words


def test_hr_says_that_it_has_looked_at_a_cycle_without_drafts(
    company: Company, browser_for: BrowserFor
) -> None:
    without_trainings(company)
    cycle = a_begun_cycle(company)
    hr = browser_for("H1")
    waiting = hr.open("/inbox?kind=check_cycle").soup.select("ol.rows .what a")
    page = hr.open(str(waiting[0]["href"]))
    assert page.path == f"/desk/cycles/{cycle}"
    assert "This cycle has opened no draft" in page.words
    done = hr.send(page, "I have looked at it")
    assert done.alert == "Noted that you have looked at it."
    assert "I have looked at it" not in done.words


def test_hr_of_a_department_sees_its_own_cases_and_what_is_for_all_of_hr_is_not_offered(
    company: Company, browser_for: BrowserFor, cycle: int
) -> None:
    with company.door.acting(now=company.now) as act:
        for number, of in (("T1", "L1"), ("M1", "H1")):
            department = act.db.get_one(Employee, company.ids[of]).department_id
            act.add(HrField(employee_id=company.ids[number], department_id=department))
    page = browser_for("T1").open("/desk")
    assert row(page, "Service") == ["1", "–", "–"]
    assert "Open a cycle" not in page.words
    assert "There is no case in this cycle yet." in browser_for("M1").open("/desk").words
    assert "belongs to another role" in browser_for("T1").open(f"/desk/cycles/{cycle}").words
    for path in ("/desk/cycles/new", "/desk/import", "/desk/people"):
        browser_for("T1").open(path, status=403)


def test_hr_with_a_case_of_its_own_is_told_why_it_learns_nothing_of_the_decisions(
    company: Company, browser_for: BrowserFor, cycle: int
) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["P1"], role=Role.HR))
    join(company, cycle, a_case(company, at=Stage.NOMINATED, candidate="P1"))
    page = browser_for("P1").open(f"/desk/cycles/{cycle}")
    assert "Recorded, not released" not in page.words
    assert "This concerns you yourself" in page.words


def test_auditors_look_at_a_cycle_and_can_do_nothing(
    company: Company, browser_for: BrowserFor, cycle: int
) -> None:
    company.later(days=40)
    page = browser_for("A1").open(f"/desk/cycles/{cycle}")
    assert "Approve the nomination Person D1" in page.words
    assert page.soup.select("main form[method=post]") == []


@pytest.mark.parametrize("path", ["/desk", "/desk/cycles/new", "/desk/cycles/1", "/desk/cycles/1/release"])
def test_the_desk_is_for_nobody_else(browser_for: BrowserFor, cycle: int, path: str) -> None:
    for number in ("L1", "C", "X1"):
        page = browser_for(number).open(path, status=403)
        assert "Spring" not in page.words


def test_a_desk_without_a_cycle_says_what_comes_next(browser_for: BrowserFor) -> None:
    assert "There is no cycle yet." in browser_for("H1").open("/desk").words
    browser_for("H1").open("/desk/cycles/7", status=404)


@pytest.mark.parametrize(("path", "least"), [("/desk", 11), ("/desk/cycles/1", 11)])
def test_the_desk_costs_the_same_however_large_the_cycle_is(
    company: Company, browser_for: BrowserFor, cycle: int, statements: list[str], path: str, least: int
) -> None:
    hr = browser_for("H1")
    hr.open(path)
    for candidate in ("P1", "P2"):
        join(company, cycle, a_case(company, at=Stage.NOMINATED, candidate=candidate))
        statements.clear()
        hr.open(path)
        assert len(statements) <= least, "\n".join(" ".join(one.split())[:90] for one in statements)
