"""Why nobody can act on a case, as far as the reader may know it."""

from sqlalchemy import ColumnElement, and_, case

from workflow.models import PromotionCase
from workflow.permissions import Part
from workflow.relations import sees_tally

# Reasons that tell how the vote goes; whoever may not see the tally learns only that HR is looking.
OF_VOTE = frozenset({"everybody_recused", "quorum_impossible", "quorum_missing", "nobody_to_release"})
_NEUTRAL = "hr_is_looking"


def reason(found: PromotionCase, parts: frozenset[Part]) -> str | None:
    """The reason a reader of these parts is told; None while the case is not stuck."""
    return _NEUTRAL if found.stuck_reason in OF_VOTE and Part.TALLY not in parts else found.stuck_reason


def reason_for(person_id: int) -> ColumnElement[str | None]:
    """The same as a column of PromotionCase."""
    found = PromotionCase.stuck_reason
    return case((and_(found.in_(sorted(OF_VOTE)), ~sees_tally(person_id)), _NEUTRAL), else_=found)
