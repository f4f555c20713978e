"""Working days, due dates and the mornings on which people are reminded."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from workflow.rules.edition import ReminderLadder
from workflow.vocabulary import ReminderTarget

CLOSE_OF_BUSINESS = time(18)
MORNING = time(9, 30)


def is_working_day(day: date, country: str) -> bool:
    """Whether people work on that day: public holidays are off, make-up working days are on.

    `country` is an ISO 3166 code; in a country without a known calendar Monday to Friday are worked.
    """
    calendar = _calendar(country, day.year)
    return day.weekday() < 5 if calendar is None else calendar.is_working_day(day)


def add_working_days(day: date, count: int, country: str) -> date:
    """The working day that lies `count` working days after the day, or before it if negative."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, country):
            day += step
    return day


def working_days_between(earlier: date, later: date, country: str) -> int:
    """How many working days follow the earlier day, the later one included; 0 if it is not later."""
    days = (later - earlier).days
    return sum(is_working_day(earlier + timedelta(days=n), country) for n in range(1, days + 1))


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def local_day(now: datetime, zone: str) -> date:
    """The calendar day that an instant falls on for people in the zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def local_midnight(day: date, zone: str) -> datetime:
    """The instant (UTC) at which that day begins in the zone."""
    return _instant(day, time(), zone)


def local_evening(day: date, zone: str) -> datetime:
    """The instant (UTC) at which business closes on that day: 18:00 in the zone."""
    return _instant(day, CLOSE_OF_BUSINESS, zone)


def local_morning(day: date, zone: str) -> datetime:
    """The instant (UTC) at which reminders go out on that day: 09:30 in the zone."""
    return _instant(day, MORNING, zone)


def due_at(opened_at: datetime, days: int, *, country: str, zone: str) -> datetime:
    """The instant (UTC) a task is due: 18:00 local on the n-th working day after the day of opening."""
    opened_on = local_day(opened_at, zone)
    return local_evening(add_working_days(opened_on, days, country), zone)


def closing_time(opened_at: datetime, zone: str, days: int) -> datetime:
    """The instant (UTC) of 18:00 local on the n-th calendar day after the day of opening."""
    return _instant(_days_after(opened_at, days, zone), CLOSE_OF_BUSINESS, zone)


def day_over(opened_at: datetime, zone: str, days: int) -> datetime:
    """The instant (UTC) at which the n-th calendar day after the day of opening is over."""
    return _instant(_days_after(opened_at, days + 1, zone), time(), zone)


def reminder_times(
    due_at: datetime,
    *,
    now: datetime,
    ladder: ReminderLadder,
    country: str,
    zone: str,
    is_confidential: bool,
) -> list[tuple[datetime, ReminderTarget]]:
    """The mornings after `now` (UTC, sorted) on which somebody is reminded of a task, and who.

    The owner hears of a new task on the next working morning and then by the ladder; the manager and
    after him HR only once the owner's rungs are used up, and never of a confidential task.
    """
    due_on = _worked_by(local_day(due_at, zone), country)
    days = [(day, ReminderTarget.OWNER) for day in _owner_days(due_on, ladder, country)]
    if not is_confidential:
        days += _escalation_days(due_on, ladder, country)
    rungs = {(local_morning(day, zone), target) for day, target in days}
    rungs.add((_next_working_morning(now, country, zone), ReminderTarget.OWNER))
    return sorted(rung for rung in rungs if rung[0] > now)


def _days_after(opened_at: datetime, days: int, zone: str) -> date:
    return opened_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)


def _owner_days(due_on: date, ladder: ReminderLadder, country: str) -> Iterator[date]:
    for days in ladder.before:
        yield add_working_days(due_on, -days, country)
    yield due_on
    for count in range(1, ladder.times_after + 1):
        yield add_working_days(due_on, count * ladder.every_after, country)


def _escalation_days(
    due_on: date, ladder: ReminderLadder, country: str
) -> Iterator[tuple[date, ReminderTarget]]:
    for step, target in enumerate((ReminderTarget.MANAGER, ReminderTarget.HR), start=ladder.times_after + 1):
        yield add_working_days(due_on, step * ladder.every_after, country), target


def _next_working_morning(now: datetime, country: str, zone: str) -> datetime:
    today = local_day(now, zone)
    if is_working_day(today, country) and local_morning(today, zone) > now:
        return local_morning(today, zone)
    return local_morning(add_working_days(today, 1, country), zone)


def _worked_by(day: date, country: str) -> date:
    return day if is_working_day(day, country) else add_working_days(day, -1, country)


def _instant(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=256)
def _calendar(country: str, year: int) -> holidays.HolidayBase | None:
    try:
        return holidays.country_holidays(country, years=year, expand=False)
    except NotImplementedError:
        return None
