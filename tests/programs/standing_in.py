"""Who is away in a program, and the laws of those who stand in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from tests.programs.deeds import DEEDS
from tests.programs.doing import AtTask, Doing
from workflow import absences
from workflow.act import Act
from workflow.models import Absence, Employee, InboxRow, JournalEntry, PromotionCase, Task
from workflow.permissions import Operation
from workflow.rules.deadlines import local_day
from workflow.vocabulary import TRANSFERABLE_TASKS, TaskKind, TaskState

_KINDS = (None, None, None, *sorted(TRANSFERABLE_TASKS), TaskKind.CAST_BALLOT)


def go_away(doing: Doing) -> None:
    """Name anybody as one's substitute, or as somebody else's."""
    people = doing.all(select(Employee.number).order_by(Employee.id))
    absent = doing.one_of((doing.person, doing.person, doing.one_of(people)))
    substitute, kind = doing.one_of(people), doing.one_of(_KINDS)
    begins, days = doing.one_of((0, 0, 0, 3, -1)), doing.one_of((1, 14, 60, 120))

    def verb(act: Act) -> None:
        whose, who = doing.employee(act, absent), doing.employee(act, substitute)
        first = local_day(act.now, whose.time_zone) + timedelta(days=begins)
        last = first + timedelta(days=days)
        absences.name_substitute(act, whose, who, from_on=first, until_on=last, kind=kind)

    doing.in_office(Operation.NAME_SUBSTITUTE, verb)


def leave_it_to_another(at: AtTask) -> None:
    """Go away from today on; whoever is to stand in often does the task at once, or tries to."""
    substitute = at.one_of(("T1", "T1", "T1", "J1", "J1", "L2", "P8", "C", "M1", "X1"))

    def verb(act: Act) -> None:
        today = local_day(act.now, act.person.time_zone)
        who, last = at.employee(act, substitute), today + timedelta(days=at.one_of((0, 14, 60)))
        absences.name_substitute(act, act.person, who, from_on=today, until_on=last)

    at.in_office(Operation.NAME_SUBSTITUTE, verb)
    if at.happens(0.7):
        DEEDS[at.task.kind](replace(at, person=substitute))


def come_back(doing: Doing) -> None:
    """End an absence, be it one's own or not."""
    found = doing.all(select(Absence.id).order_by(Absence.id))
    key = doing.one_of(found) if found else 9999

    def verb(act: Act) -> None:
        absences.end(act, act.db.get_one(Absence, key))

    if found:
        doing.in_office(Operation.END_SUBSTITUTION, verb)


def _wrongly(person: Any, absent: Any) -> Any:
    """That somebody stands in for whom he must not, or in what he must not."""
    return or_(
        Task.kind.not_in(TRANSFERABLE_TASKS),
        Task.assignee_id.is_distinct_from(absent),
        person.in_((PromotionCase.candidate_id, PromotionCase.nominated_by_id)),
        person == Task.assignee_id,
    )


IN_WRONG_HANDS: Select[Any] = (
    select(Task.id, Task.kind, InboxRow.person_id, InboxRow.on_behalf_of_id)
    .join(InboxRow, InboxRow.task_id == Task.id)
    .join(PromotionCase, PromotionCase.id == Task.case_id)
    .where(InboxRow.on_behalf_of_id.is_not(None))
    .where(or_(Task.state != TaskState.OPEN, _wrongly(InboxRow.person_id, InboxRow.on_behalf_of_id)))
)
DONE_BY_WRONG_HANDS: Select[Any] = (
    select(Task.id, Task.kind, Task.done_by_id, Task.on_behalf_of_id)
    .join(PromotionCase, PromotionCase.id == Task.case_id)
    .where(Task.on_behalf_of_id.is_not(None), _wrongly(Task.done_by_id, Task.on_behalf_of_id))
)
_named = (
    select(Absence.id)
    .where(
        Absence.absent_id == JournalEntry.on_behalf_of_id,
        Absence.substitute_id == JournalEntry.actor_id,
        Absence.begins_at <= JournalEntry.at,
        Absence.ends_at > JournalEntry.at,
        or_(Absence.ended_at.is_(None), Absence.ended_at >= JournalEntry.at),
    )
    .correlate(JournalEntry)
)
UNNAMED: Select[Any] = select(JournalEntry.action, JournalEntry.actor_id, JournalEntry.on_behalf_of_id).where(
    JournalEntry.on_behalf_of_id.is_not(None), ~_named.exists()
)
