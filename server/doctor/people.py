"""Examines who is on file: somebody for each role, and nobody who is made up."""

import csv
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.doctor.findings import Installation, Report, red, yellow
from workflow.models import Employee, RoleHolding, Site
from workflow.queries.sites import sites
from workflow.vocabulary import Role

_MADE_UP = Path(__file__).parents[1] / "demonstration" / "organisation.csv"


def roles(installation: Installation) -> Report:
    """Whether HR, administration and audit each have somebody who is still there."""
    held = select(RoleHolding.role).join(Employee).where(Employee.is_active).distinct()
    with Session(installation.engine) as db:
        missing = set(Role) - set(db.scalars(held))
    yield from (yellow(f"nobody_as_{role}") for role in Role if role in missing)


def calendars(installation: Installation) -> Report:
    """Whether the coming holidays of every site are known, and its people's time zones exist."""
    zones = select(Site.time_zone).union(select(Employee.own_time_zone).where(Employee.is_active))
    with Session(installation.engine) as db:
        lines, named = sites(db, installation.now()), db.scalars(zones).all()
    countries = {(line.country, line.unknown_year) for line in lines if line.unknown_year}
    for country, year in sorted(countries):
        yield yellow("holidays_unknown", country=country, year=year)
    for zone in sorted(set(named) - available_timezones()):
        yield yellow("time_zone_unknown", zone=zone)


def demonstration(installation: Installation) -> Report:
    """Whether people of the demonstration, whose password everybody knows, are on file where it matters."""
    if installation.settings.is_development:
        return
    made_up = select(func.count()).select_from(Employee).where(Employee.email.in_(list(_mails())))
    with Session(installation.engine) as db:
        count = db.scalar(made_up)
    if count:
        yield red("made_up_people", count=count)


def _mails() -> Iterator[str]:
    with _MADE_UP.open(encoding="utf-8", newline="") as file:
        yield from (line["email"] for line in csv.DictReader(file))
