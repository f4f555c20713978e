"""How connections to SQLite and PostgreSQL behave, and the one way to begin a write, and a look."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as ConnectionsTaken
from sqlalchemy.orm import Session

from workflow.errors import AlreadyExists, Busy, CaseAlreadyOpen, DatabaseGone, Refusal
from workflow.models import Base, make_ready

# How connections are kept. What one has prepared it need not again, so the last used is the next, and
# none is closed because others wait; an error that is logged must not tell values.
KEPT: dict[str, Any] = {
    "pool_size": 15,
    "max_overflow": 0,
    "pool_use_lifo": True,
    "hide_parameters": True,
}
_writers: dict[str, threading.RLock] = {}
_ROW = "statements in a row"
_NOTHING_OPEN, _FAILED = 0, 3  # PQTRANS_IDLE and PQTRANS_INERROR, as libpq calls them
_NOT_NOW = ("lock", "busy", "canceling statement")
_GONE = (
    "connection refused",
    "server closed",
    "unable to open",
    "could not connect",
    "terminating connection",
    "the database system is",  # starting up, shutting down, not accepting connections
    "too many connections",
    "too many clients",
    "connection slots are reserved",
)


@dataclass(slots=True)
class Row:
    """Statements that PostgreSQL is told one after the other without waiting for every answer.

    `expected` are the answers that will be asked for, by what was said.
    """

    sync: Callable[[], None]
    expected: dict[tuple[Any, ...], Any] = field(default_factory=dict)


def connect(url: str) -> Engine:
    """An engine for the database at `url`, prepared as `prepare` says."""
    engine = create_engine(url, **KEPT)
    prepare(engine)
    return engine


def prepare(engine: Engine) -> None:
    """Make every connection safe: nobody waits long; SQLite in WAL with full sync, explicit BEGIN."""
    for table in Base.metadata.tables.values():
        make_ready(table)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _set_up_postgresql)
        event.listen(engine, "begin", _begin_in_a_row)
        event.listen(engine, "commit", _know_of_it)
        event.listen(engine, "do_execute", _say)
        event.listen(engine, "do_executemany", _say_of_many)


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One write transaction: committed at the end of the block, or nothing of it stays.

    Raises Busy if no lock can be had in 3 seconds, or no connection in 30; DatabaseGone if nobody answers.
    """
    with (
        _translated(),
        _writer(engine),
        engine.connect() as connection,
        _in_a_row(connection.execution_options(writes=True)),
        Session(connection, autoflush=False, expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session
        session.flush()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads, and ends by a COMMIT: by a ROLLBACK psycopg forgets what it has prepared."""
    with Session(engine, autoflush=False) as session:
        yield session
        session.commit()


def translate(error: DBAPIError) -> Refusal | DBAPIError:
    """The refusal a database error stands for, or the error itself if it stands for none."""
    words = str(error.orig).lower()
    if isinstance(error, IntegrityError):
        if "one_open_case" in words or "one_case_per_person" in words or "one_draft_per_person" in words:
            return CaseAlreadyOpen()
        return AlreadyExists() if "unique" in words else error
    if isinstance(error, OperationalError):
        if error.connection_invalidated or any(sign in words for sign in _GONE):
            return DatabaseGone()
        if any(sign in words for sign in _NOT_NOW):
            return Busy()
    return error


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise translate(error) from error
    except ConnectionsTaken as error:
        raise Busy() from error


def _writer(engine: Engine) -> AbstractContextManager[Any]:
    # SQLite has one writer; a queue in the process is fair where its busy loop is not.
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return _writers.setdefault(str(engine.url), threading.RLock())


def recover(connection: Connection) -> None:
    """Take up again after an error where statements are sent in a row; those after it have not been done."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "postgresql" and driver.pgconn.pipeline_status:
        row: Row = connection.info[_ROW]
        row.expected.clear()
        driver._prepared.clear()  # for it takes as prepared what was only to be, behind the error
        with suppress(connection.dialect.loaded_dbapi.Error):  # which tells only that they have not
            row.sync()


def failed(connection: Connection, error: Any, words: str | None = None) -> BaseException:
    """The error as SQLAlchemy would have raised it; where a connection is lost, so are all that are kept."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if is_lost:
        connection.invalidate(error)
        connection.engine.dispose()
    else:
        recover(connection)
    made: BaseException = DBAPIError.instance(
        words, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=is_lost
    )
    return made


def row_of(connection: Connection) -> Row | None:
    """The row in which statements are said; None where each is waited for."""
    driver: Any = connection.connection.dbapi_connection
    in_a_row = connection.dialect.name == "postgresql" and driver.pgconn.pipeline_status
    return connection.info[_ROW] if in_a_row else None


@contextmanager
def _in_a_row(connection: Connection) -> Iterator[None]:
    """Do not wait for PostgreSQL where no answer is needed: what fails is raised by the next, or at last."""
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.autocommit = True  # or it would wait for what it says to begin; `_begin_in_a_row` does not
    is_done = False
    try:
        with driver.pipeline() as pipeline:
            connection.info[_ROW] = Row(pipeline.sync)
            yield
            is_done = True
    except connection.dialect.loaded_dbapi.Error as error:
        if not is_done:
            raise
        connection.invalidate(error)  # lost in farewell; what is committed stays so
    finally:
        leave(connection, driver)


def leave(connection: Connection, driver: Any) -> None:
    """Give a connection back as others expect it, or give it up."""
    try:
        if not driver.closed:
            driver.rollback()  # of what could not be committed
            driver.autocommit = False
    except connection.dialect.loaded_dbapi.Error as error:
        connection.invalidate(error)


def _begin_in_a_row(connection: Connection) -> None:
    driver: Any = connection.connection.dbapi_connection
    if driver.pgconn.pipeline_status:
        with _heard(connection):
            driver.execute("BEGIN ISOLATION LEVEL READ COMMITTED")


def _know_of_it(connection: Connection) -> None:
    # Answers alone do not tell the driver that a transaction is open, and then it would commit nothing.
    driver: Any = connection.connection.dbapi_connection
    if not driver.pgconn.pipeline_status:
        return
    if driver.pgconn.transaction_status == _NOTHING_OPEN:
        with _heard(connection):
            connection.info[_ROW].sync()
    if driver.pgconn.transaction_status == _FAILED:
        # PostgreSQL undoes it and says so in its answer alone, which nobody reads.
        raise RuntimeError("an error was passed over, and nothing can be committed after it")


@contextmanager
def _heard(connection: Connection) -> Iterator[None]:
    """Where SQLAlchemy does not look for errors of the driver: what it would make of them."""
    try:
        yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise failed(connection, error) from error


def _say(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    return _said(cursor, cursor.execute, statement, parameters, context)


def _say_of_many(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    return _said(cursor, cursor.executemany, statement, parameters, context)


def _said(cursor: Any, say: Callable[[str, Any], Any], statement: str, parameters: Any, context: Any) -> bool:
    """Say something in a row and wait all the same, for SQLAlchemy looks at once for the answer."""
    if not cursor.connection.pgconn.pipeline_status:
        return False
    try:
        say(statement, parameters)
        context.root_connection.info[_ROW].sync()
    except context.dialect.loaded_dbapi.Error:
        recover(context.root_connection)
        raise
    return True


def _set_up_postgresql(connection: Any, _record: Any) -> None:
    # Said once a connection, not once an act; what is said in a transaction that is undone is undone too.
    connection.execute("SET lock_timeout = '3s'")
    connection.commit()


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for setting in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=3000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Connection) -> None:
    is_write = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")
