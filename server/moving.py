"""`jinsheng migrate`: everything moves from an SQLite file to an empty PostgreSQL, or nothing does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server import places, schema
from server.places import CannotStart
from workflow.database import connect
from workflow.journal import verify
from workflow.models import Base

_BATCH = 1000  # rows; more are never held at once
_REFERENCES = text(
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype = 'f' AND conrelid::regclass::text = ANY(:tables)"
)


def move(file: Path, target: Engine, copied: Callable[[str, int], None]) -> None:
    """Copy every row, then compare counts and verify the journal; `copied` hears of each table.

    Raises CannotStart where a process runs on either, where their schemas are not of this version, where
    anything stands in the target, where PostgreSQL refuses a row, or where what has arrived is not what was
    sent. Nothing stays in the target then but empty tables.
    """
    if target.dialect.name != "postgresql":
        raise CannotStart("migrate_to_postgres")
    if not file.exists():
        raise CannotStart("migrate_no_file")
    source = connect(f"sqlite:///{file}")
    try:
        if schema.revision_of(source) != schema.newest_revision():
            raise CannotStart("migrate_other_version")
        with places.whole(source), places.whole(target):
            _prepare(target)
            with source.connect() as old, target.begin() as new:
                _copy(old, new, copied)
    finally:
        source.dispose()


def _prepare(target: Engine) -> None:
    if schema.revision_of(target) not in (None, schema.newest_revision()):
        raise CannotStart("migrate_other_version")
    schema.create_all(target)
    with target.connect() as connection:
        filled = [table.name for table in _tables() if _count(connection, table)]
    if filled:
        raise CannotStart("migrate_not_empty", tables=", ".join(filled))


def _copy(old: Connection, new: Connection, copied: Callable[[str, int], None]) -> None:
    with _referring_later(new):
        for table in _tables():
            _copy_table(old, new, table)
            _go_on_counting(new, table)
            sent, arrived = _count(old, table), _count(new, table)
            if sent != arrived:
                raise CannotStart("migrate_counts", table=table.name)
            copied(table.name, arrived)
    with Session(new) as db:
        if next(verify(db), None) is not None:
            raise CannotStart("migrate_chains")


@contextmanager
def _referring_later(new: Connection) -> Iterator[None]:
    """Let rows refer to rows that come later; that each finds its own is checked at the end of the block."""
    references = new.execute(_REFERENCES, {"tables": [table.name for table in _tables()]}).all()
    for table, name, _ in references:
        new.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in references:
        with _named(table):
            new.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _copy_table(old: Connection, new: Connection, table: Table) -> None:
    arriving = insert(table).values({column.name: _as_sent(column) for column in table.columns})
    rows = old.execution_options(yield_per=_BATCH).execute(_as_kept(table))
    with _named(table.name):
        for batch in rows.mappings().partitions():
            new.execute(arriving, [{f"to_{name}": row[name] for name in row} for row in batch])


def _as_kept(table: Table) -> Select[Any]:
    """Every column as it is kept: JSON as its very text, so that none is not taken for a null within it."""
    columns = [
        type_coerce(column, Text).label(column.name) if isinstance(column.type, JSON) else column
        for column in table.columns
    ]
    return select(*columns).order_by(*table.primary_key.columns)


def _as_sent(column: Column[Any]) -> Any:
    if isinstance(column.type, JSON):
        return cast(bindparam(f"to_{column.name}", type_=Text), column.type)
    return bindparam(f"to_{column.name}", type_=column.type)


def _go_on_counting(new: Connection, table: Table) -> None:
    """Let the next row get the key after the last one."""
    for column in table.primary_key.columns:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        if new.scalar(select(sequence)) is not None:
            new.execute(select(func.setval(sequence, func.max(column))).having(func.max(column).is_not(None)))


@contextmanager
def _named(table: str) -> Iterator[None]:
    """Say of which table it is that the database refuses a row."""
    try:
        yield
    except DBAPIError as error:
        raise CannotStart("migrate_refused", table=table) from error


def _tables() -> list[Table]:
    return list(Base.metadata.tables.values())


def _count(connection: Connection, table: Table) -> int:
    return connection.scalars(select(func.count()).select_from(table)).one()
