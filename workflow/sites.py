"""The days that a site works, or has off, other than its country does: HR says so."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from workflow import calendar_tasks, journal
from workflow.act import Act
from workflow.errors import Invalid, NotFound
from workflow.models import Site
from workflow.rules.calendars import days_from
from workflow.rules.deadlines import local_day

_LONGEST = 31  # days that are said at once
_BACK, _AHEAD = timedelta(days=366), timedelta(days=3 * 366)


def change_days(
    act: Act, site_id: int, first: date, last: date, *, is_worked: bool, name: str, everywhere: bool = False
) -> None:
    """Say that days are worked, or off, at a site, or at every site of its country.

    What is due already stays due when it was. Raises NotFound, Invalid.
    """
    sites = _locked(act, site_id, everywhere)
    _check(act, sites[0], first, last)
    said = {"is_worked": is_worked, "name": name}
    days = {on.isoformat(): said for on in days_from(first, last)}
    for site in sites:
        site.own_days = site.own_days | days
    changed: Any = {
        "sites": [site.id for site in sites],
        "first": first.isoformat(),
        "last": last.isoformat(),
    }
    act.db.flush()
    calendar_tasks.note_known(act, sites)
    journal.record(act, "site_days_changed", chain="calendars", is_worked=is_worked, **changed)
    act.db.flush()


def restore_day(act: Act, site_id: int, on: date) -> None:
    """Let a day be again what it is in the site's country; raises NotFound."""
    (site,) = _locked(act, site_id, everywhere=False)
    if on.isoformat() not in site.own_days:
        raise NotFound(kind="day")
    site.own_days = {day: said for day, said in site.own_days.items() if day != on.isoformat()}
    journal.record(act, "site_day_restored", chain="calendars", sites=[site.id], day=on.isoformat())
    act.db.flush()


def _locked(act: Act, site_id: int, everywhere: bool) -> Sequence[Site]:
    """The site first, then the others of its country; two who change the same come one after the other."""
    country = select(Site.country).where(Site.id == site_id).scalar_subquery()
    which = Site.country == country if everywhere else Site.id == site_id
    locked = select(Site).where(which).order_by(Site.id).with_for_update(key_share=True)
    sites = act.all(locked.execution_options(populate_existing=True))
    if not sites:
        raise NotFound(kind="site")
    return sorted(sites, key=lambda site: site.id != site_id)


def _check(act: Act, site: Site, first: date, last: date) -> None:
    today = local_day(act.now, site.time_zone)
    if not 0 <= (last - first).days < _LONGEST:
        raise Invalid(reason="days_out_of_order", longest=_LONGEST)
    if not today - _BACK <= first <= last <= today + _AHEAD:
        raise Invalid(reason="days_too_far")
