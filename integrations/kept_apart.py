"""Relatives, and grievances that are open, from a CSV file: who is to have no say in whose case."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from integrations.lines import SoundLine, problem, read_lines, refuse
from integrations.organisation.columns import COLUMNS, BadCell, Column
from integrations.organisation.mapping import ColumnMapping, read_mapping
from integrations.organisation.people import Problem
from integrations.organisation.reading import Rows
from workflow import keeping_apart
from workflow.act import Act
from workflow.keeping_apart import Pair
from workflow.models import Employee
from workflow.vocabulary import ApartBecause

_PEOPLE = ("employee_number", "other_number")


def _because(cell: str) -> ApartBecause:
    try:
        return ApartBecause(cell)
    except ValueError:
        raise BadCell("unknown_because", cell) from None


_COLUMNS = {
    **dict.fromkeys(_PEOPLE, COLUMNS["employee_number"]),
    "because": Column(_because, is_required=True),
}


def mapping_from(text: str) -> ColumnMapping:
    """The mapping of a file with other columns; `BadMapping` lists every mistake."""
    return read_mapping(text, own=frozenset(_COLUMNS))


def load(act: Act, rows: Rows, mapping: ColumnMapping | None = None) -> tuple[int, int]:
    """Add the pairs of the file to those on file; how many are new, and how many were known.

    What the file does not name stays. Raises `BadImport` with every line that is wrong and why.
    """
    lines, problems = read_lines(rows, _COLUMNS, mapping)
    numbers = {line.values[column] for line in lines for column in _PEOPLE}
    people = select(Employee.number, Employee.id).where(Employee.number.in_(numbers))
    known = dict(act.db.execute(people).all())
    refuse([*problems, *_faults(lines, known)])
    pairs = {
        Pair(frozenset(known[line.values[column]] for column in _PEOPLE), line.values["because"])
        for line in lines
    }
    added = keeping_apart.declare_all(act, pairs)
    return added, len(pairs) - added


def _faults(lines: Sequence[SoundLine], known: dict[str, int]) -> Iterator[Problem]:
    for line in lines:
        one, other = (line.values[column] for column in _PEOPLE)
        for column in _PEOPLE:
            if line.values[column] not in known:
                yield problem(line.number, column, "person_unknown", line.values[column])
        if one == other:
            yield problem(line.number, "other_number", "person_twice", other)
