"""`jinsheng web`, `clock` and `worker`: any number of each on one PostgreSQL, each ending gracefully."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from types import FrameType
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Engine

from notifications.engines import waking
from server import clock, config, logs, places, schema, starting
from server.app import channels, create_service, open_door
from server.places import CannotStart
from server.serving import behind_proxy
from server.way import RightOfWay

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_PATIENCE = 25  # seconds until what is not done by then is left to others; whoever stops us waits for 30

_log = structlog.get_logger()


@contextmanager
def sharing() -> Iterator[tuple[config.Settings, Engine]]:
    """Settings and database of one of many processes; raises CannotStart, BadSetting."""
    settings = config.from_environment(shares=True)
    engine = starting.reached(settings)
    try:
        if engine.dialect.name != "postgresql":
            raise CannotStart("needs_postgres")
        if not schema.is_usable(engine):
            raise CannotStart("needs_upgrade")
        starting.refuse_unsafe(settings, engine)
        with places.shared(engine):
            yield settings, engine
    finally:
        engine.dispose()


def run_web(*, host: str, port: int, processes: int, threads: int) -> None:
    """Answer HTTP by so many processes, each with so many threads, until told to stop."""
    _require("granian", "serve")
    from granian import Granian  # noqa: PLC0415 -- an extra that only this role needs
    from granian.constants import Interfaces, Loops  # noqa: PLC0415 -- the same

    Granian(
        "server.processes:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        loop=Loops.asyncio,
        workers=processes,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE,
    ).serve()


def application() -> "WSGIApplication":
    """What each process of `jinsheng web` answers by."""
    logs.configure(config.log_format())
    settings = config.from_environment(shares=True)
    service = create_service(settings, now=clock.system_time)
    return behind_proxy(RightOfWay(settings.way).of(service.app), settings)


def run_clock(engine: Engine) -> None:
    """Beat until told to stop; any number of clocks do no more than one."""
    stopping = threading.Event()
    _on_stop(stopping)
    beating = clock.start(open_door(engine), clock.system_time)
    _log.info("beating")
    stopping.wait()
    beating.shutdown(wait=True)
    _log.info("stopped")


def run_worker(settings: config.Settings, engine: Engine) -> None:
    """Deliver what jobs name until told to stop."""
    _require("procrastinate", "distributed")
    with engine.connect() as connection:
        if not waking.is_set_up(connection):  # upgraded where the extra was missing
            raise CannotStart("needs_upgrade")
    asyncio.run(_work(settings, engine))
    _log.info("stopped")


async def _work(settings: config.Settings, engine: Engine) -> None:
    from notifications.engines import procrastinate  # noqa: PLC0415 -- an extra that only this role needs

    stopping = threading.Event()
    name = f"{socket.gethostname()[:40]}-{os.getpid()}"
    work = partial(procrastinate.work, engine, channels(settings), clock.system_time)
    give_way = RightOfWay(settings.way).give
    working = asyncio.create_task(work(name=name, stopping=stopping, give_way=give_way))

    def stop() -> None:
        signal.alarm(_PATIENCE)
        stopping.set()
        working.cancel()

    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop)
    _log.info("delivering", worker=name)
    try:
        await working
    except asyncio.CancelledError:
        if not stopping.is_set():
            raise


def _require(package: str, extra: str) -> None:
    if find_spec(package) is None:
        raise CannotStart("needs_extra", extra=extra)


def _on_stop(stopping: threading.Event) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        signal.alarm(_PATIENCE)  # then the process ends where it stands: every step is one transaction
        stopping.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
