"""Calendars of sites: which days are worked where; HR says what a country's calendar does not know."""

from flask import request
from werkzeug.wrappers import Response

from api.acting import now
from api.policy import allows
from web.asking import read
from web.reader import reader
from web.rendering import Pages, personal
from workflow.permissions import Operation
from workflow.rules.deadlines import local_day

blueprint = Pages("calendars")


@blueprint.get("/desk/calendars")
@allows(Operation.READ_PAGES, reads={"query"})
def show() -> Response:
    """The sites, and the special days of one of them in one year."""
    sites = read("/sites")["items"]
    this_year = local_day(now(), reader().zone).year
    year = request.args.get("year", type=int) or this_year
    wanted = request.args.get("site")
    site = next((one for one in sites if str(one["id"]) == wanted), next(iter(sites), None))
    return personal(
        "calendars.html",
        sites=sites,
        site=site,
        year=year,
        years=range(this_year - 1, this_year + 3),
        days=read(f"/sites/{site['id']}/days", year=year)["items"] if site else [],
    )
