"""Who is away in a test, and what stands in whose inbox meanwhile."""

from datetime import timedelta

from sqlalchemy import select

from tests.company import Company
from workflow import absences
from workflow.models import Absence, Employee, InboxRow, Task
from workflow.rules.deadlines import local_day
from workflow.vocabulary import TaskKind


def away(
    company: Company,
    absent: str,
    substitute: str,
    *,
    by: str | None = None,
    begins: int = 0,
    days: int = 14,
    kind: TaskKind | None = None,
) -> int:
    """Somebody is away from some day on, for some days; gives the key of the absence."""
    with company.door.acting(now=company.now, by=company.ids[by or absent]) as act:
        people = [act.db.get_one(Employee, company.ids[number]) for number in (absent, substitute)]
        first = local_day(company.now, people[0].time_zone) + timedelta(days=begins)
        last = first + timedelta(days=days - 1)
        return absences.name_substitute(act, *people, from_on=first, until_on=last, kind=kind).id


def end(company: Company, key: int, by: str) -> None:
    """Somebody ends an absence before its time."""
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        absences.end(act, act.db.get_one(Absence, key))


def waiting_for(company: Company, number: str) -> list[tuple[TaskKind, str | None]]:
    """What stands in somebody's inbox, and for whom where he stands in."""
    query = select(Task.kind, InboxRow.on_behalf_of_id).join(InboxRow, InboxRow.task_id == Task.id)
    with company.reading() as db:
        rows = db.execute(query.where(InboxRow.person_id == company.ids[number]).order_by(Task.id)).all()
    return [(kind, company.number(absent) if absent else None) for kind, absent in rows]
