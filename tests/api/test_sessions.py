"""Signing in and out, and what ends a session."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from api import identity
from tests.api.conftest import ClientFor
from tests.company import Company
from workflow.errors import Invalid
from workflow.store import writing

PASSWORD = "a long enough password"


@pytest.fixture
def with_password(engine: Engine, company: Company) -> None:
    with writing(engine) as db:
        identity.set_password(db, company.ids["H1"], PASSWORD, company.now)


@pytest.mark.usefixtures("with_password")
def test_number_and_password_begin_a_session_that_knows_the_roles(client: FlaskClient) -> None:
    begun = client.post("/api/v1/session", json={"number": "H1", "password": PASSWORD})
    assert begun.status_code == 201
    cookie = begun.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/api/v1/session").get_json() == begun.get_json()
    assert begun.get_json()["roles"] == ["hr"]


@pytest.mark.usefixtures("with_password")
def test_unknown_number_and_wrong_password_are_refused_alike(client: FlaskClient) -> None:
    answers = [
        client.post("/api/v1/session", json={"number": number, "password": "wrong"})
        for number in ("H1", "C", "nobody")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1


@pytest.mark.usefixtures("with_password")
def test_people_who_have_left_cannot_sign_in(client: FlaskClient, company: Company) -> None:
    company.leaves("H1")
    answer = client.post("/api/v1/session", json={"number": "H1", "password": PASSWORD})
    assert answer.status_code == 401


def test_signing_out_ends_the_session(client_for: ClientFor) -> None:
    person = client_for("C")
    assert person.delete("/api/v1/session").status_code == 204
    assert person.get("/api/v1/session").status_code == 401


def test_a_session_lasts_twelve_hours_however_busy_it_is(client_for: ClientFor, company: Company) -> None:
    person = client_for("C")
    company.later(hours=11.9)
    assert person.get("/api/v1/session").status_code == 200
    company.later(hours=0.1)
    assert person.get("/api/v1/session").status_code == 401


def test_a_session_ends_when_the_person_leaves(client_for: ClientFor, company: Company) -> None:
    person = client_for("C")
    company.leaves("C")
    assert person.get("/api/v1/session").status_code == 401


def test_a_new_password_ends_earlier_sessions(
    client_for: ClientFor, company: Company, engine: Engine
) -> None:
    person = client_for("C")
    company.later(minutes=1)
    with writing(engine) as db:
        identity.set_password(db, company.ids["C"], PASSWORD, company.now)
    assert person.get("/api/v1/session").status_code == 401


def test_a_short_password_is_refused(engine: Engine, company: Company) -> None:
    with pytest.raises(Invalid) as refusal, writing(engine) as db:
        identity.set_password(db, company.ids["C"], "eleven char", company.now)
    assert refusal.value.facts == {"reason": "password_too_short", "minimum": 12}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_cannot_act(client_for: ClientFor, site: str) -> None:
    answer = client_for("H1").delete("/api/v1/session", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert answer.get_json()["code"] == "cross_site"


def test_a_form_cannot_act_with_a_session(client_for: ClientFor) -> None:
    answer = client_for("H1").post("/api/v1/cycles", data={"name": "2026"})
    assert answer.status_code == 415


def test_a_stolen_cookie_value_of_another_key_is_worthless(client: FlaskClient) -> None:
    client.set_cookie("session", "eyJwZXJzb24iOjF9.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert client.get("/api/v1/session").status_code == 401
