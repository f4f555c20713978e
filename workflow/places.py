"""Whose turn it is and whether there is a place for one more: order of merit, seats of a post, quota."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select

from workflow.act import Act
from workflow.models import Competition, Cycle, Employee, Entry, PromotionCase, Vote, aliased
from workflow.process import Trigger
from workflow.rules.verdict import Verdict, met, not_met
from workflow.vocabulary import OPEN_STAGES, Stage, VoteResult

CARRIED = (Stage.NOTICE, Stage.MENTORING, Stage.COMPLETED)
_UNDECIDED = (Stage.REVIEW, Stage.COMPETITION, Stage.COMMITTEE)
# Aliases cost more to make than to use.
_OTHER, _ENTRY = aliased(PromotionCase), aliased(Entry)
_OWN_ENTRY, _LAST_ENTRY = aliased(Entry), aliased(Entry)
_Occupies = Callable[[Any], ColumnElement[bool]]


def taken(act: Act, case: PromotionCase) -> Verdict:
    """Met once as many have been carried, released or not, as the post has seats or the cycle places."""
    return _verdict(act, case, _holds)


def taken_if_all_are_carried(act: Act, case: PromotionCase) -> Verdict:
    """The same, should every other case that is being voted on be carried."""
    return _verdict(act, case, lambda other: or_(_holds(other), _is_voted_on(other)))


def is_voted_on() -> ColumnElement[bool]:
    """Condition on PromotionCase: its ballot was opened and not yet followed by a recorded decision."""
    return _is_voted_on(PromotionCase)


def are_taken() -> ColumnElement[bool]:
    """Condition on PromotionCase: others have taken every seat of the post, or every place of the cycle."""
    return or_(_post_is_filled(_holds), _quota_is_used(_holds))


def is_wanted_again() -> ColumnElement[bool]:
    """Condition on PromotionCase: its candidate is on the way to the same target by another case."""
    return exists().where(
        _OTHER.candidate_id == PromotionCase.candidate_id,
        _OTHER.id != PromotionCase.id,
        _OTHER.target_track == PromotionCase.target_track,
        _OTHER.target_level == PromotionCase.target_level,
        _OTHER.stage.in_(OPEN_STAGES),
    )


def before(case_id: Any) -> Select[int]:
    """Query for the keys of the undecided cases that stand before one in the order of merit of its post.

    Equals follow one another in the order of their entries.
    """
    is_earlier = and_(_ENTRY.place == _OWN_ENTRY.place, _ENTRY.id < _OWN_ENTRY.id)
    stands_before = or_(_ENTRY.place < _OWN_ENTRY.place, is_earlier)
    return (
        select(_OTHER.id)
        .join(_ENTRY, _ENTRY.case_id == _OTHER.id)
        .join(_OWN_ENTRY, _OWN_ENTRY.competition_id == _ENTRY.competition_id)
        .where(_OWN_ENTRY.id == _last_entry(case_id), stands_before, _OTHER.id != case_id)
        .where(_OTHER.stage.in_(_UNDECIDED), _OTHER.pending.is_(None))
    )


def _verdict(act: Act, case: PromotionCase, occupies: _Occupies) -> Verdict:
    asked = ((_post_is_filled(occupies), "post"), (_quota_is_used(occupies), "quota"))
    this = PromotionCase.id == case.id
    found = act.execute(select(*(test.label(name) for test, name in asked)).where(this)).one()
    if found.post:
        return met("post_filled")
    return met("quota_used") if found.quota else not_met("place_left")


def _holds(other: Any) -> ColumnElement[bool]:
    is_carried = or_(other.pending == Trigger.CARRY.value, other.stage.in_(CARRIED))
    return and_(is_carried, other.candidate_id.in_(select(Employee.id).where(Employee.is_active)))


def _is_voted_on(other: Any) -> ColumnElement[bool]:
    unfinished = or_(Vote.result.is_(None), Vote.result != VoteResult.NO_QUORUM)
    vote = exists().where(Vote.round_id == other.round_id, unfinished)
    return and_(other.stage == Stage.COMMITTEE, other.pending.is_(None), vote)


def _post_is_filled(occupies: _Occupies) -> ColumnElement[bool]:
    occupied = (
        select(func.count(func.distinct(_OTHER.id)))
        .join(_ENTRY, _ENTRY.case_id == _OTHER.id)
        .where(_ENTRY.competition_id == Competition.id, _OTHER.id != PromotionCase.id, occupies(_OTHER))
        .correlate(Competition, PromotionCase)
        .scalar_subquery()
    )
    own = and_(Entry.id == _last_entry(PromotionCase.id), Entry.competition_id == Competition.id)
    return exists().where(own, occupied >= Competition.seats).correlate(PromotionCase)


def _quota_is_used(occupies: _Occupies) -> ColumnElement[bool]:
    occupied = (
        select(func.count())
        .select_from(_OTHER)
        .where(_OTHER.cycle_id == Cycle.id, _OTHER.id != PromotionCase.id, occupies(_OTHER))
        .correlate(Cycle, PromotionCase)
        .scalar_subquery()
    )
    own = and_(Cycle.id == PromotionCase.cycle_id, Cycle.quota.is_not(None))
    return exists().where(own, occupied >= Cycle.quota).correlate(PromotionCase)


def _last_entry(case_id: Any) -> ScalarSelect[int]:
    """The entry whose competition counts; within any other query the case is that query's."""
    last = select(func.max(_LAST_ENTRY.id)).where(_LAST_ENTRY.case_id == case_id)
    return last.correlate(PromotionCase).scalar_subquery()
