"""What those who watch over a running service are told, and what stands in its log."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from notifications.models import Channel, Delivery, DeliveryState
from server import figures
from server.app import Service, create_service
from server.clock import beat
from server.config import from_environment
from server.logs import LogFormat, configure
from tests.api.conftest import signed_in
from tests.company import Company
from tests.databases import fresh_sqlite
from tests.workflow.begun import moved_into, nothing
from workflow.store import Door

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
BEARER = {"Authorization": "Bearer the-token"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Company, Service]]:
    folder = tmp_path_factory.mktemp("figures")
    engine = fresh_sqlite(folder)
    company = moved_into(Door(engine), nothing)
    yield company, a_service(folder, JINSHENG_METRICS_TOKEN="the-token")
    engine.dispose()


def a_service(folder: Path, **environment: str) -> Service:
    return create_service(from_environment({"JINSHENG_FOLDER": str(folder), **environment}), now=lambda: NOW)


@pytest.fixture
def client(house: tuple[Company, Service]) -> FlaskClient:
    return house[1].app.test_client()


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[list[dict[str, Any]]]:
    """What stands in the log once the test has looked."""
    configure(LogFormat.JSON)

    class Lines(list[dict[str, Any]]):
        def __iter__(self) -> Iterator[dict[str, Any]]:
            return (json.loads(line) for line in capsys.readouterr().err.splitlines())

    yield Lines()
    configure()


def a_delivery(engine: Engine, company: Company, key: str, **fields: Any) -> None:
    row = {"kind": "digest", "created_at": NOW, "next_at": NOW, "person_id": company.ids["C"]}
    with Session(engine) as db, db.begin():
        db.add(Delivery(key=key, channel=Channel.MAIL, **(row | fields)))


def told(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    found = (line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in found}


@pytest.mark.parametrize("given", ["", "Bearer the-tokem", "Bearer ü", "the-token-and-more"])
def test_whoever_has_no_token_is_told_that_nothing_is_there(client: FlaskClient, given: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": given})
    assert (answer.status_code, answer.data) == (404, client.get("/nowhere").data)


def test_where_no_token_is_set_nobody_is_told_anything(tmp_path: Path) -> None:
    fresh_sqlite(tmp_path).dispose()
    client = a_service(tmp_path).app.test_client()
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_they_hear_what_waits_and_for_how_long(house: tuple[Company, Service], client: FlaskClient) -> None:
    company, service = house
    a_delivery(service.door.engine, company, "a", next_at=NOW - timedelta(minutes=5))
    a_delivery(service.door.engine, company, "b", state=DeliveryState.DEAD)
    a_delivery(service.door.engine, company, "c", state=DeliveryState.SENT, next_at=NOW - timedelta(hours=2))
    found = told(client)
    assert found["jinsheng_queue_age_seconds"] == 300
    assert found['jinsheng_deliveries{channel="mail",state="pending"}'] == 1
    assert found['jinsheng_deliveries{channel="mail",state="dead"}'] == 1
    assert 'jinsheng_deliveries{channel="mail",state="sent"}' not in found
    assert (found["jinsheng_tasks_open"], found["jinsheng_tasks_overdue"]) == (0, 0)


def test_tasks_which_take_long_to_count_are_counted_seldom(
    house: tuple[Company, Service], statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = figures._OfDatabase(house[1].door.engine, lambda: NOW)
    for pauses, times in ((0, 3), (1_000_000, 4)):
        monkeypatch.setattr(figures, "_PAUSES", pauses)
        for _ in range(3):
            assert "jinsheng_tasks_open" in {metric.name for metric in asked.collect()}
        assert sum("FROM task" in one for one in statements) == times


def test_they_hear_of_channels_that_only_a_newer_version_knows(
    house: tuple[Company, Service], client: FlaskClient
) -> None:
    company, service = house
    a_delivery(service.door.engine, company, "d")
    with service.door.engine.begin() as connection:
        connection.execute(text("PRAGMA ignore_check_constraints=ON"))
        connection.execute(text("UPDATE delivery SET channel = 'pigeon' WHERE key = 'd'"))
        connection.execute(text("PRAGMA ignore_check_constraints=OFF"))
    assert told(client)['jinsheng_deliveries{channel="pigeon",state="pending"}'] == 1


def test_they_hear_when_a_clock_has_last_beaten(house: tuple[Company, Service], client: FlaskClient) -> None:
    beat(house[1].door, lambda: NOW - timedelta(seconds=40))
    found = told(client)
    assert found["jinsheng_beat_age_seconds"] == 40
    assert 0 < found["jinsheng_beat_seconds"] < 60


def test_they_hear_how_long_requests_took(client: FlaskClient) -> None:
    client.get("/healthz")
    counted = [name for name in told(client) if name.startswith("jinsheng_request_seconds_count")]
    assert any('method="GET"' in name and 'status="2xx"' in name for name in counted)


def test_no_client_can_make_up_figures_by_methods_of_his_own(client: FlaskClient) -> None:
    for number in range(3):
        client.open("/nowhere", method=f"MQ{number}")
    counted = [name for name in told(client) if name.startswith("jinsheng_request_seconds_count")]
    assert not any("MQ" in name for name in counted)
    assert sum('method="other"' in name for name in counted) == 1


def test_a_line_of_the_log_names_the_request_and_no_path(
    client: FlaskClient, lines: list[dict[str, Any]]
) -> None:
    client.get("/r/a-secret-handle", headers={"X-Request-ID": "request-0001"})
    (line,) = lines
    assert (line["event"], line["request_id"]) == ("answered", "request-0001")
    assert "a-secret-handle" not in json.dumps(line)


def test_whoever_takes_a_file_along_leaves_a_trace(
    house: tuple[Company, Service], lines: list[dict[str, Any]]
) -> None:
    company, service = house
    reader = signed_in(service.app, service.door.engine, company.ids["C"], NOW)
    assert reader.get("/api/v1/me/data").status_code == 200
    noted = [line for line in lines if line["event"] == "taken_along"]
    assert [(line["operation"], line["person"]) for line in noted] == [("export_own_data", company.ids["C"])]
