from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.shortlist import Listed, shortlist

HALF = Fraction(1, 2)


def reasons(scores: dict[str, float], *, seats: int = 1) -> dict[str, str]:
    return {one.key: one.reason for one in shortlist(scores, share=HALF, seats=seats)}


def test_half_of_ten_go_on() -> None:
    found = shortlist({f"c{rank}": 100.0 - rank for rank in range(10)}, share=HALF, seats=1)
    assert [one.key for one in found if one.goes_on] == ["c0", "c1", "c2", "c3", "c4"]
    assert found[5] == Listed("c5", 6, goes_on=False, reason="below_the_cut")


def test_whoever_is_equal_to_the_last_goes_on_too() -> None:
    assert reasons({"a": 90, "b": 80, "c": 70, "d": 70, "e": 60, "f": 50}) == {
        "a": "within_share",
        "b": "within_share",
        "c": "tied_at_the_cut",
        "d": "tied_at_the_cut",
        "e": "below_the_cut",
        "f": "below_the_cut",
    }


def test_two_more_than_there_are_seats_go_on_however_small_the_share() -> None:
    assert reasons({"a": 4, "b": 3, "c": 2, "d": 1})["c"] == "least_number_goes_on"
    assert "below_the_cut" not in reasons({"a": 4, "b": 3, "c": 2}, seats=1).values()


def test_where_all_are_equal_all_go_on() -> None:
    assert set(reasons(dict.fromkeys("abcdefgh", 50.0)).values()) == {"tied_at_the_cut"}


def test_the_dust_of_floating_points_decides_nothing() -> None:
    found = shortlist({"a": 5, "b": 4, "c": 0.1 + 0.2, "d": 0.3}, share=HALF, seats=1)
    assert all(one.goes_on for one in found)


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 9).map(float), min_size=1), st.integers(1, 4))
def test_nobody_goes_on_before_somebody_better(scores: dict[str, float], seats: int) -> None:
    found = shortlist(scores, share=HALF, seats=seats)
    kept = [scores[one.key] for one in found if one.goes_on]
    passed = [scores[one.key] for one in found if not one.goes_on]
    assert len(kept) >= min(seats + 2, len(scores))
    assert not passed or min(kept) > max(passed)


@pytest.mark.parametrize("scores", [{}, {"a": 1.0}])
def test_one_entry_or_none_is_no_trouble(scores: dict[str, float]) -> None:
    assert all(one.goes_on for one in shortlist(scores, share=HALF, seats=1))
