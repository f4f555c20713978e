"""Who must be reminded: the rungs of the ladder that are due become one digest per person and day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, delete, exists, literal, select, true, union_all
from sqlalchemy.orm import Session

from notifications.models import Channel, Delivery, UnwantedMail
from notifications.once import Rows, count_of, delivery_columns, insert_once
from workflow.act import Act
from workflow.database import reading
from workflow.hr_fields import is_hr_to, people_in_hr
from workflow.models import Employee, Escalation, InboxRow, PromotionCase, Reminder, Site, Task
from workflow.role_tasks import has_no_stake
from workflow.rules.calendars import Calendar, is_working_day
from workflow.rules.deadlines import add_working_days, zone_of
from workflow.store import Door
from workflow.vocabulary import PRIVATE_TASKS, ReminderTarget, TaskState
from workflow.zones import exists as is_zone
from workflow.zones import lived_in

DIGEST = "digest"
_MORNING, _EVENING = time(9, 30), time(20)  # between them people may be written to


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one sweep did: new digests, new escalations, and rungs that have fired."""

    digests: int
    escalations: int
    rungs: int


def remind(door: Door, now: datetime) -> SweepReport:
    """Fire every rung that is due, and look once more.

    The second look has PostgreSQL take out of its index what has fired; each look to come would walk over it.
    """
    with door.acting(now=now) as act:
        report = sweep(act)
    if report.rungs:
        with reading(door.engine) as db:
            _is_any_due(db, now)
    return report


def sweep(act: Act) -> SweepReport:
    """Fire every rung that is due, in a number of statements that does not depend on how many there are.

    A digest goes out at 09:30 of its reader's day, at once if that has passed, not in the evening.
    Sweeping again, or twice at the same time, changes nothing.
    """
    act.db.flush()
    if not _is_any_due(act.db, act.now):
        return SweepReport(0, 0, 0)
    homes = act.execute(select(Employee.own_time_zone, Site.time_zone).join(Employee.site).distinct())
    digests = insert_once(act.db, Delivery, _digests(act.now, [tuple(home) for home in homes]))
    escalations = insert_once(act.db, Escalation, _escalations(act.now))
    fired = count_of(act.db, delete(Reminder).where(Reminder.at <= act.now))
    return SweepReport(digests, escalations, fired)


def _is_any_due(db: Session, now: datetime) -> bool:
    # Without an order PostgreSQL, expecting many, reads all that are not due to find that none is.
    earliest = select(Reminder.task_id).where(Reminder.at <= now).order_by(Reminder.at)
    return db.scalar(earliest.limit(1)) is not None


def _digests(now: datetime, homes: Sequence[tuple[str, str]]) -> Rows:
    """One digest for everybody whom a due rung speaks to, keyed by person and local day.

    `homes` are the zones that people and their sites are said to be in.
    """
    zone_of_person = _zone_of_person({own for own, _ in homes if not is_zone(own)})
    moments = {zone: moment(now, zone) for zone in {lived_in(*home) for home in homes}}
    days = {zone: literal(f"/{at:%Y-%m-%d}") for zone, at in moments.items()}
    starts = {zone: literal(at, Delivery.next_at.type) for zone, at in moments.items()}
    spoken_to = told(now).subquery()
    columns = delivery_columns(
        now,
        key=literal("digest/") + cast(Employee.id, String) + case(days, value=zone_of_person),
        channel=Channel.MAIL,
        kind=DIGEST,
        person_id=Employee.id,
        next_at=case(starts, value=zone_of_person),
    )
    # The order keeps two sweeps at once from waiting for each other's keys crosswise.
    return select(*columns).where(Employee.id.in_(select(spoken_to.c.person_id))).order_by(Employee.id)


def _zone_of_person(unknown: Collection[str]) -> ColumnElement[str]:
    """As `Employee.time_zone` says it, where some names on file are of no zone."""
    own = Employee.own_time_zone.expression
    of_site = select(Site.time_zone).where(Site.id == Employee.site_id).scalar_subquery()
    return case((own.in_(unknown), of_site), else_=own) if unknown else own


def _escalations(now: datetime) -> Rows:
    """That superiors and HR are being told of overdue tasks."""
    spoken_to = told(now).subquery()
    person, task = spoken_to.c.person_id, spoken_to.c.task_id
    columns = (person, task, literal(now, Escalation.at.type).label("at"))
    upwards = spoken_to.c.target != ReminderTarget.OWNER
    return select(*columns).where(upwards).distinct().order_by(person, task)


def told(until: datetime) -> Rows:
    """Person, task, target and instant of every rung due by an instant; nobody who has left or wants none.

    Superiors and HR hear neither of the confidential kinds nor of cases in which they have a stake.
    """
    rungs = union_all(_owners(until), _superiors(until), _hr(until)).subquery("rungs")
    is_owner = rungs.c.target == ReminderTarget.OWNER
    is_open_to_others = Task.kind.not_in(PRIVATE_TASKS) & has_no_stake()
    # Said so, SQLite begins with the rungs that are due, and not with the index of all open tasks.
    is_open = (Task.state == TaskState.OPEN).is_(true())
    return (
        select(rungs.c.person_id, rungs.c.task_id, rungs.c.target, rungs.c.at)
        .join(Employee, Employee.id == rungs.c.person_id)
        .join(Task, Task.id == rungs.c.task_id)
        .where(Employee.is_active, ~wants_none(Employee.id), is_open)
        .where(is_owner | is_open_to_others)
    )


def _owners(until: datetime) -> Rows:
    return _rungs(InboxRow.person_id, ReminderTarget.OWNER, until).join(
        InboxRow, InboxRow.task_id == Reminder.task_id
    )


def _superiors(until: datetime) -> Rows:
    return (
        _rungs(Employee.manager_id, ReminderTarget.MANAGER, until)
        .join(Task, Task.id == Reminder.task_id)
        .join(Employee, Employee.id == Task.assignee_id)
    )


def _hr(until: datetime) -> Rows:
    serves = is_hr_to(Employee.id, PromotionCase.candidate_id)
    return (
        _rungs(Employee.id, ReminderTarget.HR, until)
        .join(Task, Task.id == Reminder.task_id)
        .outerjoin(PromotionCase, PromotionCase.id == Task.case_id)
        .join(Employee, Employee.id.in_(people_in_hr()) & serves)
    )


def _rungs(person: Any, target: ReminderTarget, until: datetime) -> Rows:
    columns = (person.label("person_id"), Reminder.task_id, Reminder.target, Reminder.at)
    return select(*columns).select_from(Reminder).where(Reminder.target == target, Reminder.at <= until)


def wants_none(person: Any) -> ColumnElement[bool]:
    """Condition on a query: somebody has switched his digests off."""
    return exists().where(UnwantedMail.employee_id == person, UnwantedMail.topic == DIGEST)


def moment(now: datetime, zone: str, calendar: Calendar | None = None) -> datetime:
    """The next instant, in a zone, at which its people may be written to; on working days, if they say so."""
    local = now.astimezone(zone_of(zone))
    on = local.date() + timedelta(days=local.time() >= _EVENING)
    if calendar is not None and not is_working_day(on, calendar):
        on = add_working_days(on, 1, calendar)
    return max(local, datetime.combine(on, _MORNING, local.tzinfo))
