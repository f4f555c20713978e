"""Which event concerns whom: the one table from journal actions to mails and webhooks."""

from collections import defaultdict
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, literal, or_, select, union_all

from notifications import announcements, overtaken, robots
from notifications.models import Channel, Delivery, Receiver, WebhookSubscription
from notifications.once import Rows, delivery_columns, entry_key, insert_once, json_object
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
from workflow.relations import is_open_to_others, is_rival
from workflow.vocabulary import Role, TaskState


class Seat(StrEnum):
    """The relation to a case that makes somebody worth an immediate mail."""

    CANDIDATE = "candidate"
    NOMINATOR = "nominator"
    MANAGER = "manager"
    MENTOR = "mentor"
    HR = "hr"
    COPIED = "copied"


# Told to whoever has acted as well: the mail brings the days for his calendar.
_WITH_DAYS = frozenset({"plan_agreed"})
_THEY = (Seat.CANDIDATE, Seat.NOMINATOR)
_ALL_INFORMED = (*_THEY, Seat.COPIED)
# What is not listed never leaves the house: no single review, score or ballot may.
AUDIENCE: dict[str, tuple[Seat, ...]] = {
    "case_opened": (),
    "draft_opened": (Seat.CANDIDATE,),
    "opted_out": (Seat.MANAGER,),
    "consent_given": (Seat.NOMINATOR,),
    "consent_refused": (Seat.NOMINATOR,),
    "consent_lapsed": _THEY,
    "author_replaced": (Seat.CANDIDATE,),
    "nomination_submitted": (),
    "approval_signed": (),
    "task_handed_over": (),
    "signer_added": (),
    "nomination_returned": (Seat.NOMINATOR,),
    "case_declined": _ALL_INFORMED,
    "stage_entered": (),
    "review_opened": (),
    "review_closed": (),
    "competition_entered": (),
    "competition_cancelled": _ALL_INFORMED,
    "not_shortlisted": _ALL_INFORMED,
    "competition_placed": _ALL_INFORMED,
    "called_up": _ALL_INFORMED,
    "reserve_expired": _ALL_INFORMED,
    "committee_convened": (),
    "ballot_opened": (),
    "vote_closed": (),
    "decision_recorded": _ALL_INFORMED,
    "placed_in_reserve": _ALL_INFORMED,
    "notice_posted": (),
    "case_reopened": _ALL_INFORMED,
    "effect_taken": _ALL_INFORMED,
    "mentor_named": (),
    "plan_agreed": (Seat.CANDIDATE, Seat.MENTOR),
    "checked_in": (),
    "performance_checked": (Seat.CANDIDATE, Seat.MENTOR),
    "mentoring_confirmed": (Seat.CANDIDATE, Seat.MENTOR),
    "mentoring_extended": (Seat.CANDIDATE, Seat.MENTOR),
    "mentoring_reverted": (Seat.CANDIDATE, Seat.MENTOR),
    "case_withdrawn": _ALL_INFORMED,
    "case_stuck": (Seat.HR,),
}


def event_of(action: str) -> str:
    """The event that subscribers know a journal action by: `case_opened` is `case.opened`."""
    return f"case.{action.removeprefix('case_')}"


# To customers, who are asked for a review and reminded of it.
CUSTOMER_ASKED, CUSTOMER_REMINDED = "review_invitation", "review_reminder"
TO_CUSTOMERS = frozenset({CUSTOMER_ASKED, CUSTOMER_REMINDED})

EVENTS = tuple(event_of(action) for action in AUDIENCE)
# Told to whoever has objected and to nobody else: no other mail, no webhook.
ANSWERS = frozenset({"objection_upheld", "objection_dismissed", "objection_lapsed"})
# Told to the one person whom the entry names.
COPY = "case_copied"
PERSONAL = frozenset({"task_handed_over", "signer_added", COPY})
# Told to whoever has reported a wrong value on his own file; of no case.
CORRECTIONS = frozenset({"correction_made", "correction_refused"})
# Told to the person himself, whoever has done it.
OWN_ACCESS = frozenset(
    {
        *("password_set", "password_changed", "password_reset"),
        *("second_factor_set", "second_factor_removed", "recovery_code_used", "recovery_codes_renewed"),
        *(
            "passkey_made",
            "passkey_removed",
            "identity_linked",
            "token_made",
            "calendar_feed_made",
            "webhook_subscribed",
            "webhook_rotated",
            "robot_made",
        ),
    }
)
# Told to everybody for whom a task of these kinds waits.
NUDGE = "case_nudged"
# Told to HR and auditors, of whom one may grant it; what is granted, to the candidate and auditors.
EMERGENCY = frozenset({"emergency_asked", "emergency_granted"})
# Told to auditors: whoever runs the service could otherwise let himself see cases, and nobody would know.
ROLES = "roles_changed"
# Told to whoever is away and to the substitute.
ABSENCE = frozenset({"substitute_named", "substitution_ended"})


def announce(act: Act) -> None:
    """Queue the mails and webhooks of an act inside its transaction, in none, one or two statements."""
    news: dict[str, list[int]] = defaultdict(list)
    for entry in act.entries:
        if entry.case_id is not None and entry.action in AUDIENCE:
            news[entry.action].append(entry.id)
    rows = [_webhooks(act, action, entries) for action, entries in news.items()]
    rows += [_mails(act, action, ids, seat) for action, ids in news.items() for seat in AUDIENCE[action]]
    rows += [_answer(act, entry) for entry in act.entries if entry.action in ANSWERS]
    rows += [_personal(act, entry) for entry in act.entries if entry.action in PERSONAL]
    rows += [_corrected(act, entry) for entry in act.entries if entry.action in CORRECTIONS]
    rows += [_own_access(act, entry) for entry in act.entries if entry.action in OWN_ACCESS]
    rows += [_nudges(act, entry) for entry in act.entries if entry.action == NUDGE]
    rows += [_of_absence(act, entry) for entry in act.entries if entry.action in ABSENCE]
    rows += [_of_emergency(act, entry) for entry in act.entries if entry.action in EMERGENCY]
    rows += [_of_roles(act, entry) for entry in act.entries if entry.action == ROLES]
    rows += announcements.told(act)
    rows += robots.told(act)
    if rows:
        insert_once(act.db, Delivery, union_all(*rows))
    if (ended := overtaken.told(act)) is not None:
        insert_once(act.db, Delivery, ended)


def _webhooks(act: Act, action: str, entries: list[int]) -> Rows:
    """One delivery per entry and subscription whose owner works in HR and may know of the case."""
    event = event_of(action)
    events = cast(WebhookSubscription.events, String)
    columns = delivery_columns(
        act.now,
        key=entry_key("subscription", WebhookSubscription.id.expression),
        channel=Channel.WEBHOOK,
        kind=event,
        subscription_id=WebhookSubscription.id,
        entry_id=JournalEntry.id,
        payload=_thin(act, event),
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


def _thin(act: Act, event: str) -> ColumnElement[Any]:
    """What a webhook says: that something happened and where to look, never any text."""
    data = json_object("case", PromotionCase.id, "stage", PromotionCase.stage)
    return json_object("type", event, "timestamp", act.now.isoformat(), "data", data)


def _mails(act: Act, action: str, entries: list[int], seat: Seat) -> Rows:
    """One delivery per entry and person in a seat of its case, except the one who acted."""
    person = _PERSON[seat]
    query = _seated(_of_cases(_mail_to(act, action, person), entries), seat)
    # Whoever wants the same post by now hears nothing of a rival, even if he has once put him forward.
    may_hear = or_(person == PromotionCase.candidate_id, ~is_rival(person, PromotionCase))
    actor = act.by.id if act.by and action not in _WITH_DAYS else 0
    return query.where(person != actor, may_hear)


def _answer(act: Act, entry: JournalEntry) -> Rows:
    """One delivery to whoever has raised the objection that an entry tells the end of."""
    objector = Objection.objector_id.expression
    query = select(*_mail_to(act, entry.action, objector)).select_from(JournalEntry)
    of_entry = Objection.id == entry.facts["objection"]
    return query.join(Objection, of_entry).where(JournalEntry.id == entry.id)


def _personal(act: Act, entry: JournalEntry) -> Rows:
    """One delivery to whoever has been given something to do, or is kept informed by somebody else."""
    person = Employee.id.expression
    query = _of_cases(_mail_to(act, entry.action, person), [entry.id])
    named = query.join(Employee, person == entry.facts["person"])
    return named.where(person != entry.actor_id, _has_no_stake(person))


def _corrected(act: Act, entry: JournalEntry) -> Rows:
    """One delivery to whoever has reported what HR has answered now."""
    person = Employee.id.expression
    query = select(*_mail_to(act, entry.action, person)).select_from(JournalEntry)
    return query.join(Employee, person == entry.facts["person"]).where(JournalEntry.id == entry.id)


def _own_access(act: Act, entry: JournalEntry) -> Rows:
    """One delivery to whoever's sign-in has been changed, so that he notices if it was not by him."""
    person = Employee.id.expression
    query = select(*_mail_to(act, entry.action, person)).select_from(JournalEntry)
    return query.join(Employee, person == entry.facts["person"]).where(JournalEntry.id == entry.id)


def _nudges(act: Act, entry: JournalEntry) -> Rows:
    """One delivery to everybody for whom what the entry names waits, except whoever nudges."""
    person = InboxRow.person_id.expression
    query = select(*_mail_to(act, entry.action, person)).select_from(JournalEntry)
    return (
        query.join(Task, Task.case_id == JournalEntry.case_id)
        .join(InboxRow, InboxRow.task_id == Task.id)
        .where(JournalEntry.id == entry.id, Task.kind.in_(entry.facts["kinds"]), person != entry.actor_id)
        .where(Task.state == TaskState.OPEN)
        .distinct()
    )


def _of_emergency(act: Act, entry: JournalEntry) -> Rows:
    """One delivery to everybody who must know that somebody wants to read a case, or may."""
    person = Employee.id.expression
    audits = exists().where(RoleHolding.employee_id == person, RoleHolding.role == Role.AUDITOR)
    if entry.action == "emergency_asked":
        serves = person.in_(people_in_hr()) & is_hr_to(person, PromotionCase.candidate_id)
        told = and_(_has_no_stake(person), or_(audits, serves))
    else:
        either = or_(person == PromotionCase.candidate_id, person == entry.facts["person"])
        told = or_(and_(audits, _has_no_stake(person)), either)
    query = _of_cases(_mail_to(act, entry.action, person), [entry.id])
    return query.join(Employee, told).where(Employee.is_active, person != entry.actor_id)


def _of_roles(act: Act, entry: JournalEntry) -> Rows:
    """One delivery to every auditor."""
    person = RoleHolding.employee_id.expression
    query = select(*_mail_to(act, entry.action, person)).select_from(JournalEntry)
    return query.join(RoleHolding, RoleHolding.role == Role.AUDITOR).where(JournalEntry.id == entry.id)


def _of_absence(act: Act, entry: JournalEntry) -> Rows:
    """One delivery to either of the two whom an absence concerns."""
    person = Employee.id.expression
    query = select(*_mail_to(act, entry.action, person)).select_from(JournalEntry)
    either = or_(person == entry.facts["person"], person == entry.facts["substitute"])
    return query.join(Employee, either).where(JournalEntry.id == entry.id)


def _mail_to(act: Act, action: str, person: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return delivery_columns(
        act.now,
        key=entry_key("person", person),
        channel=Channel.MAIL,
        kind=action,
        person_id=person,
        entry_id=JournalEntry.id,
    )


def _of_cases(columns: list[ColumnElement[Any]], entries: list[int]) -> Rows:
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
