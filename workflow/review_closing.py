"""The close of a review: its outcome is published once, and the case goes its way or HR is asked."""

from sqlalchemy import select

from workflow import cases, eligibility, journal, review_outcomes, tasks
from workflow.act import Act
from workflow.checklist import needs_competition
from workflow.models import PromotionCase, ReviewOutcome, ReviewRequest
from workflow.process import Trigger
from workflow.vocabulary import RequestState, TaskKind


def close_if_all_in(act: Act, case: PromotionCase) -> None:
    """Close the review once nobody who was asked is still missing."""
    act.db.flush()
    missing = select(ReviewRequest.id).where(
        ReviewRequest.round_id == case.round_id, ReviewRequest.state == RequestState.ASKED
    )
    if act.first(missing) is None:
        # The journal does not tell whose form came last.
        act.hand_over()
        close_round(act, case)


def close_round(act: Act, case: PromotionCase, *, because: str | None = None) -> None:
    """Open the forms without their authors, publish the outcome once, and let the case go its way.

    `because` says why there was nothing to open.
    """
    tasks.close_open(act, case, TaskKind.REVIEW)
    outcome = review_outcomes.publish(act, case, because=because)
    journal.record(act, "review_closed", case=case, stands=outcome.score is not None)
    go_on_if_score_stands(act, case, outcome)


def go_on_if_score_stands(act: Act, case: PromotionCase, outcome: ReviewOutcome) -> None:
    """Let the case go on with its score, or ask HR for a way out where it has none."""
    assert case.round is not None
    if outcome.score is not None or case.round.facts.get("score_waived"):
        go_on(act, case)
        return
    due_at, reason = cases.due_in(act, case, 5), str(outcome.shown["reason"])
    interested = eligibility.interested(case)
    cases.ask_hr(act, case, TaskKind.RESCUE_REVIEW, due_at=due_at, detail=reason, excluding=interested)


def go_on(act: Act, case: PromotionCase) -> None:
    """Move on to competition or committee; where a floor is missed, HR is asked to sign the end."""
    if review_outcomes.floors_missed(act, case):
        due_at = cases.due_in(act, case, 3)
        cases.ask_hr(act, case, TaskKind.WRITE_DECISION, due_at=due_at, detail="floor_missed")
        return
    is_to_compete = needs_competition(act, case)
    cases.advance(act, case, Trigger.COMPETE if is_to_compete else Trigger.CONVENE)
