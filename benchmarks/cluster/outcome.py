"""What became of acts, messages and tasks where processes were killed: the end of the report."""

from collections import Counter
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.cycle.accounting import is_secret, name_of_mail, verified
from benchmarks.cycle.journey import Cycle
from notifications.channels.webhook import webhook_id
from notifications.models import Channel, Delivery, DeliveryState
from workflow.models import JournalEntry, Task


def outcome(cycle: Cycle) -> str:
    """A line each of acts, mails, webhooks, tasks, journal and kills."""
    with Session(cycle.company.engine) as db:
        lines = {
            "acts": _acts(db, cycle),
            "mails": _messages(db, Channel.MAIL, cycle.post.received, name_of_mail),
            "webhooks": _messages(db, Channel.WEBHOOK, cycle.webhooks.received, webhook_id),
            "tasks": {str(state): count for state, count in db.execute(_TASKS)},
        }
    told = [
        (name, " · ".join(f"{count} {what}" for what, count in one.items())) for name, one in lines.items()
    ]
    told.append(("verify", next(verified(cycle), "every chain holds")))
    pace = f", one every {cycle.seconds / cycle.kills:.1f} seconds" if cycle.kills else ""
    told.append(("kills", f"{cycle.kills} processes in {cycle.seconds:.0f} seconds{pace}"))
    return "\n".join(f"{name:<10}{line}" for name, line in told)


def too_many_repeats(cycle: Cycle) -> list[str]:
    """Whether more messages came again than processes were killed; one of these may repeat a few."""
    repeats = sum(_again(received) for received in (cycle.post.received, cycle.webhooks.received))
    return [f"{repeats} messages came again after {cycle.kills} kills"] if repeats > cycle.kills else []


_TASKS = select(Task.state, func.count()).group_by(Task.state).order_by(Task.state)


def _acts(db: Session, cycle: Cycle) -> dict[str, int]:
    acknowledged = cycle.ledger.acknowledged
    found = acknowledged.keys() & set(db.scalars(select(JournalEntry.request_id).distinct()))
    unnamed = [call for name, call in acknowledged.items() if name not in found]
    forms = sum(map(is_secret, unnamed))
    return {
        "acknowledged": len(acknowledged),
        "found in the journal": len(found),
        "forms, counted on file": forms,
        "lost": len(unnamed) - forms,
    }


def _messages(
    db: Session, channel: Channel, came: "Counter[str]", name: Callable[[str], str]
) -> dict[str, int]:
    rows = db.execute(select(Delivery.key, Delivery.state).where(Delivery.channel == channel))
    due = {name(key): state for key, state in rows}
    return {
        "due": len(due),
        "not worth sending any more": sum(one is DeliveryState.DROPPED for one in due.values()),
        "delivered": len(came.keys() & due.keys()),
        "came again under the same id": _again(came),
        "came under another id": len(came.keys() - due.keys()),
        "lost": sum(one is DeliveryState.SENT and key not in came for key, one in due.items()),
    }


def _again(came: "Counter[str]") -> int:
    return came.total() - len(came)
