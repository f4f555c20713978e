"""`python -m benchmarks.fairness`: what the arithmetic of marks and ratings takes, without any database."""

from collections.abc import Callable, Iterator
from random import Random
from statistics import median
from time import perf_counter

from benchmarks import goals
from workflow.editions.reading import read, shipped
from workflow.rules import severity
from workflow.rules.edition import Edition
from workflow.rules.panels import deal, panels_for
from workflow.rules.scoring import Form, review_score
from workflow.vocabulary import Source

_ROUNDS = 20
_ENTRIES = 60
_RATINGS = 600_000
_RATERS = {Source.SUPERIOR: 2, Source.PEER: 5, Source.SUBORDINATE: 5, Source.CUSTOMER: 8}


def main() -> None:
    """Correct a competition of several panels for the severity of judges, and score a company's reviews."""
    edition = read(shipped()["default"])
    marks = _marks(edition)
    fitting = median(_timed(lambda: severity.fit(marks)) for _ in range(_ROUNDS)) * 1000
    print(f"{_ENTRIES} entries, {len(marks)} marks: {fitting:.1f} ms")
    goals.at_most(50, f"severity of the judges of {_ENTRIES} candidates", fitting, "ms")
    reviews = list(_reviews(edition))
    scoring = _timed(lambda: _score(edition, reviews))
    print(f"{_RATINGS:,} ratings of {len(reviews):,} reviews: {scoring:.2f} s")
    goals.at_most(5, f"scores of reviews with {_RATINGS:,} ratings", scoring, "s")


def _marks(edition: Edition) -> dict[tuple[str, str], float]:
    """Of as many judges as a competition may have, dealt into panels that one of them links."""
    rules = next(step.competition for step in edition.steps if step.competition)
    chance, entries = Random(1), [f"entry {number}" for number in range(_ENTRIES)]
    seats = 1 + panels_for(_ENTRIES) * (rules.maximum_judges - 1)
    dealt = deal("seed", entries=entries, judges=[f"judge {seat}" for seat in range(seats)], barred={})
    return {
        (entry, judge): min(5.0, max(1.0, chance.gauss(3, 0.8)))
        for entry, panel in dealt.entries.items()
        for judge, sits_in in dealt.judges.items()
        if sits_in in (0, panel)
    }


def _reviews(edition: Edition) -> Iterator[dict[Source, list[Form]]]:
    """Forms that are filled in as a whole, until there are so many ratings."""
    chance = Random(1)

    def form() -> Form:
        return {item.key: chance.randint(1, 5) for item in edition.items}

    for _ in range(_RATINGS // (sum(_RATERS.values()) * len(edition.items))):
        yield {source: [form() for _ in range(raters)] for source, raters in _RATERS.items()}


def _score(edition: Edition, reviews: list[dict[Source, list[Form]]]) -> None:
    for forms in reviews:
        review_score(forms, criteria=edition.criteria, rules=edition.steps[0].review)


def _timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


if __name__ == "__main__":
    main()
