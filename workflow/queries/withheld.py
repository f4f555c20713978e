"""Why a reader cannot do now what belongs to his part in a case and in its stage."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum, auto

from workflow import checklist, eligibility, nudges
from workflow.models import ApprovalStep, PromotionCase
from workflow.permissions import ALLOWED, Operation, Part, turns_are_told
from workflow.queries.acts import operations
from workflow.queries.looking import Looking
from workflow.queries.turns import RoundTask
from workflow.relations import Relation
from workflow.vocabulary import ASIDE_TASKS, CONFIDENTIAL_TASKS, Stage, StepState, TaskKind


class Why(StrEnum):
    """What stands in the way; `REFUSED_AS` in the tests says as what the verb itself would refuse it."""

    DONE_BY_YOU = auto()
    DONE_BY_ANOTHER = auto()
    WITH_OTHERS = auto()
    SIGNER_AWAITED = auto()
    TEXT_DECIDED_ON = auto()
    NUDGED_TODAY = auto()
    NOTHING_TO_NUDGE = auto()
    OWN_NOMINEE = auto()
    BALLOT_OPENED = auto()
    BALLOT_NOT_OPENED = auto()
    DECISION_SIGNED = auto()
    RATERS_DRAWN = auto()
    IN_EFFECT = auto()
    BY_MERIT = auto()


# What only looks is not missed; what is secret, or beside the way, is told to nobody but its owner.
_READING = frozenset(operation for operation in Operation if operation.startswith("read_"))
_UNTOLD = CONFIDENTIAL_TASKS | ASIDE_TASKS


def withheld(
    looking: Looking,
    case: PromotionCase,
    tasks: Sequence[RoundTask],
    mine: frozenset[Relation],
    parts: frozenset[Part],
    acts: Collection[Operation],
) -> dict[Operation, Why]:
    """What the reader might look for and why it is not possible; nothing that he may not know of others.

    `tasks` hold what is done in this round as well. One statement, which the checklist asks too.
    """
    reader = looking.person.id
    chain = checklist.signatures(looking, case) if case.stage is Stage.NOMINATED else ()
    shown = [task for task in tasks if task.kind not in _UNTOLD]
    is_told = turns_are_told(case, parts)
    found = _by_tasks(case, [task for task in shown if is_told or task.is_done_by_reader])
    found |= _by_chain(chain, found, reader) | _by_stage(case, shown, mine)
    not_nudged = _nudge(tasks, case, mine, looking.now) if is_told else None
    if not_nudged is not None:
        found[Operation.NUDGE] = not_nudged
    if reader in eligibility.interested(case) and any(
        Operation.WAIVE in operations(case, one) for one in tasks
    ):
        found[Operation.WAIVE] = Why.OWN_NOMINEE
    return {
        operation: why
        for operation, why in found.items()
        if ALLOWED[operation] & mine and operation not in {*acts, *_READING}
    }


def _by_tasks(case: PromotionCase, tasks: Sequence[RoundTask]) -> dict[Operation, Why]:
    """What was asked of somebody: who has it, or has done it; what is asked now goes before what was."""
    ordered = sorted(tasks, key=lambda task: (task.is_open, task.is_done_by_reader))
    asked = {task.id: [one for one in operations(case, task) if one not in _READING][:1] for task in tasks}
    return {operation: _why(task) for task in ordered for operation in asked[task.id]}


def _why(task: RoundTask) -> Why:
    if task.is_open:
        return Why.WITH_OTHERS
    return Why.DONE_BY_YOU if task.is_done_by_reader else Why.DONE_BY_ANOTHER


def _by_chain(
    chain: Sequence[ApprovalStep], found: dict[Operation, Why], reader: int
) -> dict[Operation, Why]:
    """Signatures: one's own in the running chain is done, or waits for somebody whom one has asked."""
    running = [step for step in chain if step.attempt == chain[-1].attempt]
    if any(step.state is StepState.RETURNED for step in running):
        return {}
    own = [step for step in running if step.approver_id == reader]
    asking = {step.id for step in own if step.state is StepState.WAITING}
    if any(step.asked_for_id in asking and step.state is StepState.OPEN for step in running):
        return {Operation.APPROVE: Why.SIGNER_AWAITED}
    if any(step.decided_at is not None for step in own):
        return {Operation.APPROVE: Why.DONE_BY_YOU}
    return {Operation.APPROVE: Why.WITH_OTHERS} if Operation.APPROVE in found else {}


def _by_stage(
    case: PromotionCase, tasks: Sequence[RoundTask], mine: frozenset[Relation]
) -> dict[Operation, Why]:
    is_before_vote = any(task.is_open and task.kind is TaskKind.OPEN_BALLOT for task in tasks)
    known: dict[Stage, dict[Operation, Why]] = {
        Stage.NOMINATED: {Operation.REVISE_NOMINATION: Why.TEXT_DECIDED_ON},
        Stage.REVIEW: {Operation.OBJECT_TO_RATER: Why.RATERS_DRAWN},
        Stage.COMMITTEE: {Operation.REFER_TO_COMMITTEE: Why.BALLOT_OPENED},
        Stage.RESERVE: {Operation.CALL_UP: Why.BY_MERIT},
        Stage.MENTORING: {Operation.WITHDRAW: Why.IN_EFFECT},
    }
    found = known.get(case.stage, {})
    if case.stage is Stage.COMMITTEE and case.pending is not None:
        found = {Operation.REFER_TO_COMMITTEE: Why.DECISION_SIGNED}
        if Relation.MEMBER in mine:  # whoever judged its competition may not know that it is decided
            found[Operation.RECUSE] = Why.DECISION_SIGNED
    elif is_before_vote and Relation.MEMBER in mine:
        found = {**found, Operation.CAST_BALLOT: Why.BALLOT_NOT_OPENED}
    return found


def _nudge(
    tasks: Sequence[RoundTask], case: PromotionCase, mine: frozenset[Relation], now: datetime
) -> Why | None:
    """Nobody is nudged twice a day; None where nothing waits for anybody else."""
    waiting = [task for task in tasks if task.is_open and task.is_with_others and not task.is_of_competition]
    asked = [task for task in waiting if nudges.is_for(mine, task.kind, task.due_at, now)]
    if any(nudges.was_today(task.nudged_at, now, case.candidate.time_zone) for task in asked):
        return Why.NUDGED_TODAY
    return Why.NOTHING_TO_NUDGE if any(task.kind not in _UNTOLD for task in waiting) else None
