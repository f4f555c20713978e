"""`python -m benchmarks.sweep`: what it costs to remind when 100,000 of a million open tasks are due."""

import argparse
import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import perf_counter
from typing import TypeVar

from sqlalchemy import Engine, func, literal, select

from benchmarks import goals, million
from benchmarks.drafts import NOW, fresh
from notifications import reminders
from notifications.models import Channel, Delivery
from notifications.once import delivery_columns, insert_once
from notifications.reminders import SweepReport
from workflow.database import writing
from workflow.models import InboxRow, Reminder
from workflow.store import Door

_CLOCKS = 4
Result = TypeVar("Result")


def main() -> None:
    """Sweep as one and as several clocks, and print the cost beside that of one statement."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweep", description=__doc__)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given = parser.parse_args()
    door = Door(fresh(given.database))
    million.fill(door, people=given.people, tasks=given.tasks)
    print(f"{given.tasks:,} open tasks on {given.database}")
    bare, lines = _timed(lambda: _bare(door.engine))
    before = _megabytes()
    swept, report = _timed(lambda: _sweep(door))
    grown = _megabytes() - before
    idle, _ = _timed(lambda: _sweep(door))
    on = given.database
    print(f"the bare statement: {lines:,} lines in {bare:.2f} s; a sweep: {swept:.2f} s, {report}")
    goals.at_most(3, f"a sweep, of the bare statement, {on}", swept / bare)
    goals.at_most(30, f"a sweep, growth of memory, {on}", grown, "MB")
    goals.at_most(10, f"a second sweep, {on}", idle * 1000, "ms")
    million.remind(door.engine, given.tasks, due=NOW + timedelta(days=1))
    told = sum(one.digests for one in _at_once(door))
    print(f"{_CLOCKS} clocks at once on the next day: {told:,} new digests")
    goals.at_most(0, f"digests that {_CLOCKS} clocks send twice, {on}", _twice(door.engine))


def _bare(engine: Engine) -> int:
    """The least that a sweep must do: one line for every task of which somebody is to be reminded."""
    columns = delivery_columns(
        NOW,
        key=literal("bare/") + func.cast(Reminder.task_id, Delivery.key.type),
        channel=Channel.MAIL,
        kind="bare",
        person_id=InboxRow.person_id,
    )
    due = select(*columns).join_from(Reminder, InboxRow, InboxRow.task_id == Reminder.task_id)
    with writing(engine) as db:
        return insert_once(db, Delivery, due.where(Reminder.at <= NOW))


def _sweep(door: Door, days: int = 0) -> SweepReport:
    return reminders.remind(door, NOW + timedelta(days=days))


def _at_once(door: Door) -> list[SweepReport]:
    """The reports of clocks that all begin at one instant."""
    ready = Barrier(_CLOCKS)

    def clock(_number: int) -> SweepReport:
        ready.wait()
        return _sweep(door, days=1)

    with ThreadPoolExecutor(_CLOCKS) as pool:
        return list(pool.map(clock, range(_CLOCKS)))


def _twice(engine: Engine) -> int:
    """How many people got two digests for one day."""
    with engine.connect() as connection:
        digests = select(Delivery.person_id, Delivery.next_at).where(Delivery.kind == reminders.DIGEST)
        double = digests.group_by(Delivery.person_id, Delivery.next_at).having(func.count() > 1)
        return connection.scalar(select(func.count()).select_from(double.subquery())) or 0


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    begun = perf_counter()
    result = work()
    return perf_counter() - begun, result


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
