"""Days as people have them: which one it is in a zone, when it begins and when business closes."""

from datetime import UTC, date, datetime

import pytest

from workflow.rules.deadlines import local_day, local_evening, local_midnight

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", date(2026, 3, 1)), ("Asia/Shanghai", DAY), ("America/New_York", date(2026, 3, 1))],
)
def test_a_day_is_the_one_it_is_in_the_zone(zone: str, day: date) -> None:
    assert local_day(datetime(2026, 3, 1, 17, 0, tzinfo=UTC), zone) == day


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Auckland"])
def test_midnight_and_evening_lie_on_the_day_they_are_of(zone: str) -> None:
    assert local_day(local_midnight(DAY, zone), zone) == local_day(local_evening(DAY, zone), zone) == DAY


def test_a_day_begins_and_ends_earlier_in_the_east() -> None:
    assert local_midnight(DAY, "Asia/Shanghai") == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert local_evening(DAY, "Asia/Shanghai") == datetime(2026, 3, 2, 10, tzinfo=UTC)
