"""Rows by the million, each table in one statement, as both databases write them fastest."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Integer,
    column,
    create_engine,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.sql.expression import SQLColumnExpression

from workflow.models import Employee, bare_table
from workflow.models.base import Base

Number = ColumnElement[int]
_FAST_SQLITE = ("PRAGMA synchronous=OFF", "PRAGMA cache_size=-1000000")
_FAST_POSTGRESQL = ("SET session_replication_role = replica", "SET work_mem = '256MB'")


def write(
    connection: Connection,
    model: type[Base],
    count: int,
    *,
    among: Any = Employee.is_active,
    place: Callable[[Number], Number] = lambda number: number,
    **values: Any,
) -> None:
    """So many rows: a value is plain, or is made of the row's number, from 0, and the key of a person.

    That is whoever stands at the `place` a number gives, in a circle of those `among` whom one looks.
    """
    table = bare_table(model)
    person = (func.row_number().over(order_by=Employee.id) - 1).label("place")
    circle = select(Employee.id, person).where(among).subquery("circle")
    people = connection.scalar(select(func.count()).select_from(circle))
    numbers = _numbers(connection, count)
    made = {
        name: value(numbers.c.number, circle.c.id) if callable(value) else value
        for name, value in values.items()
    }
    rows = select(*(_column(table.c[name], value) for name, value in made.items()))
    rows = rows.join_from(numbers, circle, circle.c.place == place(numbers.c.number) % people)
    connection.execute(insert(table).from_select(list(made), rows.order_by(numbers.c.number)))


@contextmanager
def filling(engine: Engine) -> Iterator[Connection]:
    """A connection that checks nothing and waits for no disk; the planner then knows what there is."""
    by_itself = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    on_sqlite = engine.dialect.name == "sqlite"
    with by_itself.connect() as connection:
        for setting in _FAST_SQLITE if on_sqlite else _FAST_POSTGRESQL:
            connection.exec_driver_sql(setting)
        yield connection
        if not on_sqlite:  # where nobody ever does
            # Of a table that is empty by now it would go on believing what it has held before.
            connection.exec_driver_sql("DELETE FROM pg_statistic WHERE starelid >= 16384")
            connection.exec_driver_sql("VACUUM ANALYZE")
    by_itself.dispose()


def _numbers(connection: Connection, count: int) -> FromClause:
    if connection.dialect.name != "sqlite":
        series = func.generate_series(0, count - 1).table_valued(column("number", Integer), name="numbers")
        return series.render_derived()
    numbers = select(literal(0).label("number")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < count - 1))


def _column(of: Any, value: Any) -> ColumnElement[Any]:
    if isinstance(value, SQLColumnExpression):
        return value.label(of.name)
    return literal(value, of.type).label(of.name)
