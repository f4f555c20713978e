"""What may be shown of a closed review: no figure with fewer contributors than its threshold."""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from math import floor
from statistics import fmean
from typing import Any

from workflow.rules.edition import Criterion, Edition, ReviewRules
from workflow.rules.forms import OVERALL
from workflow.rules.merit import whole_points
from workflow.rules.scoring import BY_NAME, COLLEAGUES, Form, ReviewScore, counting_forms, form_score
from workflow.vocabulary import Source

MANY = 10


def shown_outcome(
    score: ReviewScore,
    forms_by_source: Mapping[Source, Sequence[Form]],
    *,
    criteria: Sequence[Criterion],
    rules: ReviewRules,
) -> dict[str, Any]:
    """The outcome people get to see: the score in whole points and rounded means per source and item.

    A score that does not stand is shown by its reason alone, for figures shown now and again after
    one more form would betray that form. Hidden sources are absent; merged ones are `colleagues`.
    """
    if score.score is None:
        return {"score": None, "reason": score.reason, "merged": False, "raters": None, "sources": []}
    counting, _ = counting_forms(forms_by_source, criteria=criteria, rules=rules)
    parts = {source: score.sources[source] for source in Source if source in score.sources}
    shares = {source: 100 * part.weight for source, part in parts.items() if source is not Source.SELF}
    weights = whole_points(shares, 100)
    return {
        "score": floor(score.score + 0.5),
        "reason": None,
        "merged": score.merged,
        "raters": score.raters,
        "sources": [
            {"source": _name(source, score), "weight": weights[source]}
            | _source_figures(source, counting[source], criteria)
            for source in shares
        ],
    }


def shown_comments(
    comments_by_source: Mapping[Source, Sequence[tuple[str, str]]],
    score: ReviewScore,
    forms_by_source: Mapping[Source, Sequence[Form]],
    *,
    criteria: Sequence[Criterion],
    rules: ReviewRules,
    key: bytes,
) -> dict[str, list[str]]:
    """Comments per item, without their source, in the order of a keyed hash.

    A comment is an item's key and a text. An item that too few of a source have answered hides that
    source's comments on it too; those of named raters are shown beside their names instead.
    """
    if score.score is None:
        return {}
    counting, merged = counting_forms(forms_by_source, criteria=criteria, rules=rules)
    comments = [
        (item, text)
        for source in counting.keys() - BY_NAME
        for item, text in _of_group(comments_by_source, source, merged)
        if item == OVERALL or any(form.get(item) is not None for form in counting[source])
    ]
    by_hash = sorted(comments, key=lambda one: hmac.digest(key, "\0".join(one).encode(), "sha256"))
    return {item: [text for key_, text in by_hash if key_ == item] for item in sorted(dict(comments))}


def lowered_thresholds(new: Edition, published: Edition) -> list[dict[str, Any]]:
    """Where a new edition would show smaller groups than a published one: path, reason and least number."""
    return [
        {"path": f"steps[{index}].review.{name}", "reason": "threshold_lowered", "at_least": least}
        for index, step in enumerate(new.steps)
        if (before := published.step(step.track, step.level)) is not None
        for name in ("threshold", "customer_threshold")
        if getattr(step.review, name) < (least := getattr(before.review, name))
    ]


def _of_group(
    comments_by_source: Mapping[Source, Sequence[tuple[str, str]]], source: Source, merged: bool
) -> Iterator[tuple[str, str]]:
    group = COLLEAGUES if merged and source is Source.PEER else (source,)
    return (comment for one in group for comment in comments_by_source.get(one, ()))


def _source_figures(source: Source, forms: Sequence[Form], criteria: Sequence[Criterion]) -> dict[str, Any]:
    means = [mean for form in forms if (mean := form_score(form, criteria)) is not None]
    if source in BY_NAME:
        return {"mean": _half_points(fmean(means))}
    return {"n": len(forms), "mean": _figure(means), "items": _item_figures(forms, criteria)}


def _item_figures(forms: Sequence[Form], criteria: Sequence[Criterion]) -> dict[str, Any]:
    """Every item that counts has enough answers already: the others have left the counting forms."""
    answers = {
        item.key: [value for form in forms if (value := form.get(item.key)) is not None]
        for criterion in criteria
        for item in criterion.items
    }
    return {key: {"n": len(values), "mean": _figure(values)} for key, values in answers.items() if values}


def _figure(values: Sequence[float]) -> float | dict[str, float]:
    mean = fmean(values)
    if len(set(values)) == 1:
        return {"from": max(1.0, _half_points(mean) - 0.5), "to": min(5.0, _half_points(mean) + 0.5)}
    return floor(10 * mean + 0.5) / 10 if len(values) >= MANY else _half_points(mean)


def _half_points(mean: float) -> float:
    return floor(2 * mean + 0.5) / 2


def _name(source: Source, score: ReviewScore) -> str:
    return "colleagues" if score.merged and source is Source.PEER else source.value
