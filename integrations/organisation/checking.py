"""From rows to people: every cell read, every bad line named with its reason, nothing loaded yet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from integrations.organisation.columns import (
    COLUMNS,
    NOT_HELD,
    BadCell,
    certificate_of,
    own_column,
    rating_period,
    training_of,
)
from integrations.organisation.hierarchy import (
    department_parents,
    department_problems,
    manager_problems,
    with_derived_managers,
)
from integrations.organisation.mapping import ColumnMapping, own_columns
from integrations.organisation.people import Known, Person, Plan, Problem, Progress
from integrations.organisation.reading import Line, Rows
from workflow.errors import BadImport
from workflow.vocabulary import Role

STEP = 1000

_FIELDS = tuple(field.name for field in fields(Person) if field.name in COLUMNS)


def check(rows: Rows, mapping: ColumnMapping | None, known: Known, progress: Progress | None = None) -> Plan:
    """Turn the rows into people, as far as they are sound; the plan lists what is wrong with the others.

    Raises `BadImport` where the header itself will not do: a column is missing or unknown. `progress` is
    told the number of further lines read.
    """
    columns = mapping or own_columns(rows.columns)
    if problems := _header_problems(rows.columns, columns, is_mapped=mapping is not None):
        raise BadImport(lines=problems)
    found = [_read_line(line, rows.columns, columns, known.today) for line in _counted(rows, progress)]
    people = [entry.person for entry in found if entry.person]
    problems = [problem for entry in found for problem in entry.problems]
    lines = defaultdict(list)
    for entry in found:
        lines[entry.number].append(entry.line)
    if columns.derives_managers:
        people = with_derived_managers(people)
    sound, more = _sift(people, lines, known)
    people = [person for person in sound if _belongs_here(person, known)]
    orphans = _without_manager(people, known)
    return Plan(
        people=tuple(_placed(person, orphans) for person in people),
        given=_given(columns),
        problems=tuple(sorted(problems + more, key=lambda problem: problem["line"])),
        without_manager=tuple(sorted(orphans)),
        left_unknown=len(sound) - len(people),
    )


def unknown_column(column: str) -> Problem:
    """That a file has a column which is none of ours."""
    return _problem(1, column, "column_unknown", "")


@dataclass(frozen=True, slots=True)
class _Found:
    line: int
    number: str
    person: Person | None
    problems: Sequence[Problem]


def _counted(rows: Rows, progress: Progress | None) -> Iterator[Line]:
    told = done = 0
    for done, line in enumerate(rows, 1):
        yield line
        if progress and done - told == STEP:
            progress(STEP)
            told = done
    if progress:
        progress(done - told)


def _header_problems(present: tuple[str, ...], mapping: ColumnMapping, *, is_mapped: bool) -> list[Problem]:
    needed = [column for source in mapping.sources.values() for column in source.columns]
    required = [column for column, rule in COLUMNS.items() if rule.is_required]
    missing = [column for column in required if column not in mapping.sources]
    # Where only the day were told, an end on file would stay that belongs to an earlier certificate.
    pairs = [pair.other for column in mapping.sources if (pair := certificate_of(column))]
    missing += [column for column in pairs if column not in mapping.sources]
    missing += [column for column in dict.fromkeys(needed) if column not in present]
    unknown = [] if is_mapped else [column for column in present if own_column(column) is None]
    return [
        _problem(1, column, reason, "")
        for reason, columns in (("column_missing", missing), ("column_unknown", unknown))
        for column in columns
    ]


def _given(mapping: ColumnMapping) -> frozenset[str]:
    derived = {"manager_number"} if mapping.derives_managers else set()
    derived |= {"birth_year"} if "age" in mapping.sources else set()
    return frozenset(mapping.sources) | derived


def _read_line(line: Line, columns: tuple[str, ...], mapping: ColumnMapping, today: date) -> _Found:
    cells = dict(zip(columns, line.cells, strict=False))
    number = _number(cells, mapping)
    if len(line.cells) != len(columns):
        problem = _problem(line.number, "", "wrong_number_of_cells", str(len(line.cells)))
        return _Found(line.number, number, None, [problem])
    values, problems = _values(line.number, cells, mapping)
    if not problems:
        problems = _contradictions(line.number, values, today)
    return _Found(line.number, number, None if problems else _person(line.number, values, today), problems)


def _number(cells: Mapping[str, str], mapping: ColumnMapping) -> str:
    # Wanted of bad lines too: who reports to somebody on a bad line has a manager, only not yet a good one.
    try:
        return str(_value("employee_number", mapping.sources["employee_number"].text(cells)))
    except (BadCell, KeyError):
        return ""


def _values(
    number: int, cells: Mapping[str, str], mapping: ColumnMapping
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems = []
    for column, source in mapping.sources.items():
        try:
            values[column] = _value(column, source.text(cells))
        except BadCell as bad:
            problems.append(_problem(number, column, bad.reason, bad.value))
    return values, problems


def _value(column: str, cell: str) -> Any:
    rule = own_column(column)
    return rule.value(cell) if rule else None


def _contradictions(number: int, values: Mapping[str, Any], today: date) -> list[Problem]:
    tomorrow = today + timedelta(days=1)  # east of us the day has begun already
    problems = [
        _problem(number, column, "date_in_future", values[column].isoformat())
        for column in ("hired_on", "level_since")
        if values[column] > tomorrow
    ]
    manager = values.get("manager_number")
    if manager == values["employee_number"]:
        problems.append(_problem(number, "manager_number", "own_manager", manager))
    if values.get("department_head") and not values.get("active", True):
        problems.append(_problem(number, "department_head", "head_has_left", values["employee_number"]))
    field = values.get("hr_department")
    if field and Role.HR not in values.get("roles", ()):
        problems.append(_problem(number, "hr_department", "not_in_hr", field))
    return [*problems, *_contradictory_certificates(number, values, tomorrow)]


def _contradictory_certificates(number: int, values: Mapping[str, Any], tomorrow: date) -> Iterator[Problem]:
    for column, day in values.items():
        certificate = certificate_of(column)
        if certificate is None or certificate.is_end:
            continue
        is_held, end = isinstance(day, date), values[certificate.other]
        if is_held and day > tomorrow:
            yield _problem(number, column, "date_in_future", day.isoformat())
        if end is not None and not is_held:
            yield _problem(number, certificate.other, "certificate_not_obtained", end.isoformat())
        if end is not None and is_held and end < day:
            yield _problem(number, certificate.other, "ends_before_obtained", end.isoformat())


def _person(number: int, values: Mapping[str, Any], today: date) -> Person:
    own = {column: values.get(column, COLUMNS[column].blank) for column in _FIELDS}
    if own["birth_year"] is None and values.get("age") is not None:
        own["birth_year"] = today.year - values["age"]
    told = {column: value for column, value in values.items() if column not in COLUMNS and value is not None}
    ratings = {period: value for column, value in told.items() if (period := rating_period(column))}
    trainings = {key: value for column, value in told.items() if (key := training_of(column))}
    return Person(line=number, ratings=ratings, trainings=trainings, certificates=_certificates(told), **own)


def _certificates(told: Mapping[str, Any]) -> dict[str, tuple[date | None, date | None]]:
    return {
        column.certificate: (None if day == NOT_HELD else day, told.get(column.other))
        for name, day in told.items()
        if (column := certificate_of(name)) and not column.is_end
    }


def _sift(
    people: list[Person], lines: Mapping[str, list[int]], known: Known
) -> tuple[list[Person], list[Problem]]:
    problems: list[Problem] = []
    found = _repeated(lines) + _unknown_managers(people, lines, known) + _second_heads(people)
    while True:
        problems += found
        bad = {problem["line"] for problem in found}
        people = [person for person in people if person.line not in bad]
        # A line that is left out gives its person back the manager on file: that may close another circle.
        found = manager_problems(people, known) + department_problems(people, known)
        found += _unknown_fields(people, known)
        if not found:
            return people, problems


def _repeated(lines: Mapping[str, list[int]]) -> list[Problem]:
    return [
        _problem(line, "employee_number", "number_twice", number)
        for number, places in lines.items()
        if number and len(places) > 1
        for line in places
    ]


def _unknown_managers(
    people: Iterable[Person], lines: Mapping[str, list[int]], known: Known
) -> list[Problem]:
    return [
        _problem(person.line, "manager_number", "manager_not_found", manager)
        for person in people
        if (manager := person.manager_number) and manager not in lines and manager not in known.managers
    ]


def _unknown_fields(people: Sequence[Person], known: Known) -> list[Problem]:
    departments = known.departments.keys() | department_parents(people).keys()
    return [
        _problem(person.line, "hr_department", "department_not_found", field)
        for person in people
        if (field := person.hr_department) and field not in departments
    ]


def _second_heads(people: Iterable[Person]) -> list[Problem]:
    heads: dict[str, Person] = {}
    return [
        _problem(person.line, "department_head", "second_head", person.department)
        for person in people
        if person.department_head and heads.setdefault(person.department, person) is not person
    ]


def _belongs_here(person: Person, known: Known) -> bool:
    # Whoever has left and is not on file may have been erased; before the first file nobody has been.
    return person.active or not known.managers or person.employee_number in known.managers


def _without_manager(people: Sequence[Person], known: Known) -> set[str]:
    present = {person.employee_number for person in people} | known.managers.keys()
    return {
        person.employee_number
        for person in people
        if person.manager_number and person.manager_number not in present
    }


def _placed(person: Person, orphans: set[str]) -> Person:
    return replace(person, manager_number=None) if person.employee_number in orphans else person


def _problem(line: int, column: str, reason: str, value: str) -> Problem:
    return Problem(line=line, column=column, reason=reason, value=value)
