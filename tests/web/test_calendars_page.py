"""Working days on a page: HR enters what the country's calendar does not know."""

from datetime import UTC, datetime

from tests.company import Company
from tests.web.conftest import BrowserFor
from workflow import calendar_tasks
from workflow.models import Site


def test_hr_enters_days_and_takes_one_back(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    page = hr.open("/desk/calendars")
    assert "Spring Festival" in page.words
    typed = {"on": "2026-03-06", "until": "2026-03-07", "is_worked": "false", "name": "Founders' day"}
    done = hr.send(page, "Enter", **typed)
    assert done.alert == "Entered. Working days are counted so from now on."
    assert "6 Mar 2026 Founders' day entered here off" in done.words
    assert "7 Mar 2026 Founders' day entered here off" in done.words
    back = hr.send(done, "Take back")
    assert "6 Mar 2026" not in back.words


def test_what_is_refused_is_explained_with_what_was_typed(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    typed = {"on": "2026-03-06", "until": "2026-03-01", "is_worked": "true", "name": "Back to work"}
    page = hr.send(hr.open("/desk/calendars"), "Enter", status=422, **typed)
    assert "The last day must not lie before the first" in page.alert
    assert page.soup.find("input", {"name": "name"})["value"] == "Back to work"


def test_others_read_and_change_nothing(browser_for: BrowserFor) -> None:
    page = browser_for("P1").open("/desk/calendars?year=2026")
    assert "National Day" in page.words
    assert page.soup.find("input", {"name": "on"}) is None


def test_the_desk_says_of_which_year_the_holidays_are_missing(
    company: Company, browser_for: BrowserFor
) -> None:
    hr = browser_for("H1")
    assert "are not known yet" not in hr.open("/desk").words
    with company.door.acting(now=company.now) as act:
        act.add(Site(name="Atlantis branch", country="ZZ"))
    page = hr.open("/desk")
    assert "The public holidays of 2026 are not known yet" in page.words
    assert "Nothing is known of this year yet." in hr.open(page.link("Enter them")).words


def test_the_task_of_a_missing_year_leads_to_its_calendar(company: Company, browser_for: BrowserFor) -> None:
    company.now = datetime(2030, 11, 4, 3, 0, tzinfo=UTC)
    with company.door.acting(now=company.now) as act:
        calendar_tasks.sweep(act)
    hr = browser_for("H1")
    (row,) = hr.open("/inbox").soup.select("ol.rows li")
    assert "Head office" in row.text
    assert "2030" in row.text
    page = hr.open(row.select_one(".what a")["href"])
    assert "2030" in page.soup.find(id="days").text
