"""Fixtures every test may use: both databases, the door, and a company to work with."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, event

from tests.company import Company
from tests.databases import emptied_postgresql, fresh_sqlite, postgresql
from tests.order import slow_first
from tests.workflow.begun import moved_into, nothing
from workflow.store import Door

pytest_plugins = ["pytester"]
# A machine that others use as well may take its time; what is slow is seen in `--durations`.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the slow tests, on every worker."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = slow_first(items, workers=workers)


def pytest_collection_finish() -> None:
    """Let the collector of garbage come seldom, and leave alone what is loaded by now, for it stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        made = fresh_sqlite(tmp_path)
    else:
        # A company is laid down in the place of whatever there is.
        made = postgresql() if "company" in request.fixturenames else emptied_postgresql()
    yield made
    made.dispose()


@pytest.fixture
def door(engine: Engine) -> Door:
    """The one door for change, with nobody listening."""
    return Door(engine)


@pytest.fixture
def company(door: Door) -> Company:
    """A department of service people with everybody a case needs."""
    return moved_into(door, nothing)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement that any engine sends; transaction control left out."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SET LOCAL", "BEGIN")):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)
