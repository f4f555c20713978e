"""What stands before the first day: a fresh database with 1,470 people, criteria, roles and passwords."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import Engine, insert, select

import workflow.editions
from api.models import Account
from benchmarks.cycle.casting import People, Person
from integrations import organisation
from server.schema import create_all
from tests.databases import new_postgresql
from workflow import criteria
from workflow.act import Act
from workflow.database import connect
from workflow.models import Department, Employee, PerformanceRecord, RoleHolding, TrainingRecord
from workflow.store import Door
from workflow.vocabulary import Role

PASSWORD = "one word for everybody 2026"
FILE = Path(__file__).parents[1] / "data" / "organisation-1470.csv"
# Sign-ins by the hundred are not what is measured here.
_HASHER = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)


@dataclass(frozen=True, slots=True)
class Company:
    """The database of the cycle and everybody in it."""

    engine: Engine
    people: People

    @property
    def url(self) -> str:
        """Where other processes find the database."""
        return self.engine.url.render_as_string(hide_password=False)

    def part_with(self, person: Person, *, now: datetime) -> None:
        """Load a file of HR in which one line says that somebody has left."""
        header, *lines = FILE.read_text("utf-8").splitlines()
        own = next(line for line in lines if line.startswith(f"{person.number},"))
        changed = f"{own.removesuffix(',true')},false"
        with Door(self.engine).acting(now=now) as act:
            _load(act, f"{header}\n{changed}\n".encode())


def found_company(database: str, folder: Path, *, now: datetime) -> Company:
    """Make a fresh database of a kind (`sqlite` or `postgres`) and load the sample organisation."""
    engine = connect(
        f"sqlite:///{folder / 'jinsheng.db'}" if database == "sqlite" else new_postgresql("cycle")
    )
    create_all(engine)
    with Door(engine).acting(now=now) as act:
        _load(act, FILE.read_bytes())
        edition = Path(str(workflow.editions.__path__[0])) / "sample-1470.yaml"
        criteria.publish(act, edition.read_text("utf-8"))
        people = _everybody(act)
        _give_roles(act, people)
        _give_passwords(act, people, now)
    return Company(engine, people)


def _load(act: Act, file: bytes) -> None:
    rows = organisation.read_rows(file)
    organisation.load(act, organisation.check(rows, None, organisation.known_organisation(act)))


def _everybody(act: Act) -> People:
    ratings = dict(act.execute(select(PerformanceRecord.employee_id, PerformanceRecord.overall)).all())
    trainings = dict(act.execute(select(TrainingRecord.employee_id, TrainingRecord.times)).all())
    heads = set(act.all(select(Department.head_id)))
    departments = dict(act.execute(select(Department.id, Department.name)).all())
    return People(
        {
            employee.id: Person(
                id=employee.id,
                number=employee.number,
                email=employee.email or "",
                department=departments[employee.department_id],
                manager_id=employee.manager_id,
                track=employee.track,
                level=employee.level,
                post=employee.post,
                level_since=employee.level_since,
                is_active=employee.is_active,
                is_head=employee.id in heads,
                rating=ratings.get(employee.id, 0),
                trainings=trainings.get(employee.id, 0),
            )
            for employee in act.all(select(Employee).order_by(Employee.id))
        },
        first_day=act.now.date(),
    )


def _give_roles(act: Act, people: People) -> None:
    holders = [(person.id, Role.HR) for person in people.personnel()]
    holders.append((people.auditor().id, Role.AUDITOR))
    act.execute(insert(RoleHolding), [{"employee_id": key, "role": role} for key, role in holders])


def _give_passwords(act: Act, people: People, now: datetime) -> None:
    same = _HASHER.hash(PASSWORD)
    act.execute(
        insert(Account),
        [
            {"employee_id": person.id, "password_hash": same, "password_set_at": now}
            for person in people.active()
        ],
    )
