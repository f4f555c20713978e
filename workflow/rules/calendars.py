"""Which days are worked: by the calendar of a country, unless the site has said otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

_LANGUAGES = {"en": "en_US", "zh_Hans": "zh_CN"}
# Where which weekend days make up for a festival is published anew every year.
_PUBLISHED_YEARLY = frozenset({"CN"})
_FEWEST = 5  # public holidays that every country has


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a country, by its ISO 3166 code, but for those that a site works, or has off, by itself."""

    country: str
    worked: frozenset[date] = frozenset()
    off: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not what its day of the week says, or has a name; the name by locale."""

    on: date
    is_worked: bool
    name: dict[str, str]


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Whether people work on that day: public holidays are off, make-up working days are on.

    In a country without a known calendar Monday to Friday are worked.
    """
    if day in calendar.worked or day in calendar.off:
        return day in calendar.worked
    known = _library(calendar.country, day.year)
    return day.weekday() < 5 if known is None else known.is_working_day(day)


def is_known(calendar: Calendar, year: int) -> bool:
    """Whether the days of that year are more than a guess: published, or entered for the site.

    A day or two that a site has off by itself are not the calendar of its country.
    """
    known = _library(calendar.country, year)
    if known is None:
        return sum(day.year == year for day in calendar.off) >= _FEWEST
    if calendar.country not in _PUBLISHED_YEARLY:
        return True
    made_up = {*known.weekend_workdays, *calendar.worked}
    return any(day.year == year and day.weekday() > 4 for day in made_up)


def special_days(country: str, year: int) -> Iterator[SpecialDay]:
    """The public holidays of a country and the weekend days that make up for them, in order."""
    known = _library(country, year)
    if known is None:
        return
    named = {locale: _library(country, year, language) for locale, language in _LANGUAGES.items()}
    made_up = {day for day in known.weekend_workdays if day.year == year}
    for day in sorted({*known, *made_up}):
        name = {locale: (said or known).get(day, "") for locale, said in named.items()}
        yield SpecialDay(day, day in made_up, name)


def days_from(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


@lru_cache(maxsize=256)
def _library(country: str, year: int, language: str | None = None) -> holidays.HolidayBase | None:
    try:
        known = holidays.country_holidays(country, years=year, expand=False)
    except NotImplementedError:
        return None
    if language not in known.supported_languages:
        return known
    return holidays.country_holidays(country, years=year, expand=False, language=language)
