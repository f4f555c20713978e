"""Contacts from a CSV file: whom people's reviews can ask beyond line and department, every line checked."""

from collections import defaultdict
from typing import Any

from integrations.lines import problem, read_lines, refuse
from integrations.organisation.columns import COLUMNS, BadCell, Column
from integrations.organisation.reading import Rows
from workflow import contacts
from workflow.act import Act
from workflow.contacts import Changes, Listed
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
    lines, problems = read_lines(rows, _COLUMNS)
    lists: dict[str, list[Listed]] = defaultdict(list)
    places: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        lists[line.values["employee_number"]].append(_listed(line.values))
        places[line.values["employee_number"]].append(line.number)
    faults = contacts.faults_of(act, lists)
    problems += [problem(places[number][place], "", reason, number) for number, place, reason in faults]
    refuse(problems)
    return len(lists), contacts.replace_lists(act, lists)


def _listed(values: dict[str, Any]) -> Listed:
    is_customer = values["source"] is Source.CUSTOMER
    return Listed(
        source=values["source"],
        person=values.get("person_number"),
        name=values.get("name"),
        email=values.get("email"),
        locale=values.get("locale") or (COLUMNS["locale"].blank if is_customer else None),
    )
