"""A database that is asked the same again and again plans it once."""

import pytest
from flask import Flask
from sqlalchemy import text

from api.database import db
from tests.api.conftest import ClientFor

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
PREPARED = text("SELECT count(*) FROM pg_prepared_statements")


def test_what_is_read_by_every_request_is_soon_prepared(app: Flask, client_for: ClientFor) -> None:
    person = client_for("C")
    assert {person.get("/api/v1/inbox").status_code for _ in range(8)} == {200}
    with app.app_context():
        assert db.session.scalar(PREPARED) >= 1
