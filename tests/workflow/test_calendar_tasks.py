"""HR is asked for the days of a year that nobody has published: once, and for as long as they are missing."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from tests.company import Company
from workflow import calendar_tasks, sites
from workflow.calendars import calendar_of
from workflow.models import Employee, HrField, InboxRow, Reminder, Site, Task
from workflow.rules.calendars import is_known
from workflow.vocabulary import TaskKind, TaskState

YEAR = 2031  # later than anybody has published for China
NOVEMBER = datetime(YEAR - 1, 11, 4, 3, 0, tzinfo=UTC)


@pytest.fixture
def asked(company: Company) -> Company:
    company.now = NOVEMBER
    sweep(company)
    return company


def sweep(company: Company) -> int:
    with company.door.acting(now=company.now) as act:
        return calendar_tasks.sweep(act)


def tasks(company: Company) -> list[Task]:
    with company.reading() as db:
        return list(db.scalars(select(Task).where(Task.kind == TaskKind.COMPLETE_CALENDAR)))


def another_site(company: Company, country: str) -> int:
    with company.door.acting(now=company.now) as act:
        site = act.add(Site(name=f"Branch in {country}", country=country))
        person = act.db.get_one(Employee, company.ids["P8"])
        person.site_id = site.id
        return site.id


def enter(company: Company, site: int, *, everywhere: bool = False) -> None:
    saturday = date(YEAR, 2, 1)
    assert saturday.weekday() == 5
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        given = {"is_worked": True, "name": "Make-up day", "everywhere": everywhere}
        sites.change_days(act, site, saturday, saturday, **given)  # type: ignore[arg-type]


def test_hr_is_asked_from_november_on_and_not_before(company: Company) -> None:
    company.now = datetime(YEAR - 1, 10, 20, 3, 0, tzinfo=UTC)
    with company.reading() as db:
        is_this_year_known = is_known(calendar_of(db.scalars(select(Site)).one()), YEAR - 1)
    assert not is_this_year_known  # so it is this year that is asked for
    sweep(company)
    assert [task.detail for task in tasks(company)] == [str(YEAR - 1)]


def test_one_task_for_hr_with_reminders_whatever_number_of_clocks_beat(asked: Company) -> None:
    assert sweep(asked) == 0
    (task,) = tasks(asked)
    with asked.reading() as db:
        people = db.scalars(select(InboxRow.person_id).where(InboxRow.task_id == task.id)).all()
        rungs = db.scalars(select(Reminder.at).where(Reminder.task_id == task.id)).all()
    assert {asked.number(person) for person in people} == {"H1", "H2"}
    assert rungs


def test_hr_of_a_department_is_not_asked(company: Company) -> None:
    company.now = NOVEMBER
    with company.door.acting(now=company.now) as act:
        person = act.db.get_one(Employee, company.ids["L2"])
        act.add(HrField(employee_id=person.id, department_id=person.department_id))
    sweep(company)
    (task,) = tasks(company)
    with company.reading() as db:
        people = db.scalars(select(InboxRow.person_id).where(InboxRow.task_id == task.id)).all()
    assert company.ids["L2"] not in people


def test_it_is_done_once_somebody_has_entered_the_days(asked: Company) -> None:
    (task,) = tasks(asked)
    for year in (YEAR - 1, YEAR):
        day = date(year, 2, 2 if year == YEAR - 1 else 1)
        with asked.door.acting(now=asked.now, by=asked.ids["H1"]) as act:
            sites.change_days(act, task.subject_id or 0, day, day, is_worked=True, name="Make-up day")
        sweep(asked)
    assert [one.state for one in tasks(asked)] == [TaskState.DONE, TaskState.DONE]
    assert {one.done_by_id for one in tasks(asked)} == {asked.ids["H1"]}


def test_sites_of_one_country_wait_for_each_other_and_another_country_does_not(company: Company) -> None:
    company.now = NOVEMBER
    another_site(company, "CN")
    sweep(company)
    assert len(tasks(company)) == 1
    another_site(company, "XX")
    sweep(company)
    assert len(tasks(company)) == 2


def test_the_next_site_is_asked_for_where_the_days_were_entered_for_one_alone(asked: Company) -> None:
    second = another_site(asked, "CN")
    (task,) = tasks(asked)
    day = date(YEAR - 1, 2, 2)
    with asked.door.acting(now=asked.now, by=asked.ids["H1"]) as act:
        sites.change_days(act, task.subject_id or 0, day, day, is_worked=True, name="Make-up day")
    enter(asked, task.subject_id or 0)
    sweep(asked)
    assert [(one.subject_id, one.state) for one in tasks(asked)] == [
        (task.subject_id, TaskState.DONE),
        (second, TaskState.OPEN),
    ]


def test_nobody_is_asked_for_a_site_without_people(company: Company) -> None:
    company.now = NOVEMBER
    with company.door.acting(now=company.now) as act:
        act.add(Site(name="Empty", country="XX"))
    sweep(company)
    assert len(tasks(company)) == 1
