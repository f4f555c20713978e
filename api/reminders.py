"""Reminders to come: what will be sent in the next days, to whom and why."""

from typing import Any

from flask.views import MethodView

from api.acting import now, person
from api.database import db
from api.policy import allows
from api.schemas.reminders import ReminderQuery, ReminderWeek
from api.strict import Resources
from notifications.preview import Week, week
from workflow.permissions import Operation

blueprint = Resources("reminders", "What will be sent in the next days, to whom and why")


@blueprint.route("/reminders")
class RemindersView(MethodView):
    """The week to come."""

    @allows(Operation.READ_REMINDERS)
    @blueprint.arguments(ReminderQuery, location="query")
    @blueprint.response(200, ReminderWeek)
    def get(self, arguments: dict[str, Any]) -> Week:
        """Look at the reminders of the next seven days, if nothing is done until then

        Confidential kinds are counts, and of a case in which one has a stake nothing is told.
        """
        return week(db.session(), person(), now(), arguments.get("on"))
