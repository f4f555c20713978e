"""Reminders to come: what will be sent in the next days, to whom and why."""

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import read
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("reminders")


@blueprint.get("/desk/reminders")
@allows(Operation.READ_PAGES, reads={"query"})
def show() -> Response:
    """The next seven days, one of them in full."""
    return personal("reminders.html", week=read("/reminders", on=request.args.get("on") or None))
