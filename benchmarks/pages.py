"""`python -m benchmarks.pages`: what inbox, case and others take of the server, with 3,000 open tasks."""

import argparse
from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import median, quantiles
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

import api.application
from api.access import sessions
from api.access.signing_in import COOKIE_KEY
from api.database import db
from benchmarks import goals
from benchmarks.drafts import NOW, found, fresh
from integrations.organisation import bring_in
from notifications.messages import announce
from web.pages import PAGES
from workflow import sweeps
from workflow.act import Act
from workflow.models import Employee, PromotionCase, Task
from workflow.store import Door
from workflow.vocabulary import TaskState

_ROUNDS = 100
_LATER = NOW + timedelta(hours=1)


def main() -> None:
    """Open drafts for everybody, then ask for each page again and again and print what it takes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--people", type=int, default=1470 * 4)  # half of them have a task
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given = parser.parse_args()
    engine = fresh(given.database)
    door = Door(engine, announce=announce)
    found(door, given.people)
    sweeps.run(door, now=NOW)
    with door.acting(now=NOW) as act:
        open_tasks = act.db.scalar(select(func.count(Task.id)).where(Task.state == TaskState.OPEN))
        case = act.db.scalars(select(PromotionCase).order_by(PromotionCase.id)).first()
        assert case is not None
        case_id, candidate, hr = case.id, case.candidate_id, _first(act)
    print(f"{given.people} people, {open_tasks} open tasks on {given.database}")
    client = _clients(engine, door)
    for name, person, path in (
        ("inbox of a candidate", candidate, "/inbox"),
        ("inbox of HR", hr, "/inbox"),
        ("case, its candidate", candidate, f"/cases/{case_id}"),
        ("case, HR", hr, f"/cases/{case_id}"),
        ("cases, HR", hr, "/cases"),
        ("my promotion", candidate, "/my-promotion"),
    ):
        times = _timed(client(person), path)
        print(f"{name:22} {median(times):6.1f} ms, 95 of 100 within {quantiles(times, n=20)[-1]:6.1f} ms")
        if path.startswith("/cases/"):
            goals.at_most(25, f"the page of a {name}, {given.database}", median(times), "ms")


def _first(act: Act) -> int:
    query = select(Employee.id).where(Employee.is_active).order_by(Employee.id)
    return act.db.scalars(query).first() or 0


def _clients(engine: Engine, door: Door) -> Callable[[int], FlaskClient]:
    app = Flask("jinsheng", static_folder=None)
    address = engine.url.render_as_string(hide_password=False)
    app.config.update(SECRET_KEY="for benchmarks only", SQLALCHEMY_DATABASE_URI=address)
    db.init_app(app)
    api.application.register(app, door=door, now=lambda: _LATER, importer=bring_in, pages=PAGES)

    def signed_in(person: int) -> FlaskClient:
        client = app.test_client()
        with door.acting(now=_LATER, by=person) as act, client.session_transaction() as session:
            session[COOKIE_KEY] = sessions.begin(act, act.person, "benchmark")
        return client

    return signed_in


def _timed(client: FlaskClient, path: str) -> Sequence[float]:
    assert client.get(path).status_code == 200
    times = []
    for _ in range(_ROUNDS):
        begun = perf_counter()
        client.get(path)
        times.append((perf_counter() - begun) * 1000)
    return times


if __name__ == "__main__":
    main()
