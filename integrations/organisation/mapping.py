"""The column mapping: how the columns of somebody else's file become the product's own.

A mapping is a YAML document. Below `columns` each of our columns names its source:

    post: JobRole                                                 another column, as it is
    site: {constant: Head office}                                 the same for everybody
    name: {template: "Employee {EmployeeNumber:4}"}               columns in a text, zero-padded to 4 places
    level: {column: JobLevel, values: {1: junior, 2: senior}}     a list of values, `otherwise` for all others
    hired_on: {column: YearsAtCompany, years_before: 2026-01-01}  a day counted back; from a year, a year
    rating_2025: {column: Mark, scale: {from: [0, 100], to: [1, 5]}}

and `managers: next_level_in_department` derives a manager for everybody where the file names none.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from integrations.organisation.columns import BadCell, own_column, read_rating
from workflow.errors import BadMapping

Cells = Mapping[str, str]
Spec = dict[str, Any]

NEXT_LEVEL = "next_level_in_department"

_COLON = re.compile("[:：]")
_PLACE = re.compile(r"\{([^{}:]+)(?::(\d{1,2}))?\}")


@dataclass(frozen=True, slots=True)
class Source:
    """Where one of our cells comes from: the foreign columns it needs, and its text given a line of them."""

    columns: tuple[str, ...]
    text: Callable[[Cells], str]


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A source for each of our columns, and whether managers are derived."""

    sources: Mapping[str, Source]
    derives_managers: bool = False


def own_columns(columns: Iterable[str]) -> ColumnMapping:
    """The mapping of a file that already has our columns: each from itself."""
    return ColumnMapping({column: _column(column) for column in columns})


def renamed(columns: Collection[str], names: str) -> tuple[ColumnMapping, tuple[str, ...]]:
    """The mapping of a file some of whose columns have other names, and its columns that are not known.

    `names` has a line for each of those: our name, a colon, the name in the file. Raises BadMapping.
    """
    given: dict[str, str] = {}
    problems = []
    for number, line in enumerate(names.splitlines(), 1):
        own, theirs = (part.strip() for part in [*_COLON.split(line, maxsplit=1), ""][:2])
        if not own and not theirs:
            continue
        reason = _mistake(own, theirs, given)
        if reason is not None:
            problems.append((f"{number}", reason))
        given[own] = theirs
    if problems:
        raise _bad(problems)
    taken = set(given.values())
    own_names = [one for one in columns if one not in taken and one not in given and own_column(one)]
    sources = {own: _column(theirs) for own, theirs in {**given, **{one: one for one in own_names}}.items()}
    return ColumnMapping(sources), tuple(one for one in columns if one not in {*taken, *own_names})


def _mistake(own: str, theirs: str, given: Collection[str]) -> str | None:
    if not own or not theirs:
        return "pair_expected"
    if own_column(own) is None:
        return "not_our_column"
    return "name_twice" if own in given else None


def read_mapping(text: str, *, own: Collection[str] | None = None) -> ColumnMapping:
    """Read a mapping; `BadMapping` lists every mistake with its path and a reason.

    `own` are our columns where the file is not one of people.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _bad([(f"line {mark.line + 1}" if mark else "", "not_yaml")]) from None
    if not isinstance(document, dict) or not isinstance(document.get("columns"), dict):
        raise _bad([("columns", "missing")])
    columns = document["columns"]
    sources, problems = {}, _outer_problems(document, may_derive=own is None)
    for column, spec in columns.items():
        is_known = own_column(str(column)) is not None if own is None else column in own
        try:
            sources[str(column)] = _source(spec, is_known=is_known)
        except _Mistake as mistake:
            problems.append((f"columns.{column}{mistake.below}", mistake.reason))
    if problems:
        raise _bad(problems)
    return ColumnMapping(sources, document.get("managers") == NEXT_LEVEL)


class _Mistake(ValueError):
    def __init__(self, reason: str, below: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.below = f".{below}" if below else ""


def _bad(problems: list[tuple[str, str]]) -> BadMapping:
    return BadMapping(problems=[{"path": path, "reason": reason} for path, reason in problems])


def _outer_problems(document: Spec, *, may_derive: bool) -> list[tuple[str, str]]:
    known = ("columns", "managers") if may_derive else ("columns",)
    problems = [(str(key), "unknown_key") for key in document if key not in known]
    if document.get("managers") not in (None, NEXT_LEVEL):
        problems.append(("managers", "unknown_rule"))
    elif document.get("managers") and "manager_number" in document["columns"]:
        problems.append(("managers", "file_names_managers"))
    return problems


def _source(spec: Any, *, is_known: bool) -> Source:
    if not is_known:
        raise _Mistake("unknown_column")
    if isinstance(spec, str):
        return _column(spec)
    if not isinstance(spec, dict):
        raise _Mistake("column_or_rule_expected")
    kind = next((kind for kind in _KINDS if kind in spec), "column")
    read, allowed = _KINDS.get(kind, (_plain, frozenset()))
    if unknown := sorted(str(key) for key in spec if key not in {kind, *allowed}):
        raise _Mistake("unknown_key", unknown[0])
    return read(spec)


def _column(name: str) -> Source:
    return Source((name,), lambda cells: cells[name])


def _plain(spec: Spec) -> Source:
    return _column(_column_name(spec))


def _constant(spec: Spec) -> Source:
    text = _as_text(spec["constant"], "constant")
    return Source((), lambda _: text)


def _template(spec: Spec) -> Source:
    template = _as_text(spec["template"], "template")
    columns = tuple(match[1] for match in _PLACE.finditer(template))
    if not columns or re.search("[{}]", _PLACE.sub("", template)):
        raise _Mistake("bad_template", "template")

    def text(cells: Cells) -> str:
        return _PLACE.sub(lambda place: cells[place[1]].zfill(int(place[2] or 0)), template)

    return Source(columns, text)


def _values(spec: Spec) -> Source:
    column = _column_name(spec)
    if not isinstance(spec["values"], dict):
        raise _Mistake("values_expected", "values")
    values = {}
    for key, value in spec["values"].items():
        if isinstance(key, bool):  # an unquoted Yes or No is a truth value in YAML
            raise _Mistake("quote_yes_and_no", "values")
        values[str(key)] = _as_text(value, f"values.{key}")
    otherwise = _as_text(spec["otherwise"], "otherwise") if "otherwise" in spec else None

    def text(cells: Cells) -> str:
        answer = values.get(cells[column], otherwise)
        if answer is None:
            raise BadCell("value_not_in_mapping", cells[column])
        return answer

    return Source((column,), text)


def _years_before(spec: Spec) -> Source:
    column, origin = _column_name(spec), spec["years_before"]
    if type(origin) not in (date, int):
        raise _Mistake("day_or_year_expected", "years_before")

    def text(cells: Cells) -> str:
        cell = cells[column]
        if not (cell.isascii() and cell.isdigit() and len(cell) < 3):
            raise BadCell("bad_number", cell)
        if isinstance(origin, int):
            return str(origin - int(cell))
        return _same_day(origin, origin.year - int(cell)).isoformat()

    return Source((column,), text)


def _scale(spec: Spec) -> Source:
    column = _column_name(spec)
    try:
        (low, high), (to_low, to_high) = spec["scale"]["from"], spec["scale"]["to"]
        factor = (to_high - to_low) / (high - low)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        raise _Mistake("two_ranges_expected", "scale") from None

    def text(cells: Cells) -> str:
        cell = cells[column]
        return str(round(to_low + (read_rating(cell) - low) * factor, 6)) if cell else ""

    return Source((column,), text)


_KINDS: dict[str, tuple[Callable[[Spec], Source], frozenset[str]]] = {
    "constant": (_constant, frozenset()),
    "template": (_template, frozenset()),
    "values": (_values, frozenset({"column", "otherwise"})),
    "years_before": (_years_before, frozenset({"column"})),
    "scale": (_scale, frozenset({"column"})),
}


def _column_name(spec: Spec) -> str:
    if not isinstance(spec.get("column"), str):
        raise _Mistake("missing", "column")
    return str(spec["column"])


def _as_text(value: Any, below: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float | date):
        raise _Mistake("text_expected", below)
    return str(value)


def _same_day(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)
