"""Mentoring: find and name the mentor, hand it back, read how it goes, conclude."""

from collections.abc import Sequence
from typing import Any

from flask.views import MethodView

from api.acting import changing, seen
from api.database import db
from api.parts import by_number, seen_part
from api.policy import allows
from api.schemas.cases import CaseState
from api.schemas.mentorships import Conclusion, Mentorship, NewMentorship, Proposals
from api.schemas.people import Reason
from api.strict import Resources
from workflow import mentoring
from workflow.errors import Invalid
from workflow.models import PromotionCase
from workflow.permissions import Operation, Part
from workflow.queries import mentorships

blueprint = Resources("mentorships", "The mentoring that follows a promotion")


@blueprint.route("/cases/<int:case_id>/mentorship")
class MentorshipView(MethodView):
    """The mentorship of a case."""

    @allows(Operation.READ_MENTORSHIP)
    @blueprint.response(200, Mentorship)
    def get(self, case_id: int) -> mentorships.MentorshipSeen:
        """Read plan, check-ins, performance checks and conclusion"""
        seen_part(case_id, Part.MENTORSHIP)
        return mentorships.mentorship(db.session(), case_id)

    @allows(Operation.NAME_MENTOR)
    @blueprint.arguments(NewMentorship)
    @blueprint.response(201, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Name the mentor"""
        with changing(case_id) as (act, case):
            mentoring.name_mentor(act, case, by_number(act, given["mentor"]))
        return case


@blueprint.route("/cases/<int:case_id>/mentorship/proposals")
class ProposalsView(MethodView):
    """Who could be the mentor."""

    @allows(Operation.NAME_MENTOR)
    @blueprint.response(200, Proposals)
    def get(self, case_id: int) -> dict[str, Sequence[mentorships.Proposal]]:
        """List who fits as a mentor, whoever has most room first"""
        case, _ = seen(case_id)
        return {"items": mentorships.proposals(db.session(), case)}


@blueprint.route("/cases/<int:case_id>/mentorship/refusal")
class RefusalView(MethodView):
    """A mentor who cannot, or can no longer."""

    @allows(Operation.REFUSE_MENTORSHIP)
    @blueprint.arguments(Reason)
    @blueprint.response(204)
    def post(self, given: dict[str, Any], case_id: int) -> None:
        """Decline to mentor, or hand the mentoring back"""
        with changing(case_id) as (act, case):
            mentoring.refuse(act, case, reason=given["reason"])


@blueprint.route("/cases/<int:case_id>/mentorship/conclusion")
class ConclusionView(MethodView):
    """How mentoring ends."""

    @allows(Operation.CLOSE_MENTORING)
    @blueprint.arguments(Conclusion)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Confirm the person, extend the mentoring once, or return the person to the former level"""
        reason, post, is_reverted = given["reason"], given["post"], given["decision"] == "revert"
        if post is not None and not is_reverted:
            raise Invalid(reason="post_if_reverted")
        with changing(case_id) as (act, case):
            if is_reverted:
                mentoring.revert(act, case, reason=reason, post=post)
            else:
                _VERBS[given["decision"]](act, case, reason=reason)
        return case


_VERBS = {"confirm": mentoring.confirm, "extend": mentoring.extend}
