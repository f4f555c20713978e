"""The application with its pages, as a browser without scripts meets it."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.api.conftest import ClientFor, cheap_hashes, clients_for, serving
from tests.company import Company
from tests.web.browsing import Browser

SECRET = "for tests only"
BrowserFor = Callable[[str], Browser]

__all__ = ["cheap_hashes"]


@pytest.fixture
def app(engine: Engine, company: Company) -> Iterator[Flask]:
    """API and pages on the company's database, by the company's clock."""
    with serving(engine, company) as made:
        made.test_client_class = FlaskClient
        yield made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def client_for(app: Flask, engine: Engine, company: Company) -> ClientFor:
    """Gives a client on which the person with a number is signed in."""
    return clients_for(app, engine, company)


@pytest.fixture
def browser_for(client_for: ClientFor, company: Company) -> BrowserFor:
    """Gives the browser of the person with a number, who reads English."""

    def opened(number: str) -> Browser:
        client = client_for(number)
        with client.session_transaction() as session:
            session["language"] = "en"
        return Browser(client)

    return opened
