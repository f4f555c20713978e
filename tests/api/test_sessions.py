"""Signing in and out, and what ends a session."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from api.access import sessions
from api.access.signing_in import COOKIE_KEY
from api.models import AccessSession
from server.clock import beat
from tests.api.conftest import ClientFor, give_password
from tests.builders import a_case
from tests.company import Company
from workflow.vocabulary import Stage

PASSWORD = "a long enough password"


@pytest.fixture
def with_password(company: Company) -> None:
    give_password(company, "H1", PASSWORD)


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
    for _ in range(35):
        company.later(minutes=20)
        assert person.get("/api/v1/session").status_code == 200
    company.later(minutes=20)
    assert person.get("/api/v1/session").status_code == 401


def test_a_session_nobody_uses_for_half_an_hour_is_over(client_for: ClientFor, company: Company) -> None:
    person = client_for("C")
    company.later(minutes=29)
    assert person.get("/api/v1/session").status_code == 200
    company.later(minutes=30)
    assert person.get("/api/v1/session").status_code == 401


def test_a_session_is_written_to_once_a_minute_at_most(
    client_for: ClientFor, company: Company, statements: list[str]
) -> None:
    person = client_for("C")
    company.later(minutes=1)
    statements.clear()
    for _ in range(3):
        person.get("/api/v1/session")
        company.later(seconds=19)
    assert [sent.split()[0] for sent in statements].count("UPDATE") == 1


def test_a_busy_database_keeps_nobody_from_reading(client_for: ClientFor, company: Company) -> None:
    person = client_for("C")
    company.later(minutes=5)
    with company.door.engine.execution_options(writes=True).begin() as elsewhere:
        elsewhere.execute(update(AccessSession).values(browser="held by somebody else"))
        answer = person.get("/api/v1/session")
    assert answer.status_code == 200


def test_sessions_that_survive_deactivation(client_for: ClientFor, company: Company) -> None:
    # OrangeHRM CVE-2025-66289
    person = client_for("C")
    company.leaves("C")
    assert person.get("/api/v1/session").status_code == 401
    beat(company.door, lambda: company.now)
    company.returns("C")
    assert person.get("/api/v1/session").status_code == 401


def test_a_new_password_ends_every_session(client_for: ClientFor, company: Company) -> None:
    person, other = client_for("C"), client_for("P1")
    give_password(company, "C", PASSWORD)
    assert person.get("/api/v1/session").status_code == 401
    assert other.get("/api/v1/session").status_code == 200


def test_people_see_where_they_are_signed_in_and_nowhere_a_secret(client_for: ClientFor) -> None:
    first = client_for("C")
    client_for("C"), client_for("P1")
    listed = first.get("/api/v1/me/sessions")
    assert [one["is_current"] for one in listed.get_json()["items"]] == [True, False]
    with first.session_transaction() as cookie:
        assert cookie[COOKIE_KEY] not in listed.text
        assert sessions.digest(cookie[COOKIE_KEY]) not in listed.text


def test_people_sign_out_elsewhere(client_for: ClientFor) -> None:
    here, there, others = client_for("C"), client_for("C"), client_for("P1")
    [mine, elsewhere] = [one["id"] for one in here.get("/api/v1/me/sessions").get_json()["items"]]
    assert others.delete(f"/api/v1/me/sessions/{mine}").status_code == 404
    assert here.delete(f"/api/v1/me/sessions/{elsewhere}").status_code == 204
    assert there.get("/api/v1/session").status_code == 401
    assert here.delete(f"/api/v1/me/sessions/{elsewhere}").status_code == 404
    assert here.get("/api/v1/session").status_code == 200


def test_people_sign_out_everywhere_else_at_once(client_for: ClientFor) -> None:
    here, others = client_for("C"), client_for("P1")
    elsewhere = [client_for("C") for _ in range(3)]
    assert here.delete("/api/v1/me/sessions").status_code == 204
    assert {one.get("/api/v1/session").status_code for one in elsewhere} == {401}
    assert {one.get("/api/v1/session").status_code for one in (here, others)} == {200}


def test_a_copied_cookie_is_worth_nothing_once_its_owner_has_signed_out(
    app: Flask, client_for: ClientFor
) -> None:
    person, thief = client_for("C"), app.test_client()
    cookie = person.get_cookie("jinsheng")
    assert cookie is not None
    thief.set_cookie("jinsheng", cookie.value)
    assert thief.get("/api/v1/session").status_code == 200
    person.delete("/api/v1/session")
    assert thief.get("/api/v1/session").status_code == 401


@pytest.mark.usefixtures("with_password")
def test_signing_in_anew_ends_the_session_that_the_browser_had(client: FlaskClient) -> None:
    given = {"number": "H1", "password": PASSWORD}
    client.post("/api/v1/session", json=given)
    before = client.get_cookie("jinsheng")
    client.post("/api/v1/session", json=given)
    assert len(client.get("/api/v1/me/sessions").get_json()["items"]) == 1
    assert before is not None
    client.set_cookie("jinsheng", before.value)
    assert client.get("/api/v1/session").status_code == 401


def test_sessions_that_are_over_are_forgotten(client_for: ClientFor, company: Company) -> None:
    client_for("C")
    company.later(minutes=30)
    client_for("P1")
    beat(company.door, lambda: company.now)
    with company.reading() as db:
        assert db.scalars(select(AccessSession.person_id)).all() == [company.ids["P1"]]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_cannot_act(client_for: ClientFor, site: str) -> None:
    answer = client_for("H1").delete("/api/v1/session", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert answer.get_json()["code"] == "cross_site"


def test_a_form_cannot_act_with_a_session(client_for: ClientFor) -> None:
    answer = client_for("H1").post("/api/v1/cycles", data={"name": "2026"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "cross_site")


def test_an_act_without_a_body_needs_no_content_type_but_a_header_that_no_form_can_send(
    company: Company, client_for: ClientFor
) -> None:
    path = f"/api/v1/cases/{a_case(company, at=Stage.NOMINATED)}/nudges"
    person = client_for("C")
    assert FlaskClient.open(person, path, method="POST").status_code == 415
    assert person.post(path).status_code == 200


def test_a_stolen_cookie_value_of_another_key_is_worthless(client: FlaskClient) -> None:
    client.set_cookie("jinsheng", "eyJwZXJzb24iOjF9.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert client.get("/api/v1/session").status_code == 401
