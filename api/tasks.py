"""Tasks: the inbox, single tasks, and for HR the cases on which nobody can act."""

from typing import Any

from flask.views import MethodView

from api.acting import changing, contending, person
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.preconditions import heading
from api.schemas.cases import CasePage, CaseState
from api.schemas.stand_ins import Nudged
from api.schemas.tasks import InboxPage, InboxQuery, Task
from api.strict import Resources
from workflow import arrivals, nudges
from workflow.models import InboxRow, PromotionCase
from workflow.permissions import Operation
from workflow.queries import inbox
from workflow.queries.cases import cases_seen_by

blueprint = Resources("tasks", "Everything people have to do")


@blueprint.route("/inbox")
class InboxView(MethodView):
    """What waits for the caller."""

    @allows(Operation.READ_OWN_INBOX)
    @blueprint.arguments(InboxQuery, location="query")
    @blueprint.response(200, InboxPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List what waits for me, what is due first on top"""
        query = inbox.inbox(person().id, kind=arguments.get("kind"), case_id=arguments.get("case"))
        page = page_of(query, [InboxRow.due_at, InboxRow.task_id], arguments)
        return Page(inbox.with_bulk(db.session(), page.items), page.next)


@blueprint.route("/tasks/<int:task_id>")
class TaskView(MethodView):
    """One task."""

    @allows(Operation.READ_OWN_INBOX)
    @blueprint.response(200, Task)
    def get(self, task_id: int) -> tuple[inbox.TaskLine, dict[str, str]]:
        """Read a task that waits for me, or that I was given or have done"""
        (task,) = inbox.with_bulk(db.session(), [inbox.task(db.session(), person().id, task_id)])
        return task, heading(task)


@blueprint.route("/stuck-cases")
class StuckCasesView(MethodView):
    """Cases on which nobody can act."""

    @allows(Operation.READ_STUCK)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, CasePage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List the cases on which nobody can act, with the reason"""
        query = cases_seen_by(person().id, is_stuck=True)
        return page_of(query, [PromotionCase.id], arguments)


@blueprint.route("/cases/<int:case_id>/nudges")
class NudgesView(MethodView):
    """A friendly word to whoever holds a case."""

    @allows(Operation.NUDGE)
    @blueprint.response(200, Nudged)
    def post(self, case_id: int) -> dict[str, Any]:
        """Nudge everybody for whom something of the case waits

        Once a day. HR nudges raters, judges and voters too, and does not learn whom it has reached.
        """
        with changing(case_id) as (act, case):
            return {"kinds": nudges.nudge(act, case)}


@blueprint.route("/cases/<int:case_id>/retry")
class RetryView(MethodView):
    """A new try at the step a case was stuck on."""

    @allows(Operation.RETRY)
    @blueprint.response(200, CaseState)
    def post(self, case_id: int) -> PromotionCase:
        """Set up the step again that nobody could take"""
        with contending(case_id) as (act, case):
            arrivals.retry(act, case)
        return case
