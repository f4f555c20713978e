from random import Random
from statistics import fmean

import pytest

from workflow.rules.severity import Basis, doubtful, fit

JUDGES = ("strict", "mild", "rotating")


def a_complete_panel() -> dict[tuple[str, str], float]:
    merits = {"a": 4.0, "b": 3.0, "c": 2.5}
    leniency = {"strict": -0.5, "mild": 0.5, "rotating": 0.0}
    return {(one, judge): merit + leniency[judge] for one, merit in merits.items() for judge in JUDGES}


def two_panels(*, linked: bool, noise: float = 0.0) -> tuple[dict[str, float], dict[tuple[str, str], float]]:
    """Sixteen candidates of known merit before a strict and a mild panel, with or without a common judge."""
    chance = Random(4)
    merits = {f"c{index:02}": 2.5 + 0.1 * index for index in range(16)}
    marks = {}
    for index, (one, merit) in enumerate(merits.items()):
        panel, shift = ("s", -0.6) if index % 2 else ("m", 0.4)
        for judge in range(4):
            marks[one, f"{panel}{judge}"] = merit + shift + chance.gauss(0, noise)
        if linked:
            marks[one, "rotating"] = merit + chance.gauss(0, noise)
    return merits, marks


def displacement(means: dict[str, float], merits: dict[str, float]) -> int:
    """By how many places all candidates together stand wrong."""
    true = order_of(merits)
    return sum(abs(place - true.index(one)) for place, one in enumerate(order_of(means)))


def order_of(means: dict[str, float]) -> list[str]:
    return sorted(means, key=lambda one: -means[one])


def test_where_everybody_scores_everybody_the_plain_mean_is_right() -> None:
    found = fit(a_complete_panel())
    assert found.basis is Basis.ONE_PANEL
    assert found.means == pytest.approx({"a": 4, "b": 3, "c": 2.5})
    assert found.severities == pytest.approx({"strict": -0.5, "mild": 0.5, "rotating": 0})
    assert found.error == pytest.approx(0)


def test_a_rotating_judge_tells_strict_panels_from_weak_candidates() -> None:
    merits, marks = two_panels(linked=True)
    found = fit(marks)
    assert found.basis is Basis.CORRECTED
    plain = {one: fmean(mark for (other, _), mark in marks.items() if other == one) for one in merits}
    assert displacement(found.means, merits) < displacement(plain, merits)


def test_without_a_common_judge_nothing_is_corrected_and_it_is_said_so() -> None:
    merits, marks = two_panels(linked=False)
    found = fit(marks)
    assert found.basis is Basis.NOT_LINKED
    assert found.means["c15"] == pytest.approx(merits["c15"] - 0.6)


def test_one_hostile_mark_does_not_change_the_order() -> None:
    _, marks = two_panels(linked=True, noise=0.02)
    expected = order_of(fit(marks).means)[:3]
    marks["c15", "s0"] = 1.0
    assert order_of(fit(marks).means)[:3] == expected


def test_a_mark_far_from_what_the_others_let_expect_is_doubtful() -> None:
    _, marks = two_panels(linked=True, noise=0.2)
    assert doubtful(marks) == []
    marks["c15", "s0"] = 1.0
    assert doubtful(marks) == [("c15", "s0")]


def test_a_judge_who_is_strict_with_everybody_is_not_doubted() -> None:
    marks = {(one, judge): 4.0 - 1.5 * (judge == "strict") for one in "abcdef" for judge in JUDGES}
    assert doubtful(marks) == []


def test_the_names_of_candidates_and_judges_change_nothing() -> None:
    _, marks = two_panels(linked=True, noise=0.3)
    renamed = {(one[::-1], judge[::-1]): mark for (one, judge), mark in reversed(marks.items())}
    assert {one[::-1]: mean for one, mean in fit(marks).means.items()} == pytest.approx(fit(renamed).means)


def test_a_single_candidate_has_a_mean() -> None:
    found = fit({("a", judge): mark for judge, mark in zip(JUDGES, (3.0, 4.0, 5.0), strict=True)})
    assert (found.basis, found.means, found.error) == (Basis.ONE_PANEL, {"a": 4.0}, 0.0)
