"""Signatures over HTTP: the product in a process of its own, what people have read, how long they wait."""

import json
import logging
import multiprocessing
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from secrets import token_hex
from time import perf_counter, sleep
from typing import TYPE_CHECKING

import waitress
from flask import Flask

import api.application
from api.access import sessions
from api.access.signing_in import COOKIE_KEY
from api.database import db
from benchmarks.approvals import LATER, Waiting
from benchmarks.cycle.process import free_port
from integrations.organisation import bring_in
from notifications.messages import announce
from web.pages import PAGES
from workflow.database import KEPT, prepare
from workflow.store import Door

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

SECRET = "for benchmarks only"
_LINES = 8


@dataclass(frozen=True, slots=True)
class Signature:
    """What is to be signed: of which case, by whom, and what he has seen."""

    case_id: int
    cookie: str
    tag: str


def product(url: str, wake: Callable[[], None] = lambda: None) -> Flask:
    """The product as it is served, on a database that is there."""
    app = Flask("jinsheng", static_folder=None)
    app.config.update(SECRET_KEY=SECRET, CALLS_A_MINUTE_BY_PERSON=10**6)
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=KEPT)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        door = Door(db.engine, announce=announce, wake=wake)
    api.application.register(app, door=door, now=lambda: LATER, importer=bring_in, pages=PAGES)
    return app


@contextmanager
def served(make: Callable[[str], "WSGIApplication"], url: str) -> Iterator[int]:
    """The port on which a process of its own serves an application."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(make, url, port))
    process.start()
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.join()


def _serve(make: Callable[[str], "WSGIApplication"], url: str, port: int) -> None:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # which tells of every request that waits
    waitress.serve(make(url), host="127.0.0.1", port=port, threads=_LINES, _quiet=True)


def _wait_for(port: int) -> None:
    until = perf_counter() + 30
    while perf_counter() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        sleep(0.1)
    raise TimeoutError(port)


def prepared(door: Door, port: int, waiting: list[Waiting]) -> Iterator[Signature]:
    """What everybody has read before he signs: his task, under its tag."""
    cookies: dict[int, str] = {}
    line = HTTPConnection("127.0.0.1", port)
    for one in waiting:
        if one.signer_id not in cookies:
            cookies[one.signer_id] = _cookie(door, one.signer_id)
        line.request("GET", f"/api/v1/tasks/{one.task_id}", headers={"Cookie": cookies[one.signer_id]})
        answer = line.getresponse()
        answer.read()
        yield Signature(one.case_id, cookies[one.signer_id], answer.headers["ETag"])


def _cookie(door: Door, person: int) -> str:
    app = Flask("cookies")
    app.config.update(SECRET_KEY=SECRET, SESSION_COOKIE_NAME="jinsheng")
    client = app.test_client()
    with door.acting(now=LATER, by=person) as act, client.session_transaction() as session:
        session[COOKIE_KEY] = sessions.begin(act, act.person, "benchmark")
    kept = client.get_cookie("jinsheng")
    assert kept is not None
    return f"jinsheng={kept.value}"


def sign(port: int, acts: Sequence[Signature]) -> list[float]:
    """How long each act took, in milliseconds."""
    line = HTTPConnection("127.0.0.1", port)
    times = []
    body = json.dumps({"decision": "approve", "reason": "Ready for more."})
    for one in acts:
        headers = {
            "Content-Type": "application/json",
            "Cookie": one.cookie,
            "If-Match": one.tag,
            "Idempotency-Key": token_hex(8),
        }
        begun = perf_counter()
        line.request("POST", f"/api/v1/cases/{one.case_id}/approvals", body, headers)
        answer = line.getresponse()
        words = answer.read()
        times.append((perf_counter() - begun) * 1000)
        assert answer.status == 200, words
    return times


def at_once(port: int, acts: Sequence[Signature]) -> list[float]:
    """The same on eight lines at the same time."""
    with ThreadPoolExecutor(_LINES) as pool:
        parts = pool.map(lambda place: sign(port, acts[place::_LINES]), range(_LINES))
        return [time for part in parts for time in part]
