"""What happens when a case comes into a stage: the one place where the stages' verbs meet."""

from collections.abc import Callable

from workflow import committees, competitions, mentoring, nominations, notices, reviews
from workflow.act import Act
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


def settle(act: Act) -> None:
    """Set up every stage that cases have come into during this act."""
    while act.arrivals:
        case = act.arrivals.pop(0)
        arrive = ARRIVALS.get(case.stage)
        if arrive is not None:
            arrive(act, case)
