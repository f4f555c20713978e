"""A test for a receiver, and once more what it has been sent before, under the same ids."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, select, update

from notifications.models import Channel, Delivery, DeliveryState, Receiver, WebhookSubscription
from workflow import journal
from workflow.act import Act
from workflow.errors import Invalid, NotFound

PING = "ping"
_OVER = (DeliveryState.SENT, DeliveryState.DROPPED, DeliveryState.DEAD)


def deliveries_of(subscription_id: int) -> Select[Delivery]:
    """Query for all that was to be sent to one receiver."""
    return select(Delivery).where(Delivery.subscription_id == subscription_id)


def test(act: Act, subscription: WebhookSubscription) -> Delivery:
    """Queue a message that says nothing, so that its owner sees whether it arrives. Raises Invalid."""
    _require_active(subscription)
    payload: dict[str, Any] = {"type": PING, "timestamp": act.now.isoformat(), "data": {}}
    made = act.add(
        Delivery(
            key=f"subscription/{subscription.id}/ping/{uuid4().hex}",
            channel=Channel.WEBHOOK if subscription.receiver is Receiver.PROGRAM else Channel.CHAT,
            kind=PING,
            created_at=act.now,
            next_at=act.now,
            subscription_id=subscription.id,
            payload=payload,
        )
    )
    act.db.flush()
    return made


def replay(act: Act, subscription: WebhookSubscription, delivery_id: int) -> Delivery:
    """Send one message again, whatever has become of it. Raises NotFound, Invalid."""
    _require_active(subscription)
    wanted = deliveries_of(subscription.id).where(Delivery.id == delivery_id)
    found = act.first(wanted.with_for_update())
    if found is None:
        raise NotFound(kind="delivery")
    _again(act, subscription, Delivery.id == found.id)
    act.db.refresh(found)
    return found


def replay_since(act: Act, subscription: WebhookSubscription, since: datetime, until: datetime) -> int:
    """Send again what was queued between two instants, the second not included; how much. Raises Invalid."""
    _require_active(subscription)
    if until <= since:
        raise Invalid(reason="until_before_since")
    return _again(act, subscription, Delivery.created_at >= since, Delivery.created_at < until)


def _again(act: Act, subscription: WebhookSubscription, *which: Any) -> int:
    """Let what is over wait again: its key stays, and with it the id by which its receiver knows it."""
    over = (Delivery.subscription_id == subscription.id, Delivery.state.in_(_OVER), *which)
    afresh = {"state": DeliveryState.PENDING, "attempts": 0, "next_at": act.now, "error": None}
    replayed = update(Delivery).where(*over).values(sent_at=None, **afresh)
    count = act.count(replayed.execution_options(synchronize_session=False))
    journal.record(act, "webhook_replayed", chain="access", subscription=subscription.id, deliveries=count)
    return count


def _require_active(subscription: WebhookSubscription) -> None:
    if not subscription.is_active:
        raise Invalid(reason="subscription_is_off")
