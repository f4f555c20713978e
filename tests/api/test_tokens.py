"""Personal tokens: shown once, bounded in scope and time, never good for a decision."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from api.database import db
from api.identity import OPERATIONS
from api.models import PersonalToken
from notifications.messages import announce
from notifications.models import Delivery
from server.clock import beat
from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from workflow import committees, journal
from workflow.permissions import Operation
from workflow.store import Door
from workflow.vocabulary import Stage


def a_token(person: FlaskClient, *scopes: str, **wanted: Any) -> dict[str, Any]:
    answer = person.post("/api/v1/tokens", json={"name": "script", "scopes": list(scopes), **wanted})
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


def bearer(made: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {made['token']}"}


def test_a_token_speaks_for_its_person(client_for: ClientFor, client: FlaskClient) -> None:
    made = a_token(client_for("C"), "read")
    assert made["token"].startswith("jst_")
    assert client.get("/api/v1/employees/C", headers=bearer(made)).status_code == 200


def test_its_call_holds_one_connection_at_a_time(app: Flask, client_for: ClientFor) -> None:
    """Threads that each held one and waited for another could wait for each other."""
    made = a_token(client_for("C"), "read")
    with app.app_context():
        pool: Any = db.engine.pool
    held: list[int] = []
    event.listen(pool, "checkout", lambda *_: held.append(pool.checkedout()))
    assert app.test_client().get("/api/v1/employees/C", headers=bearer(made)).status_code == 200
    assert max(held) == 1 < len(held)


def test_only_the_digest_of_a_token_is_kept(client_for: ClientFor, engine: Engine) -> None:
    made = a_token(client_for("C"), "read")
    with Session(engine) as db:
        kept = db.scalars(select(PersonalToken)).one()
        assert made["token"] not in str(vars(kept))
        assert list(journal.verify(db)) == []
    assert "token" not in client_for("C").get("/api/v1/tokens").get_json()["items"][0]


def test_a_token_is_good_for_its_scopes_only(client_for: ClientFor, client: FlaskClient) -> None:
    reading = bearer(a_token(client_for("H1"), "read"))
    refused = client.get("/api/v1/webhook-subscriptions", headers=reading)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "session_required")
    subscribing = bearer(a_token(client_for("H1"), "subscribe"))
    assert client.get("/api/v1/webhook-subscriptions", headers=subscribing).status_code == 200
    assert client.get("/api/v1/employees", headers=subscribing).status_code == 403


def test_people_are_told_of_what_is_made_in_their_name(
    company: Company, client_for: ClientFor, app: Flask
) -> None:
    app.config["WEBHOOK_INTERNAL_HOSTS"] = ("hooks.example.test",)
    running = app.extensions["jinsheng"]
    app.extensions["jinsheng"] = replace(running, door=Door(running.door.engine, announce=announce))
    person = client_for("H1")
    a_token(person, "read")
    person.post("/api/v1/webhook-subscriptions", json={"url": "https://hooks.example.test/x"})
    with company.reading() as db:
        told = db.execute(select(Delivery.person_id, Delivery.kind).order_by(Delivery.id)).all()
    mine = company.ids["H1"]
    assert [tuple(row) for row in told] == [(mine, "token_made"), (mine, "webhook_subscribed")]


def test_a_token_makes_no_other_token(client_for: ClientFor, client: FlaskClient) -> None:
    held = bearer(a_token(client_for("C"), "read", "nominate", "subscribe"))
    answer = client.post("/api/v1/tokens", json={"name": "more", "scopes": ["read"]}, headers=held)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "operation",
    [
        Operation.CAST_BALLOT,
        Operation.READ_OWN_BALLOT,
        Operation.SCORE,
        Operation.APPROVE,
        Operation.FILL_IN_REVIEW,
        Operation.RECORD_DECISION,
        Operation.OPEN_BALLOT,
        Operation.RECUSE,
        Operation.WAIVE,
        Operation.RUN_COMPETITION,
        Operation.CLOSE_MENTORING,
        Operation.MANAGE_OWN_ACCESS,
        Operation.SECURE_OWN_ACCESS,
    ],
)
def test_no_scope_covers_what_needs_a_person(operation: Operation) -> None:
    assert operation not in frozenset().union(*OPERATIONS.values())


def test_a_token_expires(client_for: ClientFor, client: FlaskClient, company: Company) -> None:
    held = bearer(a_token(client_for("C"), "read", days=1))
    company.later(hours=23)
    assert client.get("/api/v1/departments", headers=held).status_code == 200
    company.later(hours=1)
    assert client.get("/api/v1/departments", headers=held).status_code == 401


def test_no_token_lasts_longer_than_a_year(client_for: ClientFor) -> None:
    wanted = {"name": "script", "scopes": ["read"], "days": 366}
    assert client_for("C").post("/api/v1/tokens", json=wanted).status_code == 422


def test_a_token_ends_when_its_person_leaves(
    client_for: ClientFor, client: FlaskClient, company: Company
) -> None:
    held = bearer(a_token(client_for("C"), "read"))
    company.leaves("C")
    assert client.get("/api/v1/departments", headers=held).status_code == 401


def test_a_token_does_not_come_back_with_its_person(
    client_for: ClientFor, client: FlaskClient, company: Company
) -> None:
    # OrangeHRM CVE-2025-66289, for tokens
    held = bearer(a_token(client_for("C"), "read"))
    company.leaves("C")
    beat(company.door, lambda: company.now)
    company.returns("C")
    assert client.get("/api/v1/departments", headers=held).status_code == 401


def test_people_see_when_a_token_was_last_used(
    client_for: ClientFor, client: FlaskClient, company: Company
) -> None:
    person = client_for("C")
    held = bearer(a_token(person, "read"))

    def last_used() -> str | None:
        (listed,) = client_for("C").get("/api/v1/tokens").get_json()["items"]
        used: str | None = listed["last_used_at"]
        return used

    assert last_used() is None
    company.later(hours=5)
    first = company.now
    for _ in range(3):
        assert client.get("/api/v1/departments", headers=held).status_code == 200
        assert last_used() == first.isoformat()
        company.later(seconds=25)
    client.get("/api/v1/departments", headers=held)
    assert last_used() == company.now.isoformat()


def test_people_revoke_their_own_tokens_and_no_others(client_for: ClientFor, client: FlaskClient) -> None:
    made = a_token(client_for("C"), "read")
    assert client_for("H1").delete(f"/api/v1/tokens/{made['id']}").status_code == 404
    assert client_for("C").delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    assert client.get("/api/v1/departments", headers=bearer(made)).status_code == 401


def test_a_token_casts_no_ballot_and_signs_nothing(
    client_for: ClientFor, client: FlaskClient, company: Company
) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    company.do(committees.open_ballot, case_id, "M1")
    held = bearer(a_token(client_for("M1"), "read", "nominate", "subscribe"))
    before = company.open_tasks(case_id)
    for method, path, body in (
        ("PUT", "ballot", {"choice": "yes"}),
        ("POST", "decision", {"text": "Carried."}),
        ("POST", "approvals", {"decision": "approve"}),
    ):
        answer = client.open(f"/api/v1/cases/{case_id}/{path}", method=method, json=body, headers=held)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "session_required")
    assert [task.id for task in company.open_tasks(case_id)] == [task.id for task in before]
