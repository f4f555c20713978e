"""HR puts another judge in the place of one who left; nobody else does."""

import pytest

from tests.api.conftest import ClientFor
from tests.builders import seat_judges
from tests.company import Company
from tests.workflow.contests import three_entries
from workflow import sweeps
from workflow.models import Employee

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def put(client_for: ClientFor, by: str, contest: int, old: str, new: str) -> tuple[int, str | None]:
    path = f"/api/v1/competitions/{contest}/panel/{old}"
    answer = client_for(by).put(path, json={"judge": new})
    return answer.status_code, (answer.json or {}).get("code")


def test_hr_replaces_a_judge_who_has_left(company: Company, client_for: ClientFor) -> None:
    contest, *_ = three_entries(company)
    seat_judges(company, contest)
    assert put(client_for, "H1", contest, "J1", "T1") == (422, "judge_not_missing")
    company.leaves("J1")
    assert put(client_for, "H1", contest, "J1", "T1") == (200, None)
    panel = client_for("H1").get(f"/api/v1/competitions/{contest}").json["judges"]
    assert [judge["number"] for judge in panel] == ["J2", "J3", "T1"]


def test_nobody_else_replaces_a_judge_and_nobody_is_made_up(company: Company, client_for: ClientFor) -> None:
    contest, *_ = three_entries(company)
    seat_judges(company, contest)
    company.leaves("J1")
    assert put(client_for, "L1", contest, "J1", "T1") == (403, "not_allowed")
    assert put(client_for, "H1", contest, "M1", "T1") == (404, "not_found")
    assert put(client_for, "H1", contest, "J1", "L1") == (403, "conflict_of_interest")
    assert put(client_for, "H1", contest, "J1", "nobody") == (422, "invalid")


def test_hr_reads_whose_place_waits_for_another_and_fellow_judges_do_not(
    company: Company, client_for: ClientFor
) -> None:
    contest, *_ = three_entries(company)
    seat_judges(company, contest)
    with company.door.acting(now=company.now) as act:
        act.db.get_one(Employee, company.ids["C"]).manager_id = company.ids["J1"]
    company.leaves("J2")
    sweeps.run(company.door, now=company.now)
    path = f"/api/v1/competitions/{contest}"
    waiting = {
        by: {seat["number"]: seat["successor_until"] for seat in client_for(by).get(path).json["judges"]}
        for by in ("H1", "J3")
    }
    until = "2026-03-06T10:00:00+00:00"
    assert waiting == {"H1": {"J1": until, "J2": until, "J3": None}, "J3": {"J2": None, "J3": None}}
    assert [task["kind"] for task in client_for("H1").get("/api/v1/inbox").json["items"]] == ["replace_judge"]
    assert put(client_for, "H1", contest, "J1", "T1") == (200, None)


def test_a_judge_steps_aside_and_sees_the_entry_no_more(company: Company, client_for: ClientFor) -> None:
    contest, entrant, *_ = three_entries(company)
    seat_judges(company, contest)
    path = f"/api/v1/competitions/{contest}/entries/{entrant}/recusals"
    case = f"/api/v1/cases/{entrant}"
    assert "recuse" in client_for("J1").get(case).json["acts"]
    assert client_for("J1").post(path, json={"reason": ""}).status_code == 422
    assert client_for("J1").post(path, json={"reason": "My pupil."}).status_code == 204
    assert client_for("J1").get(case).status_code == 404
    assert client_for("L1").post(path, json={"reason": "My pupil."}).json["code"] == "not_allowed"
