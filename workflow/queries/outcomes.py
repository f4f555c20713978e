"""A released outcome with its explanation: score build-up, vote, strengths and gaps, rights."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.editions.library import edition_of, step_of
from workflow.models import Competition, EligibilityFinding, Entry, PromotionCase, ReviewOutcome, StageRound
from workflow.queries import merits, votes
from workflow.queries.votes import VoteSeen
from workflow.relations import Relation
from workflow.rules import explaining
from workflow.rules.edition import Wording
from workflow.rules.explaining import BuildUp, Figure, Part
from workflow.vocabulary import CompetitionState, MeritPart, Stage


@dataclass(frozen=True, slots=True)
class Contest:
    """What came of a competition for its candidate, and how far from floor and line he stands in points.

    `to_line` is None where it would tell of somebody else; places are told once they are signed.
    """

    name: str
    names: dict[str, Wording]
    rounds: list[Part]
    score: int | None
    floor: int
    to_floor: int | None
    to_line: int | None
    place: int | None
    is_tied: bool
    separated_by: MeritPart | None
    tie_reason: str | None
    reserve_until: datetime | None


@dataclass(frozen=True, slots=True)
class Right:
    """What can still be done, by its code, and until when; None for as long as one likes."""

    code: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutcomeSeen:
    """Why a case came out as it did; parts of the way that it has not been are None or empty."""

    build_up: BuildUp
    review: dict[str, Any] | None
    contest: Contest | None
    vote: VoteSeen
    strengths: list[Figure]
    gaps: list[Figure]
    rights: list[Right]


def outcome(db: Session, case: PromotionCase, person_id: int) -> OutcomeSeen:
    """The outcome of a released case, the same for whoever may read it; nine statements at most."""
    entry, competition = _last_entry(db, case)
    review = _last_review(db, case)
    values = _values(db, case)
    built = merits.built(db, case, entry, review=review, values=values)
    criteria = edition_of(db, case.edition_id).criteria
    found = explaining.figures(review.shown["sources"] if review else [], criteria)
    return OutcomeSeen(
        build_up=explaining.build_up(built, entry.variance if entry is not None else None),
        review=review.shown if review is not None else None,
        contest=_contest(db, case, entry, competition) if entry and competition else None,
        vote=votes.vote(db, case, person_id, frozenset({Relation.CANDIDATE})),
        strengths=explaining.strengths(found),
        gaps=explaining.gaps(found),
        rights=_rights(case),
    )


def _last_entry(db: Session, case: PromotionCase) -> tuple[Entry | None, Competition | None]:
    query = select(Entry, Competition).join(Competition, Competition.id == Entry.competition_id)
    row = db.execute(query.where(Entry.case_id == case.id).order_by(Entry.id.desc()).limit(1)).first()
    return (row[0], row[1]) if row is not None else (None, None)


def _last_review(db: Session, case: PromotionCase) -> ReviewOutcome | None:
    query = select(ReviewOutcome).join(StageRound, StageRound.id == ReviewOutcome.round_id)
    return db.scalars(query.where(StageRound.case_id == case.id).order_by(StageRound.id.desc())).first()


def _values(db: Session, case: PromotionCase) -> Mapping[str, str | None]:
    query = (
        select(EligibilityFinding.rule, EligibilityFinding.value)
        .join(StageRound, StageRound.id == EligibilityFinding.round_id)
        .where(StageRound.case_id == case.id)
    )
    return dict(db.execute(query.order_by(StageRound.id)).all())


def _contest(db: Session, case: PromotionCase, entry: Entry, competition: Competition) -> Contest:
    rules = step_of(db, case).competition
    assert rules is not None
    means = {key: one["mean"] for key, one in entry.rounds.items()}
    is_signed = competition.state is CompetitionState.DECIDED
    until = case.round.due_at if case.stage is Stage.RESERVE and case.round is not None else None
    return Contest(
        name=competition.name,
        names={rule.key.value: rule.name for rule in rules.rounds},
        rounds=explaining.rounds(means, rules.rounds) if means else [],
        score=explaining.whole(entry.score) if entry.score is not None else None,
        floor=explaining.whole(rules.floor),
        to_floor=_points_to(entry.score, rules.floor),
        to_line=_points_to(entry.composite, _line(db, competition)) if is_signed else None,
        place=entry.place if is_signed else None,
        is_tied=is_signed and entry.is_tied,
        separated_by=entry.separated_by if is_signed else None,
        tie_reason=entry.tie_reason if is_signed else None,
        reserve_until=until,
    )


def _line(db: Session, competition: Competition) -> float | None:
    query = select(Entry.composite).where(Entry.competition_id == competition.id, Entry.place.is_not(None))
    composites = db.scalars(query.order_by(Entry.composite.desc())).all()
    return explaining.line([one for one in composites if one is not None], seats=competition.seats)


def _points_to(score: float | None, mark: float | None) -> int | None:
    if score is None or mark is None:
        return None
    return explaining.whole(score) - explaining.whole(mark)


def _rights(case: PromotionCase) -> list[Right]:
    """Appeals are not named: there are none yet."""
    until = case.round.due_at if case.stage is Stage.NOTICE and case.round is not None else None
    objections = [Right("objections", until)] if until is not None else []
    return [Right("explanation"), Right("correction"), *objections]
