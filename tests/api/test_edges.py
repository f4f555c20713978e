"""What stands at the edges of every call: its arguments as written, and what browsers are told."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

import api.application
from api.database import db
from api.openapi import description_of
from integrations.organisation import bring_in
from server.clock import system_time
from tests.api.conftest import ClientFor
from web.pages import PAGES
from workflow.store import Door


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("limit=1&limit=200", "given_twice"),
        ("limit=1&limit=1", "given_twice"),
        ("limit=1_0", "wrong_kind"),
        ("limit=\u0661", "wrong_kind"),
        ("limit=+1", "wrong_kind"),
        ("limit=1.0", "wrong_kind"),
    ],
)
def test_an_argument_says_one_thing_in_plain_digits(client_for: ClientFor, query: str, reason: str) -> None:
    refused = client_for("C").get(f"/api/v1/cases?{query}")
    assert refused.status_code == 422
    assert refused.get_json()["facts"]["fields"] == [
        {"path": "limit", "reason": reason, "messages": refused.get_json()["facts"]["fields"][0]["messages"]}
    ]


def test_a_key_in_a_path_is_in_plain_digits(client_for: ClientFor) -> None:
    person = client_for("C")
    assert person.get("/api/v1/editions/1").status_code == 200
    assert person.get("/api/v1/editions/\u0661").status_code == 404


@pytest.mark.parametrize(
    ("is_secure", "cookie", "told"),
    [(True, "__Host-jinsheng", "max-age=31536000"), (False, "jinsheng", None)],
)
def test_behind_https_browsers_are_told_to_stay_there(is_secure: bool, cookie: str, told: str | None) -> None:
    app = Flask("jinsheng", static_folder=None)
    app.config.update(
        SECRET_KEY="a secret", SQLALCHEMY_DATABASE_URI="sqlite://", SESSION_COOKIE_SECURE=is_secure
    )
    db.init_app(app)
    with app.app_context():
        door = Door(db.engine)
    api.application.register(app, door=door, now=system_time, importer=bring_in, pages=PAGES)
    answer = app.test_client().get("/api/docs/")
    assert answer.headers.get("Strict-Transport-Security") == told
    assert description_of(app)["components"]["securitySchemes"]["session"]["name"] == cookie


def test_nobody_frames_the_documentation(client: FlaskClient) -> None:
    assert "frame-ancestors 'none'" in client.get("/api/docs/").headers["Content-Security-Policy"]
