"""Days as a page says them: what is over at midnight lasts until the day before."""

from datetime import UTC, datetime

import pytest
from flask import Flask, g

from web.words import Words
from workflow.rules.calendars import Calendar

SHANGHAI = Words("en", "Asia/Shanghai", Calendar("CN"))


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("2027-11-20T16:00:00+00:00", "20 Nov 2027"),
        ("2027-11-20T10:00:00+00:00", "20 Nov 2027 18:00"),
        ("2027-11-20T16:30:00+00:00", "21 Nov 2027 00:30"),
        (None, "–"),
    ],
)
def test_a_time_that_ends_at_midnight_ends_with_the_day_before(end: str | None, said: str) -> None:
    assert SHANGHAI.until(end) == said


def test_on_its_last_day_what_ends_at_midnight_is_due_today() -> None:
    with Flask("days").app_context():
        g.now = datetime(2027, 11, 19, 2, tzinfo=UTC)
        assert SHANGHAI.due("2027-11-19T16:00:00+00:00") == "due today"
        assert SHANGHAI.urgency("2027-11-19T16:00:00+00:00") == "soon"
