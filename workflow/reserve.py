"""The reserve list of a competition: who holds a seat, who is called up next, and places that expire."""

from datetime import timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from workflow import cases, contests, journal, places, tasks
from workflow.act import Act
from workflow.contests import Field
from workflow.editions.library import step_of
from workflow.errors import Invalid
from workflow.models import Competition, Employee, Entry, PromotionCase, StageRound, Task
from workflow.moment import NOW, At
from workflow.process import Trigger
from workflow.rules import deadlines
from workflow.vocabulary import CompetitionState, Stage, TaskKind, TaskState

_WITHOUT_SEAT = (Stage.RESERVE, Stage.DECLINED, Stage.WITHDRAWN, Stage.REVERTED)
_SIGNING_DAYS = 5
_MONTHS = 12
_EXPIRED = "reserve_expired"


def begin(act: Act, case: PromotionCase) -> None:
    """Let the place of a case in reserve last as many months as the edition says, or else a year."""
    rules = step_of(act.db, case).competition
    months = rules.reserve_months if rules is not None else _MONTHS
    zone = case.candidate.time_zone
    last_day = deadlines.add_months(deadlines.local_day(act.now, zone), months)
    assert case.round is not None
    case.round.due_at = deadlines.local_midnight(last_day + timedelta(days=1), zone)


def holds_seat() -> ColumnElement[bool]:
    """Condition on PromotionCase and its candidate: the case takes up a seat of the competition it was in.

    Also while it is sent back from committee or notice, and until a decision is released: a call-up before
    would tell that somebody was not carried. Whoever has left the company holds none.
    """
    return and_(PromotionCase.stage.not_in(_WITHOUT_SEAT), Employee.is_active)


def free_seats(act: Act, competition: Competition) -> int:
    """How many seats of a decided competition nobody holds; equals at the cut may hold more than all."""
    holders = _cases_of(Entry.competition_id == competition.id).where(holds_seat())
    held = act.first(holders.with_only_columns(func.count())) or 0
    return max(0, competition.seats - held)


def next_in_reserve(act: Act, competition: Competition) -> PromotionCase | None:
    """Who is called up next, in strict order; the running order, which was drawn, stands between equals."""
    waiting = _cases_of(Entry.competition_id == competition.id).where(_may_be_called_up(act.now))
    return act.first(waiting.with_only_columns(PromotionCase).order_by(Entry.place, Entry.position, Entry.id))


def call_up(act: Act, competition: Competition, _field: Field, *, reason: str) -> PromotionCase:
    """Bring the next of the reserve before the committee because a seat is free.

    Raises StageMoved before the order of merit is signed, OwnCase to an entrant, ReasonMissing, Invalid
    where no seat is free or nobody waits.
    """
    contests.refuse_entrant(act, competition)
    cases.require_reason(reason)
    contests.require_state(competition, CompetitionState.DECIDED)
    if not free_seats(act, competition):
        raise Invalid(reason="no_free_seat", seats=competition.seats)
    case = _call_up_next(act, competition, reason=reason)
    if case is None:
        raise Invalid(reason="nobody_in_reserve")
    return case


def fill_free_seats(act: Act, competition: Competition, _field: Field) -> None:
    """Call up one after the other from the reserve for every seat that has become free."""
    if competition.state is CompetitionState.DECIDED:
        for _ in range(free_seats(act, competition)):
            _call_up_next(act, competition)


def note_expiry(act: Act, case: PromotionCase) -> None:
    """Ask HR to sign that a place in reserve has come to its end, unless it is asked already."""
    if is_expired(act, case) and not act.first(_asked(case)):
        due_at = cases.due_in(act, case, _SIGNING_DAYS)
        cases.ask_hr(act, case, TaskKind.WRITE_DECISION, due_at=due_at, detail=_EXPIRED)


def expire(act: Act, case: PromotionCase, *, text: str, internal_reason: str) -> None:
    """HR signs with a reason that a place in reserve has come to its end; the case is declined.

    Raises StageMoved in another stage, Invalid before the last day is over, ReasonMissing.
    """
    cases.require_stage(case, Stage.RESERVE)
    if not is_expired(act, case):
        raise Invalid(reason="reserve_not_expired")
    cases.decide(act, case, text=text, internal_reason=internal_reason)
    for task in act.all(_asked(case)):
        tasks.complete(act, task)
    journal.record(act, "reserve_expired", case=case)
    cases.advance(act, case, Trigger.EXPIRE, reason=text)


def is_expired(act: Act, case: PromotionCase) -> bool:
    """Whether the last day of a place in reserve is over."""
    assert case.round is not None
    return case.round.due_at is not None and case.round.due_at <= act.now


@cache
def to_fill() -> Select[int]:
    """Query for competitions with a free seat and somebody in reserve."""
    held = (
        _cases_of(Entry.competition_id == Competition.id)
        .where(holds_seat())
        .with_only_columns(func.count())
        .correlate(Competition)
        .scalar_subquery()
    )
    waiting = _cases_of(Entry.competition_id == Competition.id).where(_may_be_called_up(NOW))
    return select(Competition.id).where(
        Competition.state == CompetitionState.DECIDED,
        Competition.seats > held,
        waiting.with_only_columns(PromotionCase.id).correlate(Competition).exists(),
    )


@cache
def expired() -> Select[int]:
    """Query for cases whose place in reserve is over, unless HR is asked to sign it."""
    asked = exists().where(
        Task.case_id == PromotionCase.id,
        Task.kind == TaskKind.WRITE_DECISION,
        Task.state == TaskState.OPEN,
    )
    return (
        select(PromotionCase.id)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .where(PromotionCase.stage == Stage.RESERVE, StageRound.due_at <= NOW)
        .where(~asked, PromotionCase.stuck_reason.is_(None))
    )


def _cases_of(*conditions: ColumnElement[bool]) -> Select[int]:
    return (
        select(PromotionCase.id)
        .join(Entry, Entry.case_id == PromotionCase.id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .where(*conditions)
    )


def _may_be_called_up(now: At) -> ColumnElement[bool]:
    """In reserve from this competition, before the last day is over, and with a place left to go on to."""
    return and_(
        PromotionCase.stage == Stage.RESERVE,
        StageRound.due_at > now,
        Employee.is_active,
        ~places.is_wanted_again(),
        ~places.are_taken(),
    )


def _asked(case: PromotionCase) -> Select[Task]:
    return select(Task).where(
        Task.case_id == case.id, Task.kind == TaskKind.WRITE_DECISION, Task.state == TaskState.OPEN
    )


def _call_up_next(act: Act, competition: Competition, *, reason: str | None = None) -> PromotionCase | None:
    case = next_in_reserve(act, competition)
    if case is None:
        return None
    cases.advance(act, case, Trigger.CALL_UP, reason=reason)
    journal.record(act, "called_up", case=case, competition=competition.id)
    act.db.flush()
    return case
