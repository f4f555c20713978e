"""Scores of the 360-degree review as plain weighted means; rater severity is not corrected yet.

What may not be shown does not count: an item or a source with too few contributors leaves the score.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from workflow.rules.edition import Criterion, ReviewRules
from workflow.vocabulary import Source

Form = Mapping[str, int | None]

COLLEAGUES = (Source.PEER, Source.SUBORDINATE)
BY_NAME = frozenset({Source.SUPERIOR, Source.SELF})


@dataclass(frozen=True, slots=True)
class SourceScore:
    """One source's raters that count, their mean (1 to 5) and its weight (all weights add up to 1)."""

    n: int
    mean: float
    weight: float


@dataclass(frozen=True, slots=True)
class CriterionMean:
    """The mean of one criterion (1 to 5) over `n` raters who answered it."""

    n: int
    mean: float


@dataclass(frozen=True, slots=True)
class ReviewScore:
    """The score of a review (0 to 100), or None with the reason why it does not stand.

    `sources` holds the sources that count, and the self-assessment with weight 0. Where peers and
    subordinates are merged, both stand together under `PEER`. `criteria` leaves the candidate out.
    """

    score: float | None
    reason: str | None
    sources: dict[Source, SourceScore]
    merged: bool
    raters: int
    criteria: dict[str, CriterionMean]


def form_score(answers: Form, criteria: Sequence[Criterion]) -> float | None:
    """One rater's weighted mean (1 to 5) over the criteria he answered, or None if he answered none."""
    means = _means_of_form(answers, criteria)
    weights = {criterion.key: criterion.weight for criterion in criteria if criterion.key in means}
    return fmean([means[key] for key in weights], list(weights.values())) if any(weights.values()) else None


def criterion_means(forms: Iterable[Form], criteria: Sequence[Criterion]) -> dict[str, CriterionMean]:
    """Each criterion's mean over the raters who answered it; criteria nobody answered are absent."""
    answered = [_means_of_form(form, criteria) for form in forms]
    values = {
        criterion.key: [means[criterion.key] for means in answered if criterion.key in means]
        for criterion in criteria
    }
    return {key: CriterionMean(len(ratings), fmean(ratings)) for key, ratings in values.items() if ratings}


def source_weights(present: Collection[Source], rules: ReviewRules) -> dict[Source, float]:
    """Weights (adding up to 1) of the sources that are present; the candidate's own is 0.

    The edition's weight set for exactly these sources if it has one, else its weights in proportion.
    """
    others = frozenset(present) - {Source.SELF}
    exact = (
        weight_set.weights
        for weight_set in rules.weight_sets
        if {source for source, weight in weight_set.weights.items() if weight} - {Source.SELF} == others
    )
    weights = next(exact, {rule.source: rule.weight for rule in rules.sources})
    total = sum(weights.get(source, 0) for source in others)
    return {
        source: weights.get(source, 0) / total if source in others and total else 0.0 for source in present
    }


def display_threshold(source: Source, rules: ReviewRules) -> int:
    """The least number of contributors to any figure shown of a source; 1 where the rater is named."""
    if source in BY_NAME:
        return 1
    return rules.customer_threshold if source is Source.CUSTOMER else rules.threshold


def review_score(
    forms_by_source: Mapping[Source, Sequence[Form]],
    *,
    criteria: Sequence[Criterion],
    rules: ReviewRules,
) -> ReviewScore:
    """The score of a closed review from its valid forms."""
    counting, merged = counting_forms(forms_by_source, criteria=criteria, rules=rules)
    present = {*counting, Source.SUBORDINATE} if merged else set(counting)
    weights = source_weights(present, rules)
    if merged:
        weights[Source.PEER] += weights.pop(Source.SUBORDINATE)
    sources = {
        source: SourceScore(len(forms), fmean(_scores(forms, criteria)), weights[source])
        for source, forms in counting.items()
    }
    judged = [form for source, forms in counting.items() if source is not Source.SELF for form in forms]
    reason = _why_it_does_not_stand(sources, rules)
    mean = sum(part.mean * part.weight for part in sources.values())
    return ReviewScore(
        score=None if reason else 25 * (mean - 1),
        reason=reason,
        sources=sources,
        merged=merged,
        raters=len(judged),
        criteria=criterion_means(judged, criteria),
    )


def could_stand(asked: Mapping[Source, int], rules: ReviewRules) -> bool:
    """Whether a review for which so many raters of each source are asked can have a score at all."""
    weighty = [asked.get(rule.source, 0) for rule in rules.sources if rule.weight]
    present = [count for count in weighty if count]
    return len(present) >= rules.minimum_sources and sum(present) >= rules.minimum_raters


def counting_forms(
    forms_by_source: Mapping[Source, Sequence[Form]],
    *,
    criteria: Sequence[Criterion],
    rules: ReviewRules,
) -> tuple[dict[Source, list[Form]], bool]:
    """The forms that count by source, each less the items too few answered, and whether two are merged.

    If peers or subordinates are too few alone but enough together, they are merged under `PEER`.
    """
    minimum = {rule.source: rule.minimum for rule in rules.sources}
    given = {source: forms_by_source.get(source, ()) for source in Source if source in minimum}

    def enough(forms: Sequence[Form], source: Source) -> list[Form]:
        threshold = display_threshold(source, rules)
        kept = _with_enough_answers(forms, criteria, threshold)
        return kept if len(kept) >= max(threshold, minimum[source]) else []

    counting = {source: counted for source, forms in given.items() if (counted := enough(forms, source))}
    colleagues = [given.get(source, ()) for source in COLLEAGUES]
    if all(colleagues) and not counting.keys() >= set(COLLEAGUES):
        together = enough([form for forms in colleagues for form in forms], Source.PEER)
        if together:
            alone = {source: forms for source, forms in counting.items() if source not in COLLEAGUES}
            return alone | {Source.PEER: together}, True
    return counting, False


def _with_enough_answers(forms: Sequence[Form], criteria: Sequence[Criterion], threshold: int) -> list[Form]:
    answers = Counter(item for form in forms for item, value in form.items() if value is not None)
    kept = [{item: value for item, value in form.items() if answers[item] >= threshold} for form in forms]
    return [form for form in kept if form_score(form, criteria) is not None]


def _why_it_does_not_stand(sources: Mapping[Source, SourceScore], rules: ReviewRules) -> str | None:
    weighty = [part for part in sources.values() if part.weight]
    if len(weighty) < rules.minimum_sources:
        return "too_few_sources"
    if sum(part.n for part in weighty) < rules.minimum_raters:
        return "too_few_raters"
    return None


def _scores(forms: Iterable[Form], criteria: Sequence[Criterion]) -> list[float]:
    return [score for form in forms if (score := form_score(form, criteria)) is not None]


def _means_of_form(answers: Form, criteria: Sequence[Criterion]) -> dict[str, float]:
    values = {
        criterion.key: [value for item in criterion.items if (value := answers.get(item.key)) is not None]
        for criterion in criteria
    }
    return {key: fmean(ratings) for key, ratings in values.items() if ratings}
