"""What a case says of acts that are not possible now is what the acts themselves are refused with."""

from typing import Any

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, answers, drive_on, evidence, raters
from tests.company import Company
from workflow import committees, reviews
from workflow.vocabulary import Stage


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def withheld(calls: Calls, by: str, case: int) -> dict[str, str]:
    told: list[dict[str, Any]] = calls.get(by, f"/cases/{case}")["withheld"]
    assert len(told) <= 5
    assert all(all(one["messages"].values()) for one in told)
    return {one["act"]: one["reason"] for one in told}


def test_a_signature_is_somebody_elses_turn_or_given_already(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    assert withheld(calls, "H1", case)["approve"] == "with_others"
    refused = calls.post("H1", f"/cases/{case}/approvals", status=403, decision="approve")
    assert refused["code"] == "not_your_task"
    calls.post("D1", f"/cases/{case}/approvals", decision="approve")
    assert withheld(calls, "D1", case)["approve"] == "done_by_you"
    refused = calls.post("D1", f"/cases/{case}/approvals", status=409, decision="approve")
    assert refused["code"] == "task_closed"


def test_the_text_of_a_nomination_stays_once_somebody_has_signed(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    assert "revise_nomination" not in withheld(calls, "L1", case)
    calls.post("D1", f"/cases/{case}/approvals", decision="approve")
    assert withheld(calls, "L1", case)["revise_nomination"] == "text_decided_on"
    refused = calls.put("L1", f"/cases/{case}/nomination", status=409, statement="Better.")
    assert refused["code"] == "nomination_signed"


def test_whoever_has_asked_for_another_signature_waits_for_it(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    calls.post("D1", f"/cases/{case}/signers", person="T1", reason="He knows the work.")
    assert withheld(calls, "D1", case)["approve"] == "signer_awaited"
    refused = calls.post("D1", f"/cases/{case}/approvals", status=409, decision="approve")
    assert refused["code"] == "signer_awaited"


def test_nobody_is_nudged_twice_a_day(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    assert "nudge" not in withheld(calls, "H1", case)
    calls.post("H1", f"/cases/{case}/nudges", status=200)
    assert withheld(calls, "H1", case)["nudge"] == "nudged_today"
    assert calls.post("H1", f"/cases/{case}/nudges", status=409)["code"] == "nudged_already"


def test_a_ballot_waits_for_the_chair_and_keeps_the_case_with_its_committee(
    company: Company, calls: Calls
) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    assert withheld(calls, "M2", case) == {"open_ballot": "with_others", "cast_ballot": "ballot_not_opened"}
    assert calls.put("M2", f"/cases/{case}/ballot", status=409, choice="yes")["code"] == "ballot_closed"
    assert calls.post("M2", f"/cases/{case}/votes", status=403)["code"] == "not_your_task"
    calls.post("M1", f"/cases/{case}/votes", status=201)
    assert withheld(calls, "H1", case)["refer_to_committee"] == "ballot_opened"
    refused = calls.post("H1", f"/cases/{case}/committee", status=409, committee=1)
    assert refused["code"] == "ballot_closed"


def test_a_candidate_learns_nothing_of_whose_turn_it_is_in_review_and_vote(
    company: Company, calls: Calls
) -> None:
    case = a_case(company, at=Stage.REVIEW)
    before = withheld(calls, "C", case)
    assert before == {"object_to_rater": "raters_drawn"}
    rater = raters(company, case)[0]
    company.do(reviews.submit_form, case, rater, answers=answers(4), evidence=evidence(4))
    assert withheld(calls, "C", case) == before
    drive_on(company, case, Stage.COMMITTEE)
    assert withheld(calls, "C", case) == {}
    company.do(committees.open_ballot, case, "M1")
    assert withheld(calls, "C", case) == {}


def test_what_has_taken_effect_is_withdrawn_no_more(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.MENTORING)
    for person in ("C", "H1"):
        assert withheld(calls, person, case)["withdraw"] == "in_effect"
        assert (
            calls.post(person, f"/cases/{case}/withdrawal", status=409, reason="Too late.")["code"]
            == "stage_moved"
        )
