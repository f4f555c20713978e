"""What must be true before a case can go on, as far as the reader may know it yet."""

from dataclasses import dataclass

from workflow import checklist, process
from workflow.models import PromotionCase
from workflow.permissions import Part
from workflow.process import Guard, Move
from workflow.queries.looking import Looking
from workflow.rules.verdict import Verdict, unknown

# Guards whose answer tells what is only told with the part of the case it belongs to.
_TOLD_WITH = {
    Guard.REVIEW_IS_CLOSED: Part.REVIEW_OUTCOME,
    Guard.REVIEW_SCORE_STANDS: Part.REVIEW_OUTCOME,
    Guard.REVIEW_SCORE_IS_MISSING: Part.REVIEW_OUTCOME,
    Guard.FLOORS_ARE_MET: Part.REVIEW_OUTCOME,
    Guard.FLOOR_IS_MISSED: Part.REVIEW_OUTCOME,
    Guard.VOTE_CARRIED: Part.TALLY,
    Guard.VOTE_NOT_CARRIED: Part.TALLY,
    Guard.VOTE_DEFERRED: Part.TALLY,
    Guard.PLACES_ARE_TAKEN: Part.TALLY,
    Guard.BOTH_WERE_HEARD: Part.MENTORSHIP,
}


@dataclass(frozen=True, slots=True)
class Checklist:
    """The moves that lead on from the present stage and every guard's answer."""

    moves: list[Move]
    verdicts: dict[Guard, Verdict]


def seen_by(looking: Looking, case: PromotionCase, parts: frozenset[Part]) -> Checklist:
    """The whole checklist; what is not released to the reader is unknown to him."""
    moves = [move for move in process.moves_from(case.stage) if move.guards]
    asked = list(dict.fromkeys(guard for move in moves for guard in move.guards))
    open_to_reader = [guard for guard in asked if _TOLD_WITH.get(guard, Part.CHECKLIST) in parts]
    found = checklist.verdicts(looking, case, open_to_reader)
    return Checklist(moves, {guard: found.get(guard) or unknown("not_released") for guard in asked})
