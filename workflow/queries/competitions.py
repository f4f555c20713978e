"""Competitions as announced to everybody, and their entries as each reader may see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, literal, or_, select, true
from sqlalchemy.orm import Session

from workflow.contest_stakes import has_stake_in
from workflow.editions.library import edition_of
from workflow.errors import NotFound
from workflow.models import (
    Competition,
    Employee,
    Entry,
    Judge,
    PromotionCase,
    RoleHolding,
    Score,
    ScoreEvidence,
    SealedScore,
    StageRound,
)
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.relations import visible_cases
from workflow.rules.edition import CompetitionRules
from workflow.vocabulary import CompetitionState, MeritPart, Role, Stage


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A case in the contest; what the reader may not know, or not yet, is None."""

    case_id: int
    candidate: Person
    stage: Stage
    panel: int | None
    position: int | None
    shortlisted: str | None
    score: float | None
    composite: float | None
    place: int | None
    is_tied: bool | None
    proposed_place: int | None
    separated_by: MeritPart | None
    tie_reason: str | None
    reserve_until: datetime | None
    is_scored_by_me: bool


@dataclass(frozen=True, slots=True)
class JudgeLine:
    """Somebody who judges, and on which panel; 0 is the seat in all panels.

    Staff read who is missing, one who has lost the seat to a stake included: until when HR may name another.
    """

    number: str
    name: str
    panel: int
    successor_until: datetime | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a judge wrote to confirm a sheet that stood far from the others; not who wrote it."""

    case_id: int
    round_number: int
    text: str


@dataclass(frozen=True, slots=True)
class CompetitionSeen:
    """One competition with what of it concerns the reader."""

    competition: Competition
    rules: CompetitionRules
    entries: list[EntryLine]
    judges: list[JudgeLine]
    evidence: list[Evidence]


@dataclass(frozen=True, slots=True)
class _Reader:
    person_id: int
    judge_id: int | None
    is_staff: bool


def announced() -> Select[Any]:
    """Query for all competitions, ordered by `Competition.id`."""
    return select(Competition)


def competition(db: Session, competition_id: int, person_id: int) -> CompetitionSeen:
    """A competition with the entries a person may see; the panels are shown to HR, auditors and judges."""
    found = db.get(Competition, competition_id)
    if found is None:
        raise NotFound(kind="competition")
    step = edition_of(db, found.edition_id).step(found.target_track, found.target_level)
    assert step is not None
    assert step.competition is not None
    seat = select(Judge.id).where(
        Judge.competition_id == found.id, Judge.employee_id == person_id, Judge.is_seated
    )
    staff = db.scalars(_staff(found, person_id)).first()
    reader = _Reader(person_id, db.scalars(seat).first(), staff is not None)
    sees_panels = reader.is_staff or reader.judge_id is not None
    return CompetitionSeen(
        competition=found,
        rules=step.competition,
        entries=list(db.scalars(_entries(found, reader))),
        judges=list(db.scalars(_judges(found.id, reader))) if sees_panels else [],
        evidence=list(db.scalars(_evidence(found.id, person_id))) if reader.is_staff else [],
    )


def _staff(competition: Competition, person_id: int) -> Select[Any]:
    """Query for roles by which a person reads what is not told yet; HR with a stake in one entry has none.

    Places and composites of the others tell of that entry too.
    """
    is_unbiased = ~has_stake_in(competition.id, person_id)
    is_staff = or_(RoleHolding.role == Role.AUDITOR, and_(RoleHolding.role == Role.HR, is_unbiased))
    return select(RoleHolding.role).where(RoleHolding.employee_id == person_id, is_staff)


def _entries(competition: Competition, reader: _Reader) -> Select[Any]:
    is_own = PromotionCase.candidate_id == reader.person_id
    # Whoever runs the contest reads the order of merit before it is signed, but never his own.
    is_others = ~is_own if reader.is_staff else false()
    is_decided = true() if competition.state is CompetitionState.DECIDED else false()
    is_told = or_(is_decided, is_others)
    is_released = or_(is_others, and_(is_own, PromotionCase.released_at.is_not(None)))
    settled = or_(is_others, and_(is_own, is_decided))
    in_reserve = PromotionCase.stage == Stage.RESERVE
    sees_panels = literal(reader.is_staff or reader.judge_id is not None)
    shape = Shaped(
        "entry",
        EntryLine,
        Entry.case_id,
        person_of("candidate", Employee),
        PromotionCase.stage,
        case((sees_panels, Entry.panel)).label("panel"),
        Entry.position,
        case((is_released, Entry.shortlisted)).label("shortlisted"),
        case((is_released, Entry.score)).label("score"),
        case((is_released, Entry.composite)).label("composite"),
        case((is_told, Entry.place)).label("place"),
        case((settled, Entry.is_tied)).label("is_tied"),
        case((settled, Entry.proposed_place)).label("proposed_place"),
        case((settled, Entry.separated_by)).label("separated_by"),
        case((settled, Entry.tie_reason)).label("tie_reason"),
        case((and_(settled, in_reserve), StageRound.due_at)).label("reserve_until"),
        _is_scored_by(reader, competition.round_number).label("is_scored_by_me"),
    )
    return (
        select(shape)
        .select_from(Entry)
        .join(PromotionCase, PromotionCase.id == Entry.case_id)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(Entry.competition_id == competition.id, visible_cases(reader.person_id))
        .order_by(Entry.position, Entry.id)
    )


def _is_scored_by(reader: _Reader, round_number: int) -> ColumnElement[bool]:
    sealed = exists().where(SealedScore.entry_id == Entry.id, SealedScore.judge_id == reader.judge_id)
    opened = exists().where(
        Score.entry_id == Entry.id, Score.judge_id == reader.judge_id, Score.round_number == round_number
    )
    return or_(sealed, opened)


def _judges(competition_id: int, reader: _Reader) -> Select[Any]:
    is_staff = literal(reader.is_staff)
    until = case((is_staff, Judge.successor_until)).label("successor_until")
    return (
        select(Shaped("judge", JudgeLine, Employee.number, Employee.name, Judge.panel, until))
        .select_from(Judge)
        .join(Employee, Employee.id == Judge.employee_id)
        .where(Judge.competition_id == competition_id)
        .where(or_(Judge.is_seated, and_(is_staff, Judge.is_vacant())))
        .order_by(Judge.panel, Judge.id)
    )


def _evidence(competition_id: int, person_id: int) -> Select[Any]:
    shape = Shaped("evidence", Evidence, Entry.case_id, ScoreEvidence.round_number, ScoreEvidence.text)
    return (
        select(shape)
        .select_from(ScoreEvidence)
        .join(Entry, Entry.id == ScoreEvidence.entry_id)
        .join(PromotionCase, PromotionCase.id == Entry.case_id)
        .where(Entry.competition_id == competition_id, visible_cases(person_id))
        .where(PromotionCase.candidate_id != person_id)
        .order_by(ScoreEvidence.round_number, Entry.position, ScoreEvidence.text)
    )
