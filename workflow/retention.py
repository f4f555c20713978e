"""What is kept how long: one table of the kinds of personal data, and where the words of each kind stand.

Never erased are the skeleton of a case (stages, days, outcome, scores and counts) and the facts of the
journal, which name nobody.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, String, cast, select
from sqlalchemy.orm import InstrumentedAttribute

from workflow.models import (
    ApprovalStep,
    CheckIn,
    EligibilityFinding,
    EmergencyAccess,
    Entry,
    Letter,
    Mentorship,
    Objection,
    PassedOver,
    PerformanceCheck,
    PlanItem,
    PromotionCase,
    RaterObjection,
    Recusal,
    ReviewAnswer,
    ReviewRequest,
    ScoreEvidence,
    StageRound,
    Waiver,
)

# Fifteen working days in which a decision may be contested, with any holidays between them.
CONTESTABLE = timedelta(days=45)


class DataClass(StrEnum):
    """The kinds of personal data, by how long they are needed."""

    ACCESS = "access"
    MAILS = "mails"
    NOMINATION = "nomination"
    REVIEW = "review"
    MENTORING = "mentoring"
    REASONS = "reasons"
    LETTERS = "letters"
    PERSON = "person"


# From the day on which access ended, a mail was queued, a case ended, a person was seen to have left.
KEPT_FOR = {
    DataClass.ACCESS: timedelta(days=30),
    DataClass.MAILS: timedelta(days=90),
    DataClass.NOMINATION: timedelta(days=365),
    DataClass.REVIEW: timedelta(days=365),
    DataClass.MENTORING: timedelta(days=365),
    DataClass.REASONS: timedelta(days=3 * 365),
    DataClass.LETTERS: timedelta(days=3 * 365),
    DataClass.PERSON: timedelta(days=3 * 365),
}

Column = InstrumentedAttribute[Any]
WORDS: dict[DataClass, tuple[Column, ...]] = {
    DataClass.NOMINATION: (PromotionCase.statement, PromotionCase.evidence),
    DataClass.REVIEW: (
        ReviewAnswer.evidence,
        ReviewRequest.declined_because,
        RaterObjection.reason,
        RaterObjection.decision_reason,
        ScoreEvidence.text,
    ),
    DataClass.MENTORING: (
        Mentorship.plan,
        Mentorship.conclusion,
        PlanItem.feedback,
        CheckIn.mentor_note,
        CheckIn.mentee_note,
        PerformanceCheck.note,
    ),
    DataClass.REASONS: (
        PromotionCase.outcome_text,
        PromotionCase.internal_reason,
        ApprovalStep.reason,
        Waiver.reason,
        Objection.text,
        Objection.reason,
        PassedOver.reason,
        Recusal.reason,
        Entry.tie_reason,
        EligibilityFinding.value,
        EmergencyAccess.reason,
    ),
    DataClass.LETTERS: (Letter.text,),
}
# The acts of a case whose words in the journal belong to a kind; those of all others are reasons.
SPOKEN: dict[DataClass, frozenset[str]] = {
    DataClass.NOMINATION: frozenset({"nomination_written"}),
    DataClass.REVIEW: frozenset(
        {
            *("rater_objection_filed", "rater_objection_decided", "review_declined"),
            *("review_score_waived", "review_widened"),
        }
    ),
    DataClass.MENTORING: frozenset({"progress_noted", "mentorship_refused"}),
}


def empty_of(column: Column) -> Any:
    """What stands in a column once its words are erased: nothing, or as little as the column takes."""
    table_column = column.property.columns[0]
    if table_column.nullable:
        return None
    return {} if isinstance(table_column.type, JSON) else ""


def is_written(column: Column) -> ColumnElement[bool]:
    """Condition: there is something to erase."""
    empty = empty_of(column)
    if empty is None:
        return column.is_not(None)
    return cast(column, String) != ("{}" if empty == {} else "")


def is_of(model: Any, cases: Select[int]) -> ColumnElement[bool]:
    """Condition on a table's row: it belongs to one of the cases."""
    owner: dict[str, Any] = {
        "case_id": cases,
        "round_id": select(StageRound.id).where(StageRound.case_id.in_(cases)),
        "mentorship_id": select(Mentorship.id).where(Mentorship.case_id.in_(cases)),
        "entry_id": select(Entry.id).where(Entry.case_id.in_(cases)),
    }
    if model is PromotionCase:
        return PromotionCase.id.in_(cases)
    name = next(name for name in owner if hasattr(model, name))
    belongs: ColumnElement[bool] = getattr(model, name).in_(owner[name])
    return belongs
