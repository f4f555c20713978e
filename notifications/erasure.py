"""Forgets mails and webhooks that are long over: what was sent, and what could not be."""

from collections.abc import Sequence

from sqlalchemy import delete, or_, select, update

from notifications.models import Delivery, DeliveryState, RefusedAddress, UnwantedMail, WebhookSubscription
from workflow.act import Act
from workflow.models import LegalHold, ReviewRequest, StageRound
from workflow.retention import KEPT_FOR, DataClass

_OVER = (DeliveryState.SENT, DeliveryState.DROPPED, DeliveryState.DEAD)


def erase_mails(act: Act, *, of: int | None = None) -> int:
    """Delete deliveries that are old enough, or all that went to one person; how many.

    Invitations of customers stay as long as their review is open, for without them it would be asked again.
    """
    held = select(LegalHold.employee_id)
    still_open = (
        select(ReviewRequest.id)
        .join(StageRound, StageRound.id == ReviewRequest.round_id)
        .where(StageRound.closed_at.is_(None))
    )
    by_age = (
        Delivery.created_at <= act.now - KEPT_FOR[DataClass.MAILS],
        or_(Delivery.person_id.is_(None), Delivery.person_id.not_in(held)),
        or_(Delivery.request_id.is_(None), Delivery.request_id.not_in(still_open)),
    )
    which = by_age if of is None else (Delivery.person_id == of,)
    gone = delete(Delivery).where(Delivery.state.in_(_OVER), *which)
    return act.count(gone.execution_options(synchronize_session=False))


def forget_people(act: Act, people: Sequence[int]) -> None:
    """Call no more for people who are erased, and forget their addresses."""
    theirs = update(WebhookSubscription).where(WebhookSubscription.owner_id.in_(people))
    forgotten = theirs.values(is_active=False, url="", secret="", previous_secret=None)
    act.execute(forgotten.execution_options(synchronize_session=False))
    refused = delete(RefusedAddress).where(RefusedAddress.employee_id.in_(people))
    act.execute(refused.execution_options(synchronize_session=False))
    wishes = delete(UnwantedMail).where(UnwantedMail.employee_id.in_(people))
    act.execute(wishes.execution_options(synchronize_session=False))
