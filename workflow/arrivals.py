"""What happens when a case comes into a stage: the one place where the stages' verbs meet."""

from collections.abc import Callable

from workflow import (
    approvals,
    cases,
    committees,
    competitions,
    journal,
    mentoring,
    nominations,
    notices,
    reserve,
    reviews,
)
from workflow.act import Act
from workflow.errors import Invalid, NotFound
from workflow.models import PromotionCase
from workflow.vocabulary import Stage

ARRIVALS: dict[Stage, Callable[[Act, PromotionCase], None]] = {
    Stage.DRAFT: nominations.await_submission,
    Stage.NOMINATED: nominations.open_approvals,
    Stage.REVIEW: reviews.open_round,
    Stage.COMPETITION: competitions.enter,
    Stage.COMMITTEE: committees.convene,
    Stage.NOTICE: notices.post,
    Stage.MENTORING: mentoring.begin,
}

RETRIES: dict[Stage, Callable[[Act, PromotionCase], None]] = {
    Stage.NOMINATED: approvals.resume,
    Stage.REVIEW: reviews.resume,
    Stage.COMPETITION: competitions.resume,
    Stage.COMMITTEE: committees.convene,
    Stage.MENTORING: mentoring.resume,
    Stage.RESERVE: reserve.note_expiry,
}


def settle(act: Act) -> None:
    """Set up every stage that cases have come into during this act."""
    while act.arrivals:
        case = act.arrivals.pop(0)
        arrive = ARRIVALS.get(case.stage)
        if arrive is not None:
            arrive(act, case)


def retry(act: Act, case: PromotionCase) -> None:
    """HR has removed what a case was stuck on: set up the step again that nobody could take.

    Raises NotFound if the case is not stuck, Invalid in a stage that cannot be set up twice.
    """
    if case.stuck_reason is None:
        raise NotFound(kind="task")
    if case.stage not in RETRIES:
        raise Invalid(reason="cannot_be_set_up_again")
    cases.free(act, case)
    journal.record(act, "case_retried", case=case)
    RETRIES[case.stage](act, case)
