"""Two worlds that differ in one secret only, and what everybody can read in each, byte for byte."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from notifications.messages import announce
from tests.api.calls import API, Calls
from tests.api.conftest import clients_for, serving
from tests.company import Company
from tests.workflow.begun import Beginning, begun, begun_on_postgresql
from workflow.store import Door


@contextmanager
def world(kind: str, folder: Path, beginning: Beginning) -> Iterator[tuple[Company, Calls, tuple[int, ...]]]:
    """A company after the beginning, the same one every time, with the API on top of it."""
    folder.mkdir()
    opened = begun(folder, beginning) if kind == "sqlite" else nullcontext(begun_on_postgresql(beginning))
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
