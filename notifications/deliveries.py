"""What was sent to whom, as HR and administrators may know it, and the second chance of what was not sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from notifications import announcements, outbox, troubles
from notifications.access import KINDS as ACCESS
from notifications.audience import (
    ABSENCE,
    ANSWERS,
    AUDIENCE,
    CORRECTIONS,
    EMERGENCY,
    MENTORS_NO_MORE,
    NUDGE,
    PERSONAL,
    ROLES,
)
from notifications.invitations import INVITATION as TO_A_CUSTOMER
from notifications.invitations import REMINDER
from notifications.models import Channel, Delivery, DeliveryState, WebhookSubscription
from notifications.over import WEBHOOK_FAILING, WEBHOOK_OFF
from notifications.overtaken import OVERTAKEN
from notifications.reminders import DIGEST
from notifications.robot_words import AGAIN_AT
from workflow import journal
from workflow.act import Act
from workflow.errors import DeliveryInState, NotFound
from workflow.links import is_one_of
from workflow.models import Employee, JournalEntry, PromotionCase
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.relations import Relation, is_without_stake, seen_as_staff
from workflow.rules.deadlines import local_midnight

OF_CASES = frozenset(AUDIENCE) | PERSONAL | EMERGENCY | MENTORS_NO_MORE | {OVERTAKEN}
_UNMAILED = frozenset(kind for kind, seats in AUDIENCE.items() if not seats) - PERSONAL
_OF_PEOPLE = ACCESS | CORRECTIONS | ABSENCE | announcements.KINDS | {ROLES, WEBHOOK_FAILING, WEBHOOK_OFF}
# Whoever gets them has a form, a sheet or a ballot before him, perhaps, or has objected.
CONFIDENTIAL = frozenset({DIGEST, NUDGE, TO_A_CUSTOMER, REMINDER}) | ANSWERS
# By which people notice what is done with their access, with roles and with cases.
_WARNINGS = ACCESS | EMERGENCY | {ROLES}
# What can be looked for by its kind, beside events.
SOUGHT = tuple(sorted((OF_CASES | _OF_PEOPLE) - _UNMAILED))
_RETRIED = frozenset({DeliveryState.DEAD, DeliveryState.DROPPED})
_COUNTED = 1_000
_FEW = 1_000
_CANCELLED = "cancelled"
_NEWER = "of_a_newer_version"


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One message: to a person, or to the address somebody has subscribed."""

    id: int
    channel: Channel
    kind: str
    case_id: int | None
    person: Person | None
    subscription_id: int | None
    created_at: datetime
    next_at: datetime
    sent_at: datetime | None
    state: DeliveryState
    attempts: int
    error: str | None

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it waits, and warns nobody of what is done to him."""
        return self.state is DeliveryState.PENDING and self.kind not in _WARNINGS

    @property
    def trouble(self) -> dict[str, str] | None:
        """Why it was not delivered, in every language."""
        is_strange = self.state is DeliveryState.PENDING and not outbox.knows(self.channel, self.kind)
        return troubles.in_words(self.channel, _NEWER if is_strange else self.error)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; the days are days where the reader lives, both included."""

    state: DeliveryState | None = None
    channel: Channel | None = None
    kind: str | None = None
    person: str | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class DeliveryCount:
    """How many messages of a kind are in a state; mails about cases are one kind to an administrator."""

    kind: str
    state: DeliveryState
    deliveries: int
    and_more: bool


def sees_few(db: Session, roles: frozenset[Relation], wanted: Wanted) -> bool:
    """Whether a reader has no mails about cases to see, and there are few messages besides.

    Nobody does who looks for those of a kind or of a person: these have an index of their own.
    """
    if wanted.kind or wanted.person or roles & {Relation.HR, Relation.DEPARTMENT_HR, Relation.AUDITOR}:
        return False
    some = _besides_cases().limit(_FEW + 1).subquery()
    return db.scalars(select(func.count()).select_from(some)).one() <= _FEW


def found(reader: Employee, wanted: Wanted, *, are_few: bool = False) -> Select[Any]:
    """Query for those of `known_to` that are looked for; they are few where a reader `sees_few`."""
    zone, day = reader.time_zone, timedelta(days=1)
    sought: list[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = [
        (wanted.state, lambda state: Delivery.state == state),
        (wanted.channel, lambda channel: Delivery.channel == channel),
        (wanted.kind, lambda kind: Delivery.kind == kind),
        (wanted.person, _is_to),
        (wanted.first_day, lambda first: Delivery.created_at >= local_midnight(first, zone)),
        (wanted.last_day, lambda last: Delivery.created_at < local_midnight(last + day, zone)),
    ]
    known = known_to(reader.id).where(*(rule(given) for given, rule in sought if given is not None))
    return known.where(is_one_of(Delivery.id, _besides_cases())) if are_few else known


def known_to(reader: int) -> Select[Any]:
    """Query for the DeliveryLines that somebody in HR, or an administrator, may read, by `Delivery.id`.

    Mails about a case are for its HR; webhooks, and mails about no case, for both. What is
    `CONFIDENTIAL` is never among them.
    """
    shape = Shaped(
        "delivery",
        DeliveryLine,
        Delivery.id,
        Delivery.channel,
        Delivery.kind,
        case((seen_as_staff(reader), JournalEntry.case_id)).label("case_id"),
        person_of("person", Employee),
        Delivery.subscription_id,
        Delivery.created_at,
        Delivery.next_at,
        Delivery.sent_at,
        Delivery.state,
        Delivery.attempts,
        Delivery.error,
    )
    hook = WebhookSubscription
    receiver = Employee.id == func.coalesce(Delivery.person_id, hook.owner_id)
    return (
        select(shape)
        .select_from(Delivery)
        .outerjoin(hook, hook.id == Delivery.subscription_id)
        .outerjoin(Employee, receiver)
        .outerjoin(JournalEntry, JournalEntry.id == Delivery.entry_id)
        .outerjoin(PromotionCase, PromotionCase.id == JournalEntry.case_id)
        .where(_is_told(reader))
    )


def counts(db: Session, roles: frozenset[Relation]) -> list[DeliveryCount]:
    """What is told in numbers alone, in one statement; what is beyond a thousand is not counted."""
    kinds = _kinds_sent()
    states = union_all(*(select(literal(state).label("state")) for state in DeliveryState)).subquery("states")
    is_of_cases = kinds.c.kind.in_(OF_CASES)
    # Whether what only a newer version knows is confidential, only that one knows.
    is_strange = kinds.c.kind.not_in(outbox.known_mails())
    is_counted = or_(kinds.c.kind.in_(CONFIDENTIAL), is_strange)
    if Relation.ADMIN in roles and Relation.HR not in roles:
        is_counted = or_(is_counted, is_of_cases)
    name = case((is_strange, _NEWER), (is_of_cases, "of_cases"), else_=kinds.c.kind).label("name")
    many = _how_many(kinds, states).label("many")
    counted = select(name, states.c.state, many).join_from(kinds, states, true())
    each = counted.where(is_counted).subquery()
    total = func.sum(each.c.many)
    rows = db.execute(
        select(each.c.name, each.c.state, total)
        .group_by(each.c.name, each.c.state)
        .having(total > 0)
        .order_by(each.c.name, each.c.state)
    )
    return [
        DeliveryCount(kind, DeliveryState(state), min(int(found), _COUNTED), found > _COUNTED)
        for kind, state, found in rows
    ]


def _kinds_sent() -> CTE:
    """The kinds of all messages, from each to the next in their index, of which there are few."""
    kinds = select(func.min(Delivery.kind).label("kind")).cte("kinds", recursive=True)
    following = select(func.min(Delivery.kind)).where(Delivery.kind > kinds.c.kind).scalar_subquery()
    return kinds.union_all(select(following).where(kinds.c.kind.is_not(None)))


def _how_many(kinds: CTE, states: Subquery) -> ScalarSelect[int]:
    """How many mails of a kind are in a state, one more than are counted at most."""
    is_such = (Delivery.kind == kinds.c.kind) & (Delivery.state == states.c.state)
    # Without an order PostgreSQL, expecting many, takes them from the table.
    such = select(Delivery.id).where(Delivery.channel == Channel.MAIL, is_such).order_by(Delivery.id)
    some = such.limit(_COUNTED + 1).correlate(kinds, states).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def delivery(db: Session, reader: int, delivery_id: int) -> DeliveryLine:
    """One of those somebody may read; raises NotFound."""
    found: DeliveryLine | None = db.scalars(known_to(reader).where(Delivery.id == delivery_id)).first()
    if found is None:
        raise NotFound(kind="delivery")
    return found


def retry(act: Act, delivery_id: int) -> None:
    """Send once more, and as often as at first, what could not be sent or was cancelled.

    Whether it is still worth sending is looked at when it is sent. Raises NotFound, DeliveryInState.
    """
    found = _locked(act, delivery_id)
    if found.state not in _RETRIED:
        raise DeliveryInState(state=found.state)
    found.state, found.attempts, found.next_at, found.error = DeliveryState.PENDING, 0, act.now, None
    if found.channel is Channel.CHAT:
        found.payload = found.payload | {AGAIN_AT: act.now.isoformat()}
    journal.record(act, "delivery_retried", chain="deliveries", delivery=found.id, kind=found.kind)
    act.db.flush()


def cancel(act: Act, delivery_id: int) -> None:
    """Let a message that waits not be sent; never one by which people notice what is done to them.

    Raises NotFound, DeliveryInState.
    """
    found = _locked(act, delivery_id)
    if found.state is not DeliveryState.PENDING or found.kind in _WARNINGS:
        raise DeliveryInState(state=found.state)
    found.state, found.error = DeliveryState.DROPPED, _CANCELLED
    journal.record(act, "delivery_cancelled", chain="deliveries", delivery=found.id, kind=found.kind)
    act.db.flush()


def _is_told(reader: int) -> ColumnElement[bool]:
    is_mail = Delivery.channel == Channel.MAIL
    return or_(
        and_(is_mail, Delivery.kind.in_(OF_CASES), seen_as_staff(reader)),
        and_(is_mail, Delivery.kind.in_(_OF_PEOPLE)),
        and_(~is_mail, or_(JournalEntry.case_id.is_(None), is_without_stake(reader))),
    )


def _besides_cases() -> CompoundSelect[int]:
    """Query for the keys of all messages but mails about cases, each kind of which has its index."""
    hooks = select(WebhookSubscription.id)
    return union_all(
        select(Delivery.id).where(Delivery.kind.in_(sorted(_OF_PEOPLE))),
        select(Delivery.id).where(Delivery.subscription_id.in_(hooks)),
    )


def _is_to(number: str) -> ColumnElement[bool]:
    """Each way a message comes to somebody has its index, which a condition on both at once has not."""
    person = select(Employee.id).where(Employee.number == number).scalar_subquery()
    own = select(WebhookSubscription.id).where(WebhookSubscription.owner_id == person)
    return or_(Delivery.person_id == person, Delivery.subscription_id.in_(own))


def _locked(act: Act, delivery_id: int) -> Delivery:
    delivery(act.db, act.person.id, delivery_id)
    # A worker that has claimed it meanwhile is waited for, and seen.
    return act.db.get_one(Delivery, delivery_id, with_for_update=True)
