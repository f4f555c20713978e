"""One act: who does something, when, and through which open transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Executable, Result, Select, bindparam, insert
from sqlalchemy.orm import Session

from workflow.models import Base, Employee, JournalEntry, JournalText, PromotionCase, bare_table, columns
from workflow.prepared import Prepared, filling

T = TypeVar("T")
Row = TypeVar("Row", bound=Base)
_FEW = 16  # rows that are put on file in one statement, which is made for their number


@dataclass(frozen=True, slots=True)
class SeenTask:
    """The task on which somebody acts, as it was when his act began."""

    id: int
    case_id: int | None
    version: int
    is_own: bool


@dataclass(slots=True)
class Act:
    """What a verb is given: it may read and add rows; only `store` begins and commits.

    `by` is None when the clock acts. `now` is an aware instant. `entries` are what the journal will say of
    the act, with the personal `texts` of some; `arrivals` the cases that have come into a stage which has not
    been set up yet, `raised` those whose version has risen, `told_of` those about which the journal says
    something, by their keys; `overtaken` the ended tasks that stood in the inboxes of others. A substitute
    acts `on_behalf_of` whoever is away. `task` is the one that the person says to have seen.
    """

    db: Session
    by: Employee | None
    now: datetime
    request_id: str | None = None
    entries: list[JournalEntry] = field(default_factory=list)
    texts: list[tuple[JournalEntry, JournalText]] = field(default_factory=list)
    arrivals: list[PromotionCase] = field(default_factory=list)
    raised: set[int] = field(default_factory=set)
    told_of: dict[int, PromotionCase] = field(default_factory=dict)
    overtaken: set[int] = field(default_factory=set)
    on_behalf_of: int | None = None
    task: SeenTask | None = None

    @property
    def person(self) -> Employee:
        """The person who acts; an error of the program if the clock does."""
        if self.by is None:
            raise RuntimeError("this act needs a person")
        return self.by

    def hand_over(self) -> None:
        """From here on the service acts: what is written down names neither the person nor the request."""
        self.by = self.request_id = self.on_behalf_of = None

    def note_end(self, task_id: int, holder: int | None, inboxes: int = 1) -> None:
        """Remember that a task is over which somebody else held than the person who acts, or a substitute."""
        if self.by is not None and holder is not None and (holder != self.by.id or inboxes > 1):
            self.overtaken.add(task_id)

    def add(self, row: Row) -> Row:
        """Put a new row into the transaction and give it its key."""
        self.db.add(row)
        self.db.flush()
        return row

    def add_many(self, rows: Sequence[Base]) -> None:
        """Put many new rows of one table on file in a few statements; they get their keys and stay values."""
        if not rows:
            return
        names, prepared = _adding(type(rows[0]))
        values = [{name: getattr(row, name) for name in names} for row in rows]
        for row, (key,) in zip(rows, prepared.each(self.db, values), strict=True):
            row.id = key  # type: ignore[attr-defined]

    def all(self, query: Select[T], known: Mapping[str, Any] | None = None) -> Sequence[T]:
        """Every row the query finds, first column; `known` is what it leaves open."""
        return self.db.scalars(query, known).all()

    def first(self, query: Select[T]) -> T | None:
        """The first row the query finds, or None."""
        return self.db.scalars(query.limit(1)).first()

    def count(self, statement: Executable) -> int:
        """Run a set-based statement and say how many rows it touched."""
        # Without the option PostgreSQL does not say how many rows an INSERT ... SELECT wrote.
        done = self.db.execute(statement, execution_options={"preserve_rowcount": True})
        return cast("CursorResult[Any]", done).rowcount

    def ask(self, prepared: Prepared, known: Mapping[str, Any]) -> list[Any]:
        """Every row of a prepared statement, as bare values; `known` is what it leaves open."""
        return prepared.rows(self.db, known)

    def expect(self, prepared: Prepared, known: Mapping[str, Any]) -> None:
        """Say already what will be asked, so that its answer is there by then."""
        prepared.expect(self.db, known)

    def tell(self, prepared: Prepared, *each: Mapping[str, Any]) -> None:
        """Say a prepared statement once for each of the rows, and wait for no answer."""
        prepared.tell(self.db, each)

    def fill(self, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
        """Put new rows of a table on file, all of the same columns, whose keys nobody needs."""
        if not rows:
            return
        names = tuple(rows[0])
        if len(rows) > _FEW:
            self.tell(filling(model, names), *rows)
        else:
            values = {f"{name}{place}": row[name] for place, row in enumerate(rows) for name in names}
            self.tell(filling(model, names, len(rows)), values)

    def execute(
        self, statement: Executable, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> Result[*tuple[Any, ...]]:
        """Run a set-based statement in the transaction, with what it leaves open, or once for all `rows`."""
        return self.db.execute(statement, rows)


@cache
def _adding(model: type[Base]) -> tuple[list[str], Prepared]:
    """What of new rows of a table is put on file, and the statement that does it and gives their keys."""
    table = bare_table(model)
    given = {name: column for name, column in columns(model).items() if name != "id"}
    added = insert(table).values({column: bindparam(name) for name, column in given.items()})
    return list(given), Prepared(added.returning(table.c.id, sort_by_parameter_order=True))
