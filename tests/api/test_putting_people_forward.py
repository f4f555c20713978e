"""Drafts, consent, opting out, steps aside and data on file over HTTP, with the rights to them."""

from typing import Any

import pytest
from sqlalchemy import delete

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, approve_all
from tests.company import Company
from tests.workflow.seasons import a_begun_cycle, changed, draft_of, tick
from workflow.models import TrainingRecord
from workflow.vocabulary import Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

TARGET = {"track": "professional", "level": "senior", "post": "senior_service_engineer"}
ASIDE = {"track": "cross_department", "level": "intermediate", "post": "service_coordinator"}


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def nominated(calls: Calls, by: str, **more: Any) -> int:
    case: int = calls.post(by, "/cases", status=201, candidate="C", **{**TARGET, **more})["id"]
    return case


def without_trainings(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(delete(TrainingRecord))


def test_hr_reads_what_has_become_of_the_drafts_and_others_do_not(company: Company, calls: Calls) -> None:
    cycle = a_begun_cycle(company)
    calls.post("C", f"/cases/{draft_of(company, 'C').id}/opt-out")
    calls.post("P1", f"/cases/{draft_of(company, 'P1').id}/submission")
    for reader in ("H1", "A1"):
        assert calls.get(reader, f"/cycles/{cycle}")["drafts"] == {
            "opened": 26,
            "not_eligible": 0,
            "facts_missing": 0,
            "in_a_case": 0,
            "in_another_cycle": 0,
            "no_step": 2,
            "opted_out": 1,
            "submitted": 1,
        }
    assert calls.get("C", f"/cycles/{cycle}")["drafts"] is None
    calls.get("C", "/cycles/99", status=404)


def test_the_candidate_finds_in_his_inbox_what_he_can_do_with_his_draft(
    company: Company, calls: Calls
) -> None:
    a_begun_cycle(company)
    (item,) = calls.inbox("C", "write_statement")
    case = calls.get("C", f"/cases/{item['case']}")
    assert {"opt_out", "submit_nomination", "revise_nomination"} <= set(case["acts"])
    assert (case["nominated_as"], case["nominated_by"]) == ("cycle", None)


def test_only_the_candidate_opts_out(company: Company, calls: Calls) -> None:
    a_begun_cycle(company)
    case = draft_of(company, "C").id
    calls.post("L1", f"/cases/{case}/opt-out", status=403)
    calls.post("P1", f"/cases/{case}/opt-out", status=404)
    assert calls.post("C", f"/cases/{case}/opt-out")["stage"] == "withdrawn"
    assert calls.post("C", f"/cases/{case}/opt-out", status=409)["code"] == "stage_moved"


def test_a_colleague_nominates_and_the_candidate_agrees(calls: Calls) -> None:
    case = nominated(calls, "P1")
    calls.get("L1", f"/cases/{case}", status=404)
    calls.get("H1", f"/cases/{case}", status=404)
    assert calls.get("H1", "/cases")["items"] == []
    (item,) = calls.inbox("C", "consent")
    assert item["case"] == case
    assert "consent" in calls.get("C", f"/cases/{case}")["acts"]
    calls.post("P1", f"/cases/{case}/consent", status=403, decision="agree")
    calls.post("C", f"/cases/{case}/consent", status=422, decision="perhaps")
    calls.post("C", f"/cases/{case}/consent", decision="agree")
    calls.get("L1", f"/cases/{case}")
    assert calls.post("P1", f"/cases/{case}/submission")["stage"] == "nominated"


def test_the_candidate_refuses(calls: Calls) -> None:
    case = nominated(calls, "P1")
    answer = calls.post("C", f"/cases/{case}/consent", decision="refuse", reason="I like my post.")
    assert answer["stage"] == "withdrawn"
    calls.get("H1", f"/cases/{case}", status=404)


def test_a_step_aside_names_its_new_department_and_manager(calls: Calls) -> None:
    case = calls.get("C", f"/cases/{nominated(calls, 'L1', **ASIDE, department=2, manager='L2')}")
    assert (case["department"], case["manager"]["number"]) == (2, "L2")


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ({"department": 99}, "department_unknown"),
        ({"manager": "C"}, "manager_is_candidate"),
        ({"manager": "nobody"}, "person_unknown"),
    ],
)
def test_a_place_that_cannot_be_is_refused_with_its_reason(
    calls: Calls, place: dict[str, Any], reason: str
) -> None:
    refused = calls.post("L1", "/cases", status=422, candidate="C", **ASIDE, **place)
    assert refused["facts"]["reason"] == reason


def test_missing_facts_stand_in_the_inbox_of_hr_with_the_number_of_people(
    company: Company, calls: Calls
) -> None:
    without_trainings(company)
    for candidate in ("C", "P1"):
        a_case(company, at=Stage.NOMINATED, candidate=candidate)
    (item,) = calls.inbox("H1", "fix_data")
    shown = {name: item[name] for name in ("detail", "department", "people", "case", "competition")}
    assert shown == {
        "detail": "trainings",
        "department": "Service",
        "people": 2,
        "case": None,
        "competition": None,
    }
    gap = calls.get("H2", f"/data-gaps/{item['id']}")
    assert [person["number"] for person in gap["people"]] == ["C", "P1"]


def test_a_case_that_waits_for_a_fact_shows_hr_as_its_holder_and_goes_on(
    company: Company, calls: Calls
) -> None:
    without_trainings(company)
    case = a_case(company, at=Stage.NOMINATED)
    assert [holder["person"]["number"] for holder in calls.get("C", f"/cases/{case}")["holders"]] == ["D1"]
    approve_all(company, case)
    (holder,) = calls.get("C", f"/cases/{case}")["holders"]
    assert (holder["role"], holder["kind"]) == ("hr", "fix_data")
    with company.door.acting(now=company.now) as act:
        act.add(TrainingRecord(employee_id=company.ids["C"], course="any", year=2026))
    (item,) = calls.inbox("H1", "fix_data")
    calls.post("C", f"/data-gaps/{item['id']}/completion", status=403)
    calls.post("H1", f"/data-gaps/{item['id']}/completion", status=204)
    tick(company)
    assert calls.get("C", f"/cases/{case}")["stage"] == "review"


def test_somebody_reports_a_wrong_value_on_his_own_file(calls: Calls) -> None:
    told = calls.post("C", "/me/corrections", status=201, rule="trainings", text="Two in May.")
    (item,) = calls.inbox("H1", "correct_data")
    assert (item["id"], item["detail"]) == (told["task"], "trainings: Two in May.")
    assert (item["candidate"]["number"], item["people"]) == ("C", 1)
    calls.get("C", f"/data-gaps/{told['task']}", status=403)
    calls.post("H1", f"/data-gaps/{told['task']}/completion", status=204)
    assert calls.inbox("H1", "correct_data") == []


def test_hr_acknowledges_a_cycle_in_which_nobody_is_eligible(company: Company, calls: Calls) -> None:
    without_trainings(company)
    cycle = a_begun_cycle(company)
    (item,) = calls.inbox("H1", "check_cycle")
    assert (item["cycle"], item["detail"]) == (cycle, "nobody_eligible")
    calls.post("C", f"/cycles/{cycle}/acknowledgement", status=403)
    calls.post("H1", f"/cycles/{cycle}/acknowledgement", status=204)
    assert calls.post("H1", f"/cycles/{cycle}/acknowledgement", status=409)["code"] == "task_closed"


WORDS = "Solid work, but slow with papers."


def approval_words(calls: Calls, reader: str, case: int) -> set[str | None]:
    signatures = {step["reason"] for step in calls.get(reader, f"/cases/{case}/approvals")["items"]}
    return (signatures | {line["text"] for line in calls.get(reader, f"/cases/{case}")["timeline"]}) - {None}


def test_what_an_approver_writes_is_told_with_the_decision(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED, by="C")
    calls.post("L1", f"/cases/{case}/approvals", decision="approve", reason=WORDS)
    for reader in ("L1", "D1", "H1", "A1"):
        assert WORDS in approval_words(calls, reader, case)
    assert approval_words(calls, "C", case) == set()
    calls.post("D1", f"/cases/{case}/approvals", decision="decline", reason="No post.")
    assert WORDS in approval_words(calls, "C", case)


def test_nor_is_it_told_to_superiors_who_do_not_sign(company: Company, calls: Calls) -> None:
    changed(company, "D1", manager_id=company.ids["H0"])
    case = a_case(company, at=Stage.NOMINATED, by="C")
    calls.post("L1", f"/cases/{case}/approvals", decision="approve", reason=WORDS)
    assert approval_words(calls, "H0", case) == set()


def test_advice_against_stays_with_the_approvers_while_the_case_goes_on(
    company: Company, calls: Calls
) -> None:
    case = a_case(company, at=Stage.NOMINATED, by="C")
    calls.post("L1", f"/cases/{case}/approvals", decision="decline", reason=WORDS)
    approve_all(company, case)
    assert approval_words(calls, "C", case) == set()
    assert WORDS in approval_words(calls, "H1", case)


def test_the_words_of_a_return_are_for_the_author_at_once(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED, by="L1")
    calls.post("D1", f"/cases/{case}/approvals", decision="return", reason=WORDS)
    assert approval_words(calls, "L1", case) == {WORDS}
    assert approval_words(calls, "C", case) == set()


def test_a_submitted_nomination_stays_the_authors_until_it_is_signed(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    assert "revise_nomination" in calls.get("L1", f"/cases/{case}")["acts"]
    assert "revise_nomination" not in calls.get("D1", f"/cases/{case}")["acts"]
    calls.put("L1", f"/cases/{case}/nomination", statement=WORDS)
    calls.put("D1", f"/cases/{case}/nomination", status=403, statement=WORDS)
    assert calls.get("D1", f"/cases/{case}")["nomination"]["statement"] == WORDS
    calls.post("D1", f"/cases/{case}/approvals", decision="approve")
    refused = calls.put("L1", f"/cases/{case}/nomination", status=409, statement="Too late.")
    assert (refused["code"], refused["facts"]["signed_by"]) == ("nomination_signed", "Person D1 (D1)")
    assert "revise_nomination" not in calls.get("L1", f"/cases/{case}")["acts"]


def test_whoever_of_hr_nominated_is_told_that_others_make_exceptions(company: Company, calls: Calls) -> None:
    without_trainings(company)
    case = a_case(company, at=Stage.NOMINATED, by="H1")
    waiver = {"rule": "trainings", "reason": WORDS}
    refused = calls.post("H1", f"/cases/{case}/waivers", status=403, **waiver)
    assert refused["code"] == "own_nominee"
    assert "waive" not in calls.get("H1", f"/cases/{case}")["acts"]
    assert "waive" in calls.get("H2", f"/cases/{case}")["acts"]
    calls.post("H2", f"/cases/{case}/waivers", status=201, **waiver)
