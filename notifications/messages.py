"""Which event concerns whom: the one table from journal actions to mails and webhooks."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, cast, literal, or_, select, union_all

from notifications.models import Channel, Delivery, WebhookSubscription
from notifications.once import Rows, delivery_columns, insert_once
from workflow.act import Act
from workflow.departments import lies_in
from workflow.models import (
    Competition,
    Employee,
    JournalEntry,
    Mentorship,
    PromotionCase,
    RoleHolding,
)
from workflow.vocabulary import Level, Role


class Seat(StrEnum):
    """The relation to a case that makes somebody worth an immediate mail."""

    CANDIDATE = "candidate"
    NOMINATOR = "nominator"
    MENTOR = "mentor"
    HR = "hr"


# What is not listed never leaves the house: no single review, score or ballot may.
AUDIENCE: dict[str, tuple[Seat, ...]] = {
    "case_opened": (),
    "nomination_submitted": (),
    "approval_signed": (),
    "nomination_returned": (Seat.NOMINATOR,),
    "case_declined": (Seat.CANDIDATE, Seat.NOMINATOR),
    "stage_entered": (),
    "review_opened": (),
    "review_closed": (),
    "competition_entered": (),
    "competition_cancelled": (Seat.CANDIDATE, Seat.NOMINATOR),
    "not_shortlisted": (Seat.CANDIDATE, Seat.NOMINATOR),
    "competition_placed": (Seat.CANDIDATE, Seat.NOMINATOR),
    "called_up": (Seat.CANDIDATE, Seat.NOMINATOR),
    "reserve_expired": (Seat.CANDIDATE, Seat.NOMINATOR),
    "committee_convened": (),
    "ballot_opened": (),
    "vote_closed": (),
    "decision_recorded": (Seat.CANDIDATE, Seat.NOMINATOR),
    "notice_posted": (),
    "effect_taken": (Seat.CANDIDATE, Seat.NOMINATOR),
    "mentor_named": (),
    "plan_agreed": (),
    "checked_in": (),
    "mentoring_confirmed": (Seat.CANDIDATE, Seat.MENTOR),
    "mentoring_extended": (Seat.CANDIDATE, Seat.MENTOR),
    "mentoring_reverted": (Seat.CANDIDATE, Seat.MENTOR),
    "case_withdrawn": (Seat.CANDIDATE, Seat.NOMINATOR),
    "case_stuck": (Seat.HR,),
}


def event_of(action: str) -> str:
    """The event that subscribers know a journal action by: `case_opened` is `case.opened`."""
    return f"case.{action.removeprefix('case_')}"


# A competition is announced to those who may enter it, whether they have a case or not.
INVITATION = "competition_announced"

EVENTS = tuple(event_of(action) for action in AUDIENCE)


def announce(act: Act) -> None:
    """Queue the mails and webhooks of an act inside its transaction, in one statement or none."""
    news = [entry for entry in act.entries if entry.case_id is not None and entry.action in AUDIENCE]
    rows = [_webhooks(act, entry) for entry in news]
    rows += [_mails(act, entry, seat) for entry in news for seat in AUDIENCE[entry.action]]
    rows += [_invitations(act, entry) for entry in act.entries if entry.action == INVITATION]
    if rows:
        insert_once(act.db, Delivery, union_all(*rows))


def _webhooks(act: Act, entry: JournalEntry) -> Rows:
    """One delivery per subscription whose owner works in HR and is not the candidate."""
    event = event_of(entry.action)
    events = cast(WebhookSubscription.events, String)
    columns = delivery_columns(
        act.now,
        key=literal(f"entry/{entry.id}/subscription/") + cast(WebhookSubscription.id, String),
        channel=Channel.WEBHOOK,
        kind=event,
        subscription_id=WebhookSubscription.id,
        entry_id=entry.id,
        payload=_thin(act, entry, event),
    )
    return (
        select(*columns)
        .join(Employee, Employee.id == WebhookSubscription.owner_id)
        .join(RoleHolding, RoleHolding.employee_id == Employee.id)
        .join(PromotionCase, PromotionCase.candidate_id != Employee.id)
        .where(
            WebhookSubscription.is_active,
            Employee.is_active,
            RoleHolding.role == Role.HR,
            PromotionCase.id == entry.case_id,
            or_(events == "[]", events.contains(f'"{event}"', autoescape=True)),
        )
    )


def _thin(act: Act, entry: JournalEntry, event: str) -> dict[str, Any]:
    """What a webhook says: that something happened and where to look, never any text."""
    case = act.db.get_one(PromotionCase, entry.case_id)
    data = {"case": case.id, "stage": case.stage.value}
    return {"type": event, "timestamp": entry.at.isoformat(), "data": data}


def _mails(act: Act, entry: JournalEntry, seat: Seat) -> Rows:
    """One delivery per person in a seat of the case, except the one who acted."""
    person = _PERSON[seat]
    columns = delivery_columns(
        act.now,
        key=literal(f"entry/{entry.id}/person/") + cast(person, String),
        channel=Channel.MAIL,
        kind=entry.action,
        person_id=person,
        entry_id=entry.id,
    )
    query = select(*columns).where(person != (act.by.id if act.by else 0))
    return _seated(query, seat).where(PromotionCase.id == entry.case_id)


def _invitations(act: Act, entry: JournalEntry) -> Rows:
    """One delivery to everybody of the competition's population at the level below, except the announcer."""
    competition = act.db.get_one(Competition, entry.facts["competition"])
    columns = delivery_columns(
        act.now,
        key=literal(f"entry/{entry.id}/person/") + cast(Employee.id, String),
        channel=Channel.MAIL,
        kind=entry.action,
        person_id=Employee.id,
        entry_id=entry.id,
    )
    below = [level for level in Level if level.rank == competition.target_level.rank - 1]
    reached = lies_in(Employee.department_id.expression, literal(competition.department_id, Integer))
    return select(*columns).where(
        Employee.is_active, Employee.level.in_(below), reached, Employee.id != entry.actor_id
    )


def _seated(query: Rows, seat: Seat) -> Rows:
    """Bind the people of a seat to the case."""
    if seat is Seat.MENTOR:
        return query.join(PromotionCase, PromotionCase.id == Mentorship.case_id)
    if seat is Seat.HR:
        own = PromotionCase.candidate_id == RoleHolding.employee_id
        return query.join(PromotionCase, ~own).where(RoleHolding.role == Role.HR)
    return query


_PERSON: dict[Seat, ColumnElement[Any]] = {
    Seat.CANDIDATE: PromotionCase.candidate_id.expression,
    Seat.NOMINATOR: PromotionCase.nominated_by_id.expression,
    Seat.MENTOR: Mentorship.mentor_id.expression,
    Seat.HR: RoleHolding.employee_id.expression,
}
