"""Files as a personnel department would send them, and what becomes of them."""

from datetime import UTC, date, datetime
from pathlib import Path

from integrations.organisation import (
    Known,
    Plan,
    Report,
    check,
    known_organisation,
    load,
    read_mapping,
    read_rows,
)
from workflow.act import Act

DATA = Path(__file__).parents[2] / "benchmarks" / "data"
TODAY = date(2026, 1, 5)
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOTHING_KNOWN = Known(today=TODAY, managers={}, departments={})

SOMEBODY = {
    "employee_number": "1",
    "name": "Lin Hua",
    "email": "lin@example.com",
    "department": "Service",
    "post": "Technician",
    "track": "professional",
    "level": "junior",
    "manager_number": "",
    "hired_on": "2020-03-01",
    "level_since": "2022-03-01",
}


def a_file(*people: dict[str, str], separator: str = ",") -> bytes:
    """A file with one line for each person; what is not said is as for `SOMEBODY`."""
    columns = list(SOMEBODY) + sorted({column for person in people for column in person} - set(SOMEBODY))
    lines = [{**dict.fromkeys(columns, ""), **SOMEBODY, **person} for person in people]
    rows = [columns, *([line[column] for column in columns] for line in lines)]
    return "\n".join(separator.join(row) for row in rows).encode()


def numbered(*numbers: str, **fields: str) -> list[dict[str, str]]:
    """People of these numbers, alike in everything else."""
    return [{"employee_number": number, **fields} for number in numbers]


def checked(*people: dict[str, str], known: Known = NOTHING_KNOWN) -> Plan:
    """The plan for a file of these people."""
    return check(read_rows(a_file(*people)), None, known)


def reasons(plan: Plan) -> list[tuple[int, str, str]]:
    """Line, column and reason of everything that is wrong."""
    return [(problem["line"], problem["column"], problem["reason"]) for problem in plan.problems]


def imported(act: Act, data: bytes, mapping: str | None = None, *, skip_bad: bool = False) -> Report:
    """Take a file through all steps, as the command does."""
    rows = read_rows(data)
    plan = check(rows, read_mapping(mapping) if mapping else None, known_organisation(act))
    return load(act, plan, skip_bad=skip_bad)
