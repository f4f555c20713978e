"""Where the links in mails lead: to the task or case itself, which shows nothing to a stranger."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from api.policy import allows
from workflow.permissions import Operation

blueprint = Blueprint("links", __name__)


@blueprint.get("/tasks/<int:task_id>")
@allows(Operation.READ_DESCRIPTION)
def to_task(task_id: int) -> Response:
    """The way from a mail to a task."""
    return redirect(f"/api/v1/tasks/{task_id}")


@blueprint.get("/cases/<int:number>")
@allows(Operation.READ_DESCRIPTION)
def to_case(number: int) -> Response:
    """The way from a mail to a case."""
    return redirect(f"/api/v1/cases/{number}")


@blueprint.get("/cases/<int:number>/objections")
@allows(Operation.READ_DESCRIPTION)
def to_objections(number: int) -> Response:
    """The way from a mail to one's own objection."""
    return redirect(f"/api/v1/cases/{number}/objections")


@blueprint.get("/corrections")
@allows(Operation.READ_DESCRIPTION)
def to_corrections() -> Response:
    """The way from a mail to what one has reported as wrong on one's own file."""
    return redirect("/api/v1/me/corrections")
