"""No route without a right: checked at the start, and before a view runs."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.policy import allows, check_policy
from tests.api.conftest import ClientFor
from tests.application import an_application
from workflow.permissions import Operation


def test_the_application_names_a_right_for_every_route() -> None:
    check_policy(an_application())


def test_a_route_without_a_right_stops_the_start() -> None:
    app = an_application()
    app.add_url_rule("/open", view_func=lambda: "open", endpoint="open")
    with pytest.raises(RuntimeError, match="GET /open"):
        check_policy(app)


def test_a_right_without_a_route_stops_the_start() -> None:
    with pytest.raises(RuntimeError, match="cast_ballot"):
        check_policy(Flask("empty", static_folder=None))


def test_a_route_that_needs_a_case_must_name_one() -> None:
    app = an_application()
    view = allows(Operation.CAST_BALLOT)(lambda: "voted")
    app.add_url_rule("/vote", view_func=view, endpoint="vote")
    with pytest.raises(RuntimeError, match=r"name none: \['GET /vote'\]"):
        check_policy(app)


@pytest.mark.parametrize("path", ["employees", "editions", "cycles", "tokens", "webhook-subscriptions"])
def test_nobody_reads_without_signing_in(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.get_json()["code"]) == (401, "sign_in_required")


def test_the_caller_is_asked_for_before_the_body_is_read(client: FlaskClient) -> None:
    assert client.post("/api/v1/cycles", data=b"{", content_type="application/json").status_code == 401


@pytest.mark.parametrize(("number", "status"), [("H1", 422), ("C", 403), ("A1", 403), ("X1", 403)])
def test_only_hr_opens_cycles(client_for: ClientFor, number: str, status: int) -> None:
    assert client_for(number).post("/api/v1/cycles", json={}).status_code == status
