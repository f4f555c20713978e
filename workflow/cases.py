"""Open, advance, withdraw and mark a case: the only code that changes where a case stands."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from workflow import checklist, journal, process, sealing, tasks
from workflow.act import Act
from workflow.calendars import calendar_of
from workflow.errors import NoSuchMove, ReasonMissing, StageMoved
from workflow.models import Employee, PromotionCase, StageRound
from workflow.process import Guard, Trigger
from workflow.rules import deadlines
from workflow.rules.verdict import Verdict
from workflow.vocabulary import ENDS, Role, Stage, TaskKind

_BEFORE_A_DECISION = (Stage.REVIEW, Stage.COMPETITION, Stage.COMMITTEE)


def advance(act: Act, case: PromotionCase, trigger: Trigger, *, reason: str | None = None) -> None:
    """Move the case: close the round and its tasks, open the next round, write it down.

    Raises NoSuchMove, or GuardsNotMet with every guard's answer.
    """
    origin = case.stage
    verdicts: Mapping[Guard, Verdict] = checklist.verdicts(act, case, process.move(origin, trigger).guards)
    case.stage = process.next_stage(origin, trigger, verdicts)
    tasks.close_open(act, case)
    if case.round is not None:
        case.round.closed_at = act.now
        # What is still sealed when a stage is left early is never opened.
        sealing.destroy_key(act, case.round.id)
    case.stuck_reason = None
    if case.stage in _BEFORE_A_DECISION:
        _void_decision(case)
    _enter(act, case)
    journal.record(
        act,
        "stage_entered",
        case=case,
        text=reason,
        **{"from": origin, "to": case.stage, "trigger": trigger},
    )


def enter_first(act: Act, case: PromotionCase) -> None:
    """Open the first round of a case that has just been put on file."""
    _enter(act, case)


def begin(act: Act, cases: Sequence[PromotionCase], action: str, *, due_at: Sequence[datetime]) -> None:
    """Put many new cases on file at once, each in a first round due at its own time; they stay values."""
    if not cases:
        return
    act.add_many(cases)
    rounds = [
        StageRound(case_id=case.id, stage=case.stage, number=1, opened_at=act.now, due_at=due)
        for case, due in zip(cases, due_at, strict=True)
    ]
    act.add_many(rounds)
    for case, entered in zip(cases, rounds, strict=True):
        case.round_id = entered.id
    opened = [(case, {"nominated_as": case.nominated_as, **case.target}) for case in cases]
    journal.record_many(act, action, opened)
    columns = ("id", "round_id", "version", "journal_sequence", "journal_head")
    act.execute(update(PromotionCase), [{name: getattr(case, name) for name in columns} for case in cases])


def require_stage(case: PromotionCase, *stages: Stage) -> None:
    """Refuse an act that belongs to another stage (StageMoved)."""
    if case.stage not in stages:
        raise StageMoved(stage=case.stage, expected=[stage.value for stage in stages])


def withdraw(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Take the case back before it has effect; a written reason is asked of anybody but the candidate."""
    if act.by is None or act.by.id != case.candidate_id:
        require_reason(reason)
    _take_back(act, case, reason=reason)
    journal.record(act, "case_withdrawn", case=case)


def withdraw_leaver(act: Act, case: PromotionCase) -> None:
    """Take back the case of somebody who has left."""
    if not case.candidate.is_active:
        _take_back(act, case)
        journal.record(act, "case_withdrawn", case=case, has_left=True)


def _take_back(act: Act, case: PromotionCase, *, reason: str | None = None) -> None:
    has_left_mentoring = case.stage is Stage.MENTORING and not case.candidate.is_active
    trigger = Trigger.LEAVE if has_left_mentoring else Trigger.WITHDRAW
    try:
        process.move(case.stage, trigger)
    except NoSuchMove as error:
        raise StageMoved(stage=case.stage, expected=["before_effect"]) from error
    if case.pending is not None:
        _void_decision(case)
    advance(act, case, trigger, reason=reason)


def decide(act: Act, case: PromotionCase, *, text: str, internal_reason: str) -> None:
    """Put the written outcome on the case, signed by the person who acts."""
    sign(act, case, text=text, internal_reason=internal_reason)
    case.released_at = act.now


def sign(act: Act, case: PromotionCase, *, text: str, internal_reason: str) -> None:
    """Put a written outcome on the case that is not told before its release."""
    require_reason(text)
    case.outcome_text = text
    case.internal_reason = internal_reason or None
    case.decided_at = act.now
    case.decided_by_id = act.person.id


def annul(case: PromotionCase) -> None:
    """Take the outcome off the case, so that it can be decided anew; the journal keeps what it was."""
    case.outcome_text = case.internal_reason = None
    case.decided_at = case.released_at = case.decided_by_id = None
    case.effective_on = case.effect_at = None


def mark_stuck(act: Act, case: PromotionCase, reason: str) -> None:
    """Say that nobody can act on the case, why, and give HR the task to free it."""
    if case.stuck_reason == reason:
        return
    case.stuck_reason = reason
    tasks.close_open(act, case, TaskKind.UNBLOCK)
    due_at = due_in(act, case, 2)
    tasks.open_for_role(act, TaskKind.UNBLOCK, case, Role.HR, due_at=due_at, detail=reason, waits=True)
    journal.record(act, "case_stuck", case=case, reason=reason)


def ask_hr(
    act: Act,
    case: PromotionCase,
    kind: TaskKind,
    *,
    due_at: datetime,
    detail: str | None = None,
    subject_id: int | None = None,
    excluding: Collection[int] = (),
) -> None:
    """Give HR a task on the case; where nobody of HR could do it the case is stuck."""
    asked = tasks.open_for_role(
        act,
        kind,
        case,
        Role.HR,
        due_at=due_at,
        detail=detail,
        subject_id=subject_id,
        excluding=excluding,
    )
    if asked is None:
        mark_stuck(act, case, "nobody_in_role")


def free(act: Act, case: PromotionCase) -> None:
    """Note that somebody can act again."""
    if case.stuck_reason is not None:
        case.stuck_reason = None
        tasks.close_open(act, case, TaskKind.UNBLOCK)


def due_in(act: Act, case: PromotionCase, days: int, *, person: Employee | None = None) -> datetime:
    """The end of the n-th working day from now where the person, or else the candidate, works."""
    owner = person or case.candidate
    return deadlines.due_at(act.now, days, calendar=calendar_of(owner.site), zone=owner.time_zone)


def require_reason(reason: str) -> None:
    """Refuse an empty reason (ReasonMissing)."""
    if not reason.strip():
        raise ReasonMissing()


def _void_decision(case: PromotionCase) -> None:
    """Take a decision off the case that is never released, or reopened; the journal and its vote keep it."""
    case.pending = case.outcome_text = case.internal_reason = None
    case.decided_at = case.released_at = case.decided_by_id = case.effective_on = None


def _enter(act: Act, case: PromotionCase) -> None:
    number = act.first(
        select(func.count())
        .select_from(StageRound)
        .where(StageRound.case_id == case.id, StageRound.stage == case.stage)
    )
    entered = StageRound(case_id=case.id, stage=case.stage, number=(number or 0) + 1, opened_at=act.now)
    act.add(entered)
    case.round_id, case.round = entered.id, entered
    if case.stage in ENDS:
        case.ended_at = act.now
        entered.closed_at = act.now
    act.arrivals.append(case)
