"""Whether what a mail tells of is over by now: news may come late, but no news that is none any more."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import dates
from notifications.announcements import ANNOUNCED, EXTENDED
from notifications.models import Delivery, WebhookSubscription
from translations import say
from workflow.emergencies import WAITS
from workflow.models import (
    Absence,
    Competition,
    EmergencyAccess,
    Employee,
    InboxRow,
    JournalEntry,
    Mentorship,
    PromotionCase,
    Task,
)
from workflow.rules.deadlines import local_day
from workflow.vocabulary import CompetitionState, Stage, TaskKind

WEBHOOK_FAILING, WEBHOOK_OFF = "webhook_failing", "webhook_off"
_LATE = timedelta(hours=12)


def is_over(db: Session, delivery: Delivery, reader: Employee, now: datetime) -> bool:
    """Whether nothing is left of what a mail would ask its reader to do, or to know of in time."""
    check = _CHECKS.get(delivery.kind)
    return check is not None and check(db, delivery, reader, now)


def late(delivery: Delivery, reader: Employee, locale: str, now: datetime) -> str:
    """Of which day the news is, where it comes late."""
    if now - delivery.created_at < _LATE:
        return ""
    return say("mail.late", locale, day=dates.day(delivery.created_at, reader.time_zone, locale))


def _entry(db: Session, delivery: Delivery) -> JournalEntry:
    return db.get_one(JournalEntry, delivery.entry_id)


def _case(db: Session, delivery: Delivery) -> PromotionCase:
    return db.get_one(PromotionCase, _entry(db, delivery).case_id)


def _subscription(db: Session, delivery: Delivery) -> WebhookSubscription:
    return db.get_one(WebhookSubscription, delivery.payload["subscription"])


def _is_closed(db: Session, delivery: Delivery, _reader: Employee, now: datetime) -> bool:
    competition = db.get_one(Competition, _entry(db, delivery).facts["competition"])
    return competition.state is CompetitionState.CANCELLED or competition.closes_at <= now


def _is_back(db: Session, delivery: Delivery, reader: Employee, now: datetime) -> bool:
    absence = db.get_one(Absence, _entry(db, delivery).facts["absence"])
    return absence.ended_at is not None or absence.until_on < local_day(now, reader.time_zone)


def _is_no_draft(db: Session, delivery: Delivery, _reader: Employee, _now: datetime) -> bool:
    return _case(db, delivery).stage is not Stage.DRAFT


def _is_revised(db: Session, delivery: Delivery, reader: Employee, _now: datetime) -> bool:
    waits = (
        select(Task.id)
        .join(InboxRow, InboxRow.task_id == Task.id)
        .where(Task.case_id == _entry(db, delivery).case_id, Task.kind == TaskKind.REVISE_NOMINATION)
        .where(InboxRow.person_id == reader.id)
    )
    return db.scalars(waits).first() is None


def _is_free(db: Session, delivery: Delivery, _reader: Employee, _now: datetime) -> bool:
    return _case(db, delivery).stuck_reason is None


def _is_unanswered(db: Session, delivery: Delivery, _reader: Employee, now: datetime) -> bool:
    asked = db.get_one(EmergencyAccess, _entry(db, delivery).facts["access"])
    return asked.granted_by_id is None and asked.asked_at + WAITS <= now


def _has_no_part(db: Session, delivery: Delivery, reader: Employee, _now: datetime) -> bool:
    of_case = Mentorship.case_id == _entry(db, delivery).case_id
    either = (Mentorship.mentee_id == reader.id) | (Mentorship.mentor_id == reader.id)
    return db.scalars(select(Mentorship.id).where(of_case, either)).first() is None


def _fails_no_more(db: Session, delivery: Delivery, _reader: Employee, _now: datetime) -> bool:
    subscription = _subscription(db, delivery)
    return subscription.failing_since is None or not subscription.is_active


def _is_on_again(db: Session, delivery: Delivery, _reader: Employee, _now: datetime) -> bool:
    subscription = _subscription(db, delivery)
    return subscription.is_active or not subscription.is_in_sight


_CHECKS: dict[str, Callable[[Session, Delivery, Employee, datetime], bool]] = {
    ANNOUNCED: _is_closed,
    EXTENDED: _is_closed,
    "substitute_named": _is_back,
    "draft_opened": _is_no_draft,
    "nomination_returned": _is_revised,
    "case_stuck": _is_free,
    "emergency_asked": _is_unanswered,
    "plan_agreed": _has_no_part,
    WEBHOOK_FAILING: _fails_no_more,
    WEBHOOK_OFF: _is_on_again,
}
