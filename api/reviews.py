"""The 360-degree review: my requests, the form, its outcome, and HR's ways on."""

from dataclasses import asdict
from typing import Any

from flask.views import MethodView

from api.acting import changing, person, seen
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.parts import seen_part
from api.policy import allows
from api.preconditions import heading
from api.schemas.cases import CaseState
from api.schemas.people import Decision, Reason
from api.schemas.reviews import FilledForm, Review, ReviewForm, ReviewRequestPage
from api.strict import Resources
from translations import both
from workflow import models, reviews
from workflow.models import PromotionCase
from workflow.permissions import Operation, Part
from workflow.queries import own_tasks
from workflow.queries import reviews as review_queries
from workflow.vocabulary import Source, TaskKind

blueprint = Resources("reviews", "The 360-degree review")


@blueprint.route("/reviews")
class ReviewsView(MethodView):
    """The forms the caller is asked for."""

    @allows(Operation.READ_REVIEW_REQUEST)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, ReviewRequestPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List the forms I am asked for"""
        query = review_queries.requests_to(person().id)
        return page_of(query, [models.ReviewRequest.id], arguments)


@blueprint.route("/cases/<int:case_id>/review")
class ReviewView(MethodView):
    """The last review of a case."""

    @allows(Operation.READ_REVIEW_OUTCOME)
    @blueprint.response(200, Review)
    def get(self, case_id: int) -> review_queries.ReviewSeen:
        """Read the published outcome of a review, or its progress before that"""
        case, mine, parts = seen_part(case_id, Part.REVIEW_OUTCOME)
        return review_queries.review(db.session(), case, mine, parts)


@blueprint.route("/cases/<int:case_id>/review/form")
class ReviewFormView(MethodView):
    """The form of one rater."""

    @allows(Operation.READ_REVIEW_REQUEST)
    @blueprint.response(200, ReviewForm)
    def get(self, case_id: int) -> tuple[dict[str, Any], dict[str, str]]:
        """Read the form I am asked for, what I have written so far, and who will see it"""
        case, _ = seen(case_id)
        form = review_queries.form(db.session(), case, person().id)
        task = own_tasks.latest_on(db.session(), case, person().id, TaskKind.REVIEW)
        return _told(form), heading(task) if task else {}

    @allows(Operation.FILL_IN_REVIEW)
    @blueprint.arguments(FilledForm)
    @blueprint.response(204)
    def put(self, filled: dict[str, Any], case_id: int) -> None:
        """Hand in my form, or replace it until the review closes"""
        with changing(case_id) as (act, case):
            reviews.submit_form(act, case, **filled)


@blueprint.route("/cases/<int:case_id>/review/draft")
class ReviewDraftView(MethodView):
    """The unfinished form of one rater, which only he reads."""

    @allows(Operation.FILL_IN_REVIEW)
    @blueprint.arguments(FilledForm)
    @blueprint.response(204)
    def put(self, written: dict[str, Any], case_id: int) -> None:
        """Keep my unfinished form; it is not handed in"""
        with changing(case_id) as (act, case):
            reviews.save_draft(act, case, **written)


@blueprint.route("/cases/<int:case_id>/review/refusal")
class ReviewRefusalView(MethodView):
    """The declining of a request."""

    @allows(Operation.FILL_IN_REVIEW)
    @blueprint.arguments(Reason)
    @blueprint.response(204)
    def post(self, given: dict[str, Any], case_id: int) -> None:
        """Decline to review, with a reason"""
        with changing(case_id) as (act, case):
            reviews.decline_request(act, case, reason=given["reason"])


@blueprint.route("/cases/<int:case_id>/review/waiver")
class ReviewWaiverView(MethodView):
    """The going on without a score."""

    @allows(Operation.RESCUE_REVIEW)
    @blueprint.arguments(Reason)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Let a case go on without a review score that does not stand"""
        with changing(case_id) as (act, case):
            reviews.waive_score(act, case, reason=given["reason"])
        return case


@blueprint.route("/cases/<int:case_id>/review/widening")
class ReviewWideningView(MethodView):
    """The holding of a review again with raters from further away."""

    @allows(Operation.RESCUE_REVIEW)
    @blueprint.arguments(Reason)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Hold a review without a score again, once, with peers from neighbouring branches"""
        with changing(case_id) as (act, case):
            reviews.widen(act, case, reason=given["reason"])
        return case


@blueprint.route("/cases/<int:case_id>/shortfall")
class ShortfallView(MethodView):
    """The end of a case that misses a mandatory floor."""

    @allows(Operation.RESCUE_REVIEW)
    @blueprint.arguments(Decision)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Sign that a mandatory floor is missed, which ends the case"""
        with changing(case_id) as (act, case):
            reviews.confirm_shortfall(
                act, case, reason=given["text"], internal_reason=given["internal_reason"]
            )
        return case


def _told(form: review_queries.Form) -> dict[str, Any]:
    return {
        **asdict(form),
        "request": form.request,
        "items": form.items,
        "audience": both(f"review.{_kind(form)}", threshold=form.threshold, group=form.group),
        "warning": both("review.only_language") if _is_recognisable(form) else None,
    }


def _is_recognisable(form: review_queries.Form) -> bool:
    return form.is_only_of_language and not form.is_by_name


def _kind(form: review_queries.Form) -> str:
    if form.request.source is Source.SELF:
        return "self"
    return "by_name" if form.is_by_name else "confidential"
