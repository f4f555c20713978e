"""What time itself does: closes what is over and lets decisions take effect, one case a transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow import cases, committees, competitions, contests_due, judging, notices, reserve, reviews, tasks
from workflow.act import Act
from workflow.errors import Refusal
from workflow.models import (
    Competition,
    Employee,
    PromotionCase,
    ReviewOutcome,
    StageRound,
    Task,
    Vote,
)
from workflow.store import Door
from workflow.vocabulary import (
    CONFIDENTIAL_TASKS,
    ENDS,
    Stage,
    TaskState,
)

_log = structlog.get_logger()

# Does what is due to the case, or the competition, of that key.
Deed = Callable[[Door, int, datetime], None]


def run(door: Door, *, now: datetime) -> dict[str, int]:
    """Do everything whose time has come; safe with any number of clocks, since each act re-checks.

    Returns how many cases (or competitions) each kind of act touched. What refuses waits for the next sweep.
    """
    done = {
        name: sum(_does(deed, door, key, now) for key in _ids(door, find(now)))
        for name, (find, deed) in _SWEEPS.items()
    }
    return {**done, "tasks_shared": _share_tasks(door, now)}


def _ids(door: Door, query: Select[int]) -> Sequence[int]:
    with Session(door.engine) as db:
        return db.scalars(query.distinct()).all()


def _does(deed: Deed, door: Door, key: int, now: datetime) -> int:
    try:
        deed(door, key, now)
    except Refusal as refusal:
        _log.info("sweep_refused", deed=deed.__name__, key=key, code=refusal.code)
        return 0
    except Exception:  # one broken case must not stop the clock for all others
        _log.exception("sweep_failed", deed=deed.__name__, key=key)
        return 0
    return 1


def _share_tasks(door: Door, now: datetime) -> int:
    try:
        with door.acting(now=now) as act:
            return tasks.share_role_tasks(act)
    except Refusal as refusal:  # another clock has just shared them, or the next one will
        _log.info("sweep_refused", deed="share_role_tasks", code=refusal.code)
        return 0


def _to_case(verb: Callable[[Act, PromotionCase], None]) -> Deed:
    @wraps(verb)
    def deed(door: Door, key: int, now: datetime) -> None:
        with door.changing(key, now=now) as (act, case):
            verb(act, case)

    return deed


def _to_competition(verb: Callable[[Act, Competition, dict[int, PromotionCase]], None]) -> Deed:
    @wraps(verb)
    def deed(door: Door, key: int, now: datetime) -> None:
        with door.competing(key, now=now) as (act, competition, field):
            verb(act, competition, field)

    return deed


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
    return (
        select(PromotionCase.id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(~Employee.is_active, PromotionCase.stage.not_in(ENDS))
    )


def _chairs_gone(_now: datetime) -> Select[int | None]:
    return _held_by_the_gone().where(Task.kind.in_(committees.CHAIRS_TASKS))


def _people_gone(_now: datetime) -> Select[int]:
    """Cases nobody can act on; reviews, scores and votes are closed without whoever has left."""
    held = _held_by_the_gone().where(Task.kind.not_in(CONFIDENTIAL_TASKS))
    return select(PromotionCase.id).where(PromotionCase.stuck_reason.is_(None), PromotionCase.id.in_(held))


def _held_by_the_gone() -> Select[int | None]:
    return (
        select(Task.case_id)
        .join(Employee, Employee.id == Task.assignee_id)
        .where(Task.state == TaskState.OPEN, ~Employee.is_active, Task.case_id.is_not(None))
    )


def _withdraw(act: Act, case: PromotionCase) -> None:
    if not case.candidate.is_active:
        cases.withdraw(act, case, reason="candidate_has_left")


def _mark_stuck(act: Act, case: PromotionCase) -> None:
    cases.mark_stuck(act, case, "somebody_has_left")


_SWEEPS: dict[str, tuple[Callable[[datetime], Select[Any]], Deed]] = {
    "reviews_closed": (_reviews_over, _to_case(reviews.close_due)),
    "votes_closed": (_votes_over, _to_case(committees.close_due)),
    "effects_taken": (_effects_due, _to_case(notices.take_effect)),
    "cases_withdrawn": (_candidates_gone, _to_case(_withdraw)),
    "cases_entered": (contests_due.to_open, _to_competition(competitions.take_in)),
    "entries_closed": (contests_due.to_close, _to_competition(competitions.close_entries)),
    "judges_missed": (contests_due.judges_missing, _to_competition(judging.go_on_without_missing)),
    "sheets_opened": (contests_due.sheets_complete, _to_competition(judging.open_if_all_in)),
    "called_up": (reserve.to_fill, _to_competition(reserve.fill_free_seats)),
    "reserves_expired": (reserve.expired, _to_case(reserve.note_expiry)),
    "chairs_replaced": (_chairs_gone, _to_case(committees.pass_chair_on)),
    "cases_stuck": (_people_gone, _to_case(_mark_stuck)),
}
