"""The outbox at work: claim what is due under a lease, deliver it, note what became of it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Engine, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from notifications import (
    access,
    bounces,
    invitations,
    letters,
    pacing,
    preferences,
    robot_words,
    robots,
    subscriptions,
)
from notifications.backoff import pause
from notifications.channels import Channels, Outcome, Verdict
from notifications.channels.chat import PACE
from notifications.channels.email import NoAddress, build
from notifications.letters import Dropped
from notifications.models import Channel, Delivery, DeliveryState, WebhookSubscription
from notifications.once import count_of
from notifications.reminders import DIGEST
from translations import codes
from workflow.database import writing

_LEASE = timedelta(minutes=2)
_ENOUGH = timedelta(seconds=45)  # longer than the slowest attempt may take
# What piles up while nothing can be sent does not go out in one burst.
_LATE = timedelta(hours=1)
_BETWEEN_LATE_MAILS = timedelta(seconds=0.2)

log = structlog.get_logger()


def deliver_due(
    engine: Engine,
    channels: Channels,
    now: Callable[[], datetime],
    worker: str,
    limit: int = 10,
    *,
    among: Sequence[int] | None = None,
    stopping: threading.Event | None = None,
) -> int:
    """Deliver up to `limit` due deliveries, `among` these if any are named; gives how many were claimed.

    No transaction is open while the network is busy. Whatever a dead worker had claimed becomes due
    again when its lease ends; it then goes out under the same id. What is left once the worker is
    `stopping` stays claimed until it is released.
    """
    claimed = _claim(engine, now(), worker, limit, among)
    for delivery in claimed:
        if delivery.lease_until is None or delivery.lease_until - now() < _ENOUGH:
            break
        if stopping is not None and stopping.is_set():
            break
        outcome = _attempt(engine, channels, delivery, now())
        with writing(engine) as db:
            _settle(db, delivery, outcome, now())
    return len(claimed)


def release(engine: Engine, workers: list[str]) -> int:
    """Make due at once what workers that no longer run had claimed, and return how many that were."""
    with writing(engine) as db:
        held = update(Delivery).where(Delivery.leased_by.in_(workers))
        return count_of(db, held.values(state=DeliveryState.PENDING, leased_by=None, lease_until=None))


def due(now: datetime) -> Select[Delivery]:
    """What is to be delivered now, as far as this version knows how."""
    return select(Delivery).where(is_due(now), is_known())


def is_due(now: datetime) -> ColumnElement[bool]:
    """Whether a delivery waits for somebody to take it up."""
    return or_(
        and_(Delivery.state == DeliveryState.PENDING, Delivery.next_at <= now),
        and_(Delivery.state == DeliveryState.CLAIMED, Delivery.lease_until <= now),
    )


def is_known() -> ColumnElement[bool]:
    """Whether this version can deliver it; what a newer one has queued meanwhile is left to that one."""
    is_letter = and_(Delivery.channel == Channel.MAIL, Delivery.kind.in_(_letters()))
    is_said = and_(Delivery.channel == Channel.CHAT, Delivery.kind.in_(robots.KINDS))
    return or_(Delivery.channel == Channel.WEBHOOK, is_letter, is_said)


@cache
def _letters() -> list[str]:
    """The kinds of mails that have a subject."""
    return [code.removesuffix(".subject") for code in codes("mail") if code.endswith(".subject")]


def _claim(
    engine: Engine, now: datetime, worker: str, limit: int, among: Sequence[int] | None = None
) -> list[Delivery]:
    found = due(now) if among is None else due(now).where(Delivery.id.in_(among))
    with Session(engine) as db:  # most looks find nothing and should not ask for the write lock
        if db.scalar(found.with_only_columns(Delivery.id).limit(1)) is None:
            return []
    with writing(engine) as db:
        first = found.order_by(Delivery.next_at, Delivery.id).limit(limit)
        claimed = list(db.scalars(first.with_for_update(skip_locked=True)))
        for delivery in claimed:
            delivery.state = DeliveryState.CLAIMED
            delivery.leased_by = worker
            delivery.lease_until = now + _LEASE
            delivery.attempts += 1
        db.flush()
        db.expunge_all()
    return claimed


def _attempt(engine: Engine, channels: Channels, delivery: Delivery, now: datetime) -> Outcome:
    """Try once; whatever goes wrong here must not stop the deliveries behind it."""
    try:
        return _SENDERS[delivery.channel](engine, channels, delivery, now)
    except NoAddress as drop:
        return Outcome(Verdict.DROPPED, drop.reason, address=drop.address)
    except Dropped as drop:
        return Outcome(Verdict.DROPPED, drop.reason)
    except Exception as trouble:
        log.exception("delivery_failed", delivery=delivery.id, kind=delivery.kind)
        return Outcome(Verdict.LATER, type(trouble).__name__)


def _mail(engine: Engine, channels: Channels, delivery: Delivery, now: datetime) -> Outcome:
    with Session(engine) as db:
        bounces.refuse_known(db, delivery)
        preferences.refuse_unwanted(db, delivery)
        if delivery.request_id is not None:
            letter = invitations.write(db, delivery, review_link=channels.review_link, now=now)
        elif delivery.kind in access.KINDS:
            letter = access.write(
                db, delivery, reset_link=channels.reset_link, base_url=channels.base_url, now=now
            )
        else:
            letter = letters.write(db, delivery, base_url=channels.base_url, now=now)
    person = delivery.person_id if delivery.kind == DIGEST else None
    end_link = channels.end_link(person) if person is not None else None
    mail = build(letter, key=delivery.key, sender=channels.sender, now=now, end_link=end_link)
    is_late = now - delivery.created_at > _LATE
    held = _held(engine, delivery, "late_mails", _BETWEEN_LATE_MAILS, now) if is_late else None
    outcome = held or channels.mail.send(mail)
    if letter.is_unfilled and outcome.verdict is Verdict.SENT:
        return replace(outcome, reason="text_not_filled")
    return outcome


def _chat(engine: Engine, channels: Channels, delivery: Delivery, now: datetime) -> Outcome:
    with Session(engine) as db:
        robot = db.get_one(WebhookSubscription, delivery.subscription_id)
        if not robot.is_active:
            raise Dropped("subscription_is_off")
        message = robot_words.write(db, delivery, robot, base_url=channels.base_url, now=now)
    held = _held(engine, delivery, f"subscription/{robot.id}", PACE[robot.receiver], now)
    return held or channels.webhook.say(robot.receiver, robot.url, robot.secret, message)


def _held(engine: Engine, delivery: Delivery, name: str, every: timedelta, now: datetime) -> Outcome | None:
    """Back into the outbox until its turn, unless it is its turn now or it has waited for it already."""
    if delivery.error == pacing.HELD:
        return None
    with writing(engine) as db:
        wait = pacing.turn(db, name, every, now)
    return Outcome(Verdict.HELD, pacing.HELD, wait) if wait else None


def _webhook(engine: Engine, channels: Channels, delivery: Delivery, now: datetime) -> Outcome:
    with Session(engine) as db:
        subscription = db.get_one(WebhookSubscription, delivery.subscription_id)
    if not subscription.is_active:
        raise Dropped("subscription_is_off")
    secrets = subscription.secrets(now)
    return channels.webhook.send(subscription.url, secrets, delivery.key, delivery.payload)


_SENDERS = {Channel.MAIL: _mail, Channel.WEBHOOK: _webhook, Channel.CHAT: _chat}


def _settle(db: Session, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Write down the outcome, unless the lease has gone to another worker meanwhile."""
    change = _change(delivery, outcome, now) | {"error": (outcome.reason or "")[:200] or None}
    still_mine = (
        Delivery.id == delivery.id,
        Delivery.leased_by == delivery.leased_by,
        Delivery.attempts == delivery.attempts,
    )
    settled = update(Delivery).where(*still_mine).values(leased_by=None, lease_until=None, **change)
    if not count_of(db, settled):
        return
    if delivery.subscription_id is not None:
        _tell_subscription(db, delivery.subscription_id, outcome, now)
    if delivery.person_id is not None and outcome.address is not None:
        bounces.note(db, delivery.person_id, outcome, now)


def _change(delivery: Delivery, outcome: Outcome, now: datetime) -> dict[str, Any]:
    match outcome.verdict:
        case Verdict.SENT:
            return {"state": DeliveryState.SENT, "sent_at": now}
        case Verdict.DROPPED:
            return {"state": DeliveryState.DROPPED}
        case Verdict.HELD:
            held = {"state": DeliveryState.PENDING, "attempts": delivery.attempts - 1}
            return held | {"next_at": now + (outcome.after or timedelta())}
        case Verdict.LATER:
            wait = pause(delivery.channel, delivery.attempts, outcome.after)
            if wait is not None:
                return {"state": DeliveryState.PENDING, "next_at": now + wait}
    return {"state": DeliveryState.DEAD}


def _tell_subscription(db: Session, subscription_id: int, outcome: Outcome, now: datetime) -> None:
    match outcome.verdict:
        case Verdict.SENT:
            subscriptions.note_answer(db, subscription_id)
        case Verdict.LATER:
            subscriptions.note_failure(db, subscription_id, now)
        case Verdict.GONE:
            subscriptions.note_gone(db, subscription_id, now)
