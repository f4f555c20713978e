"""Customers' links: the one form behind each, handed in once or declined, without an account."""

from typing import Any

from flask import current_app
from flask.views import MethodView

from api.acting import now, running
from api.database import db
from api.policy import allows
from api.schemas.people import OptionalReason
from api.schemas.reviews import LinkedAnswers, LinkedForm
from api.signing import handle_of
from api.strict import Resources
from translations import both
from workflow import customers
from workflow.errors import NotFound
from workflow.permissions import Operation
from workflow.queries import review_links

blueprint = Resources("review_links", "Review forms of customers, opened by a signed link")


@blueprint.route("/review-links/<token>")
class ReviewLinkView(MethodView):
    """The form behind a link."""

    @allows(Operation.ANSWER_BY_LINK)
    @blueprint.response(200, LinkedForm)
    def get(self, token: str) -> dict[str, Any]:
        """Read the form a customer is asked for, and who will see it"""
        form = opened(token)
        said = both("review.customer", threshold=form.threshold, group=form.group)
        warning = both("review.only_language") if form.is_only_of_language else None
        return {**{name: getattr(form, name) for name in _FIELDS}, "audience": said, "warning": warning}

    @allows(Operation.ANSWER_BY_LINK)
    @blueprint.arguments(LinkedAnswers)
    @blueprint.response(204)
    def put(self, given: dict[str, Any], token: str) -> None:
        """Hand in a customer's form, once"""
        hand_in(token, given["answers"], given["comment"])


@blueprint.route("/review-links/<token>/opening")
class ReviewLinkOpeningView(MethodView):
    """The first opening of a customer's form."""

    @allows(Operation.ANSWER_BY_LINK)
    @blueprint.response(204)
    def post(self, token: str) -> None:
        """Begin to answer: the questions are shown from now on, for three days at most"""
        begin(token)


@blueprint.route("/review-links/<token>/refusal")
class ReviewLinkRefusalView(MethodView):
    """The declining of a customer."""

    @allows(Operation.ANSWER_BY_LINK)
    @blueprint.arguments(OptionalReason)
    @blueprint.response(204)
    def post(self, given: dict[str, Any], token: str) -> None:
        """Say that one would rather not answer"""
        decline(token, given["reason"])


_FIELDS = ("candidate", "locale", "due_at", "is_begun", "threshold", "group", "items", "answered_share")


def opened(token: str) -> review_links.LinkedForm:
    """The form a token opens; raises NotFound, ReviewLinkOver."""
    return review_links.linked_form(db.session(), _handle(token), now())


def language_of(token: str) -> str:
    """The language of the customer a token was made for; raises NotFound."""
    return review_links.behind(db.session(), _handle(token)).locale


def begin(token: str) -> None:
    """Open the form a token leads to for the first time; raises NotFound, ReviewLinkOver."""
    handle = _handle(token)
    with running().door.changing(_case(handle), now=now()) as (act, case):
        customers.begin(act, case, link=handle)


def hand_in(token: str, answers: dict[str, int | None], comment: str) -> None:
    """Hand in the form a token opens; raises NotFound, ReviewLinkOver, FormIncomplete."""
    handle = _handle(token)
    # Nothing that is kept of this request, such as its id, may lead to the form.
    with running().door.changing(_case(handle), now=now()) as (act, case):
        customers.submit(act, case, link=handle, answers=answers, comment=comment)


def decline(token: str, reason: str = "") -> None:
    """Decline the form a token opens; raises NotFound, ReviewLinkOver."""
    handle = _handle(token)
    with running().door.changing(_case(handle), now=now()) as (act, case):
        customers.decline(act, case, link=handle, reason=reason)


def _handle(token: str) -> str:
    handle = handle_of(str(current_app.secret_key), token)
    if handle is None:
        raise NotFound(kind="review_link")
    return handle


def _case(handle: str) -> int:
    case_id = review_links.behind(db.session(), handle).case.id
    # An open read would hold a second connection and an old snapshot through the write.
    db.session.close()
    return case_id
