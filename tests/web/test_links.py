"""Links in mails lead somewhere, show nothing to a stranger and do nothing by being followed."""

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
