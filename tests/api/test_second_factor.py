"""The second factor: codes of an app, each good once; nothing that is missing, empty or null passes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from api.access.second_factor import require
from api.models import RecoveryCode, SecondFactor
from api.refusals import CodeNeeded
from notifications.messages import announce
from notifications.models import Delivery
from tests.api.conftest import ClientFor, give_password
from tests.company import Company
from workflow import journal
from workflow.store import Door

PASSWORD = "a long enough password"
OWN = "/api/v1/me/second-factor"


@pytest.fixture(autouse=True)
def with_password(company: Company) -> None:
    give_password(company, "H1", PASSWORD)


class Phone:
    """An authenticator app with H1's secret, by the company's clock, and the recovery codes."""

    def __init__(self, person: FlaskClient, company: Company) -> None:
        begun = person.post(OWN, json={})
        assert begun.status_code == 201, begun.text
        self.app, self.company = pyotp.parse_uri(begun.get_json()["uri"]), company
        confirmed = person.post(f"{OWN}/confirmation", json={"code": self.code()})
        assert confirmed.status_code == 200, confirmed.text
        self.recovery_codes: list[str] = confirmed.get_json()["recovery_codes"]

    def code(self, **later: float) -> str:
        assert isinstance(self.app, pyotp.TOTP)
        return self.app.at(self.company.now + timedelta(**later))


@pytest.fixture
def phone(client_for: ClientFor, company: Company) -> Phone:
    made = Phone(client_for("H1"), company)
    company.later(minutes=1)
    return made


def sign_in(client: FlaskClient, **more: Any) -> tuple[int, str | None]:
    answer = client.post("/api/v1/session", json={"number": "H1", "password": PASSWORD, **more})
    return answer.status_code, answer.get_json().get("code")


def test_whoever_has_a_second_factor_signs_in_with_a_code(client: FlaskClient, phone: Phone) -> None:
    assert sign_in(client) == (401, "code_needed")
    assert sign_in(client, code=phone.code()) == (201, None)


def test_second_factor_bypassed_by_null(client: FlaskClient, phone: Phone, company: Company) -> None:
    # Horilla CVE-2026-24038
    for nothing in (None, "", " ", " " * 6, "null", "None", [], {}, 0, False, "\0", "０" * 6, "12345"):
        company.later(minutes=2)
        status, code = sign_in(client, code=nothing)
        assert status in (400, 401, 422)
        assert code in ("wrong_code", "invalid_input", "not_json")
    assert client.get("/api/v1/session").status_code == 401


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_code_is_asked_for_and_never_passes(
    company: Company, phone: Phone, app: Flask, nothing: Any
) -> None:
    by = company.ids["H1"]
    with app.app_context(), pytest.raises(CodeNeeded), company.door.acting(now=company.now, by=by) as act:
        require(act, act.person, nothing)


def test_a_code_is_good_once(client: FlaskClient, phone: Phone, company: Company) -> None:
    code = phone.code()
    assert sign_in(client, code=code) == (201, None)
    assert sign_in(client, code=code) == (401, "wrong_code")
    company.later(seconds=30)
    assert sign_in(client, code=f" {phone.code()[:3]} {phone.code()[3:]}") == (201, None)


def test_no_code_from_before_a_used_one_is_good(client: FlaskClient, phone: Phone) -> None:
    before, after = phone.code(seconds=-30), phone.code(seconds=30)
    assert sign_in(client, code=after) == (201, None)
    assert sign_in(client, code=before) == (401, "wrong_code")
    assert sign_in(client, code=phone.code()) == (401, "wrong_code")


def test_a_code_is_good_for_half_a_minute_before_and_after(client: FlaskClient, phone: Phone) -> None:
    assert sign_in(client, code=phone.code(seconds=-61)) == (401, "wrong_code")
    assert sign_in(client, code=phone.code(seconds=61)) == (401, "wrong_code")
    assert sign_in(client, code=phone.code(seconds=-30)) == (201, None)


def test_a_right_code_without_the_password_tells_nothing(client: FlaskClient, phone: Phone) -> None:
    assert sign_in(client, password="wrong", code=phone.code()) == (401, "wrong_credentials")
    assert sign_in(client, password="wrong") == (401, "wrong_credentials")
    assert sign_in(client, code=phone.code()) == (201, None)


def test_codes_are_not_guessed(client: FlaskClient, phone: Phone) -> None:
    wrong = str((int(phone.code()) + 500_000) % 1_000_000).zfill(6)
    answers = [sign_in(client, code=wrong) for _ in range(7)]
    assert answers[:6] == [(401, "wrong_code")] * 6
    assert answers[6] == (429, "too_many_tries")


def test_a_recovery_code_is_good_once(client: FlaskClient, phone: Phone, company: Company) -> None:
    first, second = phone.recovery_codes[:2]
    assert len(phone.recovery_codes) == len(set(phone.recovery_codes)) == 10
    assert sign_in(client, code=first) == (201, None)
    assert client.get(OWN).get_json() == {"is_on": True, "recovery_codes_left": 9}
    assert sign_in(client, code=first) == (401, "wrong_code")
    assert sign_in(client, code=second.replace("-", "").upper()) == (201, None)


def test_other_recovery_codes_take_the_place_of_the_first(client: FlaskClient, phone: Phone) -> None:
    assert sign_in(client, code=phone.code()) == (201, None)
    renewed = client.post(f"{OWN}/recovery-codes", json={}).get_json()["recovery_codes"]
    assert sign_in(client, code=phone.recovery_codes[0]) == (401, "wrong_code")
    assert sign_in(client, code=renewed[0]) == (201, None)


def test_nothing_on_file_makes_a_code(phone: Phone, company: Company) -> None:
    with company.reading() as db:
        kept = str([*db.scalars(select(SecondFactor.sealed)), *db.scalars(select(RecoveryCode.digest))])
        assert list(journal.verify(db)) == []
    assert phone.app.secret not in kept
    assert phone.recovery_codes[0].replace("-", "") not in kept


def test_a_proof_needs_a_code_too(client: FlaskClient, phone: Phone, company: Company) -> None:
    assert sign_in(client, code=phone.code()) == (201, None)
    company.later(minutes=20)
    proof = "/api/v1/session/proof"
    assert client.post(proof, json={"password": PASSWORD}).get_json()["code"] == "code_needed"
    assert client.get("/api/v1/me/data").get_json()["code"] == "proof_needed"
    assert client.post(proof, json={"password": PASSWORD, "code": phone.code()}).status_code == 200
    assert client.get("/api/v1/me/data").status_code == 200


def test_a_new_password_that_is_refused_uses_no_code_up_and_proves_nothing(
    client_for: ClientFor, phone: Phone, company: Company
) -> None:
    person, path = client_for("H1"), "/api/v1/me/password"
    company.later(minutes=20)
    given = {"old": PASSWORD, "code": phone.recovery_codes[0]}
    for _ in range(9):
        assert person.put(path, json={**given, "new": "short"}).status_code == 422
    assert person.get("/api/v1/me/data").get_json()["code"] == "proof_needed"
    assert person.put(path, json={**given, "new": "another that is longer still"}).status_code == 204


def test_a_second_factor_that_was_not_confirmed_asks_for_nothing(
    client_for: ClientFor, client: FlaskClient
) -> None:
    person = client_for("H1")
    first = person.post(OWN, json={}).get_json()["secret"]
    assert person.post(OWN, json={}).get_json()["secret"] != first
    refused = person.post(f"{OWN}/confirmation", json={"code": "000000"})
    assert refused.get_json()["code"] == "wrong_code"
    assert person.get(OWN).get_json() == {"is_on": False, "recovery_codes_left": 0}
    assert person.post(f"{OWN}/recovery-codes", json={}).get_json()["code"] == "no_second_factor"
    assert sign_in(client) == (201, None)


def test_a_second_factor_in_use_is_not_begun_over(client: FlaskClient, phone: Phone) -> None:
    assert sign_in(client, code=phone.code()) == (201, None)
    assert client.post(OWN, json={}).status_code == 409
    assert client.post(f"{OWN}/confirmation", json={"code": phone.code(seconds=30)}).status_code == 409


def test_a_second_factor_is_ended_by_whoever_has_just_proved_himself(
    client: FlaskClient, phone: Phone, company: Company
) -> None:
    assert sign_in(client, code=phone.code()) == (201, None)
    company.later(minutes=15)
    assert client.delete(OWN).get_json()["code"] == "proof_needed"
    assert sign_in(client, code=phone.code()) == (201, None)
    assert client.delete(OWN).status_code == 204
    assert client.delete(OWN).status_code == 404
    assert sign_in(client) == (201, None)
    with company.reading() as db:
        assert db.scalars(select(RecoveryCode)).all() == []


def test_a_sealed_secret_that_cannot_be_opened_lets_nobody_pass_but_by_a_recovery_code(
    app: Flask, client: FlaskClient, phone: Phone, company: Company
) -> None:
    app.secret_key = "another one"
    assert sign_in(client, code=phone.code()) == (401, "wrong_code")
    assert sign_in(client, code=phone.recovery_codes[0]) == (201, None)


def test_people_are_told_of_their_second_factor(company: Company, client_for: ClientFor, app: Flask) -> None:
    running = app.extensions["jinsheng"]
    app.extensions["jinsheng"] = replace(running, door=Door(running.door.engine, announce=announce))
    person = client_for("H1")
    person.post(OWN, json={})
    assert person.delete(OWN).status_code == 204  # never in use: nothing to tell
    Phone(person, company)
    person.post(f"{OWN}/recovery-codes", json={})
    with company.reading() as db:
        told = db.scalars(select(Delivery.kind).order_by(Delivery.id)).all()
    assert told == ["second_factor_set", "recovery_codes_renewed"]
