"""Names of time zones: whether there is one of that name, and in which somebody lives."""

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def lived_in(own: str, of_site: str) -> str:
    """The zone of a person: what is on file for him, or his site's where that names none."""
    return own if exists(own) else of_site


@cache
def exists(name: str) -> bool:
    """Whether there is a time zone of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
