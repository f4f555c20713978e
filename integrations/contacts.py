"""Contacts from a CSV file: whom people's reviews can ask beyond line and department, every line checked."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from integrations.organisation.columns import COLUMNS, BadCell, Column
from integrations.organisation.people import Problem
from integrations.organisation.reading import Line, Rows
from workflow import contacts
from workflow.act import Act
from workflow.contacts import Changes, Listed
from workflow.errors import BadImport
from workflow.vocabulary import Source

_SOURCES = {source.value: source for source in (Source.SUPERIOR, Source.PEER, Source.CUSTOMER)}


def _source(cell: str) -> Source:
    if cell not in _SOURCES:
        raise BadCell("unknown_source", cell)
    return _SOURCES[cell]


_COLUMNS = {
    "employee_number": COLUMNS["employee_number"],
    "source": Column(_source, is_required=True),
    "person_number": Column(COLUMNS["employee_number"].read),
    "name": Column(COLUMNS["name"].read),
    "email": COLUMNS["email"],
    "locale": Column(COLUMNS["locale"].read),
}


def load(act: Act, rows: Rows) -> tuple[int, Changes]:
    """Put the lists of everybody the file names in the place of those on file; of how many people, and what.

    A second time changes nothing. Raises `BadImport` with every line that is wrong and why.
    """
    if problems := list(_header_problems(rows)):
        raise BadImport(lines=problems)
    lists: dict[str, list[Listed]] = defaultdict(list)
    places: dict[str, list[int]] = defaultdict(list)
    for line in rows:
        values, found = _values(rows, line)
        problems += found
        if not found:
            lists[values["employee_number"]].append(_listed(values))
            places[values["employee_number"]].append(line.number)
    problems += [
        _problem(places[number][place], "", reason, number)
        for number, place, reason in contacts.faults_of(act, lists)
    ]
    if problems:
        raise BadImport(lines=sorted(problems, key=lambda problem: problem["line"]))
    return len(lists), contacts.replace_lists(act, lists)


def _header_problems(rows: Rows) -> Iterator[Problem]:
    for column in ("employee_number", "source"):
        if column not in rows.columns:
            yield _problem(1, column, "column_missing", "")
    for column in rows.columns:
        if column not in _COLUMNS:
            yield _problem(1, column, "column_unknown", "")


def _values(rows: Rows, line: Line) -> tuple[dict[str, Any], list[Problem]]:
    if len(line.cells) != len(rows.columns):
        return {}, [_problem(line.number, "", "wrong_number_of_cells", str(len(line.cells)))]
    values: dict[str, Any] = {}
    problems = []
    for column, cell in zip(rows.columns, line.cells, strict=True):
        try:
            values[column] = _COLUMNS[column].value(cell)
        except BadCell as bad:
            problems.append(_problem(line.number, column, bad.reason, bad.value))
    return values, problems


def _listed(values: dict[str, Any]) -> Listed:
    is_customer = values["source"] is Source.CUSTOMER
    return Listed(
        source=values["source"],
        person=values.get("person_number"),
        name=values.get("name"),
        email=values.get("email"),
        locale=values.get("locale") or (COLUMNS["locale"].blank if is_customer else None),
    )


def _problem(line: int, column: str, reason: str, value: str) -> Problem:
    return Problem(line=line, column=column, reason=reason, value=value)
