"""The approval chain of a case and what its eligibility check saw."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, false, func, literal, null, select, true
from sqlalchemy.orm import Session

from workflow.models import ApprovalStep, EligibilityFinding, Employee, StageRound, Waiver, aliased
from workflow.permissions import Part
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.relations import Relation
from workflow.vocabulary import Answer, Approver, Stage, StepState

_ABSENT = aliased(Employee)  # an alias costs more to make than to use

# A return ends the whole chain; only the seat in which somebody decided has returned the nomination.
_SHOWN_STATE = case(
    (
        and_(ApprovalStep.state == StepState.RETURNED, ApprovalStep.decided_at.is_(None)),
        literal(StepState.NOT_NEEDED, ApprovalStep.state.type),
    ),
    else_=ApprovalStep.state,
).label("state")


@dataclass(frozen=True, slots=True)
class Signature:
    """One step of the approval chain and what has become of it; an added signer signs before the seat."""

    position: int
    attempt: int
    group: int
    seat: Approver
    is_added: bool
    state: StepState
    approver: Person | None
    on_behalf_of: Person | None
    decided_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Exemption:
    """HR's exception from a rule: why, by whom and when."""

    reason: str
    granted_by: Person
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule of eligibility beside the value on file, and the exception from it if there is one."""

    rule: str
    required: str
    value: str | None
    source: str
    answer: Answer
    waiver: Exemption | None


def signatures(
    db: Session, case_id: int, mine: frozenset[Relation], parts: frozenset[Part]
) -> list[Signature]:
    """The approval chain of the last nomination round, chains that were returned included.

    Comments are as secret as the reader's parts of the case say; that of a return is for the author.
    """
    returned = ApprovalStep.state == StepState.RETURNED if Relation.NOMINATOR in mine else false()
    is_told = true() if Part.APPROVAL_REASONS in parts else returned
    shape = Shaped(
        "step",
        Signature,
        ApprovalStep.position,
        ApprovalStep.attempt,
        ApprovalStep.group,
        ApprovalStep.seat,
        ApprovalStep.asked_for_id.is_not(None).label("is_added"),
        _SHOWN_STATE,
        person_of("approver", Employee),
        person_of("on_behalf_of", _ABSENT),
        ApprovalStep.decided_at,
        case((is_told, ApprovalStep.reason), else_=null()).label("reason"),
    )
    query = (
        select(shape)
        .select_from(ApprovalStep)
        .outerjoin(Employee, Employee.id == ApprovalStep.approver_id)
        .outerjoin(_ABSENT, _ABSENT.id == ApprovalStep.on_behalf_of_id)
        .where(ApprovalStep.round_id == _last_round(case_id))
        .order_by(ApprovalStep.attempt, ApprovalStep.group, ApprovalStep.position)
    )
    return list(db.scalars(query))


def findings(db: Session, case_id: int) -> list[Finding]:
    """What the last eligibility check answered to every rule, with HR's exceptions."""
    waiver = Shaped("waiver", _exemption, Waiver.reason, person_of("granted_by", Employee), Waiver.granted_at)
    shape = Shaped(
        "finding",
        Finding,
        EligibilityFinding.rule,
        EligibilityFinding.required,
        EligibilityFinding.value,
        EligibilityFinding.source,
        EligibilityFinding.answer,
        waiver,
    )
    query = (
        select(shape)
        .select_from(EligibilityFinding)
        .outerjoin(Waiver, (Waiver.case_id == case_id) & (Waiver.rule == EligibilityFinding.rule))
        .outerjoin(Employee, Employee.id == Waiver.granted_by_id)
        .where(EligibilityFinding.round_id == _last_round(case_id))
        .order_by(EligibilityFinding.id)
    )
    return list(db.scalars(query))


def _last_round(case_id: int) -> Any:
    rounds: Select[Any] = select(func.max(StageRound.id)).where(
        StageRound.case_id == case_id, StageRound.stage == Stage.NOMINATED
    )
    return rounds.scalar_subquery()


def _exemption(reason: str | None, granted_by: Person, granted_at: datetime) -> Exemption | None:
    return None if reason is None else Exemption(reason, granted_by, granted_at)
