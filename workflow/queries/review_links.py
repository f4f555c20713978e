"""The one form that a customer's link opens, or the reason why it opens no more."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.customers import closes_at, why_over
from workflow.editions.library import edition_of, step_of
from workflow.errors import NotFound, ReviewLinkOver
from workflow.models import PromotionCase, ReviewContact, ReviewRequest, StageRound
from workflow.rules.edition import FormItem
from workflow.rules.forms import items_for
from workflow.vocabulary import RequestState, Source


@dataclass(frozen=True, slots=True)
class LinkedForm:
    """What a customer is asked: about whom, until when, and among how many others he is shown.

    Until he has begun there are no items: whoever has merely followed the link sees none.
    """

    candidate: str
    locale: str
    time_zone: str
    due_at: datetime
    is_begun: bool
    items: tuple[FormItem, ...]
    answered_share: float
    threshold: int
    group: int
    is_only_of_language: bool


@dataclass(frozen=True, slots=True)
class Link:
    """What stands behind a link: the case, and the language of its customer."""

    case: PromotionCase
    request: ReviewRequest
    locale: str


def behind(db: Session, handle: str) -> Link:
    """The request that a link was made for; raises NotFound."""
    found = db.execute(
        select(ReviewRequest, PromotionCase, ReviewContact.locale)
        .join(StageRound, StageRound.id == ReviewRequest.round_id)
        .join(PromotionCase, PromotionCase.id == StageRound.case_id)
        .join(ReviewContact, ReviewContact.id == ReviewRequest.contact_id)
        .where(ReviewRequest.link == handle)
    ).first()
    if found is None:
        raise NotFound(kind="review_link")
    request, case, locale = found
    return Link(case, request, cast(str, locale))


def linked_form(db: Session, handle: str, now: datetime) -> LinkedForm:
    """The form behind a link; raises NotFound, ReviewLinkOver with the reason."""
    link = behind(db, handle)
    case, request = link.case, link.request
    reason, due_at = why_over(request, case, now), closes_at(request, case)
    if reason is not None or due_at is None:
        raise ReviewLinkOver(reason=reason)
    is_begun = request.link_until is not None
    rules = step_of(db, case).review
    languages = _languages(db, case)
    return LinkedForm(
        candidate=case.candidate.name,
        locale=link.locale,
        time_zone=case.candidate.time_zone,
        due_at=due_at,
        is_begun=is_begun,
        items=items_for(Source.CUSTOMER, edition_of(db, case.edition_id).items) if is_begun else (),
        answered_share=rules.answered_share,
        threshold=rules.customer_threshold,
        group=languages.total(),
        is_only_of_language=languages.total() > 1 and languages[link.locale] == 1,
    )


def _languages(db: Session, case: PromotionCase) -> Counter[str | None]:
    """How many of the customers asked use which language."""
    used = (
        select(ReviewContact.locale)
        .join(ReviewRequest, ReviewRequest.contact_id == ReviewContact.id)
        .where(
            ReviewRequest.round_id == case.round_id,
            ReviewRequest.state.in_((RequestState.ASKED, RequestState.SUBMITTED)),
        )
    )
    return Counter(db.scalars(used))
