"""`jinsheng serve`: web, clock and delivery in one process that ends gracefully."""

import fcntl
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType

import structlog
import waitress

from notifications.engines import embedded
from server import clock
from server.app import create_service
from server.clock import Beating
from server.config import Settings
from workflow.store import Door

_log = structlog.get_logger()


class AlreadyServing(Exception):
    """Another process serves from this folder already."""


def serve(
    settings: Settings,
    *,
    host: str,
    port: int,
    now: Callable[[], datetime] = clock.system_time,
    start_clock: Callable[[Door, Callable[[], datetime]], Beating] = clock.start,
) -> None:
    """Serve until told to stop (SIGTERM or SIGINT); raises AlreadyServing on a second start."""
    with _only_one(settings):
        bell = threading.Event()
        service = create_service(settings, now=now, wake=bell.set)
        couriers = embedded.start(service.door.engine, service.channels, now, bell=bell)
        beating = start_clock(service.door, now)
        server = waitress.create_server(service.app, host=host, port=port, threads=8, ident=None)
        _stop_on_signal()
        _log.info("serving", host=host, port=port)
        try:
            server.run()
        except _Stop:
            server.close()
        finally:
            beating.shutdown(wait=True)
            couriers.stop()
            _log.info("stopped")


class _Stop(BaseException):
    """A signal asked the process to end."""


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    with (settings.folder / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyServing(settings.folder) from error
        yield


def _stop_on_signal() -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _Stop

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
