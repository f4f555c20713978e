"""Which processes may run on one database: one that does everything, or many that share the work."""

import fcntl
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import structlog
from sqlalchemy import ColumnElement, Connection, Engine, NullPool, create_engine, func, select
from sqlalchemy.exc import DBAPIError

_KEY = int.from_bytes(b"jinsheng")
_EVERY = 15  # seconds

_log = structlog.get_logger()

Place: TypeAlias = Callable[[Engine], AbstractContextManager[None]]


class CannotStart(Exception):
    """This cannot be done on the database as it is: why not, as a code, and what the sentence needs."""

    def __init__(self, reason: str, **facts: str) -> None:
        """Say why by the code of a sentence."""
        super().__init__(reason)
        self.reason, self.facts = reason, facts


@contextmanager
def whole(engine: Engine) -> Iterator[None]:
    """Be the only process that serves from a database; raises CannotStart where any other does."""
    if engine.dialect.name == "postgresql":
        with _advisory(engine, func.pg_try_advisory_lock(_KEY)):
            yield
        return
    file = Path(f"{engine.url.database}.lock")
    with file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart("already_serving") from error
        yield


@contextmanager
def shared(engine: Engine) -> Iterator[None]:
    """Be one of many processes on a PostgreSQL; raises CannotStart where one does everything."""
    with _advisory(engine, func.pg_try_advisory_lock_shared(_KEY)):
        yield


@contextmanager
def _advisory(engine: Engine, lock: ColumnElement[bool]) -> Iterator[None]:
    # The lock lasts as long as its connection, which the server ends with the process, however that ends.
    holder = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with holder.connect() as connection:
        if not connection.scalar(select(lock)):
            raise CannotStart("already_serving")
        leaving = threading.Event()
        watch = threading.Thread(target=_end_without, args=(connection, leaving), name="place", daemon=True)
        watch.start()
        try:
            yield
        finally:
            leaving.set()
            watch.join()


def _end_without(connection: Connection, leaving: threading.Event) -> None:
    """End the process as a signal would once the connection is gone, and its place with it."""
    while not leaving.wait(_EVERY):
        try:
            connection.scalar(select(1))
        except DBAPIError:
            _log.exception("place_lost")
            os.kill(os.getpid(), signal.SIGTERM)
            return
