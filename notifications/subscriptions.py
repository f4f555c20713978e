"""What becomes of a webhook subscription when its receiver answers, fails for days, or wants no more.

What an attempt finds that was under way when the subscription ended, or was switched off, changes nothing.
"""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Update, bindparam, select, update
from sqlalchemy.orm import Session

from notifications.models import Channel, Delivery, WebhookSubscription
from notifications.once import delivery_columns, insert_once
from notifications.over import WEBHOOK_FAILING, WEBHOOK_OFF

_WARNED_AFTER = timedelta(hours=24)
_OFF_AFTER = timedelta(days=5)
_BOTH_FOR = timedelta(hours=24)


def note_answer(db: Session, subscription_id: int) -> None:
    """Forget earlier failures, for the receiver has answered."""
    db.flush()
    db.execute(_answered(), {"key": subscription_id})


def note_failure(db: Session, subscription_id: int, now: datetime) -> None:
    """Remember since when the receiver fails: after a day its owner is warned, after five days it is off."""
    subscription = _locked(db, subscription_id)
    if not subscription.is_active:
        return
    since = subscription.failing_since = subscription.failing_since or now
    if now - since >= _OFF_AFTER:
        _switch_off(db, subscription, since, now)
    elif now - since >= _WARNED_AFTER:
        _warn(db, subscription, WEBHOOK_FAILING, since, now)


def note_gone(db: Session, subscription_id: int, now: datetime) -> None:
    """Send nothing more to a receiver that says it is gone; its owner still sees it, and can switch it on."""
    subscription = _locked(db, subscription_id)
    if subscription.is_active:
        _switch_off(db, subscription, subscription.failing_since or now, now)


def rotate(db: Session, subscription_id: int, secret: str, now: datetime) -> None:
    """Sign with a new secret, and for a day also with the one before it."""
    subscription = _locked(db, subscription_id)
    subscription.previous_secret, subscription.previous_until = subscription.secret, now + _BOTH_FOR
    subscription.secret = secret


def switch_on(db: Session, subscription_id: int) -> None:
    """Try a receiver again that was switched off because it failed."""
    subscription = _locked(db, subscription_id)
    subscription.is_active, subscription.failing_since = True, None


def end(db: Session, subscription_id: int) -> None:
    """Send nothing more, for its owner has ended it, and let him see it no longer."""
    subscription = _locked(db, subscription_id)
    subscription.is_active, subscription.failing_since = False, None


@cache
def _answered() -> Update:
    """Nothing is locked where nothing has failed."""
    hook = WebhookSubscription
    failing = update(hook).where(hook.id == bindparam("key"), hook.is_active, hook.failing_since.is_not(None))
    return failing.values(failing_since=None).execution_options(synchronize_session=False)


def _locked(db: Session, subscription_id: int) -> WebhookSubscription:
    db.flush()  # else reading it anew would lose what was changed here
    return db.get_one(WebhookSubscription, subscription_id, with_for_update=True, populate_existing=True)


def _switch_off(db: Session, subscription: WebhookSubscription, since: datetime, now: datetime) -> None:
    subscription.is_active, subscription.failing_since = False, since
    _warn(db, subscription, WEBHOOK_OFF, since, now)


def _warn(db: Session, subscription: WebhookSubscription, kind: str, since: datetime, now: datetime) -> None:
    how = kind.removeprefix("webhook_")
    columns = delivery_columns(
        now,
        key=f"subscription/{subscription.id}/{how}/{since:%Y-%m-%dT%H:%M:%S}",
        channel=Channel.MAIL,
        kind=kind,
        person_id=subscription.owner_id,
        payload={"subscription": subscription.id},
    )
    insert_once(db, Delivery, select(*columns).where(WebhookSubscription.id == subscription.id))
