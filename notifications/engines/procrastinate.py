"""Delivery by workers on many machines: jobs wake them, the outbox says what is to be done."""

import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from procrastinate import App, PsycopgConnector
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine

from notifications.channels import Channels
from notifications.engines.waking import TASK
from notifications.ledger import Ledger
from notifications.outbox import deliver_due, release

_BATCH = 20

log = structlog.get_logger()


async def work(
    engine: Engine,
    channels: Channels,
    now: Callable[[], datetime],
    *,
    name: str,
    stopping: threading.Event,
    at_once: int = 4,
    give_way: Callable[[], None] = lambda: None,
) -> None:
    """Deliver whatever jobs name until cancelled; then what is begun is finished, the rest left to others.

    Before each message it must `give_way` to whatever else the machine has to do.
    `name` stands in the leases: no two workers may have the same. Raises ConnectorException when the
    database goes away: whoever has started the worker starts it anew.
    """
    ledger = Ledger(engine)
    app = App(connector=PsycopgConnector(conninfo=_address(engine), min_size=1, max_size=at_once + 1))

    @app.task(name=TASK, queue=TASK)
    def deliver(deliveries: list[int], **_said_by_newer_versions: object) -> None:
        """Deliver what it is woken for, then what else is due: asking for the next job takes longer."""
        as_agreed = partial(deliver_due, stopping=stopping, ledger=ledger, give_way=give_way)
        more = partial(as_agreed, engine, channels, now, name)
        found = more(len(deliveries), among=deliveries)
        while found and not stopping.is_set():
            found = more(_BATCH)

    try:
        async with app.open_async():
            await app.run_worker_async(
                queues=[TASK],
                name=name,
                concurrency=at_once,
                delete_jobs="always",  # what has failed is still due in the outbox
                install_signal_handlers=False,
            )
    finally:
        release(engine, [name])


def _address(engine: Engine) -> str:
    """As libpq reads it, which takes other signs than SQLAlchemy does in an URL."""
    _, options = engine.url.get_dialect()().create_connect_args(engine.url)
    return make_conninfo(**options)
