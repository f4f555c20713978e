"""Sites and their calendars: what is special about the days of a year."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.calendars import calendar_of, unknown_year
from workflow.errors import NotFound
from workflow.models import Site
from workflow.rules.calendars import SpecialDay, special_days
from workflow.rules.deadlines import local_day


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site; `unknown_year` is the first of which only the weekends are known."""

    id: int
    name: str
    country: str
    time_zone: str
    unknown_year: int | None


@dataclass(frozen=True, slots=True)
class SiteDay:
    """A special day at a site; `is_own` where the site says so itself."""

    on: date
    is_worked: bool
    name: dict[str, str]
    is_own: bool


def sites(db: Session, now: datetime) -> list[SiteLine]:
    """All sites, by name."""
    return [_line(site, now) for site in db.scalars(select(Site).order_by(Site.name))]


def days(db: Session, site_id: int, year: int) -> list[SiteDay]:
    """The holidays and make-up days of a year at a site, in order; raises NotFound."""
    site = db.get(Site, site_id)
    if site is None:
        raise NotFound(kind="site")
    found = {day.on: _day(day, is_own=False) for day in special_days(site.country, year)}
    for on, said in site.own_days.items():
        day = date.fromisoformat(on)
        if day.year == year:
            name = dict.fromkeys(("en", "zh_Hans"), said["name"])
            found[day] = SiteDay(day, said["is_worked"], name, is_own=True)
    return [found[day] for day in sorted(found)]


def _line(site: Site, now: datetime) -> SiteLine:
    missing = unknown_year(calendar_of(site), local_day(now, site.time_zone))
    return SiteLine(site.id, site.name, site.country, site.time_zone, missing)


def _day(day: SpecialDay, *, is_own: bool) -> SiteDay:
    return SiteDay(day.on, day.is_worked, day.name, is_own)
