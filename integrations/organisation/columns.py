"""The product's own columns: which there are, what a cell of each may hold, and what an empty one means."""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from workflow.vocabulary import Level, Role, Track

HEAD_OFFICE = "Head office"
ANY_COURSE = "any"
NOT_HELD = "none"

_RATING = re.compile(r"rating_(.{1,16})")
_TRAININGS = re.compile(r"trainings_(\d{4})")
_TRAINING = re.compile(r"training_(.{1,200})_(\d{4})")
_CERTIFICATE = re.compile(r"certificate_(.{1,50}?)(_until)?")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)
_ZONES = frozenset(available_timezones())
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class BadCell(ValueError):
    """A cell that cannot be read; says why, as a code, and what stood there."""

    def __init__(self, reason: str, value: str) -> None:
        """Keep the code and the text of the cell."""
        super().__init__(reason)
        self.reason = reason
        self.value = value


@dataclass(frozen=True, slots=True)
class Column:
    """How a cell is read, and what an empty one stands for where one is allowed."""

    read: Callable[[str], Any]
    blank: Any = None
    is_required: bool = False

    def value(self, cell: str) -> Any:
        """What the cell says; `BadCell` if it says nothing we can use."""
        if cell:
            return self.read(cell)
        if self.is_required:
            raise BadCell("value_missing", "")
        return self.blank


@dataclass(frozen=True, slots=True)
class CertificateColumn:
    """A certificate, and whether the column tells its last day or the day it was obtained."""

    certificate: str
    is_end: bool

    @property
    def other(self) -> str:
        """The column that must stand beside this one."""
        return f"certificate_{self.certificate}" + ("" if self.is_end else "_until")


@lru_cache(maxsize=256)
def own_column(name: str) -> Column | None:
    """The product's column of this name, or None where it has none."""
    if rating_period(name):
        return Column(read_rating)
    if certificate := certificate_of(name):
        return Column(_day if certificate.is_end else _day_or_none)
    return Column(_whole_number(0, 999)) if training_of(name) else COLUMNS.get(name)


@lru_cache(maxsize=256)
def rating_period(column: str) -> str | None:
    """The period of a column `rating_<period>`, or None."""
    match = _RATING.fullmatch(column)
    return match[1] if match else None


@lru_cache(maxsize=256)
def training_of(column: str) -> tuple[str, int] | None:
    """Course and year of a column `trainings_<year>` or `training_<course>_<year>`, or None."""
    if match := _TRAININGS.fullmatch(column):
        return ANY_COURSE, int(match[1])
    match = _TRAINING.fullmatch(column)
    return (match[1], int(match[2])) if match else None


@lru_cache(maxsize=256)
def certificate_of(column: str) -> CertificateColumn | None:
    """What a column `certificate_<name>` or `certificate_<name>_until` tells, or None."""
    match = _CERTIFICATE.fullmatch(column)
    return CertificateColumn(match[1], is_end=match[2] is not None) if match else None


def read_rating(cell: str) -> float:
    """A rating, 0 or more; on which scale is said by the edition of the criteria."""
    try:
        rating = float(cell)
    except ValueError:
        rating = math.nan
    if not 0 <= rating < 1000:
        raise BadCell("bad_number", cell)
    return rating


def _text(longest: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        text = unicodedata.normalize("NFC", cell)
        if len(text) > longest:
            raise BadCell("too_long", text[:longest])
        if _CONTROLS.search(text):
            raise BadCell("bad_characters", ascii(text))
        return text

    return read


def _word(words: type[StrEnum], reason: str) -> Callable[[str], StrEnum]:
    known = {word.value: word for word in words}

    def read(cell: str) -> StrEnum:
        if cell not in known:
            raise BadCell(reason, cell)
        return known[cell]

    return read


def _one_of(words: frozenset[str], reason: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell not in words:
            raise BadCell(reason, cell)
        return cell

    return read


def _whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    def read(cell: str) -> int:
        if not (cell.isascii() and cell.isdigit() and len(cell) < 10 and lowest <= int(cell) <= highest):
            raise BadCell("bad_number", cell)
        return int(cell)

    return read


def _email(cell: str) -> str:
    if len(cell) > 320 or not _EMAIL.fullmatch(cell):
        raise BadCell("bad_email", cell)
    return cell


def _day(cell: str) -> date:
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        raise BadCell("bad_date", cell) from None
    if day.isoformat() != cell:  # the short and the week form are too easily a slip
        raise BadCell("bad_date", cell)
    return day


def _day_or_none(cell: str) -> date | str:
    # An empty cell tells nothing; somebody must be able to say that the certificate is not held.
    return NOT_HELD if cell == NOT_HELD else _day(cell)


def _country(cell: str) -> str:
    if not re.fullmatch("[A-Z]{2}", cell):
        raise BadCell("bad_country", cell)
    return cell


def _yes_no(cell: str) -> bool:
    answer = _YES_NO.get(cell.lower())
    if answer is None:
        raise BadCell("bad_yes_no", cell)
    return answer


def _roles(cell: str) -> frozenset[Role]:
    read = _word(Role, "unknown_role")
    return frozenset(Role(read(word)) for word in cell.split())


COLUMNS = {
    "employee_number": Column(_text(64), is_required=True),
    "name": Column(_text(200), is_required=True),
    "email": Column(_email),
    "department": Column(_text(200), is_required=True),
    "parent_department": Column(_text(200)),
    "department_head": Column(_yes_no, blank=False),
    "post": Column(_text(200), is_required=True),
    "track": Column(_word(Track, "unknown_track"), is_required=True),
    "level": Column(_word(Level, "unknown_level"), is_required=True),
    "manager_number": Column(_text(64)),
    "hired_on": Column(_day, is_required=True),
    "level_since": Column(_day, is_required=True),
    "locale": Column(_one_of(frozenset({"en", "zh_Hans"}), "unknown_locale"), blank="zh_Hans"),
    "time_zone": Column(_one_of(_ZONES, "unknown_time_zone"), blank="Asia/Shanghai"),
    "site": Column(_text(200), blank=HEAD_OFFICE),
    "country": Column(_country, blank="CN"),
    "active": Column(_yes_no, blank=True),
    "sanction": Column(_yes_no, blank=False),
    "roles": Column(_roles, blank=frozenset()),
    "hr_department": Column(_text(200)),
    "rotation_months": Column(_whole_number(0, 600)),
    "projects": Column(_whole_number(0, 999)),
    "gender": Column(_text(32)),
    "birth_year": Column(_whole_number(1900, 2100)),
    "age": Column(_whole_number(14, 110)),
    "education": Column(_text(64)),
}
