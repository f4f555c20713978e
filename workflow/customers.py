"""Customers answer for a review without an account: by a link that opens their one form, once."""

from datetime import datetime

from sqlalchemy import select

from workflow import raters, review_closing, review_forms
from workflow.act import Act
from workflow.errors import NotFound, ReviewLinkOver
from workflow.models import PromotionCase, ReviewRequest
from workflow.rules.forms import OVERALL
from workflow.vocabulary import RequestState, Stage

_OVER = {
    RequestState.SUBMITTED: "link_used",
    RequestState.DECLINED: "link_declined",
    RequestState.REPLACED: "link_replaced",
    RequestState.MISSED: "link_expired",
}


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


def why_over(state: RequestState, case: PromotionCase, round_id: int, now: datetime) -> str | None:
    """The reason why a customer can no longer answer a request, or None while he can."""
    if state in _OVER:
        return _OVER[state]
    due_at = case.round.due_at if case.round is not None else None
    is_open = case.stage is Stage.REVIEW and case.round_id == round_id
    return None if is_open and due_at is not None and now < due_at else "link_expired"


def _open_request(act: Act, case: PromotionCase, link: str) -> ReviewRequest:
    request = act.first(select(ReviewRequest).where(ReviewRequest.link == link))
    if request is None:
        raise NotFound(kind="review_link")
    reason = why_over(request.state, case, request.round_id, act.now)
    if reason is not None:
        raise ReviewLinkOver(reason=reason)
    return request
