"""Whoever calls too often is told for how long to wait, and hinders nobody else."""

from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.limits import Limits
from tests.api.conftest import ClientFor

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
NOBODY = {"REMOTE_ADDR": "192.0.2.1"}


@dataclass
class Watch:
    """Seconds that pass when the test says so."""

    seconds: float = 1000.0
    limits: Limits = field(init=False)

    def __post_init__(self) -> None:
        self.limits = Limits(by_person=6, by_address=3, clock=lambda: self.seconds)


@pytest.fixture
def watch(app: Flask) -> Watch:
    made = Watch()
    app.extensions["jinsheng limits"] = made.limits
    return made


def statuses(caller: FlaskClient, path: str, times: int, **how: object) -> list[int]:
    return [caller.get(f"/api/v1{path}", **how).status_code for _ in range(times)]


def test_a_minutes_calls_may_come_at_once_and_then_one_by_one(watch: Watch, client_for: ClientFor) -> None:
    person = client_for("C")
    assert statuses(person, "/inbox", 7) == [200] * 6 + [429]
    refused = person.get("/api/v1/inbox")
    assert (refused.get_json()["code"], refused.headers["Retry-After"]) == ("too_many_calls", "10")
    watch.seconds += 10
    assert statuses(person, "/inbox", 2) == [200, 429]


def test_nobody_waits_for_somebody_else(watch: Watch, client_for: ClientFor) -> None:
    assert statuses(client_for("C"), "/inbox", 7)[-1] == 429
    assert statuses(client_for("H1"), "/inbox", 1) == [200]


def test_a_program_does_not_use_up_the_calls_of_its_person(watch: Watch, client_for: ClientFor) -> None:
    person = client_for("C")
    made = person.post("/api/v1/tokens", json={"name": "script", "scopes": ["read"]}).get_json()
    held = {"Authorization": f"Bearer {made['token']}"}
    program = person.application.test_client()
    assert statuses(program, "/inbox", 7, headers=held)[-1] == 429
    assert statuses(person, "/inbox", 1) == [200]


@pytest.mark.parametrize("path", ["/inbox", "/openapi.json", "/review-links/x"])
def test_strangers_are_counted_by_their_address(watch: Watch, client: FlaskClient, path: str) -> None:
    assert statuses(client, path, 4, environ_overrides=NOBODY)[-1] == 429
    assert statuses(client, path, 1, environ_overrides={"REMOTE_ADDR": "192.0.2.2"}) != [429]


def test_whoever_looks_after_the_service_may_always_ask(watch: Watch, client: FlaskClient) -> None:
    assert {client.get("/healthz").status_code for _ in range(20)} == {200}


def test_what_is_over_is_forgotten(watch: Watch, app: Flask) -> None:
    for number in range(10_001):
        with app.test_request_context(environ_base={"REMOTE_ADDR": f"192.0.{number % 250}.{number}"}):
            watch.limits.count_address()
        watch.seconds += 1
    assert len(watch.limits._busy) < 100
