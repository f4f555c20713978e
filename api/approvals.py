"""Approvals: who has signed a nomination, and one's own signature."""

from collections.abc import Callable
from typing import Any

from flask.views import MethodView

from api.acting import changing
from api.database import db
from api.parts import seen_part
from api.policy import allows
from api.schemas.approvals import Approval, Approvals
from api.schemas.cases import CaseState
from api.strict import Resources
from workflow import nominations
from workflow.act import Act
from workflow.models import PromotionCase
from workflow.permissions import Operation, Part
from workflow.queries.nominations import signatures

blueprint = Resources("approvals", "The approval chain of a nomination")


@blueprint.route("/cases/<int:case_id>/approvals")
class ApprovalsView(MethodView):
    """The approval chain of a case."""

    @allows(Operation.READ_CASE)
    @blueprint.response(200, Approvals)
    def get(self, case_id: int) -> dict[str, Any]:
        """List the signatures under a nomination"""
        _, mine, parts = seen_part(case_id, Part.NOMINATION)
        return {"items": signatures(db.session(), case_id, mine, parts)}

    @allows(Operation.APPROVE)
    @blueprint.arguments(Approval)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Approve a nomination, return it or decline it"""
        with changing(case_id) as (act, case):
            _DECISIONS[given["decision"]](act, case, given["reason"])
        return case


_DECISIONS: dict[str, Callable[[Act, PromotionCase, str], None]] = {
    "approve": lambda act, case, reason: nominations.approve(act, case, comment=reason),
    "return": lambda act, case, reason: nominations.send_back(act, case, reason=reason),
    "decline": lambda act, case, reason: nominations.decline(act, case, reason=reason),
}
