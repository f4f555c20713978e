"""What chat robots say, written when it is sent: one line, and where to look."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from notifications.channels.chat import Message
from notifications.letters import Dropped
from notifications.models import Delivery, WebhookSubscription
from notifications.robots import Topic
from translations import LOCALES, say
from workflow.models import InboxRow, JournalEntry, Task
from workflow.vocabulary import Role, TaskState

AGAIN_AT = "again_at"  # when somebody wanted it said once more, however old it is
_STALE = timedelta(days=1)  # a group has no use for what has happened the day before


def write(
    db: Session, delivery: Delivery, robot: WebhookSubscription, *, base_url: str, now: datetime
) -> Message:
    """What a robot says, as things stand now. Raises Dropped."""
    again_at = delivery.payload.get(AGAIN_AT)
    if now - (datetime.fromisoformat(again_at) if again_at else delivery.created_at) > _STALE:
        raise Dropped("stale")
    locale = robot.locale if robot.locale in LOCALES else LOCALES[0]
    entry = db.get(JournalEntry, delivery.entry_id) if delivery.entry_id is not None else None
    facts: dict[str, int] = {}
    place = ""
    if delivery.kind == Topic.TASKS_WAITING:
        facts, place = _waiting(db, robot.owner_id, now), "/inbox"
    elif delivery.kind == Topic.NOTICE_POSTED:
        place = "/notices"
    elif delivery.kind == Topic.COMPETITION_ANNOUNCED and entry is not None:
        place = f"/competitions/{entry.facts['competition']}"
    elif entry is not None and entry.case_id is not None:
        facts, place = {"case": entry.case_id}, f"/cases/{entry.case_id}"
    title, text = (say(f"chat.{delivery.kind}.{part}", locale, **facts) for part in ("title", "text"))
    return Message(title, text, say("chat.open", locale), f"{base_url}{place}")


def _waiting(db: Session, person: int, now: datetime) -> dict[str, int]:
    """How many tasks of HR wait and how many are late; raises Dropped where none does."""
    late = func.count().filter(Task.due_at < now)
    query = select(func.count(), late).select_from(Task).join(InboxRow, InboxRow.task_id == Task.id)
    of_hr = query.where(InboxRow.person_id == person, Task.role == Role.HR, Task.state == TaskState.OPEN)
    count, overdue = db.execute(of_hr).one()
    if not count:
        raise Dropped("nothing_open")
    return {"count": count, "overdue": overdue}
