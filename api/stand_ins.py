"""Ask somebody else: hand a task over, have another person sign first, keep somebody informed."""

from typing import Any

from flask.views import MethodView

from api.acting import changing, reading, seen
from api.database import db
from api.parts import by_number
from api.policy import allows
from api.schemas.cases import CaseState
from api.schemas.stand_ins import Copies, HandOver, NewCopy, NewSigner
from api.strict import Resources
from workflow import copies, stand_ins
from workflow.models import PromotionCase
from workflow.permissions import Operation
from workflow.queries.copies import copies as copies_of

blueprint = Resources("stand-ins", "Tasks handed over, signers added, people kept informed")


@blueprint.route("/cases/<int:case_id>/handovers")
class HandoversView(MethodView):
    """Tasks of a case that change hands."""

    @allows(Operation.HAND_OVER)
    @blueprint.arguments(HandOver)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Hand a task of mine over to somebody else

        An approval, a rating during mentoring, or the decision at its end. It stays due when it was, and I
        stay informed of the case. Why is told to whom it goes, and to HR.
        """
        with changing(case_id) as (act, case):
            to = by_number(act, given["to"])
            stand_ins.hand_over(act, case, given["task"], to, reason=given["reason"])
        return case


@blueprint.route("/cases/<int:case_id>/signers")
class SignersView(MethodView):
    """Signers whom the criteria do not ask for."""

    @allows(Operation.ADD_SIGNER)
    @blueprint.arguments(NewSigner)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Have somebody else sign a nomination before me

        It comes back to me then, due when it was, or a day later where that is over. A no of an added signer
        is advice: I sign, return or decline. Why I ask is read by those who sign, and with the decision.
        """
        with changing(case_id) as (act, case):
            signer = by_number(act, given["person"])
            stand_ins.add_signer(act, case, signer, reason=given["reason"])
        return case


@blueprint.route("/cases/<int:case_id>/signers/<number>")
class SignerView(MethodView):
    """Somebody who was asked to sign first."""

    @allows(Operation.ADD_SIGNER)
    @blueprint.response(204)
    def delete(self, case_id: int, number: str) -> None:
        """Wait no longer for an added signer, who has not answered; for whoever asked him, and for HR"""
        with changing(case_id) as (act, case):
            stand_ins.spare_signer(act, case, by_number(act, number))


@blueprint.route("/cases/<int:case_id>/copies")
class CopiesView(MethodView):
    """People who are kept informed of a case."""

    @allows(Operation.READ_CASE)
    @blueprint.response(200, Copies)
    def get(self, case_id: int) -> dict[str, Any]:
        """List who is kept informed of a case, and at whose wish"""
        seen(case_id)
        return {"items": copies_of(db.session(), case_id)}

    @allows(Operation.COPY)
    @blueprint.arguments(NewCopy)
    @blueprint.response(200, Copies)
    def post(self, given: dict[str, Any], case_id: int) -> dict[str, Any]:
        """Keep somebody informed of a case

        From now on he sees where it stands, and is told how it ends; he decides nothing.
        """
        with changing(case_id) as (act, case):
            copies.copy_to(act, case, by_number(act, given["person"]))
        return {"items": copies_of(reading(), case_id)}


@blueprint.route("/cases/<int:case_id>/copies/<number>")
class CopyView(MethodView):
    """Somebody who is kept informed of a case."""

    @allows(Operation.COPY)
    @blueprint.response(204)
    def delete(self, case_id: int, number: str) -> None:
        """Stop keeping somebody informed of a case"""
        with changing(case_id) as (act, case):
            copies.take_back(act, case, by_number(act, number))
