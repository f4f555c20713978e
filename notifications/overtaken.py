"""Tells people that somebody else has ended what they held, if they had been told that it waits for them.

Likewise who stands in for them; not those who share a task of a role, who would hear of each other all day.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, exists, or_, select, union_all
from sqlalchemy.orm import Session

from notifications.models import Delivery, DeliveryState
from notifications.once import Rows, mail_columns
from notifications.reminders import DIGEST
from translations import say
from workflow import journal
from workflow.act import Act
from workflow.kept_apart import are_apart
from workflow.models import Absence, Employee, JournalEntry, PromotionCase, Task, aliased
from workflow.moment import moment
from workflow.relations import is_rival, visible_cases
from workflow.substitutes import able_among, is_running
from workflow.vocabulary import PRIVATE_TASKS, TaskState

OVERTAKEN = "task_overtaken"
# By these somebody has been told of a task, of which the digest tells everybody.
_ASKING = ("task_handed_over", "signer_added", "case_nudged", "plan_agreed")
# Who has done these, and when, is for few to know.
_SECRET = journal.SECRET | journal.OF_OBJECTIONS | journal.OF_RATER_OBJECTION
_AGAIN = aliased(Task)


def told(act: Act) -> CompoundSelect[Any] | None:
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
    firsts = JournalEntry.id.in_([of_case[0] for of_case in entries.values()])
    is_news = ~_is_asked_again(), ~_hears_of([key for of_case in entries.values() for key in of_case])
    return union_all(*(query.where(firsts, *is_news) for query in (_holders(act), _substitutes(act))))


def _holders(act: Act) -> Rows:
    has_no_stake = ~or_(
        is_rival(Employee.id, PromotionCase), are_apart(PromotionCase.candidate_id, Employee.id)
    )
    query = _of_tasks(act).join(Employee, Employee.id == Task.assignee_id)
    query = query.where(or_(Employee.id == PromotionCase.candidate_id, has_no_stake))
    return query.where(Employee.id != act.person.id, _knows_of_it(Task.opened_at))


def _substitutes(act: Act) -> Rows:
    """Who could have done it for a holder who is away."""
    able = able_among().params(tasks=sorted(act.overtaken), **moment(act.now)).subquery("able")
    person, _, task, absent = able.c
    query = _of_tasks(act).join(able, task == Task.id).join(Employee, Employee.id == person)
    named = and_(Absence.absent_id == absent, Absence.substitute_id == person, is_running(act.now))
    query = query.join(Absence, named).where(Employee.id != act.person.id)
    return query.where(_knows_of_it(Task.opened_at, Absence.named_at, Absence.begins_at))


def _of_tasks(act: Act) -> Rows:
    tasks = {"tasks": sorted(act.overtaken)}
    columns = mail_columns(act.now, OVERTAKEN, Employee.id.expression, receiver="overtaken", payload=tasks)
    return (
        select(*columns)
        .select_from(JournalEntry)
        .join(PromotionCase, PromotionCase.id == JournalEntry.case_id)
        .join(Task, Task.case_id == PromotionCase.id)
        .where(Task.id.in_(act.overtaken), Task.kind.not_in(PRIVATE_TASKS))
    )


def facts(
    db: Session, delivery: Delivery, entry: JournalEntry, locale: str
) -> tuple[str, dict[str, Any], str] | None:
    """How it is worded, what it says, and where it leads; None where he has all of it to do again."""
    known = {"tasks": delivery.payload["tasks"], **moment(entry.at)}
    able = db.execute(able_among(), known)
    stood_in = {task for person, _, task, _ in able if person == delivery.person_id}
    of_act = Task.id.in_(delivery.payload["tasks"]), Task.case_id == entry.case_id
    his = or_(Task.assignee_id == delivery.person_id, Task.id.in_(stood_in))
    over = select(Task).where(*of_act, his, Task.kind.not_in(PRIVATE_TASKS), ~_is_asked_again())
    found = db.scalars(over.order_by(Task.id)).all()
    if not found:
        return None
    kinds = dict.fromkeys(task.kind for task in found)
    quoted = (say("mail.quoted", locale, text=say(f"task.{kind}", locale)) for kind in kinds)
    told = {"by": db.get_one(Employee, entry.actor_id).name, "tasks": say("mail.and", locale).join(quoted)}
    return _form(db, delivery, entry, found), told, _place(db, delivery, found[0])


def _place(db: Session, delivery: Delivery, over: Task) -> str:
    """Where he sees what has become of it; who saw the case by his task alone, sees it no more."""
    sees = PromotionCase.id == over.case_id, visible_cases(delivery.person_id or 0)
    return f"/tasks/{over.id}" if db.scalar(select(PromotionCase.id).where(*sees)) else "/inbox"


def _form(db: Session, delivery: Delivery, entry: JournalEntry, over: Sequence[Task]) -> str:
    if any(task.on_behalf_of_id == delivery.person_id for task in over):
        return "in_your_place"
    if all(task.assignee_id != delivery.person_id for task in over):
        return "as_substitute"
    candidate = db.get_one(PromotionCase, entry.case_id).candidate_id
    return "own" if candidate == delivery.person_id else "other"


def _knows_of_it(*since: Any) -> ColumnElement[bool]:
    """Whether a mail about the task has reached somebody since it waits for him."""
    asking = JournalEntry.__table__.alias()
    is_of_case = asking.c.id == Delivery.entry_id, asking.c.case_id == Task.case_id
    asks = exists().where(*is_of_case).correlate_except(asking)  # the task stands two queries further out
    about = or_(Delivery.kind == DIGEST, Delivery.kind.in_(_ASKING) & asks)
    return exists().where(
        Delivery.person_id == Employee.id,
        Delivery.state == DeliveryState.SENT,
        *(Delivery.sent_at >= instant for instant in since),
        about,
    )


def _is_asked_again() -> ColumnElement[bool]:
    """Whether the same waits for him anew, so that nothing is over."""
    same = (_AGAIN.case_id == Task.case_id, _AGAIN.kind == Task.kind, _AGAIN.assignee_id == Task.assignee_id)
    return exists().where(*same, _AGAIN.state == TaskState.OPEN)


def _hears_of(entries: Sequence[int]) -> ColumnElement[bool]:
    """Whether a mail of this very act tells him already."""
    return exists().where(Delivery.person_id == Employee.id, Delivery.entry_id.in_(entries))
