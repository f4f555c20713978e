"""Turns what the journal says of an act into mails and webhooks."""

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    cast,
    exists,
    literal,
    or_,
    select,
    union_all,
)

from notifications import announcements, overtaken, robots
from notifications.audience import (
    ABSENCE,
    ANSWERS,
    AUDIENCE,
    CORRECTIONS,
    EMERGENCY,
    MENTORS_NO_MORE,
    NUDGE,
    OWN_ACCESS,
    PERSONAL,
    ROLES,
    WITH_DAYS,
    Seat,
    event_of,
)
from notifications.models import Channel, Delivery, DeliveryState, Receiver, WebhookSubscription
from notifications.once import (
    Rows,
    delivery_columns,
    dialect_of,
    entry_key,
    insert_once,
    inserting_once,
    json_object,
    mail_columns,
)
from workflow.act import Act
from workflow.hr_fields import is_hr_to, people_in_hr
from workflow.kept_apart import are_apart
from workflow.models import (
    CaseCopy,
    Employee,
    InboxRow,
    JournalEntry,
    Mentorship,
    Objection,
    PromotionCase,
    RoleHolding,
    Task,
)
from workflow.moment import NOW
from workflow.prepared import Prepared
from workflow.relations import is_open_to_others, is_rival
from workflow.vocabulary import Role, TaskState

Entries = BindParameter[Any] | list[BindParameter[Any]] | list[int]


def announce(act: Act) -> None:
    """Queue the mails and webhooks of an act inside its transaction, in none, one or two statements.

    What cases give rise to is put together once for all acts of a kind, for that takes longer than to ask it.
    """
    news: dict[str, list[int]] = defaultdict(list)
    for entry in act.entries:
        if entry.case_id is not None and entry.action in AUDIENCE:
            news[entry.action].append(entry.id)
    rows = [_answer(entry) for entry in act.entries if entry.action in ANSWERS]
    rows += [_personal(entry) for entry in act.entries if entry.action in PERSONAL]
    rows += [_corrected(entry) for entry in act.entries if entry.action in CORRECTIONS]
    rows += [_own_access(entry) for entry in act.entries if entry.action in OWN_ACCESS]
    rows += [_nudges(entry) for entry in act.entries if entry.action == NUDGE]
    rows += [_of_absence(entry) for entry in act.entries if entry.action in ABSENCE]
    rows += [_of_emergency(entry) for entry in act.entries if entry.action in EMERGENCY]
    rows += [_of_roles(entry) for entry in act.entries if entry.action == ROLES]
    rows += [_mentors_no_more(entry) for entry in act.entries if entry.action in MENTORS_NO_MORE]
    rows += announcements.told(act)
    rows += robots.told(act)
    known = {"now": act.now, "timestamp": act.now.isoformat(), "doer": act.by.id if act.by else 0}
    known |= {f"of_{action}": entries for action, entries in news.items()}
    if rows or any(len(entries) > 1 for entries in news.values()):
        insert_once(act.db, Delivery, union_all(*_told(tuple(news), _entries), *rows), known)
    elif news:
        one_each = {f"of_{action}": entry for action, (entry,) in news.items()}
        act.tell(_telling(dialect_of(act.db), tuple(news)), known | one_each)
    if (ended := overtaken.told(act)) is not None:
        insert_once(act.db, Delivery, ended)


@cache
def _telling(dialect: str, actions: tuple[str, ...]) -> Prepared:
    return Prepared(inserting_once(dialect, Delivery, union_all(*_told(actions, _entry))))


@cache
def _told(actions: tuple[str, ...], entries: Callable[[str], Entries]) -> list[Rows]:
    """Queries for what cases give rise to; which entries of a kind, by whom and when is left open."""
    mails = [_mails(action, seat, entries(action)) for action in actions for seat in AUDIENCE[action]]
    return [_webhooks(action, entries(action)) for action in actions] + mails


def _webhooks(action: str, entries: Entries) -> Rows:
    """One delivery per entry and subscription whose owner works in HR and may know of the case."""
    event = event_of(action)
    events = cast(WebhookSubscription.events, String)
    columns = delivery_columns(
        NOW,
        key=entry_key("subscription", WebhookSubscription.id.expression),
        channel=Channel.WEBHOOK,
        kind=event,
        subscription_id=WebhookSubscription.id,
        entry_id=JournalEntry.id,
        payload=_thin(event),
    )
    return (
        _of_cases(columns, entries)
        .join(WebhookSubscription, literal(True))
        .join(Employee, Employee.id == WebhookSubscription.owner_id)
        .join(RoleHolding, RoleHolding.employee_id == Employee.id)
        .where(
            _has_no_stake(Employee.id),
            WebhookSubscription.is_active,
            WebhookSubscription.receiver == Receiver.PROGRAM,
            Employee.is_active,
            RoleHolding.role == Role.HR,
            is_open_to_others(),
            or_(events == "[]", events.contains(f'"{event}"', autoescape=True)),
        )
    )


def _thin(event: str) -> ColumnElement[Any]:
    """What a webhook says: that something happened and where to look, never any text."""
    data = json_object("case", PromotionCase.id, "stage", PromotionCase.stage)
    return json_object("type", event, "timestamp", bindparam("timestamp", type_=String), "data", data)


def _mails(action: str, seat: Seat, entries: Entries) -> Rows:
    """One delivery per entry and person in a seat of its case, except the one who acted."""
    person = _PERSON[seat]
    query = _seated(_of_cases(mail_columns(NOW, action, person), entries), seat)
    # Whoever wants the same post by now hears nothing of a rival, even if he has once put him forward.
    may_hear = or_(person == PromotionCase.candidate_id, ~is_rival(person, PromotionCase))
    query = query.where(may_hear)
    return query.where(person.is_not(None) if action in WITH_DAYS else person != bindparam("doer"))


def _entries(action: str) -> Entries:
    return bindparam(f"of_{action}", expanding=True)


def _entry(action: str) -> Entries:
    return [bindparam(f"of_{action}", type_=Integer)]


def _answer(entry: JournalEntry) -> Rows:
    """One delivery to whoever has raised the objection that an entry tells the end of."""
    objector = Objection.objector_id.expression
    query = select(*mail_columns(NOW, entry.action, objector)).select_from(JournalEntry)
    of_entry = Objection.id == entry.facts["objection"]
    return query.join(Objection, of_entry).where(JournalEntry.id == entry.id)


def _personal(entry: JournalEntry) -> Rows:
    """One delivery to whoever has been given something to do, or is kept informed by somebody else."""
    person = Employee.id.expression
    query = _of_cases(mail_columns(NOW, entry.action, person), [entry.id])
    named = query.join(Employee, person == entry.facts["person"])
    return named.where(person != entry.actor_id, _has_no_stake(person))


def _corrected(entry: JournalEntry) -> Rows:
    """One delivery to whoever has reported what HR has answered now."""
    person = Employee.id.expression
    query = select(*mail_columns(NOW, entry.action, person)).select_from(JournalEntry)
    return query.join(Employee, person == entry.facts["person"]).where(JournalEntry.id == entry.id)


def _own_access(entry: JournalEntry) -> Rows:
    """One delivery to whoever's sign-in has been changed, so that he notices if it was not by him."""
    person = Employee.id.expression
    query = select(*mail_columns(NOW, entry.action, person)).select_from(JournalEntry)
    return query.join(Employee, person == entry.facts["person"]).where(JournalEntry.id == entry.id)


def _mentors_no_more(entry: JournalEntry) -> Rows:
    """One delivery to whoever has handed back or was replaced, if a mail has brought him his talks."""
    mentor = literal(entry.facts.get("mentor", entry.actor_id), Integer)
    query = select(*mail_columns(NOW, entry.action, mentor)).select_from(JournalEntry)
    agreed, brought = JournalEntry.__table__.alias(), Delivery.__table__.alias()
    has_days = exists().where(
        *(brought.c.person_id == mentor, brought.c.state == DeliveryState.SENT),
        *(brought.c.kind.in_(WITH_DAYS), agreed.c.id == brought.c.entry_id),
        agreed.c.case_id == JournalEntry.case_id,
    )
    return query.where(JournalEntry.id == entry.id, has_days)


def _nudges(entry: JournalEntry) -> Rows:
    """One delivery to everybody for whom what the entry names waits, except whoever nudges."""
    person = InboxRow.person_id.expression
    query = select(*mail_columns(NOW, entry.action, person)).select_from(JournalEntry)
    return (
        query.join(Task, Task.case_id == JournalEntry.case_id)
        .join(InboxRow, InboxRow.task_id == Task.id)
        .where(JournalEntry.id == entry.id, Task.kind.in_(entry.facts["kinds"]), person != entry.actor_id)
        .where(Task.state == TaskState.OPEN)
        .distinct()
    )


def _of_emergency(entry: JournalEntry) -> Rows:
    """One delivery to everybody who must know that somebody wants to read a case, or may."""
    person = Employee.id.expression
    audits = exists().where(RoleHolding.employee_id == person, RoleHolding.role == Role.AUDITOR)
    if entry.action == "emergency_asked":
        serves = person.in_(people_in_hr()) & is_hr_to(person, PromotionCase.candidate_id)
        told = and_(_has_no_stake(person), or_(audits, serves))
    else:
        either = or_(person == PromotionCase.candidate_id, person == entry.facts["person"])
        told = or_(and_(audits, _has_no_stake(person)), either)
    query = _of_cases(mail_columns(NOW, entry.action, person), [entry.id])
    return query.join(Employee, told).where(Employee.is_active, person != entry.actor_id)


def _of_roles(entry: JournalEntry) -> Rows:
    """One delivery to every auditor."""
    person = RoleHolding.employee_id.expression
    query = select(*mail_columns(NOW, entry.action, person)).select_from(JournalEntry)
    return query.join(RoleHolding, RoleHolding.role == Role.AUDITOR).where(JournalEntry.id == entry.id)


def _of_absence(entry: JournalEntry) -> Rows:
    """One delivery to either of the two whom an absence concerns."""
    person = Employee.id.expression
    query = select(*mail_columns(NOW, entry.action, person)).select_from(JournalEntry)
    either = or_(person == entry.facts["person"], person == entry.facts["substitute"])
    return query.join(Employee, either).where(JournalEntry.id == entry.id)


def _of_cases(columns: list[ColumnElement[Any]], entries: Entries) -> Rows:
    query = select(*columns).select_from(JournalEntry)
    case = PromotionCase.id == JournalEntry.case_id
    return query.join(PromotionCase, case).where(JournalEntry.id.in_(entries))


def _seated(query: Rows, seat: Seat) -> Rows:
    """Bind the people of a seat to the case."""
    match seat:
        case Seat.MANAGER:
            return query.join(Employee, Employee.id == PromotionCase.candidate_id)
        case Seat.MENTOR:
            return query.join(Mentorship, Mentorship.case_id == PromotionCase.id)
        case Seat.HR:
            serves = is_hr_to(Employee.id, PromotionCase.candidate_id)
            of_hr = query.join(Employee, and_(Employee.id.in_(people_in_hr()), serves))
            return of_hr.where(_has_no_stake(Employee.id))
        case Seat.COPIED:
            copied = query.join(CaseCopy, CaseCopy.case_id == PromotionCase.id)
            return copied.where(_has_no_stake(CaseCopy.person_id))
        case _:
            return query


def _has_no_stake(person: Any) -> ColumnElement[bool]:
    is_apart = are_apart(PromotionCase.candidate_id, person)
    return and_(person != PromotionCase.candidate_id, ~is_rival(person, PromotionCase), ~is_apart)


_PERSON: dict[Seat, ColumnElement[Any]] = {
    Seat.CANDIDATE: PromotionCase.candidate_id.expression,
    Seat.NOMINATOR: PromotionCase.nominated_by_id.expression,
    Seat.MANAGER: Employee.manager_id.expression,
    Seat.MENTOR: Mentorship.mentor_id.expression,
    Seat.HR: Employee.id.expression,
    Seat.COPIED: CaseCopy.person_id.expression,
}
