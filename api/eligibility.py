"""Eligibility: what was found on file, and HR's ways on where it is not enough."""

from typing import Any

from flask.views import MethodView

from api import wording
from api.acting import changing
from api.database import db
from api.parts import seen_part
from api.policy import allows
from api.schemas.cases import CaseState
from api.schemas.eligibility import Eligibility, NewWaiver
from api.schemas.people import Reason
from api.strict import Resources
from workflow import nominations
from workflow.editions.library import step_of
from workflow.models import PromotionCase
from workflow.permissions import Operation, Part
from workflow.queries.nominations import findings

blueprint = Resources("eligibility", "What is on file, put against the rules of the step")


@blueprint.route("/cases/<int:case_id>/eligibility")
class EligibilityView(MethodView):
    """What the last check answered."""

    @allows(Operation.READ_CASE)
    @blueprint.response(200, Eligibility)
    def get(self, case_id: int) -> dict[str, Any]:
        """Read what every rule of eligibility answered"""
        case, _, _ = seen_part(case_id, Part.ELIGIBILITY)
        rules = step_of(db.session(), case).eligibility
        found = findings(db.session(), case_id)
        return {"items": [{**wording.checked(one, rules), "waiver": one.waiver} for one in found]}

    @allows(Operation.WAIVE)
    @blueprint.response(200, CaseState)
    def post(self, case_id: int) -> PromotionCase:
        """Check the corrected facts again"""
        with changing(case_id) as (act, case):
            nominations.settle_eligibility(act, case, rule=None, reason="")
        return case


@blueprint.route("/cases/<int:case_id>/waivers")
class WaiversView(MethodView):
    """Exceptions from rules."""

    @allows(Operation.WAIVE)
    @blueprint.arguments(NewWaiver)
    @blueprint.response(201, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Waive one rule, with a reason"""
        with changing(case_id) as (act, case):
            nominations.settle_eligibility(act, case, **given)
        return case


@blueprint.route("/cases/<int:case_id>/refusal")
class RefusalView(MethodView):
    """The end of a case whose candidate is not eligible."""

    @allows(Operation.WAIVE)
    @blueprint.arguments(Reason)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """End a signed case whose candidate is not eligible"""
        with changing(case_id) as (act, case):
            nominations.refuse_ineligible(act, case, reason=given["reason"])
        return case
