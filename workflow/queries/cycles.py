"""What has become of the people whom a cycle concerns, in counts."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.models import Cycle, JournalEntry, PromotionCase, StageRound
from workflow.vocabulary import Nominator, Stage


def draft_counts(db: Session, cycle: Cycle) -> dict[str, int] | None:
    """People by what became of them when the drafts were opened and since; None before that."""
    if cycle.drafts_opened_at is None:
        return None
    drafts = (PromotionCase.cycle_id == cycle.id, PromotionCase.nominated_as == Nominator.CYCLE)
    opted_out = (
        select(func.count())
        .select_from(JournalEntry)
        .join(PromotionCase, PromotionCase.id == JournalEntry.case_id)
        .where(JournalEntry.action == "opted_out", *drafts)
    )
    submitted = (
        select(func.count(StageRound.case_id.distinct()))
        .join(PromotionCase, PromotionCase.id == StageRound.case_id)
        .where(StageRound.stage == Stage.NOMINATED, *drafts)
    )
    return {
        **cycle.draft_counts,
        "opted_out": db.scalars(opted_out).one(),
        "submitted": db.scalars(submitted).one(),
    }
