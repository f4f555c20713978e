"""`python -m benchmarks.drafts`: what it costs to import 50,000 people and to open their drafts."""

import argparse
import atexit
import csv
import io
import resource
import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import Engine, insert, select

import workflow.editions
from benchmarks import goals
from integrations import organisation
from notifications.messages import announce
from server.schema import create_all
from tests.databases import new_postgresql, wait_for_the_disk
from workflow import criteria, cycles, sweeps
from workflow.database import connect
from workflow.models import Employee, RoleHolding
from workflow.store import Door
from workflow.vocabulary import Role

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FILE = Path(__file__).parent / "data" / "organisation-1470.csv"


def main() -> None:
    """Import so many people, open a cycle, let the clock open its drafts, and print the cost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drafts", description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given = parser.parse_args()
    people = f"{given.people:,} people, {given.database}"
    door, file = Door(fresh(given.database), announce=announce), _file(given.people)
    begun = perf_counter()
    bring_in(door, file)
    goals.at_most(20, f"import of {people}", perf_counter() - begun, "s")
    goals.at_most(300, f"import of {people}: memory", _megabytes(), "MB")
    cycle_id = _open_cycle(door)
    begun = perf_counter()
    sweeps.run(door, now=NOW)
    seconds = perf_counter() - begun
    with door.in_cycle(cycle_id, now=NOW) as (_, cycle):
        assert cycle.drafts_opened_at is not None
        print(*(f"{outcome}: {count}" for outcome, count in cycle.draft_counts.items()), sep=", ")
    goals.at_most(30, f"drafts of {people}", seconds, "s")
    goals.at_most(300, f"drafts of {people}: memory", _megabytes(), "MB")


def fresh(database: str, name: str = "drafts") -> Engine:
    """An empty database of that kind, which waits for its disk as one in use does, and goes in the end."""
    if database == "sqlite":
        folder = tempfile.mkdtemp(prefix="jinsheng-drafts-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        engine = connect(f"sqlite:///{folder}/jinsheng.db")
    else:
        wait_for_the_disk()
        engine = connect(new_postgresql(name))
    create_all(engine)
    return engine


def found(door: Door, people: int) -> int:
    """The sample organisation as often as needed, its edition, one person of HR, and a cycle; its key."""
    bring_in(door, _file(people))
    return _open_cycle(door)


def bring_in(door: Door, file: bytes) -> None:
    """Import a file, but for people whose managers stand beyond its end."""
    with door.acting(now=NOW) as act:
        known = organisation.known_organisation(act)
        plan = organisation.check(organisation.read_rows(file), None, known)
        organisation.load(act, plan, skip_bad=True)


def _open_cycle(door: Door) -> int:
    with door.acting(now=NOW) as act:
        edition = Path(str(workflow.editions.__path__[0])) / "sample-1470.yaml"
        edition_id = criteria.publish(act, edition.read_text("utf-8")).id
        first = act.first(select(Employee.id).where(Employee.is_active).order_by(Employee.id))
        act.execute(insert(RoleHolding), [{"employee_id": first, "role": Role.HR}])
        until = date(2026, 3, 31)
        cycle = cycles.open_cycle(
            act, name="Spring", edition_id=edition_id, opens_on=NOW.date(), closes_on=until
        )
        return cycle.id


def _file(people: int) -> bytes:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    for index in range(people):
        copy, row = divmod(index, len(rows))
        writer.writerow(_copied(rows[row], copy) if copy else rows[row])
    return out.getvalue().encode()


def _copied(row: dict[str, str], copy: int) -> dict[str, str]:
    numbers = {name: f"{row[name]}-{copy}" for name in ("employee_number", "manager_number") if row.get(name)}
    return row | numbers | {"email": f"{copy}-{row.get('email') or row['employee_number']}"}


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
