"""What asking others tells, to whom, and which acts are offered."""

import pytest
from sqlalchemy import func, select

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import (
    a_case,
    a_competition,
    a_contested_case,
    seat_judges,
)
from tests.company import Company
from tests.workflow.test_added_signers import add
from tests.workflow.test_approval_groups import CHAIN
from tests.workflow.test_approvals import changed, nominated
from workflow import (
    committees,
    criteria,
    keeping_apart,
    nominations,
    rater_objections,
    sweeps,
)
from workflow.editions.reading import shipped
from workflow.models import (
    Employee,
    RoleHolding,
    Task,
)
from workflow.vocabulary import ApartBecause, Level, Role, Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def bulk(company: Company, chain: str = CHAIN) -> None:
    """From now on every case may be signed in bulk, by this chain."""
    text = shipped()["default"].replace("in_bulk: false", "in_bulk: true").replace(CHAIN, chain)
    with company.door.acting(now=company.now) as act:
        text = text.replace('version: "2026.1"', 'version: "2026.2"')
        company.edition_id = criteria.publish(act, text).id


def waiting(calls: Calls, number: str) -> list[dict[str, int]]:
    return [{"task": one["id"], "version": one["version"]} for one in calls.inbox(number, "approve")]


def parts_of(company: Company, calls: Calls, reader: str, case: int, by: str) -> list[str]:
    """The parts that somebody sees who has been given a copy, or would have been."""
    calls.raw(by, "POST", f"/cases/{case}/copies", {"person": reader})
    answer = calls.raw(reader, "GET", f"/cases/{case}")
    parts: list[str] = answer.get_json().get("parts", [])
    return parts


def test_in_bulk_nothing_is_signed_but_what_was_named(company: Company, calls: Calls) -> None:
    bulk(company, "chain: [{of: [line_manager, department_head, hr], need: 2}]")
    case_id = nominated(company)
    (of_l1,), (of_h1,) = waiting(calls, "L1"), waiting(calls, "H1")
    (item,) = calls.post("H1", "/approvals", tasks=[of_l1])["items"]
    assert (item["is_approved"], item["problem"]["code"]) == (False, "not_found")
    assert waiting(calls, "H1") == [of_h1]
    (item,) = calls.post("H1", "/approvals", tasks=[of_h1])["items"]
    assert (item["case"], item["is_approved"], waiting(calls, "L1")) == (case_id, True, [of_l1])


def test_a_rival_approves_nothing_in_bulk_that_he_could_not_approve_alone(
    company: Company, calls: Calls
) -> None:
    bulk(company)
    changed(company, "L1", level=Level.INTERMEDIATE)
    case = a_contested_case(company, at=Stage.NOMINATED, by="C")
    (seen,) = waiting(calls, "L1")
    a_contested_case(company, at=Stage.NOMINATED, candidate="L1", by="D1")
    calls.post("L1", f"/cases/{case}/approvals", status=404, decision="approve", reason="")
    (item,) = calls.post("L1", "/approvals", tasks=[seen])["items"]
    assert (item["is_approved"], item["problem"]["code"]) == (False, "not_found")


def test_an_approver_does_not_learn_of_an_objection_to_a_rater_by_trying_tasks(
    company: Company, calls: Calls
) -> None:
    """What passes between the candidate and HR alone; the rater he does not want may be the approver."""
    case = nominated(company, by="C")
    with company.on(case, "C") as (act, opened):
        unwanted = act.db.get_one(Employee, company.ids["L1"])
        rater_objections.object_to(act, opened, unwanted, reason="He shouts.")
    with company.reading() as db:
        last = db.scalar(select(func.max(Task.id)))
    assert last is not None
    body = {"to": "L2", "reason": "Trying."}
    told = {
        task: calls.raw("L1", "POST", f"/cases/{case}/handovers", {"task": task, **body}).data
        for task in (last, last + 1)
    }
    assert told[last] == told[last + 1]


@pytest.mark.parametrize("by", ["D1", "H1", "L1"])
def test_nobody_learns_by_giving_copies_who_is_kept_apart_from_the_candidate(
    company: Company, calls: Calls, by: str
) -> None:
    case = nominated(company)
    with company.door.acting(now=company.now, by=company.ids["H2"]) as act:
        pair = [act.db.get_one(Employee, company.ids[one]) for one in ("C", "P3")]
        keeping_apart.declare(act, *pair, because=ApartBecause.GRIEVANCE)
    for number in ("P3", "P4"):
        calls.post(by, f"/cases/{case}/copies", person=number)
    calls.get("P3", f"/cases/{case}", status=404)
    calls.get("P4", f"/cases/{case}")


def test_a_copy_shows_neither_ratings_nor_sanctions(company: Company, calls: Calls) -> None:
    case = nominated(company)
    calls.post("H1", f"/cases/{case}/copies", person="T1")
    calls.get("T1", f"/cases/{case}")
    calls.get("T1", f"/cases/{case}/eligibility", status=403)


def test_an_added_signer_is_not_offered_to_add_signers(company: Company, calls: Calls) -> None:
    case = nominated(company)
    add(company, case, "L1", "L2")
    assert "add_signer" not in calls.get("L2", f"/cases/{case}")["acts"]


def test_a_seat_that_has_asked_three_is_not_offered_a_fourth(company: Company, calls: Calls) -> None:
    case = nominated(company)
    for signer in ("L2", "T1", "X1"):
        add(company, case, "L1", signer)
        company.do(nominations.approve, case, signer)
    assert "add_signer" not in calls.get("L1", f"/cases/{case}")["acts"]


def test_a_nudge_is_not_offered_twice_a_day(company: Company, calls: Calls) -> None:
    case = nominated(company)
    calls.post("C", f"/cases/{case}/nudges")
    assert "nudge" not in calls.get("C", f"/cases/{case}")["acts"]


def test_a_nudge_is_offered_where_it_reaches_others_of_ones_role(company: Company, calls: Calls) -> None:
    case = nominated(company)
    for approver in ("L1", "D1"):
        company.do(nominations.approve, case, approver)
    assert "nudge" in calls.get("H1", f"/cases/{case}")["acts"]
    calls.post("H1", f"/cases/{case}/nudges")


def test_a_nudge_is_not_offered_where_nobody_holds_the_task(company: Company, calls: Calls) -> None:
    case = nominated(company)
    for approver in ("L1", "D1"):
        company.do(nominations.approve, case, approver)
    with company.door.acting(now=company.now) as act:
        for number in ("H1", "H2"):
            act.db.delete(act.db.get_one(RoleHolding, (company.ids[number], Role.HR)))
    sweeps.run(company.door, now=company.now)
    assert "nudge" not in calls.get("C", f"/cases/{case}")["acts"]
    assert calls.post("C", f"/cases/{case}/nudges", status=409)["code"] == "nobody_to_nudge"


def test_a_seat_that_waits_for_an_added_signer_says_so_to_its_holder(company: Company, calls: Calls) -> None:
    case = nominated(company)
    add(company, case, "L1", "L2")
    refused = calls.post("L1", f"/cases/{case}/approvals", status=409, decision="approve", reason="")
    assert (refused["code"], refused["facts"]) == ("signer_awaited", {"signer": "Person L2 (L2)"})


def test_a_superior_shows_no_judge_what_judges_must_not_see(company: Company, calls: Calls) -> None:
    """Judges see neither timeline nor checklist, where the approvers' advice stands."""
    competition = a_competition(company)
    case = a_contested_case(company)
    a_contested_case(company, candidate="P6", by="L2")
    sweeps.run(company.door, now=company.now)
    seat_judges(company, competition)
    before = calls.get("J1", f"/cases/{case}")["parts"]
    assert parts_of(company, calls, "J1", case, "L1") == before


def test_a_copy_gives_a_recused_member_no_sight_again(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    company.do(committees.recuse, case, "M2", reason="We share a flat.")
    calls.get("M2", f"/cases/{case}", status=404)
    assert parts_of(company, calls, "M2", case, "L1") == []


def test_a_copy_gives_an_administrator_no_sight(company: Company, calls: Calls) -> None:
    """Product 17: an administrator sees no case."""
    case = nominated(company)
    assert parts_of(company, calls, "X1", case, "L1") == []


def test_whoever_gave_his_task_away_can_still_open_its_page(company: Company, calls: Calls) -> None:
    """The digest links to /tasks/{id}."""
    case = nominated(company)
    (task,) = calls.inbox("L1", "approve")
    calls.post("L1", f"/cases/{case}/handovers", task=task["id"], to="L2", reason="Away.")
    calls.get("L1", f"/tasks/{task['id']}")


def test_an_added_signer_does_not_stop_what_hr_keeps_somebody_informed_of(
    company: Company, calls: Calls
) -> None:
    """He was asked for his view of one nomination, and takes back a copy that HR has given."""
    case = nominated(company)
    calls.post("H1", f"/cases/{case}/copies", person="P8")
    add(company, case, "L1", "T1")
    assert calls.raw("T1", "DELETE", f"/cases/{case}/copies/P8").status_code == 403
