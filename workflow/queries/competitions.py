"""Competitions as announced to everybody, and their entries as each reader may see them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, exists, false, select, true
from sqlalchemy.orm import Session

from workflow.editions.library import step_of
from workflow.errors import NotFound
from workflow.models import (
    Competition,
    Employee,
    Entry,
    Judge,
    PromotionCase,
    RoleHolding,
    Score,
    SealedScore,
)
from workflow.permissions import visible_cases
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.rules.edition import CompetitionRules
from workflow.vocabulary import CompetitionState, Role, Stage


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A case in the contest; place and score are None as long as the reader may not know them."""

    case_id: int
    candidate: Person
    stage: Stage
    place: int | None
    composite: float | None
    is_scored_by_me: bool


@dataclass(frozen=True, slots=True)
class CompetitionSeen:
    """One competition with what of it concerns the reader."""

    competition: Competition
    entries: list[EntryLine]
    judges: list[Person]
    rules: CompetitionRules | None


def announced() -> Select[Any]:
    """Query for all competitions, ordered by `Competition.id`."""
    return select(Competition)


def competition(db: Session, competition_id: int, person_id: int) -> CompetitionSeen:
    """A competition with the entries a person may see; the panel is shown to HR, auditors and judges."""
    found = db.get(Competition, competition_id)
    if found is None:
        raise NotFound(kind="competition")
    roles = set(db.scalars(select(RoleHolding.role).where(RoleHolding.employee_id == person_id)))
    is_staff = bool(roles & {Role.HR, Role.AUDITOR})
    judge_id = db.scalars(
        select(Judge.id).where(Judge.competition_id == found.id, Judge.employee_id == person_id)
    ).first()
    entries = list(db.scalars(_entries(found, person_id, judge_id, is_staff=is_staff)))
    seats = db.scalars(_judges(found.id)).all() if is_staff or judge_id is not None else []
    return CompetitionSeen(found, entries, list(seats), _rules(db, entries))


def _entries(
    competition: Competition, person_id: int, judge_id: int | None, *, is_staff: bool
) -> Select[Any]:
    is_own = PromotionCase.candidate_id == person_id
    # Whoever runs the contest reads the order of merit before it is signed, but never his own.
    is_others = ~is_own if is_staff else false()
    is_told = true() if competition.state is CompetitionState.DECIDED else is_others
    is_released = is_own & PromotionCase.released_at.is_not(None)
    sealed, opened = (
        exists().where(sheet.entry_id == Entry.id, sheet.judge_id == judge_id)
        for sheet in (SealedScore, Score)
    )
    shape = Shaped(
        "entry",
        EntryLine,
        Entry.case_id,
        person_of("candidate", Employee),
        PromotionCase.stage,
        case((is_told, Entry.place)).label("place"),
        case((is_others | is_released, Entry.composite)).label("composite"),
        (sealed | opened).label("is_scored_by_me"),
    )
    return (
        select(shape)
        .select_from(Entry)
        .join(PromotionCase, PromotionCase.id == Entry.case_id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(Entry.competition_id == competition.id, visible_cases(person_id))
        .order_by(Entry.id)
    )


def _judges(competition_id: int) -> Select[Any]:
    return (
        select(person_of("judge", Employee))
        .select_from(Judge)
        .join(Employee, Employee.id == Judge.employee_id)
        .where(Judge.competition_id == competition_id)
        .order_by(Judge.id)
    )


def _rules(db: Session, entries: list[EntryLine]) -> CompetitionRules | None:
    if not entries:
        return None
    return step_of(db, db.get_one(PromotionCase, entries[0].case_id)).competition
