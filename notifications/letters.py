"""What a mail says, written at the moment of sending from what is true then, in its reader's language."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import BindParameter, Integer, Select, bindparam, select
from sqlalchemy.orm import Session

from notifications import announcements, dated, dates, overtaken, templates
from notifications.audience import (
    ABSENCE,
    ANSWERS,
    COPY,
    CORRECTIONS,
    EMERGENCY,
    MENTORS_NO_MORE,
    NUDGE,
    PERSONAL,
    ROLES,
)
from notifications.calendar import Dated
from notifications.models import Delivery, Receiver, WebhookSubscription
from notifications.once import Rows
from notifications.over import WEBHOOK_FAILING, WEBHOOK_OFF, is_over, late
from notifications.overtaken import OVERTAKEN
from notifications.reminders import DIGEST
from notifications.texts import Wordings
from translations import LOCALES, say
from workflow.models import (
    Absence,
    CaseCopy,
    EmergencyAccess,
    Employee,
    Escalation,
    InboxRow,
    JournalEntry,
    JournalText,
    Objection,
    PromotionCase,
    Task,
    aliased,
)
from workflow.vocabulary import CONFIDENTIAL_TASKS, TaskKind, TaskState

_LISTED = 20
_PERSON: BindParameter[int] = bindparam("person", type_=Integer)


class Dropped(Exception):
    """The letter is not worth sending any more; the reason is a code."""

    def __init__(self, reason: str) -> None:
        """Keep the reason for the outbox."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail before it becomes bytes, with what it says for a calendar.

    `is_unfilled` if HR's wording could not be filled.
    """

    to: str
    locale: str
    subject: str
    text: str
    html: str
    is_unfilled: bool = False
    dated: Sequence[Dated] = ()


def write(db: Session, delivery: Delivery, *, base_url: str, now: datetime) -> Letter:
    """The letter for a delivery as things stand now.

    Raises Dropped if the reader has left or has no address, if nothing is open any more, if a later
    digest has taken its place, or if what it tells of is over. However long it has waited, it comes.
    """
    person, locale = reader_of(db, delivery)
    words = Wordings(db, delivery.kind, locale)
    if delivery.kind == DIGEST:
        if db.scalar(_later_digest(), {"person": person.id, "than": delivery.id}) is not None:
            raise Dropped("later_digest")
        subject, name, facts = _digest(db, person, words, base_url, now)
    elif is_over(db, delivery, person, now):
        raise Dropped("ended")
    else:
        subject, name, facts = _news(db, delivery, words, base_url, now)
        facts["sentence"] += late(delivery, person, locale, now)
    facts |= {"name": person.name, "choices": f"{base_url}/preferences"}
    text, html = templates.fill(name, locale, facts)
    days = dated.of_mail(db, delivery, locale, base_url)
    return Letter(person.email or "", locale, subject, text, html, words.is_unfilled, days)


def reader_of(db: Session, delivery: Delivery) -> tuple[Employee, str]:
    """Who reads it and in which language; raises Dropped if it cannot reach him."""
    person = db.get_one(Employee, delivery.person_id)
    if not person.is_active:
        raise Dropped("person_has_left")
    if not person.email:
        raise Dropped("no_address")
    return person, person.locale if person.locale in LOCALES else LOCALES[0]


@cache
def _later_digest() -> Select[int]:
    later = select(Delivery.id).where(Delivery.person_id == _PERSON, Delivery.kind == DIGEST)
    return later.where(Delivery.id > bindparam("than")).limit(1)


def _digest(
    db: Session, person: Employee, words: Wordings, base_url: str, now: datetime
) -> tuple[str, str, dict[str, Any]]:
    locale = words.locale
    own, told = (
        [_line(row, person, locale, base_url, now) for row in db.execute(rows, {"person": person.id})]
        for rows in (_open_tasks(), _told())
    )
    if not own and not told:
        raise Dropped("nothing_open")
    overdue = sum(line["is_overdue"] for line in own)
    form = "subject_overdue" if overdue else "subject" if own else "subject_told"
    subject = words.say(form, count=len(own), overdue=overdue, told=len(told))
    parts = [_section("tasks", own, locale), _section("told", told, locale)]
    facts = {
        "sentence": words.say("sentence"),
        "sections": [part for part in parts if part["lines"]],
        "link": f"{base_url}/inbox",
    }
    return subject, "digest", facts


@cache
def _open_tasks() -> Rows:
    candidate, absent = aliased(Employee), aliased(Employee)
    return (
        select(Task, candidate.name.label("candidate"), absent.name.label("absent"))
        .join(InboxRow, InboxRow.task_id == Task.id)
        .outerjoin(PromotionCase, PromotionCase.id == Task.case_id)
        .outerjoin(candidate, candidate.id == PromotionCase.candidate_id)
        .outerjoin(absent, absent.id == InboxRow.on_behalf_of_id)
        .where(InboxRow.person_id == _PERSON)
        .order_by(InboxRow.due_at, Task.id)
    )


@cache
def _told() -> Rows:
    candidate, holder = aliased(Employee), aliased(Employee)
    return (
        select(Task, candidate.name.label("candidate"), holder.name.label("holder"))
        .join(Escalation, Escalation.task_id == Task.id)
        .outerjoin(PromotionCase, PromotionCase.id == Task.case_id)
        .outerjoin(candidate, candidate.id == PromotionCase.candidate_id)
        .outerjoin(holder, holder.id == Task.assignee_id)
        .where(Escalation.person_id == _PERSON, Task.state == TaskState.OPEN)
        .where(Task.id.not_in(select(InboxRow.task_id).where(InboxRow.person_id == _PERSON)))
        .order_by(Task.due_at, Task.id)
    )


def _line(row: Any, person: Employee, locale: str, base_url: str, now: datetime) -> dict[str, Any]:
    """One task in a digest; of a confidential kind it says neither whom nor which case it is about."""
    task: Task = row.Task
    about = []
    if task.case_id is not None and task.kind not in CONFIDENTIAL_TASKS:
        about.append(say("reminder.of_case", locale, candidate=row.candidate, case=task.case_id))
    if getattr(row, "holder", None):
        about.append(say("reminder.held_by", locale, holder=row.holder))
    if getattr(row, "absent", None):
        about.append(say("reminder.on_behalf_of", locale, absent=row.absent))
    words = {
        "task": say(f"task.{task.kind}", locale),
        "due": dates.due(task.due_at, now, person.time_zone, locale),
    }
    return words | {
        "said": say("mail.digest.line", locale, **words),
        "about": " · ".join(about),
        "link": f"{base_url}/tasks/{task.id}",
        "is_overdue": task.due_at < now,
    }


def _section(name: str, lines: list[dict[str, Any]], locale: str) -> dict[str, Any]:
    hidden = len(lines) - _LISTED
    return {
        "heading": say(f"mail.digest.{name}", locale),
        "lines": lines[:_LISTED],
        "more": say("mail.digest.more", locale, count=hidden) if hidden > 0 else "",
    }


def _news(
    db: Session, delivery: Delivery, words: Wordings, base_url: str, now: datetime
) -> tuple[str, str, dict[str, Any]]:
    locale = words.locale
    if delivery.kind in (WEBHOOK_FAILING, WEBHOOK_OFF):
        subscription = db.get_one(WebhookSubscription, delivery.payload["subscription"])
        facts: dict[str, Any] = {"host": urlsplit(subscription.url).hostname}
        is_program = subscription.receiver is Receiver.PROGRAM
        place = f"/webhooks/{subscription.id}" if is_program else "/administration"
        seen, link = "own", base_url + place
    elif delivery.kind in ABSENCE:
        facts, seen = _absence(db, delivery, locale)
        link = f"{base_url}/absences"
    elif delivery.kind in announcements.KINDS:
        (facts, link), seen = announcements.facts(db, delivery, locale, base_url), "own"
    elif delivery.kind == ROLES:
        facts, seen, link = _roles(db, delivery, locale), "own", f"{base_url}/audit"
    elif delivery.kind in CORRECTIONS:
        facts, seen, link = _correction(db, delivery), "own", f"{base_url}/corrections"
    else:
        facts, seen, link = _of_case(db, delivery, locale, base_url, now)
    sentence, subject = words.say(seen, **facts), words.say("subject", **facts)
    return subject, "news", {"sentence": sentence, "link": link}


def _of_case(
    db: Session, delivery: Delivery, locale: str, base_url: str, now: datetime
) -> tuple[dict[str, Any], str, str]:
    entry = db.get_one(JournalEntry, delivery.entry_id)
    case = db.get_one(PromotionCase, entry.case_id)
    facts: dict[str, Any] = {"case": case.id, "candidate": case.candidate.name}
    seen = "own" if case.candidate_id == delivery.person_id else "other"
    # Who mentors no more may not see the case any more.
    is_of_inbox = entry.action in MENTORS_NO_MORE | {NUDGE}
    link = f"{base_url}/inbox" if is_of_inbox else f"{base_url}/cases/{case.id}"
    if delivery.kind == OVERTAKEN:
        if (found := overtaken.facts(db, delivery, entry, locale)) is None:
            raise Dropped("asked_again")
        seen, told, place = found
        facts, link = facts | told, base_url + place
    elif entry.action in PERSONAL:
        facts |= _asked(db, delivery, entry, locale, now)
    elif entry.action == NUDGE:
        seen, told = _nudged(db, delivery, entry, locale)
        facts |= told
    elif entry.action in EMERGENCY:
        facts |= _emergency(db, entry)
    elif entry.action in ANSWERS:
        # All of the case that the objector sees is his objection and the answer to it.
        facts["reason"] = db.get_one(Objection, entry.facts["objection"]).reason
        link += "/objections"
    return facts, seen, link


def _correction(db: Session, delivery: Delivery) -> dict[str, Any]:
    entry = db.get_one(JournalEntry, delivery.entry_id)
    reason = db.scalar(select(JournalText.text).where(JournalText.entry_id == entry.id))
    return {"asked": db.get_one(Task, entry.facts["task"]).detail, "reason": reason or "…"}


def _asked(
    db: Session, delivery: Delivery, entry: JournalEntry, locale: str, now: datetime
) -> dict[str, Any]:
    """Who asks for what and why; raises Dropped where it is done, passed on or taken back by now."""
    facts: dict[str, Any] = {"by": db.get_one(Employee, entry.actor_id).name}
    if entry.action == COPY:
        if db.get(CaseCopy, (entry.case_id, delivery.person_id)) is None:
            raise Dropped("taken_back")
        return facts
    task = _asked_for(entry, _waiting(db, delivery, entry, [entry.facts.get("kind", TaskKind.APPROVE)]))
    reader = db.get_one(Employee, delivery.person_id)
    why = db.scalar(select(JournalText.text).where(JournalText.entry_id == entry.id))
    due = dates.due(task.due_at, now, reader.time_zone, locale)
    return facts | {"task": say(f"task.{task.kind}", locale), "due": due, "why": why or "…"}


def _asked_for(entry: JournalEntry, waiting: Sequence[Task]) -> Task:
    """The task that was handed over, or the one signature of an added signer."""
    named = (task for task in waiting if task.id == entry.facts.get("task", task.id))
    task = next(named, None)
    if task is None:
        raise Dropped("nothing_open")
    return task


def _nudged(db: Session, delivery: Delivery, entry: JournalEntry, locale: str) -> tuple[str, dict[str, Any]]:
    """How a nudge is worded, and what it asks for; of confidential kinds it names no case."""
    kinds = dict.fromkeys(task.kind for task in _waiting(db, delivery, entry, entry.facts["kinds"]))
    quoted = (say("mail.quoted", locale, text=say(f"task.{kind}", locale)) for kind in kinds)
    facts = {
        "by": db.get_one(Employee, entry.actor_id).name,
        "tasks": say("mail.and", locale).join(quoted),
    }
    candidate = db.scalar(select(PromotionCase.candidate_id).where(PromotionCase.id == entry.case_id))
    if not CONFIDENTIAL_TASKS.isdisjoint(kinds):
        return "secret", facts
    if candidate == delivery.person_id:
        return "own", facts
    return ("by_candidate" if candidate == entry.actor_id else "other"), facts


def _waiting(db: Session, delivery: Delivery, entry: JournalEntry, kinds: Collection[str]) -> Sequence[Task]:
    """What of the case still waits for the reader; raises Dropped where nothing does."""
    tasks = db.scalars(
        select(Task)
        .join(InboxRow, InboxRow.task_id == Task.id)
        .where(InboxRow.person_id == delivery.person_id, Task.case_id == entry.case_id)
        .where(Task.kind.in_(kinds))
        .order_by(InboxRow.due_at, Task.id)
    ).all()
    if not tasks:
        raise Dropped("nothing_open")
    return tasks


def _emergency(db: Session, entry: JournalEntry) -> dict[str, Any]:
    """Who wants to read the case, why, and who has granted it; raises Dropped where that is answered."""
    access = db.get_one(EmergencyAccess, entry.facts["access"])
    if entry.action == "emergency_asked" and access.granted_by_id is not None:
        raise Dropped("granted")
    by = db.get(Employee, access.granted_by_id) if access.granted_by_id is not None else None
    person = db.get_one(Employee, access.asked_by_id).name
    return {"person": person, "why": access.reason, "by": by.name if by is not None else None}


def _roles(db: Session, delivery: Delivery, locale: str) -> dict[str, Any]:
    """Who has come to hold a role, and who no more, as far as there is room."""
    changed = db.get_one(JournalEntry, delivery.entry_id).facts
    return {way: _holdings(db, changed[way], locale) for way in ("given", "taken")}


def _holdings(db: Session, held: Sequence[tuple[int, str, int | None]], locale: str) -> str:
    told = [
        f"{db.get_one(Employee, person).name} ({say(f'role.{role}', locale)})"
        for person, role, _ in held[:_LISTED]
    ]
    hidden = [say("mail.more", locale, count=len(held) - _LISTED)] if len(held) > _LISTED else []
    return say("mail.and", locale).join([*told, *hidden]) or "–"


def _absence(db: Session, delivery: Delivery, locale: str) -> tuple[dict[str, Any], str]:
    """Who stands in for whom and until when."""
    entry = db.get_one(JournalEntry, delivery.entry_id)
    absence = db.get_one(Absence, entry.facts["absence"])
    people = (absence.absent_id, absence.substitute_id, absence.named_by_id)
    names = [db.get_one(Employee, key).name for key in people]
    facts: dict[str, Any] = dict(zip(("absent", "substitute", "by"), names, strict=True))
    days = {"from_on": absence.from_on, "until_on": absence.until_on}
    facts |= {name: dates.written(day, locale) for name, day in days.items()}
    facts["scope"] = say("mail.every_kind" if absence.kind is None else f"task.{absence.kind}", locale)
    return facts, "own" if delivery.person_id == absence.absent_id else "other"
