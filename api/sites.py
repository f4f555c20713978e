"""Sites and their calendars, by which working days are counted."""

from datetime import date
from typing import Any

from flask.views import MethodView

from api.acting import acting, now
from api.database import db
from api.policy import allows
from api.schemas import sites as schemas
from api.strict import Resources
from workflow import sites
from workflow.errors import NotFound
from workflow.permissions import Operation
from workflow.queries import sites as site_queries

blueprint = Resources("sites", "Sites, and the days on which people there work")


@blueprint.route("/sites")
class SitesView(MethodView):
    """All sites."""

    @allows(Operation.READ_CALENDARS)
    @blueprint.response(200, schemas.Sites)
    def get(self) -> dict[str, Any]:
        """List the sites, with country, time zone, and the first year whose festivals are not known yet"""
        return {"items": site_queries.sites(db.session(), now())}


@blueprint.route("/sites/<int:site_id>/days")
class SiteDaysView(MethodView):
    """The special days of one site."""

    @allows(Operation.READ_CALENDARS)
    @blueprint.arguments(schemas.YearQuery, location="query")
    @blueprint.response(200, schemas.SiteDays)
    def get(self, arguments: dict[str, Any], site_id: int) -> dict[str, Any]:
        """List the holidays and the weekend days that are worked in a year"""
        return {"items": site_queries.days(db.session(), site_id, arguments["year"])}

    @allows(Operation.KEEP_CALENDARS)
    @blueprint.arguments(schemas.DaysChange)
    @blueprint.response(204)
    def post(self, given: dict[str, Any], site_id: int) -> None:
        """Say that days are worked, or off, other than in the country; what is due already stays due"""
        with acting() as act:
            sites.change_days(
                act,
                site_id,
                given["on"],
                given["until"] or given["on"],
                is_worked=given["is_worked"],
                name=given["name"],
                everywhere=given["everywhere"],
            )


@blueprint.route("/sites/<int:site_id>/days/<on>")
class SiteDayView(MethodView):
    """One day that a site has said something of."""

    @allows(Operation.KEEP_CALENDARS)
    @blueprint.response(204)
    def delete(self, site_id: int, on: str) -> None:
        """Let a day be again what it is in the country"""
        try:
            day = date.fromisoformat(on)
        except ValueError:
            raise NotFound(kind="day") from None
        with acting() as act:
            sites.restore_day(act, site_id, day)
