"""Objections: anybody objects to a decision on notice, HR without a stake decides."""

from typing import Any

from flask.views import MethodView

from api.acting import changing, person, reading, seen
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.cases import CaseState
from api.schemas.objections import NewObjection, Objection, ObjectionDecision, ObjectionPage
from api.strict import Resources
from workflow import models, objections
from workflow.errors import Invalid
from workflow.models import PromotionCase
from workflow.permissions import Operation
from workflow.queries import objections as objection_queries

blueprint = Resources("objections", "Objections to decisions on public notice")


@blueprint.route("/cases/<int:case_id>/objections")
class ObjectionsView(MethodView):
    """The objections to a decision."""

    @allows(Operation.READ_OBJECTIONS)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, ObjectionPage)
    def get(self, arguments: dict[str, Any], case_id: int) -> Page:
        """List the objections: all for HR and auditors, my own for anybody else"""
        _, mine = seen(case_id)
        query = objection_queries.of_case(case_id, person().id, mine)
        return page_of(query, [models.Objection.id], arguments)

    @allows(Operation.OBJECT)
    @blueprint.arguments(NewObjection)
    @blueprint.response(201, Objection)
    def post(self, given: dict[str, Any], case_id: int) -> objection_queries.ObjectionLine:
        """Object to a decision on notice; only HR and auditors read my name"""
        with changing(case_id) as (act, case):
            objection = objections.object_to(act, case, text=given["text"])
        own = objection_queries.of_case(case_id, person().id, frozenset())
        line: objection_queries.ObjectionLine = (
            reading().scalars(own.where(models.Objection.id == objection.id)).one()
        )
        return line


@blueprint.route("/cases/<int:case_id>/objections/<int:objection_id>/decision")
class ObjectionDecisionView(MethodView):
    """What HR says to an objection."""

    @allows(Operation.DECIDE_OBJECTION)
    @blueprint.arguments(ObjectionDecision)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int, objection_id: int) -> PromotionCase:
        """Uphold an objection and send the case back to a step, or dismiss it, with the reason"""
        reason, step = given["reason"], given["step"]
        is_upheld = given["decision"] == "uphold"
        if is_upheld != (step is not None):
            raise Invalid(reason="step_if_upheld")
        with changing(case_id) as (act, case):
            if is_upheld:
                objections.uphold(act, case, objection_id, step=step, reason=reason)
            else:
                objections.dismiss(act, case, objection_id, reason=reason)
        return case
