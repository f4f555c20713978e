"""Working days of a site: its own days count from then on in what falls due."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.company import Company
from workflow import sites
from workflow.calendars import calendar_of, unknown_year
from workflow.errors import Invalid, NotFound
from workflow.models import Employee, JournalEntry, Site
from workflow.queries import sites as site_queries
from workflow.rules.calendars import Calendar, is_known, is_working_day
from workflow.rules.deadlines import due_at, local_day, local_morning

FRIDAY = date(2026, 3, 6)  # the company's clock stands on the Monday before
SATURDAY = date(2026, 3, 7)


def change(company: Company, first: date, last: date | None = None, **how: object) -> None:
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        given = {"is_worked": False, "name": "Founders' day"} | how
        sites.change_days(act, _first(company), first, last or first, **given)  # type: ignore[arg-type]


def _first(company: Company) -> int:
    with company.reading() as db:
        return db.scalars(select(Site.id)).one()


def calendar(company: Company) -> Calendar:
    with company.reading() as db:
        return calendar_of(db.scalars(select(Site)).one())


def test_a_day_called_off_is_not_worked_and_one_called_worked_is(company: Company) -> None:
    change(company, FRIDAY)
    change(company, SATURDAY, is_worked=True)
    assert not is_working_day(FRIDAY, calendar(company))
    assert is_working_day(SATURDAY, calendar(company))
    zone = "Asia/Shanghai"
    due = due_at(company.now, 4, calendar=calendar(company), zone=zone)
    assert due.astimezone(ZoneInfo(zone)).date() == SATURDAY


def test_a_day_taken_back_is_what_it_is_in_the_country(company: Company) -> None:
    change(company, FRIDAY, SATURDAY)
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        sites.restore_day(act, _first(company), FRIDAY)
    assert is_working_day(FRIDAY, calendar(company))
    with (
        pytest.raises(NotFound),
        company.door.acting(now=company.now, by=company.ids["H1"]) as act,
    ):
        sites.restore_day(act, _first(company), FRIDAY)


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (SATURDAY, FRIDAY, "days_out_of_order"),
        (FRIDAY, FRIDAY + timedelta(days=31), "days_out_of_order"),
        (date(2024, 1, 1), date(2024, 1, 1), "days_too_far"),
        (date(2031, 1, 1), date(2031, 1, 1), "days_too_far"),
    ],
)
def test_days_that_make_no_sense_are_refused(company: Company, first: date, last: date, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        change(company, first, last)


def test_the_journal_says_which_days_and_not_what_was_typed(company: Company) -> None:
    change(company, FRIDAY, name="Wedding of Li Na")
    with company.reading() as db:
        facts = db.scalars(select(JournalEntry.facts).where(JournalEntry.action == "site_days_changed")).one()
    assert facts == {"sites": [1], "first": "2026-03-06", "last": "2026-03-06", "is_worked": False}


def test_other_sites_of_the_country_follow_only_if_asked(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(Site(name="Branch"))
        act.add(Site(name="Abroad", country="DE", time_zone="Europe/Berlin"))
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        days = {"is_worked": False, "name": "Off"}
        sites.change_days(act, 1, FRIDAY, FRIDAY, **days)
        sites.change_days(act, 1, SATURDAY, SATURDAY, everywhere=True, **days)
    with company.reading() as db:
        own = {site.name: sorted(site.own_days) for site in db.scalars(select(Site))}
    assert own.pop("Branch") == ["2026-03-07"]
    assert own.pop("Abroad") == []
    assert list(own.values()) == [["2026-03-06", "2026-03-07"]]


@pytest.mark.parametrize(
    ("country", "year", "known"),
    [
        ("CN", 2024, True),
        ("CN", 2025, True),
        ("CN", 2026, True),
        ("CN", 2099, False),
        ("DE", 2099, True),
        ("ZZ", 2026, False),
    ],
)
def test_a_year_is_known_once_its_days_are_published(country: str, year: int, known: bool) -> None:
    assert is_known(Calendar(country), year) is known


def test_the_coming_year_is_missed_two_months_ahead_until_it_is_entered() -> None:
    china = Calendar("CN")
    assert unknown_year(china, date(2098, 10, 1)) == 2098
    entered = Calendar("CN", worked=frozenset({date(2098, 10, 11)}))  # a Saturday
    assert unknown_year(entered, date(2098, 10, 1)) is None
    assert unknown_year(entered, date(2098, 11, 15)) == 2099
    assert unknown_year(Calendar("ZZ"), date(2026, 3, 1)) == 2026
    assert unknown_year(Calendar("DE"), date(2026, 12, 1)) is None


def test_a_day_of_the_sites_own_is_not_the_calendar_of_its_country() -> None:
    own = frozenset({date(2098, 3, 6)})
    assert not is_known(Calendar("CN", off=own), 2098)
    assert not is_known(Calendar("CN", worked=own), 2098)
    assert not is_known(Calendar("ZZ", off=own), 2098)
    assert is_known(Calendar("ZZ", off=frozenset(date(2098, month, 1) for month in range(1, 6))), 2098)


def test_the_days_of_a_year_are_those_of_the_country_and_the_sites_own(company: Company) -> None:
    change(company, FRIDAY)
    with company.reading() as db:
        found = {day.on: day for day in site_queries.days(db, 1, 2026)}
    assert found[date(2026, 2, 14)].is_worked
    assert found[date(2026, 10, 1)].name == {"en": "National Day", "zh_Hans": "国庆节"}
    assert (found[FRIDAY].is_own, found[FRIDAY].name["en"]) == (True, "Founders' day")


def test_whose_time_zone_does_not_exist_lives_by_that_of_his_site(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        person = act.db.get_one(Employee, company.ids["C"])
        person.own_time_zone, person.site.time_zone = "Mars/Olympus", "Europe/Berlin"
    with company.reading() as db:
        assert db.get_one(Employee, company.ids["C"]).time_zone == "Europe/Berlin"
        assert db.get_one(Employee, company.ids["P1"]).time_zone == "Asia/Shanghai"


def test_where_the_time_zone_of_a_site_does_not_exist_days_are_counted_by_utc(company: Company) -> None:
    assert local_day(company.now, "Mars/Olympus") == company.now.date()
    assert local_morning(FRIDAY, "").hour == 9
