"""HR is asked for the days of a year that the service cannot know, for as long as they are missing."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Select, select

from workflow import tasks
from workflow.act import Act
from workflow.calendars import calendar_of, unknown_year
from workflow.editions.library import edition_in_force
from workflow.models import Employee, Site, Task
from workflow.rules.calendars import is_known
from workflow.rules.deadlines import due_at, local_day, local_evening
from workflow.vocabulary import TaskKind, TaskState

_DAYS = 10
_MONTH_BEFORE = (12, 1)  # from when on what is due after working days reaches into the year


def sweep(act: Act) -> int:
    """Ask for what is missing, and no more for what is known by now; how many tasks came or went.

    One site of a country is asked for at a time, for its days can be entered for all of them at once.
    """
    every = select(Site).order_by(Site.id)
    if not _is_anything_new(act, act.all(every)):
        return 0
    locked = every.with_for_update(key_share=True)  # two clocks come one after the other
    sites = act.all(locked.execution_options(populate_existing=True))
    known = [task for site, task in _asked_of(act, sites) if _is_there(site, task)]
    for task in known:
        tasks.close(act, task)
    waiting = {site.country for site, _ in _asked_of(act, sites)}
    opened = 0
    for site in sites:
        year = None if site.country in waiting else _missing(act, site)
        if year is not None and _ask(act, site, year):
            waiting.add(site.country)
            opened += 1
    return len(known) + opened


def note_known(act: Act, sites: Collection[Site]) -> None:
    """Whoever of HR has entered what was asked for has done it."""
    for site, task in _asked_of(act, sites):
        if _is_there(site, task):
            tasks.complete(act, task)


def _is_anything_new(act: Act, sites: Collection[Site]) -> bool:
    asked = _asked_of(act, sites)
    waiting = {site.country for site, _ in asked}
    lacking = (site for site in sites if site.country not in waiting)
    return any(_is_there(*one) for one in asked) or any(_missing(act, site) for site in lacking)


def _is_there(site: Site, task: Task) -> bool:
    return is_known(calendar_of(site), int(task.detail or 0))


def _asked_of(act: Act, sites: Collection[Site]) -> list[tuple[Site, Task]]:
    of_site = {site.id: site for site in sites}
    return [(of_site[task.subject_id], task) for task in act.all(_open()) if task.subject_id in of_site]


def _missing(act: Act, site: Site) -> int | None:
    return unknown_year(calendar_of(site), local_day(act.now, site.time_zone))


def _ask(act: Act, site: Site, year: int) -> bool:
    """False where nobody works at the site, no criteria are in force or nobody is in HR."""
    near = act.first(select(Employee).where(Employee.site_id == site.id, Employee.is_active))
    edition = edition_in_force(act.db, act.now.date())
    if near is None or edition is None:
        return False
    task = tasks.open_for_office(
        act,
        TaskKind.COMPLETE_CALENDAR,
        near=near,
        edition_id=edition.id,
        due_at=_due(act, site, year),
        subject_id=site.id,
        detail=str(year),
    )
    return task is not None


def _due(act: Act, site: Site, year: int) -> datetime:
    """A month before the year begins, but HR has ten working days at least."""
    earliest = due_at(act.now, _DAYS, calendar=calendar_of(site), zone=site.time_zone)
    return max(earliest, local_evening(date(year - 1, *_MONTH_BEFORE), site.time_zone))


def _open() -> Select[Task]:
    return select(Task).where(Task.kind == TaskKind.COMPLETE_CALENDAR, Task.state == TaskState.OPEN)
