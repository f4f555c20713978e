"""Whoever acts on what he has seen is told when it has changed meanwhile; nothing is overwritten."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.policy import routes_of
from api.preconditions import OF_A_TASK, OF_ITS_THING, OF_NOTHING
from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from tests.workflow.test_approval_groups import nominated
from tests.workflow.test_hr_of_a_department import hr_of
from workflow import committees
from workflow.vocabulary import Stage


def write(author: FlaskClient, case_id: int, statement: str, seen: Any) -> TestResponse:
    return author.put(
        f"/api/v1/cases/{case_id}/nomination",
        json={"statement": statement, "evidence": {}},
        headers={"If-Match": seen if isinstance(seen, str) else f'"{seen}"'},
    )


def test_a_text_written_on_an_older_version_overwrites_nothing(
    company: Company, client_for: ClientFor
) -> None:
    case_id = a_case(company)
    author = client_for("L1")
    seen = author.get(f"/api/v1/cases/{case_id}").get_json()["version"]
    assert write(author, case_id, "First.", seen).status_code == 200
    refused = write(author, case_id, "Second.", seen)
    assert (refused.status_code, refused.get_json()["code"]) == (412, "stale_version")
    assert refused.get_json()["facts"] == {"version": company.case(case_id).version}
    assert company.case(case_id).statement == "First."
    now = author.get(f"/api/v1/cases/{case_id}").get_json()["version"]
    assert write(author, case_id, "Second.", now).status_code == 200


def test_a_version_that_is_none_matches_nothing(company: Company, client_for: ClientFor) -> None:
    case_id = a_case(company)
    assert write(client_for("L1"), case_id, "Mine.", '"yesterday"').status_code == 412


def test_a_stranger_learns_no_version(company: Company, client_for: ClientFor) -> None:
    case_id = a_case(company)
    assert write(client_for("T1"), case_id, "Mine.", 1).status_code == 404


def test_an_approver_does_not_sign_a_text_that_was_changed_meanwhile(
    company: Company, client_for: ClientFor
) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    approver, path = client_for("D1"), f"/api/v1/cases/{case_id}"
    (task,) = approver.get("/api/v1/inbox?kind=approve").get_json()["items"]
    seen = approver.get(f"/api/v1/tasks/{task['id']}").headers["ETag"]
    author = client_for("L1")
    assert write(author, case_id, "Bolder.", author.get(path).headers["ETag"]).status_code == 200

    def sign(seen: str) -> TestResponse:
        signature = {"decision": "approve", "reason": ""}
        return approver.post(f"{path}/approvals", json=signature, headers={"If-Match": seen})

    assert sign(seen).get_json()["code"] == "stale_version"
    (line,) = [line for line in approver.get(path).get_json()["timeline"] if "changed" in line["facts"]]
    assert (line["actor"]["number"], line["facts"]["changed"]) == ("L1", ["statement"])
    assert sign(approver.get(f"/api/v1/tasks/{task['id']}").headers["ETag"]).status_code == 200


def test_what_others_do_to_the_case_hinders_nobody_who_votes(company: Company, client_for: ClientFor) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    company.do(committees.open_ballot, case_id, "M1")
    members = [client_for(number) for number in ("M2", "M3")]
    path = f"/api/v1/cases/{case_id}/ballot"
    seen = [member.seen("PUT", path) for member in members]
    client_for("H1").post(f"/api/v1/cases/{case_id}/copies", json={"person": "L2"})
    for member, tag in zip(members, seen, strict=True):
        assert member.put(path, json={"choice": "yes"}, headers={"If-Match": tag}).status_code == 204
        again = member.put(path, json={"choice": "no"}, headers={"If-Match": tag})
        assert (again.status_code, again.get_json()["code"]) == (412, "stale_version")


def test_the_task_of_somebody_else_is_seen_by_nobody(company: Company, client_for: ClientFor) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    company.do(committees.open_ballot, case_id, "M1")
    path = f"/api/v1/cases/{case_id}/ballot"
    of_another = client_for("M2").seen("PUT", path)
    assert of_another.startswith('"task-')
    refused = client_for("M3").put(path, json={"choice": "yes"}, headers={"If-Match": of_another})
    assert refused.get_json()["code"] == "stale_version"


@pytest.mark.parametrize("sent", [None, "", "*", '*, "{0}"', "{0}", 'W/"{0}"', '"{0}", "9"', '""'])
def test_a_change_of_what_is_not_said_to_be_seen_is_refused(
    app: Flask, company: Company, client_for: ClientFor, sent: str | None
) -> None:
    case_id = a_case(company)
    seen = company.case(case_id).version
    refused = FlaskClient.open(
        client_for("L1"),
        f"/api/v1/cases/{case_id}/nomination",
        method="PUT",
        json={"statement": "Mine."},
        headers={} if sent is None else {"If-Match": sent.format(seen)},
    )
    assert (refused.status_code, refused.get_json()["code"]) == (428, "precondition_required")


def test_every_change_is_of_a_thing_of_a_task_or_of_nothing(app: Flask) -> None:
    changing = {
        operation
        for rule, method, operation in routes_of(app)
        if method in ("POST", "PUT", "PATCH", "DELETE")
    }
    tables = [OF_ITS_THING, OF_A_TASK, frozenset(OF_NOTHING)]
    assert sum(map(len, tables)) == len(frozenset.union(*tables))
    assert frozenset.union(*tables) == changing


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/employees/C/contacts", ("PUT", "", {"items": []})),
        ("/committees/1", ("DELETE", "/seats/M7", {})),
    ],
)
def test_a_list_or_a_body_that_has_changed_is_read_again(
    company: Company, client_for: ClientFor, path: str, change: tuple[str, str, dict[str, Any]]
) -> None:
    one, other = client_for("H1"), client_for("H2")
    method, rest, body = change
    seen = one.get(f"/api/v1{path}").headers["ETag"]
    if path.startswith("/employees"):
        listed = {"items": [{"source": "peer", "person": "T1"}]}
        assert other.put(f"/api/v1{path}", json=listed).status_code == 200
    else:
        assert other.delete(f"/api/v1{path}/seats/M6").status_code == 200
    refused = one.open(f"/api/v1{path}{rest}", method=method, json=body, headers={"If-Match": seen})
    assert refused.get_json()["code"] == "stale_version", refused.text
    assert one.open(f"/api/v1{path}{rest}", method=method, json=body).status_code == 200


def test_an_act_answers_with_the_tag_of_what_it_has_left(company: Company, client_for: ClientFor) -> None:
    author, case_id = client_for("L1"), a_case(company)
    path = f"/api/v1/cases/{case_id}"
    told = author.put(f"{path}/nomination", json={"statement": "First.", "evidence": {}})
    assert told.headers["ETag"] == author.get(path).headers["ETag"]


@pytest.mark.parametrize(("department", "told"), [("Service", "task_closed"), ("Staff", "not_found")])
def test_whoever_is_hr_of_the_department_is_told_who_of_hr_was_first(
    company: Company, client_for: ClientFor, department: str, told: str
) -> None:
    hr_of(company, "T1", department)
    case_id = nominated(company, "chain: [{all: [line_manager, department_head, hr]}]")
    path, first = f"/api/v1/cases/{case_id}/approvals", client_for("H1")
    signature = {"decision": "approve", "reason": ""}
    seen = first.seen("POST", path)
    assert first.post(path, json=signature, headers={"If-Match": seen}).status_code == 200
    late = client_for("T1").post(path, json=signature, headers={"If-Match": seen}).get_json()
    assert late["code"] == told
    assert late["facts"].get("done_by") == ("Person H1 (H1)" if told == "task_closed" else None)
