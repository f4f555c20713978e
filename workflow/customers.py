"""Customers answer for a review without an account: by a link that opens their one form, once."""

from datetime import datetime

from sqlalchemy import select

from workflow import raters, review_closing, review_forms
from workflow.act import Act
from workflow.errors import NotFound, ReviewLinkOver
from workflow.models import PromotionCase, ReviewRequest
from workflow.rules import deadlines
from workflow.rules.forms import OVERALL
from workflow.vocabulary import RequestState, Stage

_LINK_LASTS = 3  # days from its first opening, the last one whole: the page names a day and no hour
_OVER = {
    RequestState.SUBMITTED: "link_used",
    RequestState.DECLINED: "link_declined",
    RequestState.REPLACED: "link_replaced",
    RequestState.MISSED: "link_expired",
}


def begin(act: Act, case: PromotionCase, *, link: str) -> None:
    """A customer opens his form for the first time; from now on his link works for three days.

    A mail scanner that follows the link has not opened the form: it takes an act. Raises as `submit` does.
    """
    request = _open_request(act, case, link)
    if request.link_until is None:
        request.link_until = deadlines.day_over(act.now, case.candidate.time_zone, _LINK_LASTS)


def submit(
    act: Act, case: PromotionCase, *, link: str, answers: dict[str, int | None], comment: str = ""
) -> None:
    """Hand in a customer's form, which uses up the link; the last form closes the round.

    Raises NotFound, ReviewLinkOver (used, declined, replaced, expired), FormIncomplete.
    """
    request = _open_request(act, case, link)
    review_forms.hand_in(act, case, request, answers, {OVERALL: comment.strip()})
    review_closing.close_if_all_in(act, case)


def decline(act: Act, case: PromotionCase, *, link: str, reason: str = "") -> None:
    """A customer would rather not answer, and need not say why; somebody else of the list is asked."""
    request = _open_request(act, case, link)
    request.declined_because = reason.strip() or None
    raters.drop(act, case, request, RequestState.DECLINED)
    raters.replace(act, case, [request])
    review_closing.close_if_all_in(act, case)


def closes_at(request: ReviewRequest, case: PromotionCase) -> datetime | None:
    """Until when a customer can answer: while the review is open, and for three days once he has begun."""
    if case.round is None or case.round.due_at is None:
        return None
    return min(case.round.due_at, request.link_until or case.round.due_at)


def why_over(request: ReviewRequest, case: PromotionCase, now: datetime) -> str | None:
    """The reason why a customer can no longer answer a request, or None while he can."""
    if request.state in _OVER:
        return _OVER[request.state]
    until = closes_at(request, case)
    is_open = case.stage is Stage.REVIEW and case.round_id == request.round_id
    return None if is_open and until is not None and now < until else "link_expired"


def _open_request(act: Act, case: PromotionCase, link: str) -> ReviewRequest:
    request = act.first(select(ReviewRequest).where(ReviewRequest.link == link))
    if request is None:
        raise NotFound(kind="review_link")
    reason = why_over(request, case, act.now)
    if reason is not None:
        raise ReviewLinkOver(reason=reason)
    return request
