"""Who goes on to the next round of a competition: a share of the entries, but never too few, ties in."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

BEYOND_SEATS = 2


@dataclass(frozen=True, slots=True)
class Listed:
    """Where an entry stands after a round, whether it goes on, and why."""

    key: str
    rank: int
    goes_on: bool
    reason: str


def shortlist(scores: Mapping[str, float], *, share: Fraction, seats: int) -> list[Listed]:
    """Every entry, best first: a share of them goes on, at least two more than there are seats.

    Whoever is equal to the last who goes on, goes on too.
    """
    exact = {key: round(score, 9) for key, score in scores.items()}
    by_share = ceil(share * len(exact))
    kept = min(max(by_share, seats + BEYOND_SEATS), len(exact))
    falling = sorted(exact.values(), reverse=True)
    cut = falling[kept - 1] if kept else 0.0
    is_tied = falling[kept:].count(cut) > 0

    def listed(key: str) -> Listed:
        rank = falling.index(exact[key]) + 1
        if exact[key] < cut:
            return Listed(key, rank, goes_on=False, reason="below_the_cut")
        if exact[key] == cut and is_tied:
            return Listed(key, rank, goes_on=True, reason="tied_at_the_cut")
        return Listed(key, rank, True, "within_share" if rank <= by_share else "least_number_goes_on")

    return [listed(key) for key in sorted(exact, key=lambda key: (-exact[key], key))]
