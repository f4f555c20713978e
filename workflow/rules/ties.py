"""Who stands too close together at the cut for the order of merit alone, and what may order them.

The standard error of a difference (SED) is the root of the two composites' variances added. Such a variance
comes from the judges: the variance of a single mark is what is left of the marks once candidates and judges
are taken out, a mean over m judges has an m-th of it, and it enters the composite by the squared weights of
round and competition. Performance and review are taken as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt

from workflow.rules.merit import order_of_merit
from workflow.vocabulary import MeritPart


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidate's composite (0 to 100), its variance in points squared, and the parts of it."""

    composite: float
    variance: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place by merit; inside the tie band also the one that the secondary criteria propose.

    `separated_by` is the first secondary criterion that sets a candidate apart from the one before, or
    from the next where there is none before; None where nothing does.
    """

    place: int
    is_tied: bool
    proposed_place: int
    separated_by: MeritPart | None


def ranked(
    standings: Mapping[str, Standing], *, seats: int, secondary: Sequence[MeritPart]
) -> dict[str, Ranked]:
    """Everybody's place, best first; equals share one, and the next places stay empty."""
    merit = order_of_merit({key: standing.composite for key, standing in standings.items()})
    band = tie_band({place.key: standings[place.key] for place in merit}, seats=seats)
    proposed = _by_secondary({key: standings[key] for key in band}, secondary)
    before = next((index for index, place in enumerate(merit) if place.key in band), 0)
    return {
        place.key: Ranked(place.place, False, place.place, None)
        if place.key not in band
        else Ranked(place.place, True, before + proposed[place.key][0], proposed[place.key][1])
        for place in merit
    }


def tie_band(best_first: Mapping[str, Standing], *, seats: int) -> list[str]:
    """Those who stand within half an SED of the last who would get in, or are equal to him, best first.

    Nobody where all of them get in; whoever stands between two of the band is in it.
    """
    keys = list(best_first)
    if len(keys) <= seats:
        return []
    cut = best_first[keys[seats - 1]]
    close = [index for index, key in enumerate(keys) if _is_close(best_first[key], cut)]
    return keys[close[0] : close[-1] + 1] if close[-1] >= seats else []


def _is_close(one: Standing, cut: Standing) -> bool:
    distance = round(abs(one.composite - cut.composite), 9)
    return distance == 0 or distance < 0.5 * sqrt(one.variance + cut.variance)


def _by_secondary(
    band: Mapping[str, Standing], secondary: Sequence[MeritPart]
) -> dict[str, tuple[int, MeritPart | None]]:
    """Places within the band, from 1; who is equal in every secondary criterion shares a place."""
    values = {
        key: tuple(-round(standing.parts.get(part, -inf), 9) for part in secondary)
        for key, standing in band.items()
    }
    rising = sorted(values.values())
    order = sorted(values, key=lambda key: values[key])
    neighbours = dict(zip(order, [*order[1:2], *order], strict=False))
    return {
        key: (rising.index(mine) + 1, _first_difference(mine, values[neighbours[key]], secondary))
        for key, mine in values.items()
    }


def _first_difference(
    one: tuple[float, ...], other: tuple[float, ...], secondary: Sequence[MeritPart]
) -> MeritPart | None:
    return next((part for part, a, b in zip(secondary, one, other, strict=True) if a != b), None)
