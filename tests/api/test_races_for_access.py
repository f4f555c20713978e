"""Many at once: what is good once is good for one of them, and every failure is counted."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from api.access import passwords
from api.models import AccessSession, FailedTries, PasswordReset
from api.signing import signed, to_reset
from tests.api.conftest import ClientFor, give_password
from tests.company import Company
from workflow.models import Employee

PASSWORD = "a long enough password"
AT_ONCE = 8


def at_once(app: Flask, call: Callable[[FlaskClient], int]) -> list[int]:
    """What each of several is answered who begin together."""
    ready = Barrier(AT_ONCE)

    def go(_number: int) -> int:
        client = app.test_client()
        ready.wait()
        return call(client)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sorted(threads.map(go, range(AT_ONCE)))


def test_one_code_lets_one_of_many_in(app: Flask, client_for: ClientFor, company: Company) -> None:
    give_password(company, "C", PASSWORD)
    person = client_for("C")
    phone = pyotp.TOTP(person.post("/api/v1/me/second-factor", json={}).get_json()["secret"])
    first = {"code": phone.at(company.now)}
    assert person.post("/api/v1/me/second-factor/confirmation", json=first).status_code == 200
    company.later(minutes=1)
    given = {"number": "C", "password": PASSWORD, "code": phone.at(company.now)}
    answers = at_once(app, lambda client: client.post("/api/v1/session", json=given).status_code)
    assert answers.count(201) == 1
    assert set(answers) <= {201, 401, 429}
    with company.reading() as db:
        assert len(db.scalars(select(AccessSession)).all()) == 2  # the one that set it up, and this one


def test_one_link_sets_one_password(app: Flask, client: FlaskClient, company: Company) -> None:
    client.post("/api/v1/password-resets", json={"person": "C"})
    with company.reading() as db:
        handle = db.scalars(select(PasswordReset.handle)).one()
    token = signed("for tests only", handle, to_reset("c@example.com"))
    path, given = f"/api/v1/password-resets/{token}", {"password": "another that is longer still"}
    answers = at_once(app, lambda client: client.post(path, json=given).status_code)
    assert answers == [204] + [410] * (AT_ONCE - 1)


def test_failures_at_once_are_all_counted(app: Flask, company: Company) -> None:
    given = {"number": "C", "password": "wrong"}
    answers = at_once(app, lambda client: client.post("/api/v1/session", json=given).status_code)
    assert answers == [401] * 6 + [429] * (AT_ONCE - 6)
    with company.reading() as db:
        assert db.scalars(select(FailedTries.count)).all() == [6, 6]


def test_whoever_succeeds_while_others_fail_breaks_nothing(app: Flask, company: Company) -> None:
    give_password(company, "C", PASSWORD)
    for _ in range(5):
        numbers = iter(range(AT_ONCE))

        def call(client: FlaskClient, turn: Iterator[int] = numbers) -> int:
            given = {"number": "C", "password": "wrong" if next(turn) % 4 == 0 else PASSWORD}
            return client.post("/api/v1/session", json=given).status_code

        assert set(at_once(app, call)) <= {201, 401, 429}


def test_an_old_password_begins_no_session_while_it_is_changed(app: Flask, company: Company) -> None:
    give_password(company, "C", PASSWORD)
    given = {"number": "C", "password": PASSWORD}
    with ThreadPoolExecutor(1) as threads:
        with company.door.acting(now=company.now) as act:
            person = act.db.get_one(Employee, company.ids["C"])
            passwords.set_password(act, person, "another that is longer still")
            act.db.flush()
            begun = threads.submit(lambda: app.test_client().post("/api/v1/session", json=given).status_code)
            time.sleep(0.5)
        assert begun.result() == 401
    with company.reading() as db:
        assert db.scalars(select(AccessSession)).all() == []
