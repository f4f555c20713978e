"""Approvals: who has signed a nomination, and one's own signature."""

from collections.abc import Callable
from typing import Any

from flask.views import MethodView

from api.acting import by_itself, changing, person, reading
from api.database import db
from api.parts import seen_part
from api.policy import allows
from api.problems import described
from api.schemas.approvals import AllToSign, Approval, Approvals, Chosen
from api.schemas.cases import CaseState
from api.schemas.people import LARGEST_KEY
from api.schemas.stand_ins import BulkAnswers, BulkApproval
from api.strict import Resources
from workflow import nominations, tasks
from workflow.act import Act
from workflow.errors import NotFound, Refusal
from workflow.models import PromotionCase
from workflow.permissions import Operation, Part, require
from workflow.queries.inbox import cases_of
from workflow.queries.nominations import signatures
from workflow.queries.to_sign import to_sign

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


@blueprint.route("/approvals")
class BulkView(MethodView):
    """Several nominations at once."""

    @allows(Operation.READ_OWN_INBOX)
    @blueprint.arguments(Chosen, location="query")
    @blueprint.response(200, AllToSign)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Read what I am about to sign: who, for which post, and what speaks for each

        Of a task that does not wait for my signature nothing is told, be it done, another's or nobody's.
        """
        keys = {int(key) for key in wanted["tasks"].split(",")}
        found = to_sign(db.session(), person().id, [key for key in keys if key <= LARGEST_KEY])
        return {"items": found, "not_mine": sorted(keys - {line.task for line in found})}

    @allows(Operation.APPROVE_IN_BULK)
    @blueprint.arguments(BulkApproval)
    @blueprint.response(200, BulkAnswers)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Approve several nominations that wait for me

        Where the criteria allow it. Each counts by itself: what cannot be approved stays as it is, with the
        reason, and holds up none of the others.
        """
        wanted = given["tasks"]
        cases = cases_of(reading(), person().id, [one["task"] for one in wanted])
        asked = [(cases.get(one["task"]), place, one) for place, one in enumerate(wanted)]
        # Cases are locked in the order of their keys, here as everywhere.
        in_order = sorted(asked, key=lambda line: line[0] or 0)
        told = {place: _approve(case_id, given["comment"], **one) for case_id, place, one in in_order}
        return {"items": [told[place] for place in sorted(told)]}


def _approve(case_id: int | None, comment: str, *, task: int, version: int) -> dict[str, Any]:
    answer: dict[str, Any] = {"task": task, "case": case_id, "is_approved": True, "problem": None}
    try:
        if case_id is None:
            raise NotFound(kind="task")
        with by_itself(), changing(case_id) as (act, case):
            require(act.db, act.person, Operation.APPROVE, case)
            tasks.held(act, case, task, version=version)
            nominations.approve(act, case, comment=comment, in_bulk=True)
    except Refusal as refusal:
        # What is not there for somebody has no case either.
        known = None if isinstance(refusal, NotFound) else case_id
        answer.update(case=known, is_approved=False, problem=described(refusal))
    return answer


_DECISIONS: dict[str, Callable[[Act, PromotionCase, str], None]] = {
    "approve": lambda act, case, reason: nominations.approve(act, case, comment=reason),
    "return": lambda act, case, reason: nominations.send_back(act, case, reason=reason),
    "decline": lambda act, case, reason: nominations.decline(act, case, reason=reason),
}
