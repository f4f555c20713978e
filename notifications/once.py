"""Inserts that leave alone what is already there, and what else SQLite and PostgreSQL spell differently."""

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from sqlalchemy import (
    JSON,
    ColumnElement,
    CompoundSelect,
    CursorResult,
    Executable,
    Insert,
    Select,
    String,
    literal,
)
from sqlalchemy import cast as converted
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import SQLColumnExpression
from sqlalchemy.sql.functions import GenericFunction

from notifications.models import Channel, Delivery, DeliveryState
from workflow.models import Base, JournalEntry, bare_table
from workflow.moment import At

Rows: TypeAlias = Select[*tuple[Any, ...]]

_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class json_object(GenericFunction[Any]):  # noqa: N801 -- functions of SQL are written so
    """A JSON object of names and values in turn, as both databases can build it."""

    type = JSON()
    inherit_cache = True


@compiles(json_object, "postgresql")
def _json_build_object(element: json_object, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_build_object{compiler.process(element.clause_expr, **options)}"


def insert_once(
    db: Session,
    table: type[Base],
    rows: Rows | CompoundSelect[Any],
    known: Mapping[str, Any] | None = None,
) -> int:
    """Insert the rows a query gives, in one statement, and return how many were new.

    `known` is what the query leaves open. It must have a WHERE: without it SQLite takes ON CONFLICT for a
    join condition.
    """
    return count_of(db, inserting_once(dialect_of(db), table, rows), known)


def inserting_once(dialect: str, table: type[Base], rows: Rows | CompoundSelect[Any]) -> Insert:
    """The statement that does so."""
    columns = [column.name for column in rows.selected_columns]
    insert = _INSERTS[dialect](bare_table(table)).from_select(columns, rows)
    return cast(Insert, insert.on_conflict_do_nothing())


def dialect_of(db: Session) -> str:
    """Which of the two databases it is."""
    return db.get_bind().dialect.name


def count_of(db: Session, statement: Executable, known: Mapping[str, Any] | None = None) -> int:
    """Run a statement, with what it leaves open, and return how many rows it wrote or removed."""
    result = db.execute(statement, known, execution_options={"preserve_rowcount": True})
    return cast("CursorResult[Any]", result).rowcount


def delivery_columns(now: At, **values: Any) -> list[ColumnElement[Any]]:
    """The columns of a new delivery for such a query; each value is plain or comes from the query."""
    start: dict[str, Any] = {
        "person_id": None,
        "request_id": None,
        "subscription_id": None,
        "entry_id": None,
        "payload": {},
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "created_at": now,
        "next_at": now,
    }
    return [_column(name, value) for name, value in (start | values).items()]


def mail_columns(
    now: At, kind: str, person: ColumnElement[Any], *, receiver: str = "person", **values: Any
) -> list[ColumnElement[Any]]:
    """The same of a mail to a person about an entry of the journal."""
    key, entry = entry_key(receiver, person), JournalEntry.id
    return delivery_columns(
        now, key=key, channel=Channel.MAIL, kind=kind, person_id=person, entry_id=entry, **values
    )


def entry_key(receiver: str, key: ColumnElement[Any]) -> ColumnElement[str]:
    """The key of a delivery: of which entry of the journal, and to whom."""
    entry = literal("entry/") + converted(JournalEntry.id, String)
    return entry + literal(f"/{receiver}/") + converted(key, String)


def _column(name: str, value: Any) -> ColumnElement[Any]:
    """A labelled column of the type that the outbox gives it."""
    if isinstance(value, SQLColumnExpression):
        return value.label(name)
    return literal(value, Delivery.__table__.c[name].type).label(name)
