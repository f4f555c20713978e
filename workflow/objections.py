"""Objections during the public notice: anybody may raise one, HR people without a stake decide on it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from workflow import cases, conflicts, effect, journal, tasks
from workflow.act import Act
from workflow.errors import AlreadyExists, Conflicted, Invalid, NotFound, OwnCase
from workflow.kept_apart import apart_from
from workflow.models import Objection, PromotionCase, StageRound
from workflow.process import Trigger
from workflow.rules.deadlines import local_day
from workflow.vocabulary import ObjectionState, Role, Stage, TaskKind

DAYS_TO_DECIDE = 10  # working days

REOPENINGS = {
    Stage.REVIEW: Trigger.REOPEN_REVIEW,
    Stage.COMPETITION: Trigger.REOPEN_COMPETITION,
    Stage.COMMITTEE: Trigger.REOPEN_COMMITTEE,
}


def object_to(act: Act, case: PromotionCase, *, text: str) -> Objection:
    """Object to a decision on notice, once a round; the effect waits until HR has decided.

    Raises OwnCase to the candidate, Invalid once the notice is over, AlreadyExists for a second one.
    """
    cases.require_stage(case, Stage.NOTICE)
    if act.person.id == case.candidate_id:
        raise OwnCase()
    assert case.round is not None
    assert case.round.due_at is not None
    if case.round.due_at <= act.now:
        raise Invalid(reason="notice_over")
    if not text.strip():
        raise Invalid(reason="objection_empty")
    if any(known.objector_id == act.person.id for known in _of_round(act, case)):
        raise AlreadyExists(kind="objection")
    objection = act.add(
        Objection(
            case_id=case.id,
            round_id=case.round.id,
            objector_id=act.person.id,
            text=text,
            raised_at=act.now,
        )
    )
    tasks.take_from(act, case, TaskKind.DECIDE_OBJECTION, act.person.id)
    journal.record(act, "objection_raised", case=case, text=text, objection=objection.id)
    _ask(act, case, objection)
    return objection


def uphold(act: Act, case: PromotionCase, objection_id: int, *, step: Stage, reason: str) -> None:
    """Send the case back to the step at fault, where it is decided anew.

    Raises Invalid for a step this case has not been through, Conflicted to whoever has a stake.
    """
    objection = _to_decide(act, case, objection_id, reason)
    taken = select(StageRound.id).where(StageRound.case_id == case.id, StageRound.stage == step)
    if step not in REOPENINGS or act.first(taken) is None:
        raise Invalid(reason="step_not_taken", step=step)
    objection.step = step
    _settle(act, case, objection, ObjectionState.UPHELD, reason)
    lapse(act, case)
    journal.record(act, "case_reopened", case=case, step=step)
    # The letter that told of the decision need not be signed any more.
    tasks.close_open(act, case, TaskKind.ACKNOWLEDGE_LETTER)
    cases.annul(case)
    cases.advance(act, case, REOPENINGS[step])


def dismiss(act: Act, case: PromotionCase, objection_id: int, *, reason: str) -> None:
    """Reject the objection with a reason; after the last one the decision may take effect, not before."""
    _settle(act, case, _to_decide(act, case, objection_id, reason), ObjectionState.DISMISSED, reason)
    today = local_day(act.now, case.candidate.time_zone)
    if case.effective_on is not None and case.effective_on < today:
        effect.fix_day(case, today)


def lapse(act: Act, case: PromotionCase) -> None:
    """Note that what is still open has no decision left to be against, and tell whoever objected."""
    act.db.flush()
    still_open = select(Objection).where(Objection.case_id == case.id, Objection.state == ObjectionState.OPEN)
    for objection in act.all(still_open.order_by(Objection.id)):
        objection.state = ObjectionState.LAPSED
        journal.record(act, "objection_lapsed", case=case, objection=objection.id)


def resume(act: Act, case: PromotionCase) -> None:
    """Ask again who could decide on the objections that are open."""
    tasks.close_open(act, case, TaskKind.DECIDE_OBJECTION)
    for objection in _of_round(act, case):
        if objection.state is ObjectionState.OPEN:
            _ask(act, case, objection)


def _ask(act: Act, case: PromotionCase, objection: Objection) -> None:
    task = tasks.open_for_role(
        act,
        TaskKind.DECIDE_OBJECTION,
        case,
        Role.HR,
        due_at=cases.due_in(act, case, DAYS_TO_DECIDE),
        subject_id=objection.id,
        excluding=_with_a_stake(act, case),
    )
    if task is None:
        cases.mark_stuck(act, case, "no_unbiased_hr")


def _with_a_stake(act: Act, case: PromotionCase) -> set[int]:
    objectors = {one.objector_id for one in _of_round(act, case)}
    return conflicts.involved(act, case) | objectors | set(act.all(apart_from(objectors)))


def _to_decide(act: Act, case: PromotionCase, objection_id: int, reason: str) -> Objection:
    cases.require_stage(case, Stage.NOTICE)
    cases.require_reason(reason)
    objection = next((one for one in _of_round(act, case) if one.id == objection_id), None)
    if objection is None:
        raise NotFound(kind="objection")
    if act.person.id in _with_a_stake(act, case):
        raise Conflicted()
    tasks.complete(act, tasks.mine(act, case, TaskKind.DECIDE_OBJECTION, subject_id=objection.id))
    return objection


def _settle(act: Act, case: PromotionCase, objection: Objection, state: ObjectionState, reason: str) -> None:
    objection.state, objection.reason = state, reason
    objection.decided_at, objection.decided_by_id = act.now, act.person.id
    step: dict[str, Any] = {"step": objection.step} if objection.step else {}
    journal.record(act, f"objection_{state}", case=case, text=reason, objection=objection.id, **step)


def _of_round(act: Act, case: PromotionCase) -> Sequence[Objection]:
    return act.all(select(Objection).where(Objection.round_id == case.round_id).order_by(Objection.id))
