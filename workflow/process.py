"""THE table of the process: stages, moves between them and what must be true for each."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from transitions import EventData, Machine, MachineError

from workflow.errors import GuardsNotMet, NoSuchMove
from workflow.rules.verdict import Verdict
from workflow.vocabulary import OPEN_STAGES, WAITING, Stage

logging.getLogger("transitions").setLevel(logging.WARNING)


class Trigger(StrEnum):
    """What makes a case move."""

    SUBMIT = "submit"
    APPROVE = "approve"
    DECLINE = "decline"
    COMPETE = "compete"
    CONVENE = "convene"
    FALL_SHORT = "fall_short"
    WIDEN = "widen"
    PASS_OVER = "pass_over"
    PLACE_IN_RESERVE = "place_in_reserve"
    CALL_UP = "call_up"
    EXPIRE = "expire"
    CARRY = "carry"
    DEFER = "defer"
    REJECT = "reject"
    TAKE_EFFECT = "take_effect"
    REOPEN_REVIEW = "reopen_review"
    REOPEN_COMPETITION = "reopen_competition"
    REOPEN_COMMITTEE = "reopen_committee"
    CONFIRM = "confirm"
    EXTEND = "extend"
    REVERT = "revert"
    WITHDRAW = "withdraw"
    LEAVE = "leave"


class Guard(StrEnum):
    """What must be true before a case can make a move."""

    CANDIDATE_IS_ACTIVE = "candidate_is_active"
    CANDIDATE_HAS_LEFT = "candidate_has_left"
    STATEMENT_IS_WRITTEN = "statement_is_written"
    CONSENT_IS_GIVEN = "consent_is_given"
    APPROVALS_ARE_SIGNED = "approvals_are_signed"
    CANDIDATE_IS_ELIGIBLE = "candidate_is_eligible"
    REVIEW_IS_CLOSED = "review_is_closed"
    REVIEW_SCORE_STANDS = "review_score_stands"
    REVIEW_SCORE_IS_MISSING = "review_score_is_missing"
    NOT_WIDENED_BEFORE = "not_widened_before"
    FLOORS_ARE_MET = "floors_are_met"
    FLOOR_IS_MISSED = "floor_is_missed"
    COMPETITION_IS_ASKED = "competition_is_asked"
    NO_COMPETITION_PENDING = "no_competition_pending"
    SCORES_ARE_OPEN = "scores_are_open"
    VOTE_CARRIED = "vote_carried"
    VOTE_NOT_CARRIED = "vote_not_carried"
    VOTE_DEFERRED = "vote_deferred"
    NOT_DEFERRED_BEFORE = "not_deferred_before"
    PLACES_ARE_TAKEN = "places_are_taken"
    NOTICE_IS_OVER = "notice_is_over"
    NO_OPEN_OBJECTION = "no_open_objection"
    EFFECT_IS_DUE = "effect_is_due"
    DUTIES_ARE_ACKNOWLEDGED = "duties_are_acknowledged"
    PLAN_IS_AGREED = "plan_is_agreed"
    BOTH_WERE_HEARD = "both_were_heard"
    NOT_EXTENDED_BEFORE = "not_extended_before"
    PERIOD_IS_ENDING = "period_is_ending"


@dataclass(frozen=True, slots=True)
class Move:
    """From one of `sources`, `trigger` leads to `to` once every guard is met."""

    trigger: Trigger
    sources: tuple[Stage, ...]
    to: Stage
    guards: tuple[Guard, ...] = ()


_BEFORE_EFFECT = tuple(
    stage for stage in Stage if stage in OPEN_STAGES | WAITING and stage is not Stage.MENTORING
)
_REVIEWED = (
    Guard.CANDIDATE_IS_ACTIVE,
    Guard.REVIEW_IS_CLOSED,
    Guard.REVIEW_SCORE_STANDS,
    Guard.FLOORS_ARE_MET,
)

_MENTORED = (
    Guard.DUTIES_ARE_ACKNOWLEDGED,
    Guard.PLAN_IS_AGREED,
    Guard.BOTH_WERE_HEARD,
    Guard.PERIOD_IS_ENDING,
)

MOVES: tuple[Move, ...] = (
    Move(
        Trigger.SUBMIT,
        (Stage.DRAFT,),
        Stage.NOMINATED,
        (Guard.CANDIDATE_IS_ACTIVE, Guard.CONSENT_IS_GIVEN, Guard.STATEMENT_IS_WRITTEN),
    ),
    Move(
        Trigger.APPROVE,
        (Stage.NOMINATED,),
        Stage.REVIEW,
        (Guard.CANDIDATE_IS_ACTIVE, Guard.APPROVALS_ARE_SIGNED, Guard.CANDIDATE_IS_ELIGIBLE),
    ),
    Move(Trigger.DECLINE, (Stage.NOMINATED,), Stage.DECLINED),
    Move(Trigger.COMPETE, (Stage.REVIEW,), Stage.COMPETITION, (*_REVIEWED, Guard.COMPETITION_IS_ASKED)),
    Move(Trigger.CONVENE, (Stage.REVIEW,), Stage.COMMITTEE, (*_REVIEWED, Guard.NO_COMPETITION_PENDING)),
    Move(
        Trigger.FALL_SHORT,
        (Stage.REVIEW,),
        Stage.DECLINED,
        (Guard.REVIEW_IS_CLOSED, Guard.FLOOR_IS_MISSED),
    ),
    Move(
        Trigger.WIDEN,
        (Stage.REVIEW,),
        Stage.REVIEW,
        (
            Guard.CANDIDATE_IS_ACTIVE,
            Guard.REVIEW_IS_CLOSED,
            Guard.REVIEW_SCORE_IS_MISSING,
            Guard.NOT_WIDENED_BEFORE,
        ),
    ),
    Move(
        Trigger.CONVENE,
        (Stage.COMPETITION,),
        Stage.COMMITTEE,
        (Guard.CANDIDATE_IS_ACTIVE, Guard.SCORES_ARE_OPEN),
    ),
    Move(Trigger.PASS_OVER, (Stage.COMPETITION,), Stage.DECLINED, (Guard.SCORES_ARE_OPEN,)),
    Move(Trigger.PLACE_IN_RESERVE, (Stage.COMPETITION,), Stage.RESERVE, (Guard.SCORES_ARE_OPEN,)),
    Move(Trigger.CALL_UP, (Stage.RESERVE,), Stage.COMMITTEE, (Guard.CANDIDATE_IS_ACTIVE,)),
    Move(Trigger.EXPIRE, (Stage.RESERVE,), Stage.DECLINED),
    Move(Trigger.CARRY, (Stage.COMMITTEE,), Stage.NOTICE, (Guard.VOTE_CARRIED,)),
    Move(Trigger.DEFER, (Stage.COMMITTEE,), Stage.REVIEW, (Guard.VOTE_DEFERRED, Guard.NOT_DEFERRED_BEFORE)),
    Move(Trigger.PLACE_IN_RESERVE, (Stage.COMMITTEE,), Stage.RESERVE, (Guard.PLACES_ARE_TAKEN,)),
    Move(Trigger.REJECT, (Stage.COMMITTEE,), Stage.DECLINED, (Guard.VOTE_NOT_CARRIED,)),
    Move(
        Trigger.TAKE_EFFECT,
        (Stage.NOTICE,),
        Stage.MENTORING,
        (Guard.CANDIDATE_IS_ACTIVE, Guard.NOTICE_IS_OVER, Guard.NO_OPEN_OBJECTION, Guard.EFFECT_IS_DUE),
    ),
    Move(Trigger.REOPEN_REVIEW, (Stage.NOTICE,), Stage.REVIEW),
    Move(Trigger.REOPEN_COMPETITION, (Stage.NOTICE,), Stage.COMPETITION),
    Move(Trigger.REOPEN_COMMITTEE, (Stage.NOTICE,), Stage.COMMITTEE),
    Move(
        Trigger.CONFIRM,
        (Stage.MENTORING,),
        Stage.COMPLETED,
        _MENTORED,
    ),
    Move(
        Trigger.EXTEND,
        (Stage.MENTORING,),
        Stage.MENTORING,
        (*_MENTORED, Guard.NOT_EXTENDED_BEFORE),
    ),
    Move(
        Trigger.REVERT,
        (Stage.MENTORING,),
        Stage.REVERTED,
        (Guard.PLAN_IS_AGREED, Guard.BOTH_WERE_HEARD),
    ),
    Move(Trigger.WITHDRAW, _BEFORE_EFFECT, Stage.WITHDRAWN),
    Move(Trigger.LEAVE, (Stage.MENTORING,), Stage.WITHDRAWN, (Guard.CANDIDATE_HAS_LEFT,)),
)


def move(stage: Stage, trigger: Trigger) -> Move:
    """The move that a trigger makes from a stage; raises NoSuchMove where there is none."""
    for candidate in MOVES:
        if candidate.trigger is trigger and stage in candidate.sources:
            return candidate
    raise NoSuchMove(stage=stage, trigger=trigger)


def moves_from(stage: Stage) -> tuple[Move, ...]:
    """Every move a case can make from a stage, in the order of the table."""
    return tuple(candidate for candidate in MOVES if stage in candidate.sources)


def next_stage(stage: Stage, trigger: Trigger, verdicts: Mapping[Guard, Verdict]) -> Stage:
    """Where the trigger leads; raises NoSuchMove, or GuardsNotMet with the whole checklist."""
    slot = _Slot(state=stage.value)
    try:
        is_moved = _MACHINE.events[trigger.value].trigger(slot, verdicts=verdicts)
    except (MachineError, KeyError) as error:
        raise NoSuchMove(stage=stage, trigger=trigger) from error
    if not is_moved:
        raise GuardsNotMet(stage=stage, trigger=trigger, checklist=dict(verdicts))
    return Stage(slot.state)


@dataclass(slots=True)
class _Slot:
    state: str


def _condition(guard: Guard) -> object:
    def is_met(event: EventData) -> bool:
        verdict: Verdict = event.kwargs["verdicts"][guard]
        return verdict.is_met is True

    return is_met


# One flat machine for all cases: it only decides; a machine per case would cost 0.9 ms and 62 kB.
_MACHINE = Machine(
    model=None,
    states=[stage.value for stage in Stage],
    initial=Stage.DRAFT.value,
    transitions=[
        {
            "trigger": candidate.trigger.value,
            "source": source.value,
            "dest": candidate.to.value,
            "conditions": [_condition(guard) for guard in candidate.guards],
        }
        for candidate in MOVES
        for source in candidate.sources
    ],
    auto_transitions=False,
    queued=False,
    send_event=True,
)
