"""Builds a company: a service department with everybody a case needs, and a clock moved by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow import criteria, seats
from workflow.act import Act
from workflow.editions import reading
from workflow.models import (
    Base,
    Department,
    Employee,
    PerformanceRecord,
    PromotionCase,
    RoleHolding,
    Site,
    Task,
    TrainingRecord,
)
from workflow.rules.edition import Edition
from workflow.store import Door
from workflow.vocabulary import OUTLIVING_TASKS, Level, Role, TaskKind, TaskState, Track

MONDAY = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
MEMBERS = tuple(f"M{n}" for n in range(1, 8))
JUDGES = ("J1", "J2", "J3")
PEERS = tuple(f"P{n}" for n in range(1, 9))


@dataclass
class Company:
    """People by number, the edition in force, and a clock that tests move by hand."""

    door: Door
    edition_id: int = 0
    now: datetime = MONDAY
    ids: dict[str, int] = field(default_factory=dict)
    # Where builders have brought it, and the mark of its database there: see `tests.remembering`.
    since: tuple[Any, object] | None = field(default=None, repr=False)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    @contextmanager
    def on(self, case_id: int, by: str | None = None) -> Iterator[tuple[Act, PromotionCase]]:
        """An act of a person, or of the clock, on a case."""
        with self.door.changing(case_id, now=self.now, by=self.ids[by] if by else None) as opened:
            yield opened

    def do(self, verb: Callable[..., Any], case_id: int, by: str | None = None, **given: Any) -> Any:
        """Let a person do one thing to a case."""
        with self.on(case_id, by) as (act, case):
            return verb(act, case, **given)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking."""
        with Session(self.door.engine) as db:
            yield db

    def case(self, case_id: int) -> PromotionCase:
        """The case as the database has it now."""
        with self.reading() as db:
            return db.get_one(PromotionCase, case_id)

    def open_tasks(self, case_id: int, kind: TaskKind | None = None) -> list[Task]:
        """Open tasks of a case: of one kind, or all that the case waits for."""
        query = select(Task).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
        wanted = Task.kind.not_in(OUTLIVING_TASKS) if kind is None else Task.kind == kind
        with self.reading() as db:
            return list(db.scalars(query.where(wanted)))

    def number(self, person_id: int | None) -> str:
        """The number of a person."""
        return next(number for number, key in self.ids.items() if key == person_id)

    def leaves(self, number: str) -> None:
        """Somebody leaves the organisation."""
        self._set_active(number, is_active=False)

    def returns(self, *numbers: str) -> None:
        """People who had left are back."""
        for number in numbers:
            self._set_active(number, is_active=True)

    def _set_active(self, number: str, *, is_active: bool) -> None:
        with self.door.acting(now=self.now) as act:
            act.execute(update(Employee).where(Employee.number == number).values(is_active=is_active))


def a_company(door: Door) -> Company:
    """A service department: director, manager, candidate C, peers, another team, HR, committee, judges."""
    company = Company(door)
    with door.acting(now=company.now) as act:
        company.edition_id = criteria.publish(act, default_edition()).id
        service = act.add(Department(name="Service"))
        staff = act.add(Department(name="Staff"))
        site = act.add(Site(name="Head office"))
        hire = _hiring(act, company, site)
        hire("D1", service, None, Level.EXPERT, Track.MANAGEMENT)
        hire("L1", service, "D1", Level.PRINCIPAL, Track.MANAGEMENT)
        hire("L2", service, "D1", Level.PRINCIPAL, Track.MANAGEMENT)
        hire("C", service, "L1", Level.INTERMEDIATE)
        for number in PEERS:
            hire(number, service, "L1" if number < "P6" else "L2", Level.INTERMEDIATE)
        hire("H0", staff, None, Level.EXPERT, Track.MANAGEMENT)
        for number in ("H1", "H2", "A1", "T1", "X1", *MEMBERS, *JUDGES):
            hire(number, staff, "H0", Level.PRINCIPAL)
        service.head_id, staff.head_id = company.ids["D1"], company.ids["H0"]
        for number, role in (("H1", Role.HR), ("H2", Role.HR), ("A1", Role.AUDITOR), ("X1", Role.ADMIN)):
            act.add(RoleHolding(employee_id=company.ids[number], role=role))
        _seat_committee(act, company)
    return company


@cache
def default_edition() -> str:
    """The shipped edition as the document that is published."""
    return reading.canonical(reading.resolve(reading.shipped()["default"], reading.shipped()))


@cache
def default_rules() -> Edition:
    return reading.read(default_edition())


def _hiring(act: Act, company: Company, site: Site) -> Callable[..., None]:
    def hire(
        number: str,
        department: Department,
        manager: str | None,
        level: Level,
        track: Track = Track.PROFESSIONAL,
    ) -> None:
        person = act.add(
            Employee(
                number=number,
                name=f"Person {number}",
                email=f"{number.lower()}@example.com",
                department_id=department.id,
                site_id=site.id,
                manager_id=company.ids[manager] if manager else None,
                track=track,
                level=level,
                post="service_engineer",
                level_since=date(2023, 1, 1),
                hired_on=date(2019, 1, 1),
            )
        )
        company.ids[number] = person.id
        act.db.add_all(_record(person))

    return hire


def _record(person: Employee) -> list[Base]:
    ratings: list[Base] = [
        PerformanceRecord(employee_id=person.id, period=period, overall=4)
        for period in ("2025H1", "2025H2", "2025Q4")
    ]
    return [*ratings, TrainingRecord(employee_id=person.id, course="any", year=2025, times=2)]


def _seat_committee(act: Act, company: Company) -> None:
    members = [act.db.get_one(Employee, company.ids[number]) for number in MEMBERS]
    seats.constitute(
        act,
        name="Promotion committee",
        chair=members[0],
        members=members,
        from_on=date(2026, 1, 1),
        until_on=date(2030, 12, 31),
    )
