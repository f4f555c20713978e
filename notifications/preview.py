"""What will be sent, to whom and why, if nothing is done until then; looking changes nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, or_
from sqlalchemy.orm import Session

from notifications import invitations
from notifications.reminders import moment, told
from workflow.calendars import calendar_of
from workflow.models import Employee, PromotionCase, Site, Task, aliased
from workflow.queries.shaping import Person
from workflow.relations import seen_as_staff
from workflow.role_tasks import of_no_case_without_stake
from workflow.rules.deadlines import local_day
from workflow.vocabulary import PRIVATE_TASKS, ReminderTarget, TaskKind
from workflow.zones import lived_in

DAYS = 7
_SHOWN = 200
_FEWEST = 4  # fewer would point at people
_CANDIDATE = aliased(Employee)


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A reminder to come: to whom, why and for what; confidential kinds name neither person nor case.

    Customers are reminded of no task, and so as nobody.
    """

    person: str | None
    number: str | None
    target: ReminderTarget | None
    kind: str
    case_id: int | None
    due_at: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class ComingDay:
    """How many people get a digest on a day, and how many reminders it holds; confidential ones aside."""

    on: date
    people: int
    reminders: int


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who will be reminded, of what and as whom; the case and its candidate where it has one."""

    person: Person
    target: ReminderTarget
    kind: TaskKind
    case_id: int | None
    candidate: Person | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """Reminders of a confidential kind of tasks, or to customers; None where so few would point at people."""

    kind: str
    reminders: int | None


@dataclass(frozen=True, slots=True)
class Week:
    """The days to come, and one of them in full as far as there is room."""

    on: date
    days: Sequence[ComingDay]
    items: Sequence[Coming]
    confidential: Sequence[Counted]
    more: int


def preview(db: Session, day: date, *, now: datetime) -> list[PreviewLine]:
    """Everything that will be sent on a day, seen from now, for whoever runs the service."""
    coming = _on(_rows(db, day), now)[day]
    customers = invitations.coming(db, now).count(day)
    told = [PreviewLine(None, None, None, invitations.REMINDER, None, None, customers)] if customers else []
    return [*_named(coming), *_counted(coming), *told]


def week(db: Session, reader: Employee, now: datetime, on: date | None = None) -> Week:
    """The days to come for somebody in HR: of what he has a stake in he is told nothing.

    Without a day it shows the first on which something is sent. Two statements, whatever there is.
    """
    today = local_day(now, reader.time_zone)
    days = [today + timedelta(days=n) for n in range(DAYS)]
    seen = or_(of_no_case_without_stake(reader.id), seen_as_staff(reader.id))
    found = _on(_rows(db, days[-1], seen), now)
    customers = Counter(invitations.coming(db, now, seen_as_staff(reader.id)))
    told_of = {day: [row for row in found[day] if row.kind not in PRIVATE_TASKS] for day in days}
    shown = on if on in told_of else next((day for day in days if found[day] or customers[day]), today)
    private: Counter[str] = Counter(row.kind for row in found[shown] if row.kind in PRIVATE_TASKS)
    if customers[shown]:
        private[invitations.REMINDER] = customers[shown]
    return Week(
        on=shown,
        days=[ComingDay(day, len({row.number for row in rows}), len(rows)) for day, rows in told_of.items()],
        items=[_coming(row) for row in told_of[shown][:_SHOWN]],
        confidential=[Counted(kind, n if n >= _FEWEST else None) for kind, n in sorted(private.items())],
        more=max(0, len(told_of[shown]) - _SHOWN),
    )


def _rows(db: Session, last: date, *which: Any) -> Sequence[Row[Any]]:
    """Every reminder that may be sent by a day anywhere, in the order of people and of what is due."""
    until = datetime.combine(last + timedelta(days=2), time(), UTC)
    person = (Employee.name, Employee.number, Employee.own_time_zone, Site)
    task = (Task.kind, Task.case_id, Task.due_at)
    candidate = (_CANDIDATE.number.label("candidate_number"), _CANDIDATE.name.label("candidate_name"))
    query = (
        told(until)
        .join(Site, Site.id == Employee.site_id)
        .outerjoin(PromotionCase, PromotionCase.id == Task.case_id)
        .outerjoin(_CANDIDATE, _CANDIDATE.id == PromotionCase.candidate_id)
        .add_columns(*person, *task, *candidate)
        .where(*which)
        .order_by(Employee.number, Task.due_at, Task.id)
    )
    return db.execute(query).all()


def _on(rows: Iterable[Row[Any]], now: datetime) -> dict[date, list[Row[Any]]]:
    """Rows by the day on which they are sent where their reader is; what is late goes out next."""
    days: dict[date, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        zone = lived_in(row.own_time_zone, row.Site.time_zone)
        days[moment(max(row.at, now), zone, calendar_of(row.Site)).date()].append(row)
    return days


def _coming(row: Row[Any]) -> Coming:
    candidate = Person(row.candidate_number, row.candidate_name) if row.case_id is not None else None
    person = Person(row.number, row.name)
    return Coming(person, row.target, row.kind, row.case_id, candidate, row.due_at)


def _named(rows: Iterable[Row[Any]]) -> list[PreviewLine]:
    return [
        PreviewLine(row.name, row.number, row.target, row.kind, row.case_id, row.due_at, count=1)
        for row in rows
        if row.kind not in PRIVATE_TASKS
    ]


def _counted(rows: Iterable[Row[Any]]) -> list[PreviewLine]:
    counts = Counter((row.target, row.kind) for row in rows if row.kind in PRIVATE_TASKS)
    return [
        PreviewLine(None, None, target, kind, None, None, count) for (target, kind), count in counts.items()
    ]
