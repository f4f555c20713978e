"""`python -m benchmarks.acts`: a signature over HTTP on PostgreSQL, beside the same written by hand."""

import argparse
import json
import multiprocessing
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from secrets import token_hex
from statistics import mean, median, quantiles
from time import perf_counter, sleep

import waitress
from flask import Flask

import api.application
from api.access import sessions
from api.access.signing_in import COOKIE_KEY
from api.database import db
from benchmarks import by_hand
from benchmarks.approvals import LATER, Waiting, nominate
from benchmarks.cycle.process import free_port
from benchmarks.drafts import fresh
from integrations.organisation import bring_in
from notifications.messages import announce
from web.pages import PAGES
from workflow.database import prepare
from workflow.store import Door


@dataclass(frozen=True, slots=True)
class _Act:
    """A signature to be given: of which case, by whom, and what he has seen."""

    case_id: int
    cookie: str
    tag: str


_SECRET = "for benchmarks only"
_ROUND = 50
_LINES = 8


def main() -> None:
    """Sign in turns with the product and by hand, then on eight lines at once, and print ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.acts", description=__doc__)
    parser.add_argument("--people", type=int, default=1470 * 4)
    parser.add_argument("--acts", type=int, default=1600)
    given = parser.parse_args()
    engine = fresh("postgres")
    door = Door(engine, announce=announce)
    waiting = nominate(door, people=given.people, cases=given.acts)
    url = engine.url.render_as_string(hide_password=False)
    with _served(product, url) as ours, _served(hand_written, url) as by_itself:
        acts = list(_prepared(door, ours, waiting))
        print(f"{len(acts)} signatures wait")
        middle = len(acts) // 2
        times: dict[int, list[float]] = {ours: [], by_itself: []}
        for turn, start in enumerate(range(0, middle, _ROUND)):
            port = (ours, by_itself)[turn % 2]
            times[port] += _sign(port, acts[start : min(start + _ROUND, middle)])
        _tell("alone", times[ours], times[by_itself])
        rest = acts[middle:]
        _tell("eight at once", _at_once(ours, rest[::2]), _at_once(by_itself, rest[1::2]))


def product(url: str) -> Flask:
    """The product as it is served, on a database that is there."""
    app = Flask("jinsheng", static_folder=None)
    app.config.update(SECRET_KEY=_SECRET, SQLALCHEMY_DATABASE_URI=url, CALLS_A_MINUTE_BY_PERSON=10**6)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        door = Door(db.engine, announce=announce)
    api.application.register(app, door=door, now=lambda: LATER, importer=bring_in, pages=PAGES)
    return app


def hand_written(url: str) -> Flask:
    """The act alone, written by hand."""
    return by_hand.make(url.replace("+psycopg", ""), _SECRET, COOKIE_KEY, LATER)


@contextmanager
def _served(make: Callable[[str], Flask], url: str) -> Iterator[int]:
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


def _serve(make: Callable[[str], Flask], url: str, port: int) -> None:
    waitress.serve(make(url), host="127.0.0.1", port=port, threads=_LINES, _quiet=True)


def _wait_for(port: int) -> None:
    until = perf_counter() + 30
    while perf_counter() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        sleep(0.1)
    raise TimeoutError(port)


def _prepared(door: Door, port: int, waiting: list[Waiting]) -> Iterator[_Act]:
    """What everybody has read before he signs: his task, under its tag."""
    cookies: dict[int, str] = {}
    line = HTTPConnection("127.0.0.1", port)
    for one in waiting:
        if one.signer_id not in cookies:
            cookies[one.signer_id] = _cookie(door, one.signer_id)
        line.request("GET", f"/api/v1/tasks/{one.task_id}", headers={"Cookie": cookies[one.signer_id]})
        answer = line.getresponse()
        answer.read()
        yield _Act(one.case_id, cookies[one.signer_id], answer.headers["ETag"])


def _cookie(door: Door, person: int) -> str:
    app = Flask("cookies")
    app.config.update(SECRET_KEY=_SECRET, SESSION_COOKIE_NAME="jinsheng")
    client = app.test_client()
    with door.acting(now=LATER, by=person) as act, client.session_transaction() as session:
        session[COOKIE_KEY] = sessions.begin(act, act.person, "benchmark")
    kept = client.get_cookie("jinsheng")
    assert kept is not None
    return f"jinsheng={kept.value}"


def _sign(port: int, acts: Sequence[_Act]) -> list[float]:
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


def _at_once(port: int, acts: Sequence[_Act]) -> list[float]:
    with ThreadPoolExecutor(_LINES) as pool:
        parts = pool.map(lambda place: _sign(port, acts[place::_LINES]), range(_LINES))
        return [time for part in parts for time in part]


def _tell(how: str, ours: Sequence[float], by_itself: Sequence[float]) -> None:
    for name, times in (("product", ours), ("by hand", by_itself)):
        last = quantiles(times, n=100)[-1]
        print(
            f"{how}, {name}: {median(times):.1f} ms, p99 {last:.1f} ms, {last / median(times):.1f} times p50"
        )
    print(f"{how}: {mean(by_itself) / mean(ours):.2f} of what is written by hand")


if __name__ == "__main__":
    main()
