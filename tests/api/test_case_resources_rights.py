"""Who may see and do what over HTTP: nothing leaks, and refusals say why."""

import json
from typing import Any

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import (
    a_case,
    a_competition,
    a_contested_case,
    fill_in_all,
    raters,
    score_all,
    seat_judges,
    vote_all,
)
from tests.company import JUDGES, Company
from workflow import committees
from workflow.vocabulary import Choice, Stage

HIDDEN = ("", "/checklist", "/timeline", "/eligibility", "/approvals", "/review", "/vote", "/mentorship")


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


@pytest.mark.parametrize("part", HIDDEN)
def test_what_may_not_be_seen_answers_like_what_does_not_exist(
    company: Company, calls: Calls, part: str
) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    unseen = calls.raw("P1", "GET", f"/cases/{case}{part}")
    unknown = calls.raw("P1", "GET", f"/cases/{case + 999}{part}")
    assert (unseen.status_code, unseen.data) == (404, unknown.data)
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/submission", {}),
        ("/approvals", {"decision": "approve"}),
        ("/waivers", {"rule": "trainings", "reason": "x"}),
        ("/review/waiver", {"reason": "x"}),
        ("/shortfall", {"text": "x"}),
        ("/votes", {}),
        ("/recusals", {"reason": "x"}),
        ("/decision", {"text": "x"}),
        ("/mentorship", {"mentor": "T1"}),
        ("/mentorship/conclusion", {"decision": "confirm", "reason": "x"}),
    ],
)
def test_strangers_find_no_case_to_act_on_and_the_candidate_may_not(
    company: Company, calls: Calls, path: str, body: dict[str, Any]
) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    unseen = calls.raw("P1", "POST", f"/cases/{case}{path}", body)
    unknown = calls.raw("P1", "POST", f"/cases/{case + 999}{path}", body)
    assert (unseen.status_code, unseen.data) == (404, unknown.data)
    refused = calls.raw("C", "POST", f"/cases/{case}{path}", body)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "own_case")
    assert company.case(case).stage is Stage.NOMINATED


def test_whoever_sees_a_case_but_may_not_act_is_told_why(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    for reader, code in (("A1", "not_allowed"), ("L1", "not_your_task"), ("H1", "not_your_task")):
        refused = calls.post(reader, f"/cases/{case}/approvals", decision="approve", status=403)
        assert refused["code"] == code


def test_lists_hold_only_what_the_reader_may_see(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    seeing = {
        number: [line["id"] for line in calls.get(number, "/cases")["items"]]
        for number in ("C", "L1", "D1", "H1", "A1", "M1", "P1", "L2", "X1", "T1")
    }
    assert {number for number, seen in seeing.items() if seen == [case]} == {
        "C",
        "L1",
        "D1",
        "H1",
        "A1",
        "M1",
    }
    assert not any(seeing[number] for number in ("P1", "L2", "X1", "T1"))


def test_nobody_but_the_rater_sees_a_form_and_no_list_of_raters_is_shown(
    company: Company, calls: Calls
) -> None:
    case = a_case(company, at=Stage.REVIEW)
    rater = next(number for number in raters(company, case) if number.startswith("P"))
    form = calls.get(rater, f"/cases/{case}/review/form")
    assert (form["request"]["source"], form["is_by_name"], form["threshold"]) == ("peer", False, 4)
    assert calls.get(rater, f"/cases/{case}", status=403)["code"] == "not_allowed"
    for reader in ("H1", "A1", "D1", "T1"):
        calls.get(reader, f"/cases/{case}/review/form", status=404)
    holders = calls.get("H1", f"/cases/{case}")["holders"]
    assert [(holder["role"], holder["person"]) for holder in holders] == [("raters", None)]


def test_hr_sees_progress_only_from_the_threshold_on(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.REVIEW)
    progress = calls.get("H1", f"/cases/{case}/review")["progress"]
    assert progress == [{"source": "peer", "asked": 5, "submitted": None}]
    calls.get("C", f"/cases/{case}/review", status=403)
    calls.get("L1", f"/cases/{case}/review", status=403)


def test_the_candidate_cannot_guess_that_a_floor_is_missed(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.REVIEW)
    before = _told("C", calls, case)
    fill_in_all(company, case, value=1)
    assert company.case(case).stage is Stage.REVIEW
    assert _told("C", calls, case) == before
    guards = {
        guard["guard"]: guard["answer"] for guard in calls.get("H1", f"/cases/{case}/checklist")["guards"]
    }
    assert guards["floor_is_missed"] == "met"
    calls.post("H1", f"/cases/{case}/shortfall", text="Below the floor.", internal_reason="Far below.")
    case_read = calls.get("C", f"/cases/{case}")
    assert case_read["outcome"]["text"] == "Below the floor."
    assert "Far below." not in json.dumps(case_read)
    assert calls.get("C", f"/cases/{case}/review")["outcome"]["score"] is not None


def test_the_vote_is_not_told_before_its_decision(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    company.do(committees.open_ballot, case, "M1")
    vote_all(company, case, Choice.NO)
    assert calls.get("M2", f"/cases/{case}/vote")["ballots"][0]["shown"] == {"result": "not_carried"}
    for reader in ("C", "L1"):
        calls.get(reader, f"/cases/{case}/vote", status=403)
        text = json.dumps(calls.get(reader, f"/cases/{case}"))
        assert 'not_carried": "' not in text
        assert "vote_closed" not in text
        assert '"answer": "met", "facts": {"result"' not in text
    guards = calls.get("C", f"/cases/{case}/checklist")["guards"]
    assert {guard["reason"] for guard in guards if guard["guard"].startswith("vote_")} == {"not_released"}


def test_confidential_acts_leave_no_names_in_any_timeline(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOTICE)
    for reader in ("C", "L1", "H1"):
        timeline = calls.get(reader, f"/cases/{case}/timeline")["items"]
        assert "ballot_cast" not in {line["action"] for line in timeline}
    lines = calls.get("A1", f"/cases/{case}")["timeline"]
    unsigned = {"ballot_cast", "stage_entered", "review_closed", "vote_closed", "committee_convened"}
    assert unsigned < {line["action"] for line in lines}
    assert all(line["actor"] is None for line in lines if line["action"] in unsigned)
    opened = next(line for line in lines if line["action"] == "review_opened")
    assert set(opened["facts"]) == {"seed", "pool", "drawn"}
    assert '"seed"' not in json.dumps(calls.get("H1", f"/cases/{case}"))


def test_rivals_see_nothing_of_each_other(company: Company, calls: Calls) -> None:
    contest = a_competition(company)
    best, other = (a_contested_case(company, candidate=number) for number in ("C", "P1"))
    seat_judges(company, contest)
    score_all(company, contest, {best: 5, other: 4})
    entries = calls.get("P1", f"/competitions/{contest}")["entries"]
    assert [(entry["case"], entry["place"], entry["composite"]) for entry in entries] == [(other, None, None)]
    calls.get("P1", f"/cases/{best}", status=404)
    judged = calls.get(JUDGES[0], f"/competitions/{contest}")["entries"]
    assert {(entry["place"], entry["is_scored_by_me"]) for entry in judged} == {(None, True)}
    calls.get("T1", f"/competitions/{contest}")
    assert calls.get("T1", f"/competitions/{contest}")["judges"] == []


def test_a_token_holder_cannot_read_the_tasks_of_others(company: Company, calls: Calls) -> None:
    a_case(company, at=Stage.NOMINATED)
    task = calls.inbox("D1", "approve")[0]["id"]
    assert calls.get("D1", f"/tasks/{task}")["state"] == "open"
    unseen = calls.raw("L1", "GET", f"/tasks/{task}")
    assert (unseen.status_code, unseen.data) == (404, calls.raw("L1", "GET", "/tasks/99999").data)


def test_stuck_cases_are_for_hr(company: Company, calls: Calls) -> None:
    case = a_contested_case(company)
    assert calls.get("H1", "/stuck-cases")["items"][0]["stuck_reason"] == "no_competition_announced"
    assert calls.get("H1", f"/cases/{case}")["stuck_reason"] == "no_competition_announced"
    calls.get("L1", "/stuck-cases", status=403)


def _told(reader: str, calls: Calls, case: int) -> Any:
    return {**calls.get(reader, f"/cases/{case}"), "acts": None, "tasks": None}
