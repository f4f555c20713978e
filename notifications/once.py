"""Inserts that leave alone what is already there, and what else SQLite and PostgreSQL spell differently."""

from datetime import datetime
from typing import Any, TypeAlias, cast

from sqlalchemy import JSON, ColumnElement, CompoundSelect, CursorResult, Executable, Select, String, literal
from sqlalchemy import cast as converted
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import SQLColumnExpression
from sqlalchemy.sql.functions import GenericFunction

from notifications.models import Delivery, DeliveryState
from workflow.models import Base, JournalEntry

Rows: TypeAlias = Select[*tuple[Any, ...]]

_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class json_object(GenericFunction[Any]):  # noqa: N801 -- functions of SQL are written so
    """A JSON object of names and values in turn, as both databases can build it."""

    type = JSON()
    inherit_cache = True


@compiles(json_object, "postgresql")
def _json_build_object(element: json_object, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_build_object{compiler.process(element.clause_expr, **options)}"


def insert_once(db: Session, table: type[Base], rows: Rows | CompoundSelect[Any]) -> int:
    """Insert the rows a query gives, in one statement, and return how many were new.

    The query must have a WHERE: without it SQLite takes ON CONFLICT for a join condition.
    """
    insert = _INSERTS[db.get_bind().dialect.name](table)
    columns = [column.name for column in rows.selected_columns]
    return count_of(db, insert.from_select(columns, rows).on_conflict_do_nothing())


def count_of(db: Session, statement: Executable) -> int:
    """Run a statement and return how many rows it wrote or removed."""
    result = db.execute(statement, execution_options={"preserve_rowcount": True})
    return cast("CursorResult[Any]", result).rowcount


def delivery_columns(now: datetime, **values: Any) -> list[ColumnElement[Any]]:
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


def entry_key(receiver: str, key: ColumnElement[Any]) -> ColumnElement[str]:
    """The key of a delivery: of which entry of the journal, and to whom."""
    entry = literal("entry/") + converted(JournalEntry.id, String)
    return entry + literal(f"/{receiver}/") + converted(key, String)


def _column(name: str, value: Any) -> ColumnElement[Any]:
    """A labelled column of the type that the outbox gives it."""
    if isinstance(value, SQLColumnExpression):
        return value.label(name)
    return literal(value, Delivery.__table__.c[name].type).label(name)
