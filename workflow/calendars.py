"""The calendar of a site: the days of its country, and those it has said are otherwise."""

from datetime import date, timedelta

from workflow.models import Site
from workflow.rules.calendars import Calendar, is_known

_AHEAD = timedelta(days=60)  # China publishes the days of a year in the autumn before


def calendar_of(site: Site) -> Calendar:
    """Which days are worked at a site."""
    days = {date.fromisoformat(on): said["is_worked"] for on, said in site.own_days.items()}
    worked = frozenset(on for on, is_worked in days.items() if is_worked)
    return Calendar(site.country, worked, frozenset(days) - worked)


def unknown_year(calendar: Calendar, today: date) -> int | None:
    """The first year soon needed of which only the weekends are known; None where nothing is missing."""
    years = range(today.year, (today + _AHEAD).year + 1)
    return next((year for year in years if not is_known(calendar, year)), None)
