"""The application with its pages, as a browser without scripts meets it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

import api.application
from api.database import db
from tests.company import Company
from tests.databases import compiling_once
from web.pages import PAGES
from workflow.database import prepare
from workflow.store import Door

SECRET = "for tests only"


@pytest.fixture
def app(engine: Engine, company: Company) -> Iterator[Flask]:
    """API and pages on the company's database, by the company's clock."""
    made = Flask("jinsheng", static_folder=None)
    made.config.update(
        TESTING=True,
        SECRET_KEY=SECRET,
        SQLALCHEMY_DATABASE_URI=engine.url.render_as_string(hide_password=False),
    )
    db.init_app(made)
    with made.app_context():
        own = compiling_once(db.engine)
    prepare(own)
    api.application.register(made, door=Door(own), now=lambda: company.now, pages=PAGES)
    yield made
    own.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A customer's browser."""
    return app.test_client()
