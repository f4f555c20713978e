from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from editions_for_rules import LADDER
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.calendars import Calendar, is_working_day
from workflow.rules.deadlines import (
    add_months,
    add_working_days,
    due_at,
    local_morning,
    reminder_times,
    working_days_between,
    zone_of,
)
from workflow.rules.edition import ReminderLadder, TaskLadder
from workflow.vocabulary import ReminderTarget, TaskKind

SHANGHAI, CHINA = "Asia/Shanghai", Calendar("CN")
OWNER, MANAGER, HR = ReminderTarget.OWNER, ReminderTarget.MANAGER, ReminderTarget.HR
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def shanghai(*when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(SHANGHAI)).astimezone(UTC)  # type: ignore[misc, arg-type]


def reminders(due: datetime, now: datetime, *, is_confidential: bool = False) -> list[tuple[date, str]]:
    times = reminder_times(
        due, now=now, ladder=LADDER, calendar=CHINA, zone=SHANGHAI, is_confidential=is_confidential
    )
    return [(at.astimezone(ZoneInfo(SHANGHAI)).date(), target) for at, target in times]


@pytest.mark.parametrize(
    "day", [date(2026, 2, day) for day in (15, 16, 17, 20, 23)] + [date(2026, 10, day) for day in (1, 6, 7)]
)
def test_nobody_works_during_spring_festival_and_national_day(day: date) -> None:
    assert not is_working_day(day, CHINA)


@pytest.mark.parametrize(
    "day", [date(2026, 2, 14), date(2026, 2, 28), date(2026, 9, 20), date(2026, 10, 10), date(2026, 1, 4)]
)
def test_weekend_days_that_make_up_for_a_festival_are_worked(day: date) -> None:
    assert day.weekday() >= 5
    assert is_working_day(day, CHINA)


def test_an_ordinary_weekend_is_off_and_the_day_after_the_festival_is_worked() -> None:
    assert not is_working_day(date(2026, 11, 21), CHINA)
    assert is_working_day(date(2026, 2, 24), CHINA)
    assert is_working_day(date(2026, 10, 8), CHINA)


def test_without_a_known_calendar_monday_to_friday_are_worked() -> None:
    week = [date(2026, 10, day) for day in range(5, 12)]
    assert [is_working_day(day, Calendar("ZZ")) for day in week] == [True] * 5 + [False] * 2


def test_working_days_are_counted_across_spring_festival() -> None:
    assert add_working_days(date(2026, 2, 13), 1, CHINA) == date(2026, 2, 14)
    assert add_working_days(date(2026, 2, 13), 2, CHINA) == date(2026, 2, 24)
    assert add_working_days(date(2026, 2, 24), -2, CHINA) == date(2026, 2, 13)


def test_no_working_days_later_is_the_same_day() -> None:
    assert add_working_days(date(2026, 2, 17), 0, CHINA) == date(2026, 2, 17)


@given(days, st.integers(1, 30), st.sampled_from(["CN", "DE", "ZZ"]).map(Calendar))
def test_counting_days_forward_and_back_leads_home(day: date, count: int, calendar: Calendar) -> None:
    start = add_working_days(day, 1, calendar)
    assert add_working_days(add_working_days(start, count, calendar), -count, calendar) == start


@given(days, st.integers(1, 30))
def test_between_a_day_and_its_deadline_lie_just_so_many_working_days(day: date, count: int) -> None:
    end = add_working_days(day, count, CHINA)
    after = [day + timedelta(offset) for offset in range(1, (end - day).days + 1)]
    assert sum(is_working_day(one, CHINA) for one in after) == count
    assert is_working_day(end, CHINA)


def test_a_task_is_due_at_six_in_the_evening_of_its_own_zone() -> None:
    opened = datetime(2026, 11, 23, 20, tzinfo=UTC)  # already Tuesday morning in Shanghai
    assert due_at(opened, 3, calendar=CHINA, zone=SHANGHAI) == datetime(2026, 11, 27, 10, tzinfo=UTC)


def test_a_morning_is_half_past_nine_summer_and_winter() -> None:
    assert local_morning(date(2026, 7, 1), "Europe/Berlin") == datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
    assert local_morning(date(2026, 12, 1), "Europe/Berlin") == datetime(2026, 12, 1, 8, 30, tzinfo=UTC)


def test_months_are_clamped_to_the_end_of_the_month() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2026, 11, 15), 14) == date(2028, 1, 15)
    assert add_months(date(2026, 3, 31), -13) == date(2025, 2, 28)


def test_the_ladder_reminds_before_on_and_after_the_day_and_then_goes_upwards() -> None:
    due, now = shanghai(2026, 12, 4, 18), shanghai(2026, 11, 23, 11)
    assert reminders(due, now) == [
        (date(2026, 11, 24), OWNER),  # in tomorrow's digest
        (date(2026, 11, 25), OWNER),  # 7 working days before
        (date(2026, 12, 1), OWNER),
        (date(2026, 12, 3), OWNER),
        (date(2026, 12, 4), OWNER),
        (date(2026, 12, 8), OWNER),
        (date(2026, 12, 10), OWNER),
        (date(2026, 12, 14), OWNER),
        (date(2026, 12, 16), MANAGER),
        (date(2026, 12, 18), HR),
    ]


def test_a_kind_of_tasks_may_have_a_ladder_of_its_own() -> None:
    own = TaskLadder(tasks=(TaskKind.APPROVE,), before=(5, 2), every_after=1, times_after=1)
    ladder = replace(LADDER, by_task=(own,))
    assert ladder.of(TaskKind.APPROVE) == ReminderLadder((5, 2), 1, 1)
    assert ladder.of(TaskKind.REVIEW).before == (7, 3, 1)


def test_a_confidential_task_never_goes_upwards() -> None:
    due, now = shanghai(2026, 12, 4, 18), shanghai(2026, 11, 23, 11)
    targets = {target for _, target in reminders(due, now, is_confidential=True)}
    assert targets == {OWNER}


def test_a_task_opened_before_half_past_nine_is_in_the_digest_of_the_same_day() -> None:
    due, now = shanghai(2026, 12, 4, 18), shanghai(2026, 11, 23, 8)
    assert reminders(due, now)[0] == (date(2026, 11, 23), OWNER)


def test_the_ladder_leaps_over_the_festival() -> None:
    due, now = shanghai(2026, 2, 24, 18), shanghai(2026, 2, 12, 18)
    before = [day for day, _ in reminders(due, now) if day <= date(2026, 2, 24)]
    assert before == [date(2026, 2, 13), date(2026, 2, 14), date(2026, 2, 24)]


def test_what_is_due_on_a_sunday_is_recalled_on_the_friday_before() -> None:
    due, now = shanghai(2026, 11, 29, 18), shanghai(2026, 11, 26, 18)
    assert reminders(due, now)[:2] == [(date(2026, 11, 27), OWNER), (date(2026, 12, 1), OWNER)]


@given(days, st.integers(0, 40), st.integers(0, 23), st.booleans())
def test_reminders_are_in_the_future_distinct_and_in_order(
    opened: date, count: int, hour: int, is_confidential: bool
) -> None:
    now = shanghai(opened.year, opened.month, opened.day, hour)
    due = due_at(now, count, calendar=CHINA, zone=SHANGHAI)
    times = reminder_times(
        due, now=now, ladder=LADDER, calendar=CHINA, zone=SHANGHAI, is_confidential=is_confidential
    )
    instants = [at for at, _ in times]
    assert instants == sorted(set(instants))
    assert times[0][1] is OWNER
    assert all(at > now and at.tzinfo is UTC for at in instants)
    assert all(is_working_day(at.astimezone(ZoneInfo(SHANGHAI)).date(), CHINA) for at in instants)


@pytest.mark.parametrize(
    ("earlier", "later", "days"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), 0),  # a day lies between itself and nothing
        (date(2026, 3, 6), date(2026, 3, 9), 1),  # Friday to Monday
        (date(2026, 9, 30), date(2026, 10, 8), 1),  # the week of the National Day is off
        (date(2026, 3, 9), date(2026, 3, 6), 0),
    ],
)
def test_working_days_are_counted_from_the_day_after_through_the_last(
    earlier: date, later: date, days: int
) -> None:
    assert working_days_between(earlier, later, CHINA) == days


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../passwd", "America", "x" * 300])
def test_a_name_that_is_no_time_zone_holds_nothing_up(name: str) -> None:
    assert zone_of(name) is UTC
