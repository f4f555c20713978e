"""Two worlds that differ in one secret only, and what everybody can read in each, byte for byte."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from notifications.messages import announce
from tests.api.calls import API, Calls
from tests.api.conftest import clients_for, serving
from tests.company import Company, a_company
from tests.databases import compiling_once, emptied_postgresql
from tests.workflow.begun import Beginning, begun
from workflow.database import connect
from workflow.store import Door


@contextmanager
def world(kind: str, folder: Path, beginning: Beginning) -> Iterator[tuple[Company, Calls, tuple[int, ...]]]:
    """A company after the beginning, the same one every time, with the API on top of it."""
    folder.mkdir()
    opened = begun(folder, beginning) if kind == "sqlite" else _begun_on_postgresql(beginning)
    with opened as (company, made):
        engine = company.door.engine
        company.door = Door(engine, announce=announce)
        with serving(engine, company) as app:
            yield company, Calls(clients_for(app, engine, company)), made


def seen_by(calls: Calls, readers: tuple[str, ...], paths: list[str]) -> dict[tuple[str, str], bytes]:
    """Status, tag and body of every path for every reader."""
    calls.clients.clear()
    told = {}
    for reader in readers:
        for path in paths:
            answer = calls.raw(reader, "GET", path)
            head = f"{answer.status_code} {answer.headers.get('ETag')} "
            told[reader, API + path] = head.encode() + answer.data
    return told


_COPIES: dict[Beginning, tuple[Company, tuple[int, ...]]] = {}


@contextmanager
def _begun_on_postgresql(beginning: Beginning) -> Iterator[tuple[Company, tuple[int, ...]]]:
    engine = emptied_postgresql()
    name = f"begun_{beginning.__name__}"
    if beginning not in _COPIES:
        company = a_company(Door(engine))
        _COPIES[beginning] = (company, beginning(company))
        _copy(engine, str(engine.url.database), name)
    company, made = _COPIES[beginning]
    _copy(engine, name, "a_world")
    own = compiling_once(connect(engine.url.set(database="a_world").render_as_string(hide_password=False)))
    yield Company(Door(own), company.edition_id, company.now, dict(company.ids)), made
    own.dispose()


def _copy(engine: Engine, source: str, target: str) -> None:
    # A database is copied only while nobody is connected to it.
    server = connect(engine.url.set(database="template1").render_as_string(hide_password=False))
    engine.dispose()
    with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{target}"'))
        connection.execute(text(f'CREATE DATABASE "{target}" TEMPLATE "{source}"'))
    server.dispose()
