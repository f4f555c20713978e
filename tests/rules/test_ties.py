from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.ties import Ranked, Standing, ranked
from workflow.vocabulary import MeritPart

SECONDARY = (MeritPart.PERFORMANCE, MeritPart.REVIEW)


def place(
    composites: Mapping[str, float], *, seats: int, variance: float = 0.0, **parts: dict[MeritPart, float]
) -> dict[str, Ranked]:
    standings = {key: Standing(value, variance, parts.get(key, {})) for key, value in composites.items()}
    return ranked(standings, seats=seats, secondary=SECONDARY)


def tied(found: dict[str, Ranked]) -> list[str]:
    return [key for key, one in found.items() if one.is_tied]


def test_whoever_is_clearly_apart_is_placed_by_merit_alone() -> None:
    found = place({"a": 80, "b": 70, "c": 60}, seats=1)
    assert [one.place for one in found.values()] == [1, 2, 3]
    assert tied(found) == []


@pytest.mark.parametrize(("distance", "expected"), [(0.9, ["a", "b"]), (1.0, []), (1.1, [])])
def test_half_a_standard_error_of_the_difference_is_the_band(distance: float, expected: list[str]) -> None:
    # Variance 2 each: the standard error of the difference is 2 points, half of it 1.
    assert tied(place({"a": 80, "b": 80 - distance}, seats=1, variance=2)) == expected


def test_equals_at_the_cut_are_tied_even_without_any_error() -> None:
    found = place({"a": 80, "b": 70, "c": 70, "d": 60}, seats=2)
    assert tied(found) == ["b", "c"]
    assert (found["b"].place, found["c"].place, found["d"].place) == (2, 2, 4)


def test_equals_who_all_get_in_or_all_stay_out_are_no_tie() -> None:
    assert tied(place({"a": 80, "b": 80, "c": 60}, seats=2)) == []
    assert tied(place({"a": 80, "b": 60, "c": 60}, seats=1)) == []


def test_where_all_get_in_there_is_no_cut() -> None:
    assert tied(place({"a": 70, "b": 70}, seats=2)) == []
    assert place({}, seats=1) == {}


def test_all_scores_equal_is_one_tie_of_all_on_the_first_place() -> None:
    found = place(dict.fromkeys("abcd", 50.0), seats=1)
    assert tied(found) == list("abcd")
    assert {(one.place, one.proposed_place, one.separated_by) for one in found.values()} == {(1, 1, None)}


def test_inside_the_band_the_secondary_criteria_propose_an_order_and_say_why() -> None:
    parts = {
        "a": {MeritPart.PERFORMANCE: 60.0, MeritPart.REVIEW: 50.0},
        "b": {MeritPart.PERFORMANCE: 75.0, MeritPart.REVIEW: 50.0},
        "c": {MeritPart.PERFORMANCE: 75.0, MeritPart.REVIEW: 55.0},
    }
    found = place({"a": 80.2, "b": 80.1, "c": 80.0}, seats=1, variance=2, **parts)
    assert {key: one.place for key, one in found.items()} == {"a": 1, "b": 2, "c": 3}
    assert {key: one.proposed_place for key, one in found.items()} == {"c": 1, "b": 2, "a": 3}
    assert found["c"].separated_by is MeritPart.REVIEW
    assert found["a"].separated_by is MeritPart.PERFORMANCE


def test_places_outside_the_band_stay_as_they_are() -> None:
    found = place({"a": 90, "b": 70, "c": 70, "d": 40}, seats=2, b={MeritPart.PERFORMANCE: 1.0})
    assert {key: one.proposed_place for key, one in found.items()} == {"a": 1, "b": 2, "c": 3, "d": 4}


@given(st.lists(st.integers(0, 20).map(float), min_size=1, max_size=8), st.integers(1, 4), st.floats(0, 9))
def test_a_band_has_no_holes_and_lies_on_both_sides_of_the_cut(
    composites: list[float], seats: int, variance: float
) -> None:
    found = place(
        {str(index): value for index, value in enumerate(composites)}, seats=seats, variance=variance
    )
    positions = [index for index, one in enumerate(found.values()) if one.is_tied]
    if positions:
        assert positions == list(range(positions[0], positions[-1] + 1))
        assert positions[0] < seats <= positions[-1]
