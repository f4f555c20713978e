"""What the demonstration has sent in its last days: most has arrived, one mail and one receiver have not."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from notifications import bounces, messages
from notifications.channels import Outcome, Verdict
from notifications.channels.webhook import new_secret
from notifications.models import Channel, Delivery, DeliveryState, WebhookSubscription
from workflow import journal
from workflow.act import Act
from workflow.models import Employee

_RECENT = timedelta(days=16)
_RECEIVER = "https://hr-system.example.invalid/promotions"  # a name that nobody can ever have
_GONE = Outcome(Verdict.BOUNCED, "550 5.1.1 mailbox unavailable")


def announcing(now: datetime) -> Callable[[Act], None]:
    """Announces what has happened shortly before `now`, and nothing before that."""
    return lambda act: messages.announce(act) if act.now > now - _RECENT else None


def subscribe(act: Act) -> None:
    """The HR manager has the HR system told of whatever happens."""
    me = act.person.id
    made = act.add(WebhookSubscription(owner_id=me, url=_RECEIVER, secret=new_secret(), created_at=act.now))
    journal.record(act, "webhook_subscribed", chain="access", person=me, subscription=made.id)


def settle(act: Act, without_mailbox: str) -> None:
    """Nothing that is over waits to be sent, but for what the HR system has not taken since its last day."""
    sent = {"state": DeliveryState.SENT, "attempts": 1, "sent_at": Delivery.created_at}
    act.execute(update(Delivery).values(sent))
    act.execute(update(Delivery).where(Delivery.id % 7 == 0).values(attempts=3))
    _refuse(act, without_mailbox)
    _leave_waiting(act)


def _refuse(act: Act, number: str) -> None:
    person = act.all(select(Employee).where(Employee.number == number))[0]
    latest = select(func.max(Delivery.id)).where(Delivery.person_id == person.id).scalar_subquery()
    dead = {"state": DeliveryState.DEAD, "sent_at": None, "error": _GONE.reason}
    act.execute(update(Delivery).where(Delivery.id == latest).values(dead))
    bounces.note_colleague(
        act.db, person.id, Outcome(_GONE.verdict, _GONE.reason, address=person.email), act.now
    )
    bounces.sweep(act)


def _leave_waiting(act: Act) -> None:
    is_told = Delivery.channel == Channel.WEBHOOK
    last = act.db.scalars(select(func.max(Delivery.created_at)).where(is_told)).one()
    since = last - timedelta(hours=8)
    waiting = {"state": DeliveryState.PENDING, "attempts": 5, "sent_at": None, "error": "unknown_host"}
    waiting |= {"next_at": act.now + timedelta(hours=3)}
    act.execute(update(Delivery).where(is_told, Delivery.created_at >= since).values(waiting))
    act.execute(update(WebhookSubscription).values(failing_since=since))
