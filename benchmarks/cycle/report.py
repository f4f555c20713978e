"""The table at the end: what the cycle brought, in numbers."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.cycle.edges import gone_by
from benchmarks.cycle.journey import Cycle
from notifications.models import Channel, Delivery, DeliveryState
from workflow.models import JournalEntry, PromotionCase, Task


def table(cycle: Cycle, problems: list[str]) -> str:
    """The whole report as text."""
    with Session(cycle.company.engine) as db:
        cases = Counter(db.scalars(select(PromotionCase.stage)))
        tasks = Counter(map(tuple, db.execute(select(Task.kind, Task.state))))
        deliveries = Counter(map(tuple, db.execute(select(Delivery.channel, Delivery.kind, Delivery.state))))
        dropped = Counter(
            db.scalars(select(Delivery.error).where(Delivery.state == DeliveryState.DROPPED)).all()
        )
        entries = len(db.scalars(select(JournalEntry.id)).all())
    ledger = cycle.ledger
    parts = [
        *(_section(f"edges: {name}", edges) for name, edges in gone_by(cycle.company.engine).items()),
        _section("cases by stage", cases),
        _section("tasks by kind and state", tasks),
        _section("deliveries by channel, kind and state", deliveries),
        _section("deliveries dropped, by reason", dropped),
        _section("received", _received(cycle)),
        _section("HTTP calls by method and status", ledger.calls),
        _section("HTTP refusals by code", ledger.refusals),
        _section("in all", _totals(cycle, entries)),
    ]
    verdict = ["UNACCOUNTED FOR", *(f"  {problem}" for problem in problems)]
    return "\n".join([*parts, *(verdict if problems else ["everything is accounted for"])])


def _received(cycle: Cycle) -> dict[str, int]:
    found = {}
    for channel, received in (
        (Channel.MAIL, cycle.post.received),
        (Channel.WEBHOOK, cycle.webhooks.received),
    ):
        found[f"{channel}s"] = received.total()
        found[f"{channel}s that came again"] = received.total() - len(received)
    return found


def _totals(cycle: Cycle, entries: int) -> dict[str, int]:
    return {
        "people": len(cycle.company.people.by_id),
        "working mornings": cycle.mornings,
        "HTTP calls": cycle.ledger.calls.total(),
        "acts acknowledged": len(cycle.ledger.acknowledged),
        "acts that had been done when repeated": len(cycle.ledger.refused_after_repeat),
        "calls without an answer": cycle.ledger.unanswered,
        "server killed": cycle.kills,
        "journal entries": entries,
        "seconds": round(cycle.seconds),
        "seconds of a processor, driver": round(cycle.driver_seconds),
    } | _of_server(cycle.server_seconds)


def _of_server(seconds: float | None) -> dict[str, int]:
    return {} if seconds is None else {"seconds of a processor, server": round(seconds)}


def _section(title: str, counts: Mapping[Any, int]) -> str:
    lines = [f"  {_name(key):<52}{count:>7}" for key, count in sorted(counts.items(), key=_order)]
    return "\n".join([title, *(lines or ["  none"]), ""])


def _order(item: tuple[Any, int]) -> str:
    return _name(item[0])


def _name(key: Any) -> str:
    return " · ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)
