"""What passes from the file to the tables: people, the plan they make up, and what is wrong with a line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from workflow.vocabulary import Level, Role, Track

Progress = Callable[[int], None]
"""Told how many more people are done."""


class Problem(TypedDict):
    """One thing that is wrong with the file: where, and a code that says what."""

    line: int
    column: str
    reason: str
    value: str


@dataclass(frozen=True, slots=True)
class Person:
    """One checked line of the file; fields bear the names of the product's own columns.

    `certificates` say when each was obtained, None if it is not held, and the last day it counts.
    """

    line: int
    employee_number: str
    name: str
    email: str | None
    department: str
    parent_department: str | None
    department_head: bool
    post: str
    track: Track
    level: Level
    manager_number: str | None
    hired_on: date
    level_since: date
    locale: str
    time_zone: str
    site: str
    country: str
    active: bool
    sanction: bool
    roles: frozenset[Role]
    hr_department: str | None
    gender: str | None
    birth_year: int | None
    education: str | None
    rotation_months: int | None
    projects: int | None
    ratings: Mapping[str, float]
    trainings: Mapping[tuple[str, int], int]
    certificates: Mapping[str, tuple[date | None, date | None]]


@dataclass(frozen=True, slots=True)
class Known:
    """The organisation before the file: each person's manager by number, each department's parent by name."""

    today: date
    managers: Mapping[str, str | None]
    departments: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """The people who can be loaded, the columns the file speaks about, and what stands against the rest.

    `without_manager` are numbers of people whose manager is not known here: he stands on a bad line or is
    one of the `left_unknown`, who have left and are not on file, so that nobody erased is brought back.
    """

    people: tuple[Person, ...]
    given: frozenset[str]
    problems: tuple[Problem, ...]
    without_manager: tuple[str, ...]
    left_unknown: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that a promotion case has set and that the file would have undone."""

    number: str
    column: str
    on_file: str
    in_import: str
