"""Links in mails lead somewhere, show nothing to a stranger and do nothing by being followed."""

from flask.testing import FlaskClient

from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from workflow.vocabulary import Stage


def test_the_link_of_a_task_leads_its_holder_to_the_task(company: Company, client_for: ClientFor) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    (task,) = company.open_tasks(case_id)
    answer = client_for("D1").get(f"/tasks/{task.id}", follow_redirects=True)
    assert answer.json is not None
    assert (answer.status_code, answer.json["kind"]) == (200, "approve")


def test_the_link_of_a_case_shows_nothing_to_a_stranger(company: Company, client: FlaskClient) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    answer = client.get(f"/cases/{case_id}", follow_redirects=True)
    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (401, "sign_in_required")


def test_following_a_link_changes_nothing(company: Company, client_for: ClientFor) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    before = company.case(case_id).version
    (task,) = company.open_tasks(case_id)
    client_for("D1").get(f"/tasks/{task.id}", follow_redirects=True)
    assert company.case(case_id).version == before
    assert [one.id for one in company.open_tasks(case_id)] == [task.id]
