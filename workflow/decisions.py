"""What the committee's vote comes to: the chair's written decision, and its release with its cycle."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from workflow import agenda, ballots, cases, chairs, embargo, journal, places, recusals, tasks
from workflow.act import Act
from workflow.errors import Invalid, OwnCase
from workflow.models import Cycle, PromotionCase, Vote
from workflow.process import Trigger
from workflow.relations import is_running
from workflow.vocabulary import Stage, TaskKind, VoteResult

_LATEST_EFFECT = timedelta(days=366)
_FOLLOWS = {VoteResult.CARRIED: Trigger.CARRY, VoteResult.NOT_CARRIED: Trigger.REJECT}


def record_decision(
    act: Act,
    case: PromotionCase,
    *,
    text: str,
    internal_reason: str = "",
    effective_on: date | None = None,
) -> None:
    """The chair signs the body's reason; carried, not carried or deferred follows from the count.

    In a cycle the decision waits for its release; a deferral never waits, for the case must go on.
    A chair who has come to have a stake passes the task on.
    """
    cases.require_stage(case, Stage.COMMITTEE)
    task = tasks.mine(act, case, TaskKind.WRITE_DECISION)
    vote = ballots.last_vote(act, case)
    assert vote is not None
    if act.person.id in recusals.by_record(act, case):
        return
    tasks.complete(act, task)
    cases.require_reason(text)
    _check_effect(act, effective_on)
    ballots.destroy_reasons(act, vote)
    if vote.result is VoteResult.DEFERRED:
        journal.record(act, "case_deferred", case=case, text=text)
        cases.advance(act, case, Trigger.DEFER)
        return
    cases.sign(act, case, text=text, internal_reason=internal_reason)
    case.effective_on = effective_on
    if case.cycle_id is None:
        _tell(act, case, vote)
    else:
        assert vote.result is not None
        journal.record(act, "decision_signed", case=case, text=text, result=vote.result)
        embargo.hold(act, case, _FOLLOWS[vote.result])


def release(act: Act, cycle: Cycle, waiting: Sequence[PromotionCase]) -> None:
    """Release every decision of a cycle that waits; what follows from all of them happens at once.

    Raises OwnCase to a candidate of the cycle, Invalid where no decision waits. A candidate who has left
    is not decided on any more.
    """
    refuse_candidate(act, cycle)
    waiting = [case for case in waiting if case.candidate.is_active]
    if not waiting:
        raise Invalid(reason="nothing_to_release")
    tasks.complete_about(act, TaskKind.RELEASE_DECISIONS, cycle.id)
    decided = [case for case in waiting if case.pending != Trigger.PLACE_IN_RESERVE]
    for case in decided:
        vote = ballots.last_vote(act, case)
        assert vote is not None
        _tell(act, case, vote)
    for case in waiting:
        if case not in decided:
            _release_to_reserve(act, case)
    journal.record(act, "decisions_released", chain="cycles", cycle=cycle.id, cases=len(waiting))


def refuse_candidate(act: Act, cycle: Cycle) -> None:
    """Refuse whoever has a case on its way in the cycle, whatever has been decided of it (OwnCase)."""
    own = select(PromotionCase.id).where(
        PromotionCase.cycle_id == cycle.id,
        PromotionCase.candidate_id == act.person.id,
        is_running(PromotionCase),
    )
    if act.first(own) is not None:
        raise OwnCase()


def _tell(act: Act, case: PromotionCase, vote: Vote) -> None:
    assert vote.result is not None
    case.pending, case.released_at = None, act.now
    journal.record(act, "decision_recorded", case=case, text=case.outcome_text, result=vote.result)
    cases.advance(act, case, _FOLLOWS[vote.result], reason=case.outcome_text)


def _release_to_reserve(act: Act, case: PromotionCase) -> None:
    case.pending = None
    if places.taken(act, case).is_met:
        agenda.place_in_reserve(act, case)
    else:
        # Somebody who was carried has withdrawn meanwhile: the place is free after all.
        chairs.ask(act, case, TaskKind.OPEN_BALLOT)


def _check_effect(act: Act, effective_on: date | None) -> None:
    today = act.now.date()
    latest = today + _LATEST_EFFECT
    if effective_on is not None and not today <= effective_on <= latest:
        raise Invalid(reason="effective_date", earliest=today.isoformat(), latest=latest.isoformat())
