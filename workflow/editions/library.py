"""Finds the edition of the criteria that a case is pinned to, or that is in force on a day."""

from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, select
from sqlalchemy.orm import Session

from workflow.editions.reading import read
from workflow.errors import NotFound
from workflow.models import CriteriaEdition, PromotionCase
from workflow.rules.edition import Edition, StepRules
from workflow.vocabulary import EditionState

# Published documents never change, so each is parsed once per database; the key of a draft may be given anew.
_read: WeakKeyDictionary[Pool, dict[int, Edition]] = WeakKeyDictionary()


def edition_of(db: Session, edition_id: int) -> Edition:
    """The edition with this key; raises NotFound."""
    known = _read.setdefault(db.get_bind().engine.pool, {})
    if edition_id not in known:
        row = db.get(CriteriaEdition, edition_id)
        if row is None:
            raise NotFound(kind="edition", id=edition_id)
        edition = read(row.document)
        if row.state is EditionState.DRAFT:
            return edition
        known[edition_id] = edition
    return known[edition_id]


def step_of(db: Session, case: PromotionCase) -> StepRules:
    """What the pinned edition asks on the step this case wants to take."""
    step = edition_of(db, case.edition_id).step(case.target_track, case.target_level)
    if step is None:
        raise NotFound(kind="step", track=case.target_track, level=case.target_level)
    return step


def edition_in_force(db: Session, on: date) -> CriteriaEdition | None:
    """The published edition that took effect last before, or on, a day."""
    return db.scalars(
        select(CriteriaEdition)
        .where(CriteriaEdition.state == EditionState.PUBLISHED, CriteriaEdition.effective_from <= on)
        .order_by(CriteriaEdition.effective_from.desc(), CriteriaEdition.id.desc())
        .limit(1)
    ).first()
