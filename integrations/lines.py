"""Files with columns of their own and one thing a line: every cell read, every bad line named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.organisation.columns import BadCell, Column
from integrations.organisation.mapping import ColumnMapping, own_columns
from integrations.organisation.people import Problem
from integrations.organisation.reading import Line, Rows
from workflow.errors import BadImport

Columns = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class SoundLine:
    """What a line says, and where it stands."""

    number: int
    values: dict[str, Any]


def read_lines(
    rows: Rows, columns: Columns, mapping: ColumnMapping | None = None
) -> tuple[list[SoundLine], list[Problem]]:
    """The lines that are sound, and what is wrong with the others.

    Raises `BadImport` where the header itself will not do: a column is missing or unknown.
    """
    used = mapping or own_columns(rows.columns)
    if problems := list(_header_problems(rows, columns, used, is_mapped=mapping is not None)):
        raise BadImport(lines=problems)
    sound: list[SoundLine] = []
    for line in rows:
        values, found = _values(line, rows, columns, used)
        problems += found
        if not found:
            sound.append(SoundLine(line.number, values))
    return sound, problems


def problem(line: int, column: str, reason: str, value: str = "") -> Problem:
    """One thing that is wrong with a file."""
    return Problem(line=line, column=column, reason=reason, value=value)


def refuse(problems: list[Problem]) -> None:
    """Refuse a file with anything wrong in it (`BadImport`), first things first."""
    if problems:
        raise BadImport(lines=sorted(problems, key=lambda one: one["line"]))


def _header_problems(
    rows: Rows, columns: Columns, used: ColumnMapping, *, is_mapped: bool
) -> Iterator[Problem]:
    needed = dict.fromkeys(column for source in used.sources.values() for column in source.columns)
    missing = [name for name, column in columns.items() if column.is_required and name not in used.sources]
    for name in (*missing, *(name for name in needed if name not in rows.columns)):
        yield problem(1, name, "column_missing")
    for name in () if is_mapped else rows.columns:
        if name not in columns:
            yield problem(1, name, "column_unknown")


def _values(
    line: Line, rows: Rows, columns: Columns, used: ColumnMapping
) -> tuple[dict[str, Any], list[Problem]]:
    if len(line.cells) != len(rows.columns):
        return {}, [problem(line.number, "", "wrong_number_of_cells", str(len(line.cells)))]
    cells = dict(zip(rows.columns, line.cells, strict=True))
    values: dict[str, Any] = {}
    problems = []
    for name, source in used.sources.items():
        try:
            values[name] = columns[name].value(source.text(cells))
        except BadCell as bad:
            problems.append(problem(line.number, name, bad.reason, bad.value))
    return values, problems
