"""HR sets up again what nobody could do."""

from tests.api.conftest import ClientFor
from tests.builders import a_case, fill_in_all
from tests.company import MEMBERS, Company
from workflow.vocabulary import Stage, TaskKind


def post(client_for: ClientFor, by: str, case_id: int) -> tuple[int, str | None]:
    answer = client_for(by).post(f"/api/v1/cases/{case_id}/retry", json={})
    body = answer.json or {}
    return answer.status_code, body.get("code")


def test_a_committee_without_enough_members_is_asked_again_once_they_are_back(
    company: Company, client_for: ClientFor
) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    for member in MEMBERS:
        company.leaves(member)
    fill_in_all(company, case_id)
    assert company.case(case_id).stuck_reason is not None
    company.returns(*MEMBERS)
    assert post(client_for, "H1", case_id) == (200, None)
    assert company.case(case_id).stuck_reason is None
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.OPEN_BALLOT]


def test_a_case_that_is_not_stuck_is_not_set_up_again(company: Company, client_for: ClientFor) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    assert post(client_for, "H1", case_id) == (404, "not_found")


def test_only_hr_sets_a_case_up_again(company: Company, client_for: ClientFor) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    assert post(client_for, "D1", case_id) == (403, "not_allowed")
    assert post(client_for, "T1", case_id) == (404, "not_found")
