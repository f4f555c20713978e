"""A counter of statements, an office with people, and servers that really listen."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from office import Office
from receivers import MailServerForTests, Receiver
from receivers import free_port as a_free_port
from sqlalchemy import Engine, event


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine, now=datetime(2026, 11, 24, 1, 30, tzinfo=UTC))


@pytest.fixture
def statements(engine: Engine) -> list[str]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SET LOCAL")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    return seen


@pytest.fixture
def mail_server() -> Iterator[MailServerForTests]:
    with MailServerForTests() as server:
        yield server


@pytest.fixture
def free_port() -> int:
    return a_free_port()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver
