"""Why an outcome came about: its parts in whole points, the distance to the line, strengths and gaps.

Criteria are told from figures of the review that are shown already, so that nothing else can be read in them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, sqrt
from typing import Any

from workflow.rules.edition import Criterion, RoundRules
from workflow.rules.merit import Composite, whole_points

# A line among fewer, or at fewer seats, would tell of the person who stands on it.
FEWEST_RANKED, FEWEST_SEATS = 10, 3
_TOLD = 2
_NINE_IN_TEN = 1.645


@dataclass(frozen=True, slots=True)
class Part:
    """What a score (0 to 100) contributes by its weight in percent; the points of all add up to the whole."""

    name: str
    score: int
    weight: int
    points: int


@dataclass(frozen=True, slots=True)
class BuildUp:
    """A composite in whole points and the parts that add up to it; None and empty where there is none.

    It lies in `band` nine times in ten; `missing` names stages that were asked for and have no score.
    """

    composite: int | None
    band: tuple[int, int] | None
    parts: list[Part]
    missing: list[str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A criterion with the mean (1 to 5, in half points) of what is shown of it."""

    criterion: Criterion
    mean: float


def whole(points: float) -> int:
    """A score as people are told it."""
    return floor(points + 0.5)


def build_up(built: Composite | None, variance: float | None = None) -> BuildUp:
    """A composite as it is told, with the variance (in points squared) that its judges have left in it."""
    if built is None or built.total is None:
        return BuildUp(None, None, [], built.unknown if built is not None else [])
    return BuildUp(
        composite=whole(built.total),
        band=band(built.total, variance) if variance is not None else None,
        parts=_parts(built.values, built.weights, built.parts, built.total),
        missing=built.unknown,
    )


def rounds(means: Mapping[str, float], rules: Sequence[RoundRules]) -> list[Part]:
    """The rounds of a competition so far, from their means (1 to 5)."""
    held = {rule.key.value: rule.weight for rule in rules if rule.key in means}
    total = sum(held.values())
    weights = {key: weight / total for key, weight in held.items()}
    values = {key: 25 * (means[key] - 1) for key in weights}
    points = {key: values[key] * weights[key] for key in weights}
    return _parts(values, weights, points, sum(points.values()))


def band(total: float, variance: float) -> tuple[int, int]:
    """Between which whole points the composite would lie nine times in ten, were it judged again."""
    reach = _NINE_IN_TEN * sqrt(variance)
    return max(0, floor(total - reach)), min(100, -floor(-total - reach))


def line(composites: Sequence[float], *, seats: int) -> float | None:
    """Halfway between the last who has a seat and the next, best first; None where it would name somebody."""
    if len(composites) < FEWEST_RANKED or not FEWEST_SEATS <= seats < len(composites):
        return None
    return (composites[seats - 1] + composites[seats]) / 2


def figures(shown: Iterable[Mapping[str, Any]], criteria: Sequence[Criterion]) -> list[Figure]:
    """Criteria by the means that are shown of their items, source by source, each as often as given."""
    told = [source.get("items", {}) for source in shown]
    found = []
    for criterion in criteria:
        given = [items[item.key] for items in told for item in criterion.items if item.key in items]
        if given:
            mean = sum(one["n"] * _middle(one["mean"]) for one in given) / sum(one["n"] for one in given)
            found.append(Figure(criterion, floor(2 * mean + 0.5) / 2))
    return found


def strengths(found: Sequence[Figure]) -> list[Figure]:
    """The two best criteria, where they are better than others."""
    least = min((one.mean for one in found), default=0.0)
    better = [one for one in found if one.mean > least]
    return sorted(better, key=lambda one: -one.mean)[:_TOLD]


def gaps(found: Sequence[Figure]) -> list[Figure]:
    """The two criteria that would have moved the score most, by weight and by what they lack."""
    lacking = [one for one in found if one.mean < 5 and one not in strengths(found)]
    return sorted(lacking, key=lambda one: (one.mean - 5) * one.criterion.weight)[:_TOLD]


def _parts(
    values: Mapping[str, float], weights: Mapping[str, float], points: Mapping[str, float], total: float
) -> list[Part]:
    shares = whole_points({name: 100 * weight for name, weight in weights.items()}, 100)
    told = whole_points(points, total)
    return [Part(name, whole(values[name]), shares[name], told[name]) for name in values]


def _middle(figure: float | Mapping[str, float]) -> float:
    """A unanimous answer is shown as a band."""
    return figure if isinstance(figure, float | int) else (figure["from"] + figure["to"]) / 2
