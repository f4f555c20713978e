"""What monitoring reads at `/metrics`: figures of this process, and of the database by a few statements."""

import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from time import monotonic

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import Engine, Select, String, and_, case, func, or_, select, text, type_coerce
from sqlalchemy.orm import Session

from api.policy import allows
from notifications import outbox
from notifications.engines import waking
from notifications.models import Delivery, DeliveryState
from workflow.database import reading
from workflow.models import Beat, Task
from workflow.permissions import Operation
from workflow.vocabulary import TaskState

blueprint = Blueprint("figures", __name__)

_HOUR = timedelta(hours=1)
_PAUSES = 1000  # times as long as counting tasks has taken
_ENDED = (DeliveryState.SENT, DeliveryState.DROPPED, DeliveryState.DEAD)
_AWAKE = text("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 s'")
# A client may send any word as a method, and each would be a figure of its own for ever.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Figures:
    """The figures of one running service; whoever asks needs the token, and without one nobody may."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], token: str | None) -> None:
        """Begin to count."""
        self.registry = CollectorRegistry()
        self.token = token
        self.seconds = Histogram(
            "jinsheng_request_seconds",
            "How long requests took, in the process that answers this one.",
            ("process", "method", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.registry.register(_OfDatabase(engine, now))

    def note(self, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        known = method if method in _METHODS else "other"
        self.seconds.labels(os.getpid(), known, f"{status // 100}xx").observe(seconds)


@blueprint.get("/metrics")
@allows(Operation.READ_HEALTH)
def metrics() -> Response:
    """Figures for monitoring; who has no right to them is told that nothing is here."""
    figures: Figures = current_app.extensions["jinsheng figures"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if figures.token is None or not hmac.compare_digest(given.encode(), figures.token.encode()):
        abort(404)
    return Response(generate_latest(figures.registry), content_type=CONTENT_TYPE_LATEST)


class _OfDatabase:
    """Counts on demand; every process of an installation tells the same."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self.engine, self.now = engine, now
        self._tasks: list[Metric] = []
        self._count_again_at = 0.0

    def describe(self) -> Iterable[Metric]:
        """Nothing: else it would count at the start."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """One short statement for each figure or two."""
        now = self.now()
        with reading(self.engine) as db:
            yield _deliveries(db, now)
            yield from _waiting(db, now)
            yield from self._counted_seldom(db, now)
            yield from _beats(db, now)
            if waking.is_set_up(db.connection()):
                yield _gauge("workers", "Workers that have signed on and are alive.", db.scalar(_AWAKE))

    def _counted_seldom(self, db: Session, now: datetime) -> list[Metric]:
        """Tasks, which take as long to count as there are many: a thousandth of the time goes into it."""
        began = monotonic()
        if began >= self._count_again_at:
            self._tasks = list(_tasks(db, now))
            self._count_again_at = monotonic() + _PAUSES * (monotonic() - began)
        return self._tasks


def _deliveries(db: Session, now: datetime) -> Metric:
    found = GaugeMetricFamily(
        "jinsheng_deliveries",
        "Messages that wait (pending, claimed), and such as ended within the hour (sent, dropped, dead).",
        labels=("channel", "state"),
    )
    is_open = Delivery.state.in_((DeliveryState.PENDING, DeliveryState.CLAIMED))
    is_fresh = and_(Delivery.state.in_(_ENDED), Delivery.next_at >= now - _HOUR)
    # As plain words: a newer version may have channels that this one does not know.
    channel_of, state_of = (type_coerce(column, String) for column in (Delivery.channel, Delivery.state))
    counted = select(channel_of, state_of, func.count()).where(or_(is_open, is_fresh))
    for channel, state, number in db.execute(counted.group_by(channel_of, state_of)):
        found.add_metric((channel, state), number)
    return found


def _waiting(db: Session, now: datetime) -> Iterator[Metric]:
    oldest: Select[datetime] = select(func.min(Delivery.next_at)).where(outbox.is_due(now))
    since = db.scalar(oldest)
    age = (now - since).total_seconds() if since else 0
    yield _gauge("queue_age_seconds", "How long the oldest message that is due has been due.", age)


def _tasks(db: Session, now: datetime) -> Iterator[Metric]:
    late = func.count(case((Task.due_at <= now, 1)))
    number, overdue = db.execute(select(func.count(), late).where(Task.state == TaskState.OPEN)).one()
    yield _gauge("tasks_open", "Tasks that wait for somebody.", number)
    yield _gauge("tasks_overdue", "Those of them whose day is over.", overdue)


def _beats(db: Session, now: datetime) -> Iterator[Metric]:
    last = db.get(Beat, 1)
    if last is not None:
        age = (now - last.at).total_seconds()
        yield _gauge("beat_age_seconds", "How long ago a clock has last beaten.", age)
        yield _gauge("beat_seconds", "How long that beat took.", last.seconds)


def _gauge(name: str, meaning: str, value: float | None) -> Metric:
    return GaugeMetricFamily(f"jinsheng_{name}", meaning, value=value or 0)
