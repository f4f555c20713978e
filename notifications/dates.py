"""Days as the reader of a mail sees them: in his own time zone and language."""

from datetime import date, datetime

from translations import say
from workflow.rules.deadlines import zone_of

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def due(due_at: datetime, now: datetime, zone: str, locale: str) -> str:
    """When something is due, said as a day: due on it, due today, or overdue since."""
    on = due_at.astimezone(zone_of(zone)).date()
    if due_at < now:
        form = "overdue"
    elif on == now.astimezone(zone_of(zone)).date():
        form = "due_today"
    else:
        form = "due"
    return say(f"reminder.{form}", locale, day=written(on, locale))


def day(at: datetime, zone: str, locale: str) -> str:
    """The day of an instant, in words."""
    return written(at.astimezone(zone_of(zone)).date(), locale)


def written(on: date, locale: str) -> str:
    """A day as it is written in the language."""
    month = {"month": _MONTHS[on.month - 1], "month_number": on.month}
    return say("reminder.day", locale, year=on.year, day=on.day, **month)
