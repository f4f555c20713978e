"""Whoever acts on what he has seen is told when it has changed meanwhile; nothing is overwritten."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
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
    seen = approver.get(path).get_json()["version"]
    assert write(client_for("L1"), case_id, "Bolder.", "*").status_code == 200

    def sign(version: int) -> TestResponse:
        signature = {"decision": "approve", "reason": ""}
        return approver.post(f"{path}/approvals", json=signature, headers={"If-Match": f'"{version}"'})

    assert sign(seen).get_json()["code"] == "stale_version"
    (line,) = [line for line in approver.get(path).get_json()["timeline"] if "changed" in line["facts"]]
    assert (line["actor"]["number"], line["facts"]["changed"]) == ("L1", ["statement"])
    assert sign(seen + 1).status_code == 200
