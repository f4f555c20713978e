"""Breaking the glass over HTTP: an hour of reading, and never more than reading."""

import pytest
from flask import Flask

from tests.api.calls import API, Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from workflow.vocabulary import Stage

READ = {"", "/checklist", "/timeline", "/eligibility", "/approvals", "/copies"}
PARTS = {"place", "nomination", "eligibility", "checklist", "timeline"}


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def admitted(company: Company, calls: Calls, at: Stage = Stage.NOMINATED) -> int:
    """A case that the administrator X1 may read for an hour."""
    case = a_case(company, at=at)
    asked = calls.post("X1", f"/cases/{case}/emergency-accesses", status=201, reason="An error.")
    calls.post("A1", f"/cases/{case}/emergency-accesses/{asked['id']}/grant")
    return case


def test_an_administrator_reads_a_case_for_an_hour_once_somebody_else_has_granted_it(
    company: Company, calls: Calls
) -> None:
    case = admitted(company, calls)
    for path in READ:
        calls.get("X1", f"/cases/{case}{path}")
    told = calls.get("X1", f"/cases/{case}")
    assert (told["acts"], "nomination" in told["parts"]) == ([], True)
    (line,) = calls.get("H1", "/emergency-accesses")["items"]
    assert (line["asked_by"]["number"], line["granted_by"]["number"]) == ("X1", "A1")
    assert line["read_at"] is not None
    company.later(minutes=60)
    calls.get("X1", f"/cases/{case}", status=404)


def test_each_reading_is_in_the_timeline_once_and_the_candidate_sees_by_whom(
    company: Company, calls: Calls
) -> None:
    case = admitted(company, calls)
    for _ in range(2):
        calls.get("X1", f"/cases/{case}")
    lines = [line for line in calls.get("C", f"/cases/{case}/timeline")["items"] if "emerg" in line["action"]]
    told = [
        (line["action"], line["actor"]["number"], (line["person"] or {}).get("number"), line["text"])
        for line in lines
    ]
    assert told == [("emergency_granted", "A1", "X1", None), ("emergency_read", "X1", None, None)]
    asked = calls.get("H1", f"/cases/{case}/timeline")["items"]
    assert "An error." in [line["text"] for line in asked if line["action"] == "emergency_asked"]


def readable(app: Flask) -> set[str]:
    """Everything of a case that some route reads."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments == {"case_id"}]
    served = [rule.rule for rule in rules if "GET" in (rule.methods or ()) and rule.rule.startswith(API)]
    paths = (rule.partition("/cases/<int:case_id>") for rule in served)
    return {below for _, found, below in paths if found}


@pytest.mark.parametrize("stage", [Stage.REVIEW, Stage.COMMITTEE, Stage.NOTICE])
def test_nothing_secret_can_be_read_by_it(company: Company, calls: Calls, app: Flask, stage: Stage) -> None:
    case = admitted(company, calls, stage)
    assert set(calls.get("X1", f"/cases/{case}")["parts"]) == PARTS
    answers = {path: calls.raw("X1", "GET", f"/cases/{case}{path}").status_code for path in readable(app)}
    assert {path for path, status in answers.items() if status == 200} == READ
    assert {path: status for path, status in answers.items() if path not in READ and status != 404} == {}
    assert calls.get("X1", "/cases")["items"] == []


def test_nothing_can_be_done_by_it(company: Company, calls: Calls) -> None:
    case = admitted(company, calls)
    for path, body in (
        ("withdrawal", {"reason": "No."}),
        ("approvals", {"decision": "approve"}),
        ("copies", {"person": "T1"}),
        ("nudges", {}),
    ):
        assert calls.raw("X1", "POST", f"/cases/{case}/{path}", body).status_code == 404, path


def test_whoever_may_not_ask_or_grant_is_told_as_for_any_case(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    path = f"/cases/{case}/emergency-accesses"
    calls.post("T1", path, status=404, reason="I wonder.")
    calls.post("H1", path, status=403, reason="I wonder.")
    calls.post("C", path, status=403, reason="I wonder.")
    asked = calls.post("X1", path, status=201, reason="An error.")
    grant = f"{path}/{asked['id']}/grant"
    calls.post("X1", grant, status=404)
    calls.post("T1", grant, status=404)
    calls.post("L1", grant, status=403)
    calls.post("H1", f"{path}/{asked['id'] + 1}/grant", status=404)
    assert calls.get("T1", "/emergency-accesses")["items"] == []
    assert [line["id"] for line in calls.get("X1", "/emergency-accesses")["items"]] == [asked["id"]]


def test_no_token_reads_by_it(company: Company, calls: Calls) -> None:
    case = admitted(company, calls)
    token = calls.post("X1", "/tokens", status=201, name="phone", scopes=["read"])["token"]
    stranger = calls.client_for("X1").application.test_client()
    answer = stranger.get(f"/api/v1/cases/{case}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 404
