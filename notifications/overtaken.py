"""Tells people that somebody else has ended what they held, if they had been told that it waits for them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from notifications.models import Delivery, DeliveryState
from notifications.once import Rows, mail_columns
from notifications.reminders import DIGEST
from translations import say
from workflow import journal
from workflow.act import Act
from workflow.kept_apart import are_apart
from workflow.models import Employee, JournalEntry, PromotionCase, Task, aliased
from workflow.relations import is_rival
from workflow.vocabulary import PRIVATE_TASKS, TaskState

OVERTAKEN = "task_overtaken"
# By these somebody has been told of a task, of which the digest tells everybody.
_ASKING = ("task_handed_over", "signer_added", "case_nudged", "plan_agreed")
# Who has done these, and when, is for few to know.
_SECRET = journal.SECRET | journal.OF_OBJECTIONS | journal.OF_RATER_OBJECTION
_AGAIN = aliased(Task)


def told(act: Act) -> Rows | None:
    """One delivery to everybody whose task of a case the act has ended, unless he hears of it otherwise.

    To be asked for once all other deliveries of the act are queued.
    """
    entries: dict[int, list[int]] = {}
    for entry in act.entries:
        if entry.action in _SECRET:
            return None
        if entry.case_id is not None and entry.actor_id is not None:
            entries.setdefault(entry.case_id, []).append(entry.id)
    if not act.overtaken or not entries:
        return None
    case, person = PromotionCase, Employee.id.expression
    tasks = {"tasks": sorted(act.overtaken)}
    columns = mail_columns(act.now, OVERTAKEN, person, receiver="overtaken", payload=tasks)
    has_no_stake = ~or_(is_rival(person, case), are_apart(case.candidate_id, person))
    return (
        select(*columns)
        .select_from(JournalEntry)
        .join(case, case.id == JournalEntry.case_id)
        .join(Task, Task.case_id == case.id)
        .join(Employee, Employee.id == Task.assignee_id)
        .where(JournalEntry.id.in_([of_case[0] for of_case in entries.values()]))
        .where(Task.id.in_(act.overtaken), Task.kind.not_in(PRIVATE_TASKS))
        .where(or_(person == case.candidate_id, has_no_stake), _knows_of_it(), ~_is_asked_again())
        .where(~_hears_of([key for of_case in entries.values() for key in of_case]))
    )


def facts(
    db: Session, delivery: Delivery, entry: JournalEntry, locale: str
) -> tuple[str, dict[str, Any], int] | None:
    """How it is worded, what it says, and the task it leads to; None where he has all of it to do again."""
    of_act = Task.id.in_(delivery.payload["tasks"]), Task.case_id == entry.case_id
    held = *of_act, Task.assignee_id == delivery.person_id
    over = select(Task).where(*held, Task.kind.not_in(PRIVATE_TASKS), ~_is_asked_again())
    found = db.scalars(over.order_by(Task.id)).all()
    if not found:
        return None
    kinds = dict.fromkeys(task.kind for task in found)
    quoted = (say("mail.quoted", locale, text=say(f"task.{kind}", locale)) for kind in kinds)
    told = {"by": db.get_one(Employee, entry.actor_id).name, "tasks": say("mail.and", locale).join(quoted)}
    candidate = db.get_one(PromotionCase, entry.case_id).candidate_id
    form = "own" if candidate == delivery.person_id else "other"
    if any(task.on_behalf_of_id == delivery.person_id for task in found):
        form = "in_your_place"
    return form, told, found[0].id


def _knows_of_it() -> ColumnElement[bool]:
    """Whether a mail about the task has reached whoever held it."""
    asking = JournalEntry.__table__.alias()
    is_of_case = asking.c.id == Delivery.entry_id, asking.c.case_id == Task.case_id
    asks = exists().where(*is_of_case).correlate_except(asking)  # the task stands two queries further out
    about = or_(Delivery.kind == DIGEST, Delivery.kind.in_(_ASKING) & asks)
    return exists().where(
        Delivery.person_id == Task.assignee_id,
        Delivery.state == DeliveryState.SENT,
        Delivery.sent_at >= Task.opened_at,
        about,
    )


def _is_asked_again() -> ColumnElement[bool]:
    """Whether the same waits for him anew, so that nothing is over."""
    same = (_AGAIN.case_id == Task.case_id, _AGAIN.kind == Task.kind, _AGAIN.assignee_id == Task.assignee_id)
    return exists().where(*same, _AGAIN.state == TaskState.OPEN)


def _hears_of(entries: Sequence[int]) -> ColumnElement[bool]:
    """Whether a mail of this very act tells him already."""
    return exists().where(Delivery.person_id == Task.assignee_id, Delivery.entry_id.in_(entries))
