"""Calendars of sites over HTTP: everybody reads them, HR alone keeps them."""

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor

DAY = {"on": "2026-03-06", "is_worked": False, "name": "Founders' day"}


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def test_hr_calls_a_day_off_and_takes_it_back(calls: Calls) -> None:
    assert calls.raw("H1", "POST", "/sites/1/days", DAY).status_code == 204
    own = [day for day in calls.get("P1", "/sites/1/days?year=2026")["items"] if day["is_own"]]
    assert own == [
        {
            "on": "2026-03-06",
            "is_worked": False,
            "is_own": True,
            "name": {"en": "Founders' day", "zh_Hans": "Founders' day"},
        }
    ]
    assert calls.get("P1", "/session")["days_off"] == ["2026-03-06"]
    assert calls.raw("H1", "DELETE", "/sites/1/days/2026-03-06").status_code == 204
    assert calls.get("P1", "/session")["days_off"] == []


def test_nobody_else_does(calls: Calls) -> None:
    for number in ("P1", "A1", "X1"):
        assert calls.raw(number, "POST", "/sites/1/days", DAY).status_code == 403


def test_days_and_sites_that_do_not_exist_are_found_nowhere(calls: Calls) -> None:
    for path in ("/sites/1/days/2026-03-06", "/sites/1/days/someday", "/sites/99/days/2026-03-06"):
        assert calls.raw("H1", "DELETE", path).status_code == 404
    assert calls.raw("H1", "POST", "/sites/99/days", DAY).status_code == 404
    assert calls.raw("H1", "POST", "/sites/1/days", DAY | {"until": "2026-03-01"}).status_code == 422
