"""Facts on file: what is missing or wrong, and that HR has put it right."""

from typing import Any

from flask.views import MethodView

from api.acting import acting, person
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.data_gaps import Correction, CorrectionAsked, CorrectionPage, DataGap
from api.schemas.people import Reason
from api.strict import Resources
from workflow import data_gaps
from workflow.models import Task
from workflow.permissions import Operation
from workflow.queries.corrections import corrections_of
from workflow.queries.data_gaps import gap

blueprint = Resources("data gaps", "Facts on file that are missing or wrong")


@blueprint.route("/me/corrections")
class CorrectionsView(MethodView):
    """What is wrong on one's own file."""

    @allows(Operation.CORRECT_DATA)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, CorrectionPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List what I have reported as wrong, with HR's answers, the last one first"""
        return page_of(corrections_of(person().id), [Task.id], arguments, newest_first=True)

    @allows(Operation.CORRECT_DATA)
    @blueprint.arguments(Correction)
    @blueprint.response(201, CorrectionAsked)
    def post(self, given: dict[str, Any]) -> Task:
        """Tell HR that a value on one's own file is wrong"""
        with acting() as act:
            return data_gaps.report_error(act, **given)


@blueprint.route("/data-gaps/<int:task_id>")
class DataGapView(MethodView):
    """One task about data on file."""

    @allows(Operation.COMPLETE_DATA)
    @blueprint.response(200, DataGap)
    def get(self, task_id: int) -> Any:
        """Read which fact is missing and about whom"""
        return gap(db.session(), task_id, person().id)


@blueprint.route("/data-gaps/<int:task_id>/completion")
class DataGapCompletionView(MethodView):
    """The end of a task about data on file."""

    @allows(Operation.COMPLETE_DATA)
    @blueprint.response(204)
    def post(self, task_id: int) -> None:
        """Say that the data are complete; cases that waited for them are examined again"""
        with acting() as act:
            data_gaps.complete(act, task_id)


@blueprint.route("/data-gaps/<int:task_id>/refusal")
class DataGapRefusalView(MethodView):
    """That a value somebody has reported as wrong stays as it is."""

    @allows(Operation.COMPLETE_DATA)
    @blueprint.arguments(Reason)
    @blueprint.response(204)
    def post(self, given: dict[str, Any], task_id: int) -> None:
        """Leave a value as it is, with the reason for whoever has reported it"""
        with acting() as act:
            data_gaps.refuse(act, task_id, **given)
