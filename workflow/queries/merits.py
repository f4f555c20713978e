"""The composite of a case from what is on file: as it was built for a competition, or of what there is."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from workflow.editions.library import edition_of, step_of
from workflow.models import Entry, PromotionCase, ReviewOutcome
from workflow.rules import merit

RATING = "median_rating"  # the rule whose finding keeps the rating that the check has seen


def built(
    db: Session,
    case: PromotionCase,
    entry: Entry | None,
    *,
    review: ReviewOutcome | None,
    values: Mapping[str, str | None],
) -> merit.Composite | None:
    """How the composite comes about; None before the review is closed, or the competition decided.

    `values` are those the check of eligibility has seen, by rule; no statement.
    """
    if entry is not None and entry.build_up:
        return merit.Composite(**entry.build_up)
    if case.is_contested or review is None:
        return None
    rating = values.get(RATING)
    scale = edition_of(db, case.edition_id).rating_scale
    performance = merit.performance_score([float(rating)] if rating else [], scale)
    return merit.composite(performance, review.score, None, step_of(db, case).composite)
