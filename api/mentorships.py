"""Mentoring: name the mentor, agree the plan, note the talks, conclude."""

from typing import Any

from flask.views import MethodView

from api.acting import changing
from api.database import db
from api.parts import by_number, seen_part
from api.policy import allows
from api.schemas.cases import CaseState
from api.schemas.mentorships import CheckInNote, Conclusion, Mentorship, NewMentorship, Plan
from api.strict import Resources
from workflow import mentoring
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
        """Read plan and check-ins"""
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


@blueprint.route("/cases/<int:case_id>/mentorship/plan")
class PlanView(MethodView):
    """What mentor and mentee agree to do."""

    @allows(Operation.AGREE_PLAN)
    @blueprint.arguments(Plan)
    @blueprint.response(200, CaseState)
    def put(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Write the plan, or agree to it"""
        with changing(case_id) as (act, case):
            mentoring.agree_plan(act, case, plan=given["plan"])
        return case


@blueprint.route("/cases/<int:case_id>/mentorship/check-ins/<int:day>")
class CheckInView(MethodView):
    """A talk between mentor and mentee."""

    @allows(Operation.CHECK_IN)
    @blueprint.arguments(CheckInNote)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int, day: int) -> PromotionCase:
        """Note what came out of the talk of that day"""
        with changing(case_id) as (act, case):
            mentoring.check_in(act, case, day=day, note=given["note"])
        return case


@blueprint.route("/cases/<int:case_id>/mentorship/conclusion")
class ConclusionView(MethodView):
    """How mentoring ends."""

    @allows(Operation.CLOSE_MENTORING)
    @blueprint.arguments(Conclusion)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Confirm the person, extend the mentoring once, or return the person to the former post"""
        with changing(case_id) as (act, case):
            _VERBS[given["decision"]](act, case, reason=given["reason"])
        return case


_VERBS = {"confirm": mentoring.confirm, "extend": mentoring.extend, "revert": mentoring.revert}
