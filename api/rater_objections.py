"""Objections of the candidate to raters, and HR's decision on them."""

from typing import Any

from flask.views import MethodView

from api.acting import changing, person, reading, seen
from api.database import db
from api.parts import by_number
from api.policy import allows
from api.schemas.reviews import NewRaterObjection, RaterObjectionDecision, RaterObjections
from api.strict import Resources
from workflow import rater_objections
from workflow.permissions import Operation
from workflow.queries import rater_objections as objection_queries

blueprint = Resources("rater_objections", "Whom a candidate does not want as a rater")


@blueprint.route("/cases/<int:case_id>/rater-objections")
class RaterObjectionsView(MethodView):
    """The objections of a case; only the candidate, HR and auditors know of them."""

    @allows(Operation.READ_RATER_OBJECTIONS)
    @blueprint.response(200, RaterObjections)
    def get(self, case_id: int) -> dict[str, Any]:
        """List the objections to raters, with what was decided"""
        seen(case_id)
        return {"items": objection_queries.of_case(db.session(), case_id, person().id)}

    @allows(Operation.OBJECT_TO_RATER)
    @blueprint.arguments(NewRaterObjection)
    @blueprint.response(201, RaterObjections)
    def post(self, given: dict[str, Any], case_id: int) -> dict[str, Any]:
        """Object to a rater before the review opens, with a reason; twice at most"""
        with changing(case_id) as (act, case):
            rater_objections.object_to(act, case, by_number(act, given["person"]), reason=given["reason"])
        return {"items": objection_queries.of_case(reading(), case_id, person().id)}


@blueprint.route("/cases/<int:case_id>/rater-objections/<int:number>/decision")
class RaterObjectionDecisionView(MethodView):
    """The decision on one objection."""

    @allows(Operation.DECIDE_RATER_OBJECTION)
    @blueprint.arguments(RaterObjectionDecision)
    @blueprint.response(200, RaterObjections)
    def post(self, given: dict[str, Any], case_id: int, number: int) -> dict[str, Any]:
        """Uphold or dismiss an objection, with a reason"""
        is_upheld = given["decision"] == "uphold"
        with changing(case_id) as (act, case):
            rater_objections.decide(act, case, number, is_upheld=is_upheld, reason=given["reason"])
        return {"items": objection_queries.of_case(reading(), case_id, person().id)}
