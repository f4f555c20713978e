"""What time itself does: closes what is over and lets decisions take effect, one case a transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow import cases, committees, notices, reviews
from workflow.act import Act
from workflow.errors import Refusal
from workflow.models import Employee, PromotionCase, ReviewOutcome, StageRound, Vote
from workflow.process import Trigger
from workflow.store import Door
from workflow.vocabulary import OPEN_STAGES, Stage

_log = structlog.get_logger()

Verb = Callable[[Act, PromotionCase], None]


def run(door: Door, *, now: datetime) -> dict[str, int]:
    """Do everything whose time has come; safe with any number of clocks, since each act re-checks.

    Returns how many cases each kind of act touched. A case that refuses waits for the next sweep.
    """
    return {
        name: sum(_act(door, case_id, verb, now) for case_id in _ids(door, find(now)))
        for name, (find, verb) in _SWEEPS.items()
    }


def _ids(door: Door, query: Select[int]) -> Sequence[int]:
    with Session(door.engine) as db:
        return db.scalars(query.distinct()).all()


def _act(door: Door, case_id: int, verb: Verb, now: datetime) -> int:
    try:
        with door.changing(case_id, now=now) as (act, case):
            verb(act, case)
    except Refusal as refusal:
        _log.info("sweep_refused", case=case_id, code=refusal.code)
        return 0
    return 1


def _reviews_over(now: datetime) -> Select[int]:
    published = select(ReviewOutcome.round_id).where(ReviewOutcome.round_id == StageRound.id)
    return (
        select(PromotionCase.id)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .where(PromotionCase.stage == Stage.REVIEW, StageRound.due_at <= now, ~published.exists())
    )


def _votes_over(now: datetime) -> Select[int]:
    return (
        select(PromotionCase.id)
        .join(Vote, Vote.round_id == PromotionCase.round_id)
        .where(PromotionCase.stage == Stage.COMMITTEE, Vote.closed_at.is_(None), Vote.closes_at <= now)
    )


def _effects_due(now: datetime) -> Select[int]:
    return (
        select(PromotionCase.id)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(PromotionCase.stage == Stage.NOTICE, Employee.is_active)
        .where(StageRound.due_at <= now, PromotionCase.effective_on <= now.date())
    )


def _candidates_gone(_now: datetime) -> Select[int]:
    before_effect = OPEN_STAGES - {Stage.MENTORING}
    return (
        select(PromotionCase.id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(~Employee.is_active, PromotionCase.stage.in_(before_effect))
    )


def _withdraw(act: Act, case: PromotionCase) -> None:
    if not case.candidate.is_active:
        cases.advance(act, case, Trigger.WITHDRAW, reason="candidate_has_left")


_SWEEPS: dict[str, tuple[Callable[[datetime], Select[int]], Verb]] = {
    "reviews_closed": (_reviews_over, reviews.close_due),
    "votes_closed": (_votes_over, committees.close_due),
    "effects_taken": (_effects_due, notices.take_effect),
    "cases_withdrawn": (_candidates_gone, _withdraw),
}
