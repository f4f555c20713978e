"""A judge's own sheet for one entry of a competition, sealed or open; nobody else reads it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import sealing
from workflow.editions.library import edition_of
from workflow.errors import NotFound
from workflow.models import Competition, Entry, Judge, PromotionCase, RoundKey, Score, SealedScore
from workflow.rules.edition import CompetitionRules
from workflow.vocabulary import CompetitionState


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """What a judge is asked in the present round of an entry, and has handed in so far.

    `is_open` says that the sheet may still be handed in or replaced.
    """

    competition: Competition
    rules: CompetitionRules
    position: int | None
    scores: dict[str, float]
    is_open: bool


def own_sheet(db: Session, competition_id: int, case: PromotionCase, person_id: int) -> SheetSeen:
    """The sheet of a person with a seat on the entry's panel; raises NotFound to everybody else."""
    query = (
        select(Competition, Entry, Judge, SealedScore)
        .join(Entry, Entry.competition_id == Competition.id)
        .join(Judge, Judge.scores(Entry))
        .outerjoin(SealedScore, (SealedScore.entry_id == Entry.id) & (SealedScore.judge_id == Judge.id))
        .where(Competition.id == competition_id, Entry.round_id == case.round_id)
        .where(Judge.employee_id == person_id, Judge.is_seated)
    )
    found = db.execute(query).first()
    if found is None:
        raise NotFound(kind="competition")
    competition, entry, judge, sealed = found
    step = edition_of(db, competition.edition_id).step(competition.target_track, competition.target_level)
    assert step is not None
    assert step.competition is not None
    return SheetSeen(
        competition=competition,
        rules=step.competition,
        position=entry.position,
        scores=_unsealed(db, sealed, case) if sealed else _opened(db, competition, entry, judge),
        is_open=competition.state is CompetitionState.SCORING,
    )


def _unsealed(db: Session, sealed: SealedScore, case: PromotionCase) -> dict[str, float]:
    key = db.get_one(RoundKey, case.round_id)
    scores: dict[str, float] = sealing.unseal(key.key, sealed.sealed)["sheet"]
    return scores


def _opened(db: Session, competition: Competition, entry: Entry, judge: Judge) -> dict[str, float]:
    query = select(Score.criterion, Score.value).where(
        Score.entry_id == entry.id,
        Score.judge_id == judge.id,
        Score.round_number == competition.round_number,
    )
    return {row.criterion: row.value for row in db.execute(query)}
