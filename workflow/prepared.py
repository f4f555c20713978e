"""Statements that are put together once, and then said to the database past the unit of work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Executable, bindparam, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from workflow.database import failed, row_of
from workflow.models import Base, bare_table

Convert = Callable[[Any], Any]
Values = Mapping[str, Any] | tuple[Any, ...]

_CURSORS = "cursors by what they say"


class Prepared:
    """A statement that is said often; what it leaves open are its `bindparam`s, each of one value.

    Half of what a small statement costs is to find out anew what it is. Here that is done once for each kind
    of database. Values go through the types of their columns, as anywhere else; answers are bare rows. It
    does not see what the unit of work has not flushed, nor do objects learn of what it changes.
    """

    def __init__(self, statement: Executable) -> None:
        """Keep the statement, which is put into words when it is first said."""
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def rows(self, db: Session | Connection, known: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Say it, wait, and read every row of the answer."""
        connection = db if isinstance(db, Connection) else db.connection()
        form = self._form(connection.dialect)
        values = form.values(known)
        try:
            return form.read(form.expected(connection, values) or form.say(connection, "ask", values))
        except connection.dialect.loaded_dbapi.Error as error:
            raise failed(connection, error, form.words) from error

    def expect(self, db: Session, known: Mapping[str, Any]) -> None:
        """Say it now where answers need not be waited for; who asks the same finds the answer on its way.

        Nothing that is done in between may change the answer.
        """
        connection = db.connection()
        form = self._form(connection.dialect)
        try:
            form.expect(connection, form.values(known))
        except connection.dialect.loaded_dbapi.Error as error:
            raise failed(connection, error, form.words) from error

    def each(self, db: Session, rows: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
        """Say it for each of many, and read one row of the answer for each, in their order."""
        return self.rows(db, rows[0]) if len(rows) == 1 else db.execute(self._statement, rows).all()

    def tell(self, db: Session, each: Sequence[Mapping[str, Any]]) -> None:
        """Say it once for each of many and wait for no answer; what fails is raised by what is asked next."""
        if not each:
            return
        connection = db.connection()
        form = self._form(connection.dialect)
        try:
            form.say(connection, "tell", *[form.values(known) for known in each])
        except connection.dialect.loaded_dbapi.Error as error:
            raise failed(connection, error, form.words) from error

    def _form(self, dialect: Dialect) -> "_Form":
        known = self._forms.get(dialect.name)
        if known is None:
            known = self._forms[dialect.name] = _Form.of(self._statement, dialect)
        return known


Question = tuple[Prepared, Mapping[str, Any]]


@dataclass(slots=True, eq=False)
class _Form:
    """How one kind of database is told: in which words, with which values, and what its answers are."""

    words: str
    fixed: dict[str, Any]  # values that belong to the statement, as the driver takes them
    left_open: Sequence[tuple[str, Convert | None]]
    order: list[str] | None  # where values have places instead of names
    answers: list[TypeEngine[Any]]
    dialect: Dialect
    converts: list[tuple[int, Convert]] | None = field(default=None)

    @classmethod
    def of(cls, statement: Executable, dialect: Dialect) -> "_Form":
        compiled = cast(SQLCompiler, statement.compile(dialect=dialect))  # type: ignore[attr-defined]
        names = {bind.key for bind in compiled.binds.values() if bind.required}
        full = compiled.construct_expanded_state(dict.fromkeys(names))
        types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        as_taken = {name: kind.bind_processor(dialect) for name, kind in types.items()}
        as_taken |= full.processors
        fixed = {
            name: convert(value) if (convert := as_taken[name]) else value
            for name, value in full.parameters.items()
            if name not in names
        }
        columns = getattr(statement, "exported_columns", ())
        order = list(full.positiontup) if full.positiontup is not None else None
        left_open = [(name, as_taken[name]) for name in sorted(names)]
        return cls(full.statement, fixed, left_open, order, [one.type for one in columns], dialect)

    def values(self, known: Mapping[str, Any]) -> Values:
        """What the driver is given; raises KeyError for what was left open and is not known."""
        values = self.fixed.copy()
        for name, convert in self.left_open:
            values[name] = convert(known[name]) if convert else known[name]
        return values if self.order is None else tuple([values[name] for name in self.order])

    def say(self, connection: Connection, how: str, *each: Values) -> Any:
        """Have the driver say it with the values of each, and give what will have the answer."""
        cursor = self._cursor(connection, how)
        is_of_many = len(each) > 1
        for listener in connection.dispatch.before_cursor_execute:  # as for any other statement
            values = list(each) if is_of_many else each[0]
            listener(connection, cursor, self.words, values, None, is_of_many)
        if is_of_many:
            cursor.executemany(self.words, each)
        else:
            cursor.execute(self.words, each[0])
        return cursor

    def expect(self, connection: Connection, values: Values) -> None:
        """Say what will be asked; one such question at a time."""
        row = row_of(connection)
        if row is not None and not any(form is self for form, *_ in row.expected):
            row.expected[self, *dict(values).values()] = self.say(connection, "expect", values)

    def expected(self, connection: Connection, values: Values) -> Any:
        """What will have the answer to what was expected to be asked, or None."""
        row = row_of(connection)
        if row is None or not row.expected:
            return None
        return row.expected.pop((self, *dict(values).values()), None)

    def _cursor(self, connection: Connection, how: str) -> Any:
        """One for each connection: psycopg finds out again what values and answers are when words change.

        What is told has one apart, for its answers may come when something is asked in the same words.
        """
        if self.dialect.name == "sqlite":
            return connection.connection.cursor()
        cursors = connection.info.setdefault(_CURSORS, {})
        known = cursors.get((self, how))
        if known is None:
            known = cursors[self, how] = connection.connection.cursor()
        return known

    def read(self, cursor: Any) -> list[tuple[Any, ...]]:
        """All rows, their values as the types of the columns give them."""
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        if self.converts is None:
            self.converts = list(self._converts(cursor.description))
        return [self._converted(row) for row in rows] if self.converts else rows

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, convert in self.converts or ():
            values[place] = convert(values[place])
        return tuple(values)

    def _converts(self, description: Any) -> Any:
        for place, (kind, told) in enumerate(zip(self.answers, description, strict=True)):
            convert = kind.dialect_impl(self.dialect).result_processor(self.dialect, told[1])
            if convert is not None:
                yield place, convert


@cache
def filling(model: type[Base], names: tuple[str, ...], rows: int | None = None) -> Prepared:
    """The statement that puts a row of a table on file, of which these columns are given.

    Or so many rows at once: then the values of each are called after its place, from 0.
    """
    if rows is None:
        return Prepared(insert(bare_table(model)).values({name: bindparam(name) for name in names}))
    places: list[dict[str, Any]] = [
        {name: bindparam(f"{name}{place}") for name in names} for place in range(rows)
    ]
    return Prepared(insert(bare_table(model)).values(places))
