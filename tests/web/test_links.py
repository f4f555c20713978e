"""Links in mails lead somewhere, show nothing to a stranger and do nothing by being followed."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.builders import a_case
from tests.company import Company
from tests.web.conftest import BrowserFor
from workflow.vocabulary import Stage


def test_the_link_of_a_task_leads_its_holder_to_where_it_is_done(
    company: Company, browser_for: BrowserFor
) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    (task,) = company.open_tasks(case_id)
    page = browser_for("D1").open(f"/tasks/{task.id}")
    assert page.path == f"/cases/{case_id}"
    assert page.form("Approve")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_mail_leads_to_a_page_that_there_is(client: FlaskClient) -> None:
    pages = client.application.url_map.bind("x.example")
    source = "".join(path.read_text("utf-8") for path in Path("notifications").glob("*.py"))
    places = {re.sub(r"{.+?}", "1", place) for place in re.findall(r'base_url}(/[^"]+)"', source)}
    assert "/inbox" in places
    for place in places:
        assert pages.match(place)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_digests_that_were_sent_earlier_lead_to_the_inbox(browser_for: BrowserFor) -> None:
    assert browser_for("D1").open("/tasks").path == "/inbox"


def test_the_link_of_a_case_shows_nothing_to_a_stranger(company: Company, client: FlaskClient) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    answer = client.get(f"/cases/{case_id}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sign-in?next=%2Fcases%2F{case_id}")


def test_the_link_of_a_case_tells_whoever_may_not_see_it_what_it_tells_of_no_case(
    company: Company, browser_for: BrowserFor
) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    unseen, unknown = (browser_for("T1").open(f"/cases/{one}", status=404) for one in (case_id, 4711))
    assert unseen.answer.data == unknown.answer.data


def test_following_a_link_changes_nothing(company: Company, browser_for: BrowserFor) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    before = company.case(case_id).version
    (task,) = company.open_tasks(case_id)
    browser_for("D1").open(f"/tasks/{task.id}")
    assert company.case(case_id).version == before
    assert [one.id for one in company.open_tasks(case_id)] == [task.id]
