"""The committee's agenda: posts are voted on in order of merit until filled; the rest wait in reserve."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, insert, select

from workflow import cases, embargo, journal, places, tasks
from workflow.act import Act
from workflow.errors import CaseAlreadyOpen, Invalid
from workflow.models import PassedOver, PromotionCase
from workflow.process import Trigger
from workflow.vocabulary import CHAIRS_TASKS, Stage


def require_turn(act: Act, case: PromotionCase, deviation: Mapping[int, str]) -> None:
    """Refuse a vote out of turn, unless a reason is given for every better placed case it passes over.

    Raises Invalid: no place left, places that others are being voted on for, cases that come first.
    """
    no_place = places.taken(act, case)
    if no_place.is_met:
        raise Invalid(reason=no_place.reason)
    first = set(act.all(places.before(case.id)))
    if missing := sorted(first - deviation.keys()):
        raise Invalid(reason="not_its_turn", cases=missing)
    if strangers := sorted(deviation.keys() - first):
        raise Invalid(reason="not_passed_over", cases=strangers)
    if places.taken_if_all_are_carried(act, case).is_met:
        raise Invalid(reason="places_being_voted_on")
    _pass_over(act, case, deviation)


def set_aside(act: Act, case: PromotionCase) -> None:
    """Put a case that still waits for its vote into the reserve, once every place is taken."""
    no_place = places.taken(act, case)
    is_waiting = select(PromotionCase.id).where(PromotionCase.id == case.id, waits_without_place())
    if act.first(is_waiting) is None:
        return
    tasks.close_open(act, case, *CHAIRS_TASKS)
    if case.cycle_id is None:
        place_in_reserve(act, case)
    else:
        embargo.set_aside(act, case, no_place.reason)


def waits_without_place() -> ColumnElement[bool]:
    """Condition on PromotionCase: no ballot was opened, and others have taken every place."""
    waits = and_(PromotionCase.stage == Stage.COMMITTEE, PromotionCase.pending.is_(None))
    return and_(waits, PromotionCase.stuck_reason.is_(None), ~places.is_voted_on(), places.are_taken())


def place_in_reserve(act: Act, case: PromotionCase) -> None:
    """Let the case wait in reserve until a place becomes free, as long as the edition says."""
    journal.record(act, "placed_in_reserve", case=case, reason=places.taken(act, case).reason)
    cases.advance(act, case, Trigger.PLACE_IN_RESERVE)


def call_up(act: Act, case: PromotionCase, *, reason: str) -> None:
    """HR brings a case that waits in reserve without a competition before the committee again.

    Raises Invalid for an entrant, who is called up in the order of merit, and while no place is free,
    CaseAlreadyOpen for somebody who is on the way to the same target again.
    """
    cases.require_stage(case, Stage.RESERVE)
    cases.require_reason(reason)
    if case.is_contested:
        raise Invalid(reason="called_up_by_merit")
    no_place = places.taken(act, case)
    if no_place.is_met:
        raise Invalid(reason=no_place.reason)
    again = select(PromotionCase.id).where(PromotionCase.id == case.id, places.is_wanted_again())
    if act.first(again) is not None:
        raise CaseAlreadyOpen()
    cases.advance(act, case, Trigger.CALL_UP, reason=reason)


def _pass_over(act: Act, case: PromotionCase, deviation: Mapping[int, str]) -> None:
    for reason in deviation.values():
        cases.require_reason(reason)
    known = set(act.all(select(PassedOver.case_id).where(PassedOver.round_id == case.round_id)))
    rows = [
        {"round_id": case.round_id, "case_id": passed, "reason": reason}
        for passed, reason in deviation.items()
        if passed not in known
    ]
    if rows:
        act.execute(insert(PassedOver), rows)
