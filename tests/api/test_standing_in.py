"""Handing over, adding signers, copies, nudges and several signatures at once, over HTTP."""

from typing import Any

import pytest
from sqlalchemy import update

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from workflow.models import Employee
from workflow.vocabulary import Level, Stage


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def approvals_of(calls: Calls, number: str) -> list[dict[str, int]]:
    return [{"task": task["id"], "version": task["version"]} for task in calls.inbox(number, "approve")]


def handed_over(calls: Calls, reader: str, case: int) -> dict[str, Any]:
    """What the timeline tells a reader of a task that has changed hands."""
    lines = calls.get(reader, f"/cases/{case}/timeline")["items"]
    return next(line for line in lines if line["action"] == "task_handed_over")


def for_technicians(company: Company, *candidates: str) -> list[int]:
    """Nominations for a step whose nominations may be signed in one go."""
    with company.door.acting(now=company.now) as act:
        juniors = update(Employee).where(Employee.number.in_(candidates))
        act.execute(juniors.values(level=Level.JUNIOR, post="technician"))
    return [
        a_case(company, at=Stage.NOMINATED, candidate=one, level=Level.INTERMEDIATE, post="service_engineer")
        for one in candidates
    ]


def test_a_task_is_handed_over_and_both_can_say_what_became_of_it(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    (task,) = calls.inbox("D1", "approve")
    assert "hand_over" in calls.get("D1", f"/cases/{case}")["acts"]
    calls.post("D1", f"/cases/{case}/handovers", task=task["id"], to="L2", reason="On leave.")
    assert calls.inbox("D1", "approve") == []
    assert "approve" in calls.get("L2", f"/cases/{case}")["acts"]
    (copy,) = calls.get("C", f"/cases/{case}/copies")["items"]
    assert (copy["person"]["number"], copy["by"]["number"]) == ("D1", "D1")
    told = [handed_over(calls, reader, case) for reader in ("C", "H1")]
    assert [(line["actor"]["number"], line["person"]["number"], line["text"]) for line in told] == [
        ("D1", "L2", None),
        ("D1", "L2", "On leave."),
    ]


def test_whoever_may_not_get_it_is_named_with_the_reason_in_both_languages(
    company: Company, calls: Calls
) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    (task,) = calls.inbox("D1", "approve")
    refused = calls.post(
        "D1", f"/cases/{case}/handovers", status=422, task=task["id"], to="C", reason="On leave."
    )
    assert (refused["code"], refused["facts"]) == ("person_unfit", {"reason": "candidate"})
    assert refused["messages"] == {
        "en": "This person cannot be asked here. Choose somebody else. This is the candidate.",
        "zh_Hans": "不能选择该人员。请另选他人。该人员是候选人本人。",
    }


def test_strangers_find_nothing_and_the_candidate_hands_nothing_over(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    body = {"task": 1, "to": "L2", "reason": "Please."}
    calls.post("T1", f"/cases/{case}/handovers", status=404, **body)
    calls.post("T1", f"/cases/{case}/signers", status=404, person="L2", reason="Please.")
    calls.post("T1", f"/cases/{case}/copies", status=404, person="L2")
    calls.post("T1", f"/cases/{case}/nudges", status=404)
    calls.post("C", f"/cases/{case}/handovers", status=403, **body)
    calls.post("C", f"/cases/{case}/copies", status=403, person="L2")


def test_an_added_signer_shows_beside_the_seat_that_asked(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    calls.post("D1", f"/cases/{case}/signers", person="L2", reason="You know him.")
    calls.post("L2", f"/cases/{case}/approvals", decision="decline", reason="Not yet.")
    chain = calls.get("D1", f"/cases/{case}/approvals")["items"]
    told = [(one["seat"], one["is_added"], one["state"], one["reason"]) for one in chain]
    assert told == [
        ("line_manager", False, "signed", None),
        ("department_head", False, "open", None),
        ("department_head", True, "advised_against", "Not yet."),
        ("hr", False, "waiting", None),
    ]
    assert [one["reason"] for one in calls.get("C", f"/cases/{case}/approvals")["items"]] == [None] * 4
    calls.post("D1", f"/cases/{case}/approvals", decision="approve")


def test_a_copy_is_given_read_and_taken_back(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    calls.get("T1", f"/cases/{case}", status=404)
    calls.post("H1", f"/cases/{case}/copies", person="T1")
    assert [line["id"] for line in calls.get("T1", "/cases")["items"]] == [case]
    told = calls.get("T1", f"/cases/{case}")
    assert (told["stage"], told["acts"]) == ("nominated", [])
    calls.post("T1", f"/cases/{case}/copies", status=403, person="L2")
    assert calls.raw("H1", "DELETE", f"/cases/{case}/copies/T1").status_code == 204
    calls.get("T1", f"/cases/{case}", status=404)
    assert calls.raw("H1", "DELETE", f"/cases/{case}/copies/T1").status_code == 404


def test_a_nudge_says_for_what_and_a_second_one_when_the_first_was(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    assert calls.post("C", f"/cases/{case}/nudges") == {"kinds": ["approve"]}
    refused = calls.post("C", f"/cases/{case}/nudges", status=409)
    assert (refused["code"], refused["facts"]) == ("nudged_already", {"nudged_at": company.now.isoformat()})


@pytest.mark.parametrize("stage", [Stage.REVIEW, Stage.COMMITTEE])
def test_whether_somebody_has_still_to_act_is_told_to_nobody_who_may_not_know(
    company: Company, calls: Calls, stage: Stage
) -> None:
    case = a_case(company, at=stage)
    before = calls.raw("C", "GET", f"/cases/{case}").data
    calls.post("H1", f"/cases/{case}/nudges")
    assert calls.raw("C", "GET", f"/cases/{case}").data == before
    assert "nudge" not in calls.get("C", f"/cases/{case}")["acts"]
    assert "case_nudged" in [one["action"] for one in calls.get("A1", f"/cases/{case}/timeline")["items"]]


def test_several_nominations_are_approved_in_one_go(company: Company, calls: Calls) -> None:
    cases = for_technicians(company, "P1", "P2", "P3")
    wanted = {"tasks": approvals_of(calls, "D1"), "comment": "All three."}
    answer = calls.raw("D1", "POST", "/approvals", wanted, key="one").get_json()
    again = calls.raw("D1", "POST", "/approvals", wanted, key="one")
    assert (again.get_json(), again.headers["Idempotency-Replayed"]) == (answer, "true")
    assert [(one["case"], one["is_approved"], one["problem"]) for one in answer["items"]] == [
        (case, True, None) for case in cases
    ]
    assert calls.inbox("D1", "approve") == []
    assert len(calls.inbox("H1", "approve")) == 3


def test_what_cannot_be_approved_holds_up_none_of_the_others(company: Company, calls: Calls) -> None:
    one, two, three = for_technicians(company, "P1", "P2", "P3")
    senior = a_case(company, at=Stage.NOMINATED)
    seen = approvals_of(calls, "D1")
    calls.put("L1", f"/cases/{two}/nomination", statement="Rewritten.", evidence={})
    wanted = [*seen, seen[0], {"task": 99_999, "version": 1}]
    items = calls.post("D1", "/approvals", tasks=wanted)["items"]
    codes = [one["problem"] and one["problem"]["code"] for one in items]
    assert [one["case"] for one in items] == [one["case"] for one in items[:4]] + [one, None]
    assert dict(zip((entry["case"] for entry in items[:4]), codes[:4], strict=True)) == {
        one: None,
        two: "stale_version",
        three: None,
        senior: "not_in_bulk",
    }
    assert codes[4:] == ["task_closed", "not_found"]
    assert all(set(entry["problem"]["messages"]) == {"en", "zh_Hans"} for entry in items if entry["problem"])


def test_nothing_is_declined_in_one_go_and_only_what_waits_for_oneself_is_signed(
    company: Company, calls: Calls
) -> None:
    (case,) = for_technicians(company, "P1")
    (seen,) = approvals_of(calls, "D1")
    calls.post("D1", "/approvals", status=422, tasks=[seen], decision="decline")
    calls.post("D1", "/approvals", status=422, tasks=[])
    (item,) = calls.post("L2", "/approvals", tasks=[seen])["items"]
    assert (item["case"], item["problem"]["code"]) == (None, "not_found")
    assert calls.get("D1", f"/cases/{case}")["acts"] == ["add_signer", "approve", "copy", "hand_over"]
