"""The application on a database of each kind, and clients that are signed in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from api import paper
from api.access import passwords, resets, sessions
from api.access.signing_in import COOKIE_KEY
from api.application import run_on
from integrations.organisation import bring_in
from tests.api.careful import Careful
from tests.application import application_on
from tests.company import Company
from workflow.models import Employee
from workflow.store import Door

ClientFor = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that are hashed in no time; that real ones are not is tested in `test_passwords`."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys_hash.cache_clear()
    monkeypatch.setattr(resets, "_ANSWERED_AFTER", 0.0)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers as the pages from which they are drawn; that they are drawn is tested in `test_papers`."""
    monkeypatch.setattr(paper, "drawn", str.encode)


@pytest.fixture
def app(engine: Engine, company: Company) -> Iterator[Flask]:
    """The API on the company's database, by the company's clock."""
    with serving(engine, company) as made:
        yield made


@contextmanager
def serving(engine: Engine, company: Company) -> Iterator[Flask]:
    """The application for as long as the block lasts; whoever listens to the company hears of its acts."""
    with application_on(engine) as (made, own):
        made.test_client_class = Careful
        door = Door(own, announce=company.door.announce)
        run_on(made, door=door, now=lambda: company.now, importer=bring_in)
        yield made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def client_for(app: Flask, engine: Engine, company: Company) -> ClientFor:
    """Gives a client on which the person with a number is signed in."""

    return clients_for(app, engine, company)


def clients_for(app: Flask, engine: Engine, company: Company) -> ClientFor:
    """Signs people in on clients of their own."""
    return lambda number: signed_in(app, engine, company.ids[number], company.now)


def signed_in(app: Flask, engine: Engine, person: int, now: datetime) -> FlaskClient:
    """A client on which somebody has just signed in."""
    made = app.test_client()
    with Door(engine).acting(now=now, by=person) as act, made.session_transaction() as session:
        session[COOKIE_KEY] = sessions.begin(act, act.person, "test")
    return made


def give_password(company: Company, number: str, password: str) -> None:
    """Let somebody sign in with a password."""
    with company.door.acting(now=company.now) as act:
        passwords.set_password(act, act.db.get_one(Employee, company.ids[number]), password)
