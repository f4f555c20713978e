"""Rows that come back as small objects, and the few words by which people are shown."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Bundle, Session

from workflow.models import Employee


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as lists show people: by number and name."""

    number: str
    name: str


class Shaped(Bundle[Any]):
    """Columns of a query that come back as one object, which `make` builds of them in order.

    SQLAlchemy keeps compiled queries with the first `make` they had: what differs between readers must
    be a column, never part of `make`.
    """

    def __init__(self, name: str, make: Callable[..., Any], *columns: Any) -> None:
        """Keep what builds the object beside the columns it is built of."""
        super().__init__(name, *columns)
        self.make = make

    def create_row_processor(
        self, query: Any, procs: Sequence[Callable[[Any], Any]], labels: Sequence[str]
    ) -> Callable[[Any], Any]:
        """Build one object from each row."""
        return lambda row: self.make(*(read(row) for read in procs))


def person_of(name: str, employee: Any) -> Shaped:
    """The person of a joined employee; None where an outer join found nobody."""
    return Shaped(name, _person, employee.number, employee.name)


def people(db: Session, keys: Collection[int | None]) -> dict[int | None, Person]:
    """Persons by key, in one statement."""
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    rows = db.execute(select(Employee.id, Employee.number, Employee.name).where(Employee.id.in_(wanted)))
    return {key: Person(number, name) for key, number, name in rows}


def _person(number: str | None, name: str) -> Person | None:
    return None if number is None else Person(number, name)
