"""What weighs most needs a proof of the last fifteen minutes; an approval does not."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from api.access.proofs import NEEDS_PROOF
from api.identity import OPERATIONS
from tests.api.conftest import ClientFor, give_password
from tests.builders import a_case
from tests.company import Company
from workflow import committees
from workflow.permissions import Operation
from workflow.vocabulary import Stage, TaskKind

PASSWORD = "a long enough password"
PROOF = "/api/v1/session/proof"


@pytest.fixture
def ballot(company: Company) -> str:
    """Where the members vote on a case."""
    case_id = a_case(company, at=Stage.COMMITTEE)
    company.do(committees.open_ballot, case_id, "M1")
    return f"/api/v1/cases/{case_id}/ballot"


@pytest.fixture
def member(client_for: ClientFor, company: Company) -> FlaskClient:
    """A member who can prove himself by a password."""
    give_password(company, "M1", PASSWORD)
    return client_for("M1")


def code_of(person: FlaskClient, method: str, path: str, **body: object) -> tuple[int, str | None]:
    answer = person.open(
        path, method=method, json=None if method == "GET" else body, headers={"Idempotency-Key": "once"}
    )
    return answer.status_code, (answer.get_json(silent=True) or {}).get("code")


def test_whoever_has_just_signed_in_votes(member: FlaskClient, ballot: str) -> None:
    assert code_of(member, "PUT", ballot, choice="yes") == (204, None)


def test_after_a_quarter_of_an_hour_a_ballot_needs_a_proof(
    member: FlaskClient, ballot: str, company: Company
) -> None:
    company.later(minutes=15)
    refused = member.put(ballot, json={"choice": "yes"})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "proof_needed")
    assert all("/session/proof" in sentence for sentence in refused.get_json()["messages"].values())
    proved = member.post(PROOF, json={"password": PASSWORD})
    assert proved.get_json() == {"until": (company.now + timedelta(minutes=15)).isoformat()}
    company.later(minutes=14)
    assert code_of(member, "PUT", ballot, choice="yes") == (204, None)


def test_a_wrong_password_proves_nothing(member: FlaskClient, ballot: str, company: Company) -> None:
    company.later(minutes=15)
    for given in ({"password": "not this one"}, {"password": ""}, {"password": None}, {}):
        assert member.post(PROOF, json=given).status_code in (403, 422)
    assert code_of(member, "PUT", ballot, choice="yes") == (403, "proof_needed")


def test_whoever_has_no_password_cannot_prove_himself_by_one(client_for: ClientFor, company: Company) -> None:
    assert code_of(client_for("C"), "POST", PROOF, password="") == (422, "invalid_input")
    assert code_of(client_for("C"), "POST", PROOF, password=PASSWORD) == (403, "wrong_proof")


def test_a_proof_is_of_one_session_only(
    member: FlaskClient, client_for: ClientFor, ballot: str, company: Company
) -> None:
    elsewhere = client_for("M1")
    company.later(minutes=15)
    assert member.post(PROOF, json={"password": PASSWORD}).status_code == 200
    assert code_of(elsewhere, "PUT", ballot, choice="yes") == (403, "proof_needed")


def test_an_approval_needs_no_proof(client_for: ClientFor, company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    approver = company.number(company.open_tasks(case_id, TaskKind.APPROVE)[0].assignee_id)
    person = client_for(approver)
    company.later(minutes=20)
    path = f"/api/v1/cases/{case_id}/approvals"
    assert code_of(person, "POST", path, decision="approve")[0] == 200


@pytest.mark.parametrize(
    ("number", "method", "path"),
    [
        ("M1", "POST", "/api/v1/cases/1/decision"),
        ("H1", "POST", "/api/v1/cycles/1/release"),
        ("H1", "POST", "/api/v1/cases/1/waivers"),
        ("H1", "POST", "/api/v1/editions"),
        ("H1", "POST", "/api/v1/organisation-imports"),
        ("C", "GET", "/api/v1/me/data"),
        ("A1", "GET", "/api/v1/journal/export"),
        ("C", "POST", "/api/v1/tokens"),
    ],
)
def test_what_weighs_as_much_needs_a_proof_too(
    client_for: ClientFor, company: Company, number: str, method: str, path: str
) -> None:
    person = client_for(number)
    company.later(minutes=15)
    assert code_of(person, method, path) == (403, "proof_needed")


def test_whoever_has_no_right_is_not_asked_to_prove_himself(client_for: ClientFor, company: Company) -> None:
    person = client_for("C")
    company.later(minutes=15)
    assert code_of(person, "POST", "/api/v1/editions", document="") == (403, "not_allowed")


def test_no_token_does_what_needs_a_proof() -> None:
    assert NEEDS_PROOF.isdisjoint(frozenset().union(*OPERATIONS.values()))
    assert Operation.APPROVE not in NEEDS_PROOF
