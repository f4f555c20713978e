"""Webhook subscriptions: made by HR, with a secret shown once, never into the inner network."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from notifications import subscriptions
from notifications.models import Delivery, DeliveryState, WebhookSubscription
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
        subscriptions.note_failure(db, made["id"], company.now - timedelta(days=5))
        subscriptions.note_failure(db, made["id"], company.now)
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


def test_other_events_are_told_from_now_on_and_none_named_means_all(client_for: ClientFor) -> None:
    person = client_for("H1")
    path = f"{PATH}/{subscribed(person, events=['case.opened'])['id']}"
    changed = person.put(f"{path}/events", json={"events": ["case.stuck", "case.opened", "case.stuck"]})
    assert (changed.status_code, changed.get_json()["events"]) == (200, ["case.opened", "case.stuck"])
    assert person.put(f"{path}/events", json={"events": ["case.scored"]}).status_code == 422
    assert person.get(path).get_json() == changed.get_json()
    assert client_for("H2").put(f"{path}/events", json={"events": []}).status_code == 404
    assert person.put(f"{path}/events", json={}).get_json()["events"] == []


def test_unknown_events_are_refused(client_for: ClientFor) -> None:
    assert client_for("H1").post(PATH, json={"url": ADDRESS, "events": ["vote.cast"]}).status_code == 422


@pytest.mark.parametrize("number", ["C", "L1", "A1"])
def test_others_may_not_subscribe(client_for: ClientFor, number: str) -> None:
    assert client_for(number).post(PATH, json={"url": ADDRESS}).status_code == 403


def test_an_old_secret_signs_for_a_day_beside_the_new_one(
    client_for: ClientFor, engine: Engine, company: Company
) -> None:
    made = subscribed(client_for("H1"))
    rotated = client_for("H1").post(f"{PATH}/{made['id']}/secret")
    assert rotated.status_code == 200, rotated.get_json()
    secret = rotated.get_json()["secret"]
    assert secret != made["secret"]
    with Session(engine) as db:
        held = db.get_one(WebhookSubscription, made["id"])
    assert held.secrets(company.now) == (secret, made["secret"])
    assert held.secrets(company.now + timedelta(hours=24)) == (secret,)
    (line,) = client_for("H1").get(PATH).get_json()["items"]
    assert "secret" not in line
    assert line["previous_until"] == (company.now + timedelta(hours=24)).isoformat()


def test_who_was_switched_off_is_switched_on_again_and_who_has_ended_it_is_not(
    client_for: ClientFor, engine: Engine, company: Company
) -> None:
    made, person = subscribed(client_for("H1")), client_for("H1")
    with writing(engine) as db:
        subscriptions.note_gone(db, made["id"], company.now)
    on = person.post(f"{PATH}/{made['id']}/activation").get_json()
    assert (on["is_active"], on["failing_since"]) == (True, None)
    person.delete(f"{PATH}/{made['id']}")
    assert person.post(f"{PATH}/{made['id']}/activation").status_code == 404


@pytest.mark.parametrize("path", ["/secret", "/activation", "/test", "/deliveries/1/replay"])
def test_nobody_touches_what_somebody_else_has_subscribed(client_for: ClientFor, path: str) -> None:
    made = subscribed(client_for("H1"))
    assert client_for("H2").post(f"{PATH}/{made['id']}{path}").status_code == 404
    assert client_for("H2").get(f"{PATH}/{made['id']}/deliveries").status_code == 404


def a_test_of(client_for: ClientFor, subscription: int) -> dict[str, Any]:
    answer = client_for("H1").post(f"{PATH}/{subscription}/test")
    assert answer.status_code == 201, answer.get_json()
    line: dict[str, Any] = answer.get_json()
    return line


def settle(engine: Engine, delivery: int, state: DeliveryState) -> None:
    with writing(engine) as db:
        db.execute(update(Delivery).where(Delivery.id == delivery).values(state=state, attempts=3))


def test_a_test_is_queued_and_seen(client_for: ClientFor) -> None:
    made = subscribed(client_for("H1"))
    line = a_test_of(client_for, made["id"])
    assert (line["event"], line["state"], line["payload"]["data"]) == ("ping", "pending", {})
    assert client_for("H1").get(f"{PATH}/{made['id']}/deliveries").get_json()["items"] == [line]
    assert client_for("H1").get(f"{PATH}/{made['id']}/deliveries?state=sent").get_json()["items"] == []


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.DROPPED])
def test_a_replay_has_the_id_of_the_first(
    client_for: ClientFor, engine: Engine, state: DeliveryState
) -> None:
    made = subscribed(client_for("H1"))
    line = a_test_of(client_for, made["id"])
    settle(engine, line["id"], state)
    again = client_for("H1").post(f"{PATH}/{made['id']}/deliveries/{line['id']}/replay").get_json()
    assert (again["state"], again["attempts"]) == ("pending", 0)
    assert again["webhook_id"] == line["webhook_id"]


def test_what_was_queued_in_a_period_is_sent_again_and_nothing_else(
    client_for: ClientFor, engine: Engine, company: Company
) -> None:
    made, other = subscribed(client_for("H1")), subscribed(client_for("H1"))
    lines = []
    for subscription in (made, made, made, other):
        lines.append(a_test_of(client_for, subscription["id"]))
        settle(engine, lines[-1]["id"], DeliveryState.SENT)
        company.later(minutes=5)
    period = {"since": lines[1]["created_at"], "until": company.now.isoformat()}
    path = f"{PATH}/{made['id']}/replay"
    assert client_for("H1").post(path, json=period).get_json() == {"deliveries": 2}
    refused = client_for("H1").post(path, json={"since": period["until"], "until": period["since"]})
    assert refused.get_json()["facts"]["reason"] == "until_before_since"


@pytest.mark.parametrize(
    ("since", "until", "wrong"),
    [
        ("0001-01-01T00:00:00+14:00", "2026-03-02T00:00:00Z", "since"),
        ("2026-03-02T00:00:00Z", "9999-12-31T23:59:59-14:00", "until"),
    ],
)
def test_a_period_beyond_every_calendar_is_refused(
    client_for: ClientFor, since: str, until: str, wrong: str
) -> None:
    path = f"{PATH}/{subscribed(client_for('H1'))['id']}/replay"
    refused = client_for("H1").post(path, json={"since": since, "until": until})
    assert refused.status_code == 422
    assert wrong in refused.text


def test_nothing_is_queued_for_what_is_off(client_for: ClientFor, engine: Engine, company: Company) -> None:
    made = subscribed(client_for("H1"))
    with writing(engine) as db:
        subscriptions.note_gone(db, made["id"], company.now)
    refused = client_for("H1").post(f"{PATH}/{made['id']}/test")
    assert (refused.status_code, refused.get_json()["facts"]["reason"]) == (422, "subscription_is_off")
