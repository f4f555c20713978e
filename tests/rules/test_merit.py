from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.edition import CompositeWeights, RatingScale
from workflow.rules.merit import (
    Place,
    composite,
    mark_of,
    order_of_merit,
    performance_score,
    score_of_rounds,
    variance_of_rounds,
    whole_points,
)

WEIGHTS = CompositeWeights(performance=30, review=30, competition=40)
points = st.floats(0, 100)


def test_a_judges_mark_is_the_weighted_mean_of_what_the_round_asks() -> None:
    assert mark_of({"talk": 5, "test": 3}, {"talk": 75, "test": 25}) == pytest.approx(4.5)


def test_a_competition_is_the_weighted_mean_of_its_rounds_so_far() -> None:
    weights = {"sift": 30, "interview": 70}
    assert score_of_rounds({"sift": 3}, weights) == pytest.approx(50)
    assert score_of_rounds({"sift": 3, "interview": 5}, weights) == pytest.approx(85)


def test_the_variance_of_a_competition_is_in_points_squared() -> None:
    variances = {"sift": 0.1, "interview": 0.2}
    assert variance_of_rounds(variances, {"sift": 50, "interview": 50}) == pytest.approx(625 * 0.3 / 4)


def test_performance_is_the_median_on_the_scale_of_the_edition() -> None:
    assert performance_score([1, 4, 5], RatingScale(1, 5)) == 75
    assert performance_score([3], RatingScale(1, 4)) == pytest.approx(100 * 2 / 3)
    assert performance_score([], RatingScale(1, 5)) is None


def test_the_composite_is_made_of_parts_that_add_up() -> None:
    made = composite(50, 70, 90, WEIGHTS)
    assert made.parts == pytest.approx({"performance": 15, "review": 21, "competition": 36})
    assert made.total == pytest.approx(72)
    assert made.unknown == []


def test_an_unknown_part_leaves_its_weight_to_the_others() -> None:
    made = composite(50, None, 90, WEIGHTS)
    assert made.weights == pytest.approx({"performance": 3 / 7, "competition": 4 / 7})
    assert made.total == pytest.approx((30 * 50 + 40 * 90) / 70)
    assert made.unknown == ["review"]


def test_a_competition_that_was_never_asked_for_is_not_unknown() -> None:
    made = composite(60, 80, None, CompositeWeights(performance=45, review=55, competition=0))
    assert made.total == pytest.approx(71)
    assert made.unknown == []


def test_without_any_part_there_is_no_composite() -> None:
    made = composite(None, None, None, WEIGHTS)
    assert made.total is None
    assert made.unknown == ["performance", "review", "competition"]


def test_equals_share_a_place_and_the_next_stays_empty() -> None:
    assert order_of_merit({"c": 70, "b": 80, "a": 80, "d": 60}) == [
        Place("a", 80, 1),
        Place("b", 80, 1),
        Place("c", 70, 3),
        Place("d", 60, 4),
    ]


def test_the_dust_of_floating_points_decides_nothing() -> None:
    places = order_of_merit({"a": 0.1 + 0.2, "b": 0.3})
    assert [place.place for place in places] == [1, 1]


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 9).map(float)))
def test_a_place_is_one_more_than_the_number_of_better_candidates(composites: dict[str, float]) -> None:
    for place in order_of_merit(composites):
        assert place.place == 1 + sum(other > place.composite for other in composites.values())


def test_whole_points_add_up_where_plain_rounding_would_not() -> None:
    assert whole_points({"a": 10.4, "b": 20.4, "c": 30.4}, 61.2) == {"a": 11, "b": 20, "c": 30}


@given(points, points, points)
def test_whole_points_add_up_to_the_rounded_total_and_none_is_a_point_off(
    performance: float, review: float, competition: float
) -> None:
    made = composite(performance, review, competition, WEIGHTS)
    assert made.total is not None
    shown = whole_points(made.parts, made.total)
    assert sum(shown.values()) == floor(made.total + 0.5)
    assert all(abs(shown[name] - part) <= 1 for name, part in made.parts.items())
