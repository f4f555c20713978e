"""What happens when a case comes into a stage: the one place where the stages' verbs meet."""

from collections.abc import Callable

from workflow import (
    cases,
    committees,
    competitions,
    drafts,
    journal,
    letters,
    mentoring,
    nominations,
    notices,
    objections,
    rater_objections,
    reserve,
    reviews,
)
from workflow.act import Act
from workflow.errors import Invalid, NotFound
from workflow.models import PromotionCase
from workflow.vocabulary import LetterKind, Stage


def _await_signatures(act: Act, case: PromotionCase) -> None:
    rater_objections.ask_again(act, case)
    nominations.open_approvals(act, case)


def _open_review(act: Act, case: PromotionCase) -> None:
    rater_objections.leave_undecided(act, case)
    reviews.open_round(act, case)


def _let_rest(act: Act, case: PromotionCase) -> None:
    """Nobody objects to, or reads of, a decision that a withdrawn case has no more; no draft waits for it."""
    objections.lapse(act, case)
    letters.give_up(act, case)
    drafts.look_again(act, case.candidate_id)


ARRIVALS: dict[Stage, Callable[[Act, PromotionCase], None]] = {
    Stage.DRAFT: nominations.prepare,
    Stage.NOMINATED: _await_signatures,
    Stage.REVIEW: _open_review,
    Stage.COMPETITION: competitions.enter,
    Stage.RESERVE: reserve.begin,
    Stage.COMMITTEE: committees.convene,
    Stage.NOTICE: notices.post,
    Stage.MENTORING: mentoring.begin,
    Stage.WITHDRAWN: _let_rest,
}

# What the candidate is told in writing where a decision has been released.
LETTERS: dict[Stage, LetterKind] = {
    Stage.NOTICE: LetterKind.PROMOTED,
    Stage.RESERVE: LetterKind.RESERVE,
    Stage.DECLINED: LetterKind.DECLINED,
    Stage.COMPLETED: LetterKind.CONFIRMED,
    Stage.REVERTED: LetterKind.REVERTED,
}

RETRIES: dict[Stage, Callable[[Act, PromotionCase], None]] = {
    Stage.NOMINATED: nominations.resume,
    Stage.REVIEW: reviews.resume,
    Stage.COMPETITION: competitions.resume,
    Stage.COMMITTEE: committees.resume,
    Stage.NOTICE: objections.resume,
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
        if case.stage in LETTERS:
            letters.write(act, case, LETTERS[case.stage])


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
