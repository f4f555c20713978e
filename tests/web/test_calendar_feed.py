"""The calendar of one's due dates: a secret address, which tells programs little and nobody else anything."""

import re

from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from api.models import CalendarFeed
from tests.builders import a_case, a_competition, raters
from tests.company import Company
from tests.web.browsing import Browser, Page
from tests.web.conftest import BrowserFor
from tests.workflow.test_plans import agree, item, name
from workflow.models import JournalEntry
from workflow.vocabulary import Stage


def address(page: Page) -> str:
    """The path that the page shows once."""
    found = re.search(r"/calendar/[\w-]{43}\.ics", page.words)
    assert found
    return found[0]


def made(browser: Browser, button: str = "Make an address") -> str:
    return address(browser.send(browser.open("/preferences"), button))


def events(client: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    read = Calendar.from_ical(answer.text)
    return [{name: str(value) for name, value in one.items()} for one in read.walk("VEVENT")]


def test_a_calendar_program_reads_what_is_due_when_with_a_link(
    company: Company, browser_for: BrowserFor, client: FlaskClient
) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    path = made(browser_for("D1"))
    (event,) = events(client, path)
    assert event["SUMMARY"] == f"到期：审批提名 · 事项{case}"
    assert event["DESCRIPTION"].startswith("http://localhost/tasks/")
    assert event["UID"] == f"task-{event['DESCRIPTION'].rpartition('/')[2]}@localhost"
    assert "Person C" not in client.get(path).text


def test_behind_a_proxy_links_lead_to_where_people_reach_the_service(
    app: Flask, company: Company, browser_for: BrowserFor, client: FlaskClient
) -> None:
    app.config["BASE_URL"] = "https://promotion.example.com"
    a_case(company, at=Stage.NOMINATED)
    browser = browser_for("D1")
    page = browser.send(browser.open("/preferences"), "Make an address")
    assert f"https://promotion.example.com{address(page)}" in page.words
    (event,) = events(client, address(page))
    assert event["DESCRIPTION"].startswith("https://promotion.example.com/tasks/")
    assert event["UID"].endswith("@promotion.example.com")


def test_of_a_form_it_says_neither_whose_nor_which_case(
    company: Company, browser_for: BrowserFor, client: FlaskClient
) -> None:
    case = a_case(company, at=Stage.REVIEW)
    path = made(browser_for(raters(company, case)[0]))
    assert [event["SUMMARY"] for event in events(client, path)] == ["到期：填写360度评价"]


def test_the_mentee_finds_the_talks_of_his_mentoring_and_the_mentor_has_them_once(
    company: Company, browser_for: BrowserFor, client: FlaskClient
) -> None:
    case = a_case(company, at=Stage.MENTORING)
    name(company, case)
    for person in ("T1", "C"):
        agree(company, case, person, item(company, "Visit a customer"))
    mine, theirs = (events(client, made(browser_for(number))) for number in ("C", "T1"))
    talks = [event["UID"] for event in mine if event["UID"].startswith("check-in-")]
    assert len(talks) == len([event for event in theirs if event["UID"].startswith("task-")])
    assert [event["SUMMARY"] for event in mine if event["UID"].startswith("plan-item-")] == [
        f"带教实践任务 · 事项{case}"
    ]
    assert [event["UID"] for event in theirs if not event["UID"].startswith("task-")] == []


def test_whoever_may_enter_a_competition_finds_its_last_day(
    company: Company, browser_for: BrowserFor, client: FlaskClient
) -> None:
    contest = a_competition(company, days=7)
    assert [event["UID"] for event in events(client, made(browser_for("C")))] == [
        f"competition-{contest}@localhost"
    ]
    assert events(client, made(browser_for("L1"))) == []


def test_what_has_been_read_already_is_not_sent_again(
    company: Company, browser_for: BrowserFor, client: FlaskClient
) -> None:
    a_case(company, at=Stage.NOMINATED)
    path = made(browser_for("D1"))
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    company.later(days=1)
    assert client.get(path).headers["ETag"] == first.headers["ETag"]


def test_only_a_digest_of_the_address_is_kept_and_it_is_shown_once(
    company: Company, browser_for: BrowserFor
) -> None:
    browser = browser_for("D1")
    token = made(browser).removeprefix("/calendar/").removesuffix(".ics")
    with company.reading() as db:
        kept = db.scalars(select(CalendarFeed)).one()
        noted = db.scalars(
            select(JournalEntry.facts).where(JournalEntry.action == "calendar_feed_made")
        ).one()
    assert token not in (kept.digest, str(noted))
    assert "/calendar/" not in browser.open("/preferences").words


def test_a_new_address_takes_the_place_of_the_old_and_an_ended_one_shows_nothing(
    browser_for: BrowserFor, client: FlaskClient
) -> None:
    browser = browser_for("D1")
    old = made(browser)
    new = made(browser, "Make a new one in its place")
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    ended = browser.send(browser.open("/preferences"), "End it")
    assert ended.alert == "The address shows nothing any more."
    assert client.get(new).status_code == client.get("/calendar/made-up.ics").status_code == 404


def test_whoever_has_left_has_no_calendar(
    company: Company, browser_for: BrowserFor, client: FlaskClient
) -> None:
    path = made(browser_for("D1"))
    company.leaves("D1")
    assert client.get(path).status_code == 404
