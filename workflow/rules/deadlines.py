"""Working days, due dates and the mornings on which people are reminded."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflow.rules.calendars import Calendar, is_working_day
from workflow.rules.edition import ReminderLadder
from workflow.vocabulary import ReminderTarget

CLOSE_OF_BUSINESS = time(18)
MORNING = time(9, 30)


@lru_cache(maxsize=4096)  # what is opened on one day has its ladder on the same few days
def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The working day that lies `count` working days after the day, or before it if negative."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, calendar):
            day += step
    return day


def working_days_between(earlier: date, later: date, calendar: Calendar) -> int:
    """How many working days follow the earlier day, the later one included; 0 if it is not later."""
    days = (later - earlier).days
    return sum(is_working_day(earlier + timedelta(days=n), calendar) for n in range(1, days + 1))


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def zone_of(name: str) -> tzinfo:
    """The time zone of that name; UTC for one that does not exist, which must not hold everything up."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def local_day(now: datetime, zone: str) -> date:
    """The calendar day that an instant falls on for people in the zone."""
    return now.astimezone(zone_of(zone)).date()


def local_midnight(day: date, zone: str) -> datetime:
    """The instant (UTC) at which that day begins in the zone."""
    return _instant(day, time(), zone)


def local_evening(day: date, zone: str) -> datetime:
    """The instant (UTC) at which business closes on that day: 18:00 in the zone."""
    return _instant(day, CLOSE_OF_BUSINESS, zone)


def local_morning(day: date, zone: str) -> datetime:
    """The instant (UTC) at which reminders go out on that day: 09:30 in the zone."""
    return _instant(day, MORNING, zone)


def due_at(opened_at: datetime, days: int, *, calendar: Calendar, zone: str) -> datetime:
    """The instant (UTC) a task is due: 18:00 local on the n-th working day after the day of opening."""
    opened_on = local_day(opened_at, zone)
    return local_evening(add_working_days(opened_on, days, calendar), zone)


def closing_time(opened_at: datetime, zone: str, days: int) -> datetime:
    """The instant (UTC) of 18:00 local on the n-th calendar day after the day of opening."""
    return _instant(_days_after(opened_at, days, zone), CLOSE_OF_BUSINESS, zone)


def day_over(opened_at: datetime, zone: str, days: int) -> datetime:
    """The instant (UTC) at which the n-th calendar day after the day of opening is over."""
    return _instant(_days_after(opened_at, days + 1, zone), time(), zone)


def next_working_morning(now: datetime, calendar: Calendar, zone: str) -> datetime:
    """The instant (UTC) at which reminders next go out on a working day."""
    today = local_day(now, zone)
    if is_working_day(today, calendar) and local_morning(today, zone) > now:
        return local_morning(today, zone)
    return local_morning(add_working_days(today, 1, calendar), zone)


def reminder_times(
    due_at: datetime,
    *,
    now: datetime,
    ladder: ReminderLadder,
    calendar: Calendar,
    zone: str,
    is_confidential: bool,
) -> list[tuple[datetime, ReminderTarget]]:
    """The mornings after `now` (UTC, sorted) on which somebody is reminded of a task, and who.

    The owner hears of a new task on the next working morning and then by the ladder; the manager and
    after him HR only once the owner's rungs are used up, and never of a confidential task.
    """
    due_on = _worked_by(local_day(due_at, zone), calendar)
    days = [(day, ReminderTarget.OWNER) for day in _owner_days(due_on, ladder, calendar)]
    if not is_confidential:
        days += _escalation_days(due_on, ladder, calendar)
    rungs = {(local_morning(day, zone), target) for day, target in days}
    rungs.add((next_working_morning(now, calendar, zone), ReminderTarget.OWNER))
    return sorted(rung for rung in rungs if rung[0] > now)


def _days_after(opened_at: datetime, days: int, zone: str) -> date:
    return opened_at.astimezone(zone_of(zone)).date() + timedelta(days=days)


def _owner_days(due_on: date, ladder: ReminderLadder, calendar: Calendar) -> Iterator[date]:
    for days in ladder.before:
        yield add_working_days(due_on, -days, calendar)
    yield due_on
    for count in range(1, ladder.times_after + 1):
        yield add_working_days(due_on, count * ladder.every_after, calendar)


def _escalation_days(
    due_on: date, ladder: ReminderLadder, calendar: Calendar
) -> Iterator[tuple[date, ReminderTarget]]:
    for step, target in enumerate((ReminderTarget.MANAGER, ReminderTarget.HR), start=ladder.times_after + 1):
        yield add_working_days(due_on, step * ladder.every_after, calendar), target


def _worked_by(day: date, calendar: Calendar) -> date:
    return day if is_working_day(day, calendar) else add_working_days(day, -1, calendar)


def _instant(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, tzinfo=zone_of(zone)).astimezone(UTC)
