"""Explanations of an outcome: whole points that add up, a line that names nobody, strengths and gaps."""

from typing import Any

import pytest
from editions_for_rules import a_criterion
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import default_contest
from workflow.rules import explaining
from workflow.rules.edition import CompositeWeights
from workflow.rules.merit import composite, score_of_rounds

points = st.floats(0, 100)
WEIGHTS = CompositeWeights(performance=30, review=30, competition=40)
SKILL, TEAM, CARE = (a_criterion(key, items=2, weight=w) for key, w in (("s", 3.0), ("t", 1.0), ("c", 1.0)))


def source(**items: Any) -> dict[str, Any]:
    """What is shown of one source: each item with the number of those who answered and their mean."""
    return {"items": {key: {"n": n, "mean": mean} for key, (n, mean) in items.items()}}


@given(points, points, points)
def test_the_points_of_the_stages_add_up_to_the_composite(one: float, two: float, three: float) -> None:
    built = composite(one, two, three, WEIGHTS)
    told = explaining.build_up(built)
    assert sum(part.points for part in told.parts) == told.composite
    assert sum(part.weight for part in told.parts) == 100
    assert all(abs(part.points - built.parts[part.name]) <= 1 for part in told.parts)


def test_a_stage_without_a_score_leaves_its_weight_to_the_others() -> None:
    told = explaining.build_up(composite(None, 50, 100, WEIGHTS))
    assert [(part.name, part.score, part.weight) for part in told.parts] == [
        ("review", 50, 43),
        ("competition", 100, 57),
    ]
    assert (told.missing, told.band) == (["performance"], None)


def test_without_any_score_there_is_nothing_to_build_up() -> None:
    nothing = explaining.build_up(composite(None, None, None, WEIGHTS))
    assert (nothing.composite, nothing.parts) == (None, [])
    assert nothing.missing == ["performance", "review", "competition"]
    assert explaining.build_up(None) == explaining.BuildUp(None, None, [], [])


@given(st.floats(1, 5), st.floats(1, 5))
def test_the_rounds_of_a_competition_add_up_to_its_score(sift: float, interview: float) -> None:
    rules = default_contest().rounds
    means = {"sift": sift, "interview": interview}
    score = score_of_rounds(means, {rule.key.value: rule.weight for rule in rules})
    assert sum(part.points for part in explaining.rounds(means, rules)) == pytest.approx(score, abs=0.51)
    (alone,) = explaining.rounds({"sift": 3.0}, rules)
    assert (alone.score, alone.weight, alone.points) == (50, 100, 50)


def test_the_band_is_wider_the_more_the_judges_differ_and_stays_on_the_scale() -> None:
    assert explaining.band(70.0, 0.0) == (70, 70)
    assert explaining.band(70.0, 4.0) == (66, 74)
    assert explaining.band(99.0, 100.0) == (82, 100)
    assert explaining.band(1.0, 100.0) == (0, 18)


def test_the_line_lies_between_the_last_inside_and_the_next() -> None:
    falling = [float(90 - 2 * index) for index in range(10)]
    assert explaining.line(falling, seats=3) == 85.0


@pytest.mark.parametrize(("ranked", "seats"), [(9, 3), (10, 2), (10, 1), (10, 10), (0, 3)])
def test_a_line_that_would_tell_of_one_person_is_not_drawn(ranked: int, seats: int) -> None:
    assert explaining.line([80.0] * ranked, seats=seats) is None


def test_criteria_are_told_from_the_figures_that_are_shown() -> None:
    shown = [source(s1=(4, 4.0), s2=(4, 3.0)), source(s1=(12, 2.0)), {"source": "superior", "mean": 5.0}]
    (figure,) = explaining.figures(shown, [SKILL, TEAM])
    assert (figure.criterion, figure.mean) == (SKILL, 2.5)


def test_a_unanimous_answer_counts_as_the_middle_of_its_band() -> None:
    (figure,) = explaining.figures([source(t1=(4, {"from": 3.5, "to": 4.5}))], [TEAM])
    assert figure.mean == 4.0


def test_the_best_criteria_are_strengths_and_what_weighs_most_is_the_first_gap() -> None:
    shown = [source(s1=(4, 3.5), t1=(4, 3.0), c1=(4, 4.5))]
    found = explaining.figures(shown, [SKILL, TEAM, CARE])
    assert [one.criterion for one in explaining.strengths(found)] == [CARE, SKILL]
    assert [one.criterion for one in explaining.gaps(found)] == [TEAM]
    lower = explaining.figures([source(s1=(4, 2.0), t1=(4, 2.0), c1=(4, 2.0))], [CARE, TEAM, SKILL])
    assert explaining.strengths(lower) == []
    assert [one.criterion for one in explaining.gaps(lower)] == [SKILL, CARE]
    assert explaining.gaps(explaining.figures([source(s1=(4, 5.0))], [SKILL])) == []
