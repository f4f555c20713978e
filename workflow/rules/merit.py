"""From performance, review and competition to one composite and the order of merit (0 to 100)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from statistics import fmean, median
from typing import TypeVar

from workflow.rules.edition import CompositeWeights, RatingScale

Name = TypeVar("Name", bound=str)


@dataclass(frozen=True, slots=True)
class Composite:
    """The composite and how it comes about; `parts` add up to `total`.

    `values` are the stage scores that are known, `weights` their shares (adding up to 1), `parts` the
    points each contributes; `unknown` names the stages that were asked for and have no score.
    """

    values: dict[str, float]
    weights: dict[str, float]
    parts: dict[str, float]
    total: float | None
    unknown: list[str]


@dataclass(frozen=True, slots=True)
class Place:
    """One place in the order of merit; equals share a place and the next places stay empty."""

    key: str
    composite: float
    place: int


def mark_of(sheet: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """One judge's mark (1 to 5): the weighted mean of what is scored in the round."""
    return fmean([sheet[criterion] for criterion in weights], list(weights.values()))


def score_of_rounds(means: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The competition score (0 to 100) from the means (1 to 5) of the rounds so far and their weights."""
    return 25 * (fmean(means.values(), [weights[key] for key in means]) - 1)


def variance_of_rounds(variances: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The variance of that score, in points squared, from the variances of the rounds' means."""
    whole = sum(weights[key] for key in variances)
    return 25**2 * sum((weights[key] / whole) ** 2 * variance for key, variance in variances.items())


def performance_score(ratings: Sequence[float], scale: RatingScale) -> float | None:
    """The median rating on the edition's scale as 0 to 100, or None without any rating."""
    if not ratings:
        return None
    return 100 * (median(ratings) - scale.low) / (scale.high - scale.low)


def composite(
    performance: float | None,
    review: float | None,
    competition: float | None,
    weights: CompositeWeights,
) -> Composite:
    """The weighted mean of the stage scores that are known; a stage of weight 0 is not asked for."""
    asked = {
        "performance": (performance, weights.performance),
        "review": (review, weights.review),
        "competition": (competition, weights.competition),
    }
    known = {name: (value, share) for name, (value, share) in asked.items() if value is not None and share}
    whole = sum(share for _, share in known.values())
    parts = {name: value * share / whole for name, (value, share) in known.items()}
    return Composite(
        values={name: value for name, (value, _) in known.items()},
        weights={name: share / whole for name, (_, share) in known.items()},
        parts=parts,
        total=sum(parts.values()) if parts else None,
        unknown=[name for name, (value, share) in asked.items() if value is None and share],
    )


def order_of_merit(composites: Mapping[str, float]) -> list[Place]:
    """The candidates, best first; a place is one more than the number of candidates who are better."""
    exact = {key: round(value, 9) for key, value in composites.items()}
    best_first = sorted(exact, key=lambda key: (-exact[key], key))
    falling = [exact[key] for key in best_first]
    return [Place(key, composites[key], falling.index(exact[key]) + 1) for key in best_first]


def whole_points(parts: Mapping[Name, float], total: float) -> dict[Name, int]:
    """Parts in whole points that add up to the rounded total, by largest remainder.

    The parts must add up to the total; none is more than one point off.
    """
    points = {name: floor(part) for name, part in parts.items()}
    missing = floor(total + 0.5) - sum(points.values())
    by_remainder = sorted(parts, key=lambda name: (points[name] - parts[name], name))
    for name in by_remainder[:missing]:
        points[name] += 1
    return points
