"""Served houses for browsers: a company of a test, or the demonstration at a fixed hour."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import Engine, select
from werkzeug.serving import make_server

from server import demonstration
from tests.api.conftest import clients_for, serving
from tests.browser.people import House
from tests.company import Company
from tests.databases import fresh_sqlite
from web.visitors import VISITORS
from workflow.database import prepare
from workflow.models import Employee
from workflow.store import Door

NOW = datetime(2026, 9, 16, 2, 0, tzinfo=UTC)
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@contextmanager
def demonstrated(folder: Path, chromium: Browser) -> Iterator[House]:
    """The demonstration, served."""
    engine = fresh_sqlite(folder)
    prepare(engine)
    door = Door(engine)
    visitors = demonstration.load(door, now=NOW)
    company = Company(door, now=NOW)
    with company.reading() as db:
        company.ids = {person.number: person.id for person in db.scalars(select(Employee))}
    with serving(engine, company) as app:
        app.extensions[VISITORS] = visitors
        with opened(app, engine, company, chromium) as made:
            yield made
    engine.dispose()


@contextmanager
def opened(app: Flask, engine: Engine, company: Company, chromium: Browser) -> Iterator[House]:
    """A house whose doors are open for as long as the block lasts; no browser may have complained by then."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()

    def cookie_of(number: str, locale: str) -> str:
        client = clients_for(app, engine, company)(number)
        with client.session_transaction() as session:
            session["language"] = locale
        cookie = client.get_cookie("jinsheng")
        assert cookie is not None
        return cookie.value

    made = House(f"http://127.0.0.1:{server.server_port}", chromium, cookie_of)
    try:
        yield made
    finally:
        for person in made.people:
            person.page.context.close()
        server.shutdown()
        thread.join()
        server.server_close()
    assert [fault for person in made.people for fault in person.faults] == []
