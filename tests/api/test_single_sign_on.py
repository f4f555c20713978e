"""Single sign-on against a real provider: who is let in as whom, what is refused, and where it leads."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, update
from werkzeug.test import TestResponse

from api.access import single_sign_on
from api.access.single_sign_on import Match, Provider
from api.database import db
from api.models import ExternalIdentity
from tests.api.conftest import serving
from tests.company import MONDAY, Company
from workflow import journal
from workflow.models import Employee

PROVED = int(MONDAY.timestamp())  # what is proved there is proved at the same moment here
USERS: list[dict[str, Any]] = [
    {"sub": "s-c", "email": "C@example.com", "email_verified": True, "auth_time": PROVED},
    {"sub": "s-c-2", "email": "c@example.com", "email_verified": True},
    {"sub": "s-p1", "email": "p1@example.com", "email_verified": False, "employee_number": "P1"},
    {"sub": "s-stranger", "email": "stranger@example.com", "email_verified": True},
    {"sub": "s-p2", "email": "p2@example.com", "email_verified": True, "auth_time": 1},
]
BEGIN, BACK = "/sign-in/sso", "/sign-in/callback"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider that runs beside the tests."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    known = [part for user in USERS for part in ("--user-claims", json.dumps(user))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", *known]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        try:
            yield _when_ready(f"http://localhost:{port}")
        finally:
            process.kill()


def _when_ready(address: str) -> str:
    for _ in range(200):
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=1).raise_for_status()
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return address
    raise AssertionError("the provider did not become ready")


@pytest.fixture
def match() -> Match:
    return Match.MAIL


@pytest.fixture
def app(engine: Engine, company: Company, issuer: str, match: Match) -> Iterator[Flask]:
    claim = "email" if match is Match.MAIL else "employee_number"
    callback = f"https://promotions.example.com{BACK}"
    with serving(engine, company) as made:
        single_sign_on.trust(made, Provider(issuer, "jinsheng", "secret", match, claim, callback))
        yield made


def sent_to(client: FlaskClient, query: str = "") -> str:
    """The address at the provider to which the browser is sent."""
    answer = client.get(BEGIN + query)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def returned_as(address: str, subject: str) -> str:
    """Somebody signs in at the provider; the way back that his browser is given."""
    answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    back = answer.headers["Location"]
    assert back.startswith(f"https://promotions.example.com{BACK}?")
    return back.removeprefix("https://promotions.example.com")


def comes_as(client: FlaskClient, subject: str, query: str = "") -> TestResponse:
    return client.get(returned_as(sent_to(client, query), subject))


def who(client: FlaskClient) -> str | None:
    number: str | None = client.get("/api/v1/session").get_json().get("number")
    return number


def test_the_provider_is_asked_with_pkce_state_and_nonce_to_come_back_to_our_address(
    client: FlaskClient, issuer: str
) -> None:
    address = sent_to(client)
    asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(issuer)
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"https://promotions.example.com{BACK}"
    assert all(len(asked[name]) >= 16 for name in ("state", "nonce", "code_challenge"))


def test_no_host_that_a_request_names_is_where_the_provider_leads(client: FlaskClient) -> None:
    address = client.get(BEGIN, headers={"Host": "evil.example"}).headers["Location"]
    assert "evil" not in address


def test_whoever_the_provider_names_by_mail_is_signed_in(
    client: FlaskClient, company: Company, issuer: str
) -> None:
    answer = comes_as(client, "s-c", "?next=/cases/7")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases/7")
    assert who(client) == "C"
    with company.reading() as db:
        kept = db.execute(select(ExternalIdentity.issuer, ExternalIdentity.subject)).all()
        assert [tuple(row) for row in kept] == [(issuer, "s-c")]
        assert list(journal.verify(db)) == []


def test_whoever_comes_back_holds_one_connection_at_a_time(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        pool: Any = db.engine.pool
    held: list[int] = []
    event.listen(pool, "checkout", lambda *_: held.append(pool.checkedout()))
    assert comes_as(client, "s-c").status_code == 303
    assert max(held) == 1 < len(held)


def test_issuer_and_subject_are_the_identity_whatever_the_mail_is_later(
    client: FlaskClient, company: Company
) -> None:
    comes_as(client, "s-c")
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "C").values(email="new@example.com"))
        act.execute(update(Employee).where(Employee.number == "P3").values(email="c@example.com"))
    assert comes_as(client, "s-c").status_code == 303
    assert who(client) == "C"


@pytest.mark.parametrize("match", [Match.NUMBER])
def test_people_are_matched_by_number_where_so_configured(client: FlaskClient) -> None:
    assert comes_as(client, "s-p1").status_code == 303
    assert who(client) == "P1"


@pytest.mark.parametrize(
    ("subject", "words"),
    [("s-p1", "not confirmed there"), ("s-stranger", "Nobody active"), ("s-c-2", "Another account")],
)
def test_nobody_is_let_in_as_somebody_else(client: FlaskClient, subject: str, words: str) -> None:
    comes_as(client, "s-c")
    client.delete("/api/v1/session")
    refused = comes_as(client, subject)
    assert refused.status_code == 403
    assert words in refused.text
    assert who(client) is None


def test_an_address_of_two_people_lets_nobody_in(client: FlaskClient, company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "P3").values(email="c@example.com"))
    assert comes_as(client, "s-c").status_code == 403


def test_whoever_has_left_is_not_let_in(client: FlaskClient, company: Company) -> None:
    comes_as(client, "s-c")
    company.leaves("C")
    assert comes_as(client, "s-c").status_code == 403


@pytest.mark.parametrize(
    "wanted",
    [
        *("https://evil.example", "//evil.example", "///evil.example", "http:///evil.example"),
        *("/\\evil.example", "\\\\evil.example", "/.\\evil.example\\..", "/\t/evil.example", "/ /evil"),
        *("javascript:alert(1)", "evil.example", "https:evil.example", "@evil.example", ""),
        "/%0d%0aSet-Cookie:x=y\r\nx",
    ],
)
def test_open_redirect(client: FlaskClient, wanted: str) -> None:
    # CVE-2024-45399
    address = client.get(BEGIN, query_string={"next": wanted}).headers["Location"]
    answer = client.get(returned_as(address, "s-c"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_what_was_not_begun_in_this_browser_is_refused(client: FlaskClient, app: Flask) -> None:
    back = returned_as(sent_to(client), "s-c")
    assert app.test_client().get(back).status_code == 403
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 403  # and only once


def test_an_identity_that_was_taken_away_is_matched_anew(client: FlaskClient, company: Company) -> None:
    comes_as(client, "s-c")
    with company.door.acting(now=company.now) as act:
        single_sign_on.unlink(act, act.db.get_one(Employee, company.ids["C"]))
    assert comes_as(client, "s-c-2").status_code == 303
    assert comes_as(client, "s-c").status_code == 403


@pytest.mark.parametrize(
    "query",
    ["", "?code=x", "?state=x", "?code=x&state=x", "?error=access_denied&state=x", "?code=%00&state=%F0%9F"],
)
def test_nothing_that_comes_back_breaks_anything(client: FlaskClient, query: str) -> None:
    sent_to(client)
    answer = client.get(BACK + query)
    assert answer.status_code in (403, 422)
    assert who(client) is None


def test_a_code_of_another_sign_in_is_refused(client: FlaskClient, app: Flask) -> None:
    victim, thief = client, app.test_client()
    of_thief = parse_qs(urlsplit(returned_as(sent_to(thief), "s-c")).query)["code"][0]
    state = parse_qs(urlsplit(sent_to(victim)).query)["state"][0]
    assert victim.get(f"{BACK}?code={of_thief}&state={state}").status_code == 403  # its nonce is another


def test_without_a_provider_there_is_no_such_page(engine: Engine, company: Company) -> None:
    with serving(engine, company) as made:
        assert made.test_client().get(BEGIN).status_code == 404
        assert made.test_client().get(BACK).status_code == 404


def test_a_provider_that_is_away_is_said_so(engine: Engine, company: Company) -> None:
    with serving(engine, company) as made:
        away = Provider(
            "http://localhost:9", "jinsheng", "secret", Match.MAIL, "email", f"https://x.example{BACK}"
        )
        single_sign_on.trust(made, away)
        answer = made.test_client().get(BEGIN)
        assert answer.status_code == 403
        assert "does not answer" in answer.text


def code_of(client: FlaskClient) -> str | None:
    code: str | None = client.get("/api/v1/me/data").get_json().get("code")
    return code


def proves_himself(issuer: str, subject: str, company: Company, *, at: int | None = None) -> None:
    """Somebody gives his credentials at the provider, now or at some other time."""
    (known,) = (user for user in USERS if user["sub"] == subject)
    claims = known | {"auth_time": int(company.now.timestamp()) if at is None else at}
    requests.put(f"{issuer}/users/{subject}", json=claims, timeout=5).raise_for_status()


def test_whoever_was_signed_in_there_long_ago_proves_himself_before_what_weighs_most(
    client: FlaskClient, company: Company, issuer: str
) -> None:
    comes_as(client, "s-p2")
    assert code_of(client) == "proof_needed"
    proves_himself(issuer, "s-c", company)
    comes_as(client, "s-c")
    assert code_of(client) is None
    company.later(minutes=16)
    assert code_of(client) == "proof_needed"
    proves_himself(issuer, "s-c", company)
    address = sent_to(client, "?proof=true&next=/cases/1")
    assert "prompt=login" in address
    assert "max_age=0" in address
    assert client.get(returned_as(address, "s-c")).headers["Location"] == "/cases/1"
    assert code_of(client) is None


@pytest.mark.parametrize("subject", ["s-p2", "s-c-2", "s-stranger"])
def test_only_the_same_person_who_has_just_signed_in_there_is_a_proof(
    client: FlaskClient, company: Company, subject: str
) -> None:
    comes_as(client, "s-p2")
    refused = comes_as(client, subject, "?proof=true&next=/cases/1")
    assert refused.status_code == 403
    assert "You are not signed in" not in refused.text
    assert 'href="/sign-in/sso?proof=true&amp;next=%2Fcases%2F1&amp;lang=en"' in refused.text
    assert code_of(client) == "proof_needed"
    assert who(client) == "P2"


def test_another_language_keeps_what_was_wanted_and_is_kept_by_the_provider(client: FlaskClient) -> None:
    refused = comes_as(client, "s-stranger", "?proof=true&next=/cases/1")
    switch = "/sign-in/sso?proof=true&next=%2Fcases%2F1&lang=zh_Hans"
    assert f'href="{switch.replace("&", "&amp;")}"' in refused.text
    again = comes_as(client, "s-stranger", switch.removeprefix(BEGIN))
    assert 'lang="zh-Hans"' in again.text.partition(">")[2].partition(">")[0]
    assert 'href="/sign-in/sso?proof=true&amp;next=%2Fcases%2F1&amp;lang=en"' in again.text


def test_a_time_that_has_not_come_yet_proves_nothing(
    client: FlaskClient, company: Company, issuer: str
) -> None:
    in_milliseconds = int(company.now.timestamp()) * 1000
    proves_himself(issuer, "s-p2", company, at=in_milliseconds)
    comes_as(client, "s-p2")
    assert (who(client), code_of(client)) == ("P2", "proof_needed")
