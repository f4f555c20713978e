"""How far the decisions of a cycle are: what waits for the release, and what is still with a committee."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.errors import NotFound, OwnCase
from workflow.models import Cycle, PromotionCase
from workflow.vocabulary import Stage


@dataclass(frozen=True, slots=True)
class Standing:
    """Cases of a cycle, counted: recorded and not released, still before a committee, released."""

    cycle_id: int
    recorded: int
    undecided: int
    released: int


def of_cycle(db: Session, cycle_id: int, person_id: int) -> Standing:
    """The counts of one cycle; raises NotFound, and OwnCase to a candidate of the cycle."""
    if db.get(Cycle, cycle_id) is None:
        raise NotFound(kind="cycle", id=cycle_id)
    case = PromotionCase
    is_pending = case.pending.is_not(None)
    own, *counts = db.execute(
        select(
            func.count().filter(case.candidate_id == person_id),
            func.count().filter(is_pending),
            func.count().filter(case.stage == Stage.COMMITTEE, ~is_pending),
            func.count().filter(case.committee_id.is_not(None), case.released_at.is_not(None)),
        ).where(case.cycle_id == cycle_id)
    ).one()
    if own:
        raise OwnCase()
    return Standing(cycle_id, *counts)
