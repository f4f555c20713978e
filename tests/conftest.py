"""Fixtures every test may use: both databases, the door, and a company to work with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.company import Company, a_company
from tests.databases import emptied_postgresql, fresh_sqlite
from workflow.store import Door


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    made = fresh_sqlite(tmp_path) if request.param == "sqlite" else emptied_postgresql()
    yield made
    made.dispose()


@pytest.fixture
def door(engine: Engine) -> Door:
    """The one door for change, with nobody listening."""
    return Door(engine)


@pytest.fixture
def company(door: Door) -> Company:
    """A department of service people with everybody a case needs."""
    return a_company(door)
