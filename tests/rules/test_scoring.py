from typing import Any

import pytest
from editions_for_rules import a_criterion, review_rules
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.scoring import (
    CriterionMean,
    Form,
    ReviewScore,
    SourceScore,
    could_stand,
    criterion_means,
    form_score,
    review_score,
    source_weights,
)
from workflow.vocabulary import Source

QUALITY = a_criterion("quality", items=2, weight=30)
SKILL = a_criterion("skill", items=3, weight=10)
CRITERIA = (QUALITY, SKILL)
SUPERIOR, PEER, SUBORDINATE, CUSTOMER, SELF = Source


def a_form(value: int) -> Form:
    return {item.key: value for criterion in CRITERIA for item in criterion.items}


def forms(*values: int) -> list[Form]:
    return [a_form(value) for value in values]


def scored(by_source: dict[Source, list[Form]], **changes: Any) -> ReviewScore:
    return review_score(by_source, criteria=CRITERIA, rules=review_rules(**changes))


def test_a_form_is_the_weighted_mean_of_its_criteria_not_of_its_items() -> None:
    answers = {"quality1": 5, "quality2": 3, "skill1": 2, "skill2": 2, "skill3": 2}
    assert form_score(answers, CRITERIA) == pytest.approx((30 * 4 + 10 * 2) / 40)


def test_what_a_rater_cannot_judge_neither_helps_nor_harms() -> None:
    assert form_score({"quality1": 5, "quality2": None, "skill1": None}, CRITERIA) == 5
    assert form_score({"quality1": None}, CRITERIA) is None
    assert form_score({}, CRITERIA) is None


def test_a_criterion_is_the_mean_of_the_raters_who_answered_it() -> None:
    means = criterion_means([{"quality1": 4, "quality2": 2}, {"quality1": 5}, {"skill1": None}], CRITERIA)
    assert means == {"quality": CriterionMean(n=2, mean=4.0)}


def test_a_missing_source_has_the_weights_the_edition_gives_for_it() -> None:
    weights = source_weights({SUPERIOR, PEER, CUSTOMER, SELF}, review_rules())
    assert weights == {SUPERIOR: 0.30, PEER: 0.45, CUSTOMER: 0.25, SELF: 0}


def test_without_a_weight_set_the_rest_is_weighted_in_proportion() -> None:
    weights = source_weights({SUPERIOR, PEER, SUBORDINATE}, review_rules())
    assert weights == pytest.approx({SUPERIOR: 25 / 80, PEER: 35 / 80, SUBORDINATE: 20 / 80})


@given(st.sets(st.sampled_from(Source)))
def test_weights_add_up_to_one_and_the_candidate_has_none(present: set[Source]) -> None:
    weights = source_weights(present, review_rules())
    assert weights.keys() == present
    assert weights.get(SELF, 0) == 0
    assert sum(weights.values()) == pytest.approx(1 if present - {SELF} else 0)


def test_a_full_review_is_the_weighted_mean_of_its_sources() -> None:
    score = scored(
        {
            SUPERIOR: forms(4),
            PEER: forms(5, 5, 4, 4, 5),
            SUBORDINATE: forms(3, 3, 3, 4),
            CUSTOMER: forms(2, 3, 3, 4, 5),
            SELF: forms(5),
        }
    )
    mean = 0.25 * 4 + 0.35 * 4.6 + 0.20 * 3.25 + 0.20 * 3.4
    assert score.score == pytest.approx(25 * (mean - 1))
    assert (score.reason, score.merged, score.raters) == (None, False, 15)
    assert score.sources[SELF] == SourceScore(n=1, mean=5, weight=0)
    assert score.sources[PEER] == SourceScore(n=5, mean=4.6, weight=0.35)


def test_the_candidates_own_form_changes_nothing() -> None:
    others = {SUPERIOR: forms(4), PEER: forms(5, 4, 3, 4)}
    flattered = scored(others | {SELF: forms(5)})
    assert flattered.score == scored(others).score
    assert flattered.criteria == scored(others).criteria


def test_too_few_subordinates_are_merged_with_the_peers() -> None:
    score = scored({SUPERIOR: forms(4), PEER: forms(5, 4, 4, 4), SUBORDINATE: forms(2, 2)})
    assert score.merged
    assert SUBORDINATE not in score.sources
    assert (score.sources[PEER].n, score.sources[PEER].mean) == (6, 3.5)
    assert score.sources[PEER].weight == pytest.approx(55 / 80)


def test_colleagues_may_reach_the_threshold_only_together() -> None:
    score = scored({SUPERIOR: forms(4, 4), PEER: forms(5, 5), SUBORDINATE: forms(3, 3)})
    assert score.merged
    assert score.sources[PEER].n == 4


def test_a_source_too_small_to_be_shown_does_not_count() -> None:
    enough = {SUPERIOR: forms(4), PEER: forms(5, 4, 4, 4)}
    with_few_customers = scored(enough | {CUSTOMER: forms(1, 1, 1, 1)})
    assert with_few_customers == scored(enough)


def test_an_item_too_few_answered_does_not_count() -> None:
    without = {**a_form(4), "skill3": None}
    peers: list[Form] = [{**a_form(4), "skill3": 1}, without, without, without]
    assert scored({SUPERIOR: forms(4), PEER: peers}).score == pytest.approx(75)


def test_a_superior_counts_alone_because_he_is_named() -> None:
    assert scored({SUPERIOR: forms(4), PEER: forms(5, 4, 4, 4)}).sources[SUPERIOR].n == 1


@pytest.mark.parametrize(
    ("by_source", "reason"),
    [
        ({}, "too_few_sources"),
        ({PEER: forms(4, 4, 4, 4, 4), SELF: forms(5)}, "too_few_sources"),
        ({PEER: forms(4, 4, 4), SUBORDINATE: forms(4, 4, 4)}, "too_few_sources"),
        ({SUPERIOR: forms(4), PEER: forms(4, 4, 4)}, "too_few_sources"),
    ],
)
def test_a_review_without_two_sources_does_not_stand(
    by_source: dict[Source, list[Form]], reason: str
) -> None:
    score = scored(by_source)
    assert (score.score, score.reason) == (None, reason)


def test_a_review_with_too_few_raters_does_not_stand() -> None:
    score = scored({SUPERIOR: forms(4), PEER: forms(4, 4, 4, 4)}, minimum_raters=6)
    assert (score.score, score.reason, score.raters) == (None, "too_few_raters", 5)


def test_an_edition_may_do_without_a_source() -> None:
    known = tuple(rule for rule in review_rules().sources if rule.source is not CUSTOMER)
    score = scored({SUPERIOR: forms(4), PEER: forms(4, 4, 4, 4), CUSTOMER: forms(*[1] * 9)}, sources=known)
    assert CUSTOMER not in score.sources


some_form = st.dictionaries(
    st.sampled_from([item.key for criterion in CRITERIA for item in criterion.items]),
    st.none() | st.integers(1, 5),
)
some_forms = st.dictionaries(st.sampled_from(Source), st.lists(some_form, max_size=7))


@given(some_forms, st.randoms())
def test_the_score_does_not_depend_on_the_order_of_forms(
    by_source: dict[Source, list[Form]], shuffle: Any
) -> None:
    score = scored(by_source)
    for one in by_source.values():
        shuffle.shuffle(one)
    assert scored(by_source) == score


@given(some_forms)
def test_a_score_stands_within_its_scale_or_says_why_not(by_source: dict[Source, list[Form]]) -> None:
    score = scored(by_source)
    if score.score is None:
        assert score.reason is not None
    else:
        assert -1e-9 <= score.score <= 100 + 1e-9
        assert sum(part.weight for part in score.sources.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("asked", "could"),
    [
        ({SUPERIOR: 1, PEER: 5, SELF: 1}, True),
        ({SUPERIOR: 1, SELF: 1}, False),
        ({PEER: 5, SELF: 1}, False),
        ({SUPERIOR: 1, PEER: 0, CUSTOMER: 8}, True),
        ({SUPERIOR: 2, SELF: 9}, False),
        ({}, False),
    ],
)
def test_a_review_that_could_not_stand_is_known_before_anybody_is_asked(
    asked: dict[Source, int], could: bool
) -> None:
    assert could_stand(asked, review_rules()) is could
