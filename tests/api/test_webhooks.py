"""Webhook subscriptions: made by HR, with a secret shown once, never into the inner network."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from notifications import subscriptions
from notifications.models import WebhookSubscription
from tests.api.conftest import ClientFor
from tests.company import Company
from workflow.store import writing

ADDRESS = "https://hooks.example.test/jinsheng"
PATH = "/api/v1/webhook-subscriptions"


@pytest.fixture(autouse=True)
def internal_host(app: Flask) -> None:
    """A name that needs no look-up."""
    app.config["WEBHOOK_INTERNAL_HOSTS"] = ("hooks.example.test",)


def subscribed(person: FlaskClient, **wanted: Any) -> dict[str, Any]:
    answer = person.post(PATH, json={"url": ADDRESS, **wanted})
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


def test_the_secret_is_shown_once(client_for: ClientFor) -> None:
    person = client_for("H1")
    made = subscribed(person, events=["case.opened"])
    assert made.pop("secret").startswith("whsec_")
    assert person.get(PATH).get_json()["items"] == [made]


def test_an_open_browser_is_not_enough_to_subscribe(
    client_for: ClientFor, client: FlaskClient, company: Company
) -> None:
    person = client_for("H1")
    wanted = {"name": "script", "scopes": ["subscribe"]}
    token = person.post("/api/v1/tokens", json=wanted).get_json()["token"]
    made = subscribed(person)
    company.later(minutes=20)
    refused = person.post(PATH, json={"url": ADDRESS})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "proof_needed")
    assert person.get(PATH).get_json()["items"][0]["id"] == made["id"]
    assert person.delete(f"{PATH}/{made['id']}").status_code == 204
    held = {"Authorization": f"Bearer {token}"}
    assert client.post(PATH, json={"url": ADDRESS}, headers=held).status_code == 201


def test_people_see_and_end_their_own_only(client_for: ClientFor) -> None:
    made = subscribed(client_for("H1"))
    path = f"{PATH}/{made['id']}"
    assert client_for("H2").get(PATH).get_json()["items"] == []
    assert client_for("H2").delete(path).status_code == 404
    assert client_for("H1").delete(path).status_code == 204
    assert client_for("H1").get(PATH).get_json()["items"] == []


def test_a_failing_subscription_stays_in_sight(
    client_for: ClientFor, engine: Engine, company: Company
) -> None:
    made = subscribed(client_for("H1"))
    with writing(engine) as db:
        subscriptions.note_failure(db, made["id"], company.now)
        subscriptions.switch_off(db, made["id"])
    (line,) = client_for("H1").get(PATH).get_json()["items"]
    assert (line["is_active"], line["failing_since"] is not None) == (False, True)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://93.184.215.14/", "not_https"),
        ("https://127.0.0.1/", "not_public"),
        ("https://100.100.100.200/", "not_public"),
        ("ftp://example.test/", "not_a_plain_address"),
    ],
)
def test_unsafe_addresses_are_refused(client_for: ClientFor, engine: Engine, url: str, reason: str) -> None:
    answer = client_for("H1").post(PATH, json={"url": url})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "unsafe_url")
    assert answer.get_json()["facts"]["reason"] == reason
    with Session(engine) as db:
        assert db.scalars(select(WebhookSubscription)).all() == []


def test_unknown_events_are_refused(client_for: ClientFor) -> None:
    assert client_for("H1").post(PATH, json={"url": ADDRESS, "events": ["vote.cast"]}).status_code == 422


@pytest.mark.parametrize("number", ["C", "L1", "A1"])
def test_others_may_not_subscribe(client_for: ClientFor, number: str) -> None:
    assert client_for(number).post(PATH, json={"url": ADDRESS}).status_code == 403
