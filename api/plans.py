"""What is done in the months of mentoring: duties, plan, progress, talks, checks of performance."""

from typing import Any

from flask.views import MethodView

from api.acting import changing
from api.database import db
from api.parts import seen_part
from api.policy import allows
from api.schemas.cases import CaseState
from api.schemas.plans import CheckInNote, Duties, PerformanceNote, Plan, Progress
from api.strict import Resources
from workflow import plans
from workflow.models import PromotionCase
from workflow.permissions import Operation, Part
from workflow.queries import mentorships

blueprint = Resources("plans", "What mentor, mentee and line manager do in the months of mentoring")


@blueprint.route("/cases/<int:case_id>/mentorship/duties")
class DutiesView(MethodView):
    """The duties of the new post."""

    @allows(Operation.READ_MENTORSHIP)
    @blueprint.response(200, Duties)
    def get(self, case_id: int) -> mentorships.DutiesSeen:
        """Read what the new post asks, and whether the promoted person has acknowledged it"""
        case, _, _ = seen_part(case_id, Part.MENTORSHIP)
        return mentorships.duties(db.session(), case)


@blueprint.route("/cases/<int:case_id>/mentorship/duties/acknowledgement")
class DutiesAcknowledgementView(MethodView):
    """That the duties of the new post are known."""

    @allows(Operation.ACKNOWLEDGE_DUTIES)
    @blueprint.response(200, CaseState)
    def post(self, case_id: int) -> PromotionCase:
        """Acknowledge the duties of my new post"""
        with changing(case_id) as (act, case):
            plans.acknowledge_duties(act, case)
        return case


@blueprint.route("/cases/<int:case_id>/mentorship/plan")
class PlanView(MethodView):
    """What mentor and mentee agree to do."""

    @allows(Operation.AGREE_PLAN)
    @blueprint.arguments(Plan)
    @blueprint.response(200, CaseState)
    def put(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Write the plan with its items, or agree to it"""
        with changing(case_id) as (act, case):
            plans.agree_plan(act, case, **given)
        return case


@blueprint.route("/cases/<int:case_id>/mentorship/items/<int:item_id>/progress")
class ProgressView(MethodView):
    """How a practice task or a training goes."""

    @allows(Operation.NOTE_PROGRESS)
    @blueprint.arguments(Progress)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int, item_id: int) -> PromotionCase:
        """Note progress and feedback on an item of the plan, and when it was done"""
        with changing(case_id) as (act, case):
            plans.note_progress(act, case, item_id, **given)
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
            plans.check_in(act, case, day=day, note=given["note"])
        return case


@blueprint.route("/cases/<int:case_id>/mentorship/performance-checks/<int:week>")
class PerformanceCheckView(MethodView):
    """How the work in the new post is rated."""

    @allows(Operation.CHECK_PERFORMANCE)
    @blueprint.arguments(PerformanceNote)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int, week: int) -> PromotionCase:
        """Rate the work in the new post after so many weeks"""
        with changing(case_id) as (act, case):
            plans.check_performance(act, case, week=week, **given)
        return case
