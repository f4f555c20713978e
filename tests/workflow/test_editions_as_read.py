"""What an edition says to whoever reads it: ladders, defaults, weights, rounds of a competition."""

import json
from fractions import Fraction

import pytest

from tests.workflow.test_editions import named, whole
from workflow.editions.describing import describe
from workflow.editions.reading import read
from workflow.rules.edition import Edition
from workflow.vocabulary import Level, Source, Track


@pytest.fixture(scope="module")
def default() -> Edition:
    return read(whole("default"))


def test_everybody_can_read_the_ladders(default: Edition) -> None:
    told = json.loads(json.dumps(describe(default), allow_nan=False))
    management = told["ladders"][0]
    assert management["track"] == "management"
    junior, *_, expert = management["levels"]
    assert (junior["posts"], junior["step"]) == ([], None)
    assert expert["posts"] == ["after_sales_director"]
    assert expert["step"]["committee"]["majority"] == "2/3"
    assert expert["step"]["review"]["weight_sets"][0]["weights"] == {
        "superior": 30,
        "peer": 45,
        "customer": 25,
    }
    assert told["criteria"][0]["items"][0]["anchors"]["5"].keys() == {"en", "zh_Hans"}
    assert told["effective_from"] == "2026-01-01"


def test_the_weights_of_a_missing_source_are_the_ones_of_the_default(default: Edition) -> None:
    step = default.step(Track.PROFESSIONAL, Level.SENIOR)
    assert step is not None
    assert [weight_set.weights for weight_set in step.review.weight_sets] == [
        {Source.SUPERIOR: 30, Source.PEER: 45, Source.CUSTOMER: 25},
        {Source.SUPERIOR: 31, Source.PEER: 44, Source.SUBORDINATE: 25},
    ]


def test_an_edition_that_names_no_rounds_has_one_that_asks_everything() -> None:
    document = json.loads(whole("default"))
    for name in ("rounds", "minimum_entries", "secondary"):
        del document["defaults"]["competition"][name]
    competition = next(step.competition for step in read(json.dumps(document)).steps if step.competition)
    (only,) = competition.rounds
    assert (only.weight, only.shortlist, only.criteria) == (100, None, tuple(competition.criteria))
    assert competition.minimum_entries == 2
    assert competition.secondary == ()


def test_a_round_in_which_nothing_has_weight_is_refused() -> None:
    document = json.loads(whole("default"))
    competition = document["defaults"]["competition"]
    for criterion, weight in zip(competition["criteria"], (0, 50, 0, 50), strict=True):
        criterion["weight"] = weight
    where = "defaults.competition.rounds[0].criteria"
    assert (where, "round_without_weight") in named(json.dumps(document))


def test_a_step_takes_the_defaults_and_says_only_what_differs(default: Edition) -> None:
    intermediate = default.step(Track.MANAGEMENT, Level.INTERMEDIATE)
    expert = default.step(Track.MANAGEMENT, Level.EXPERT)
    assert intermediate is not None
    assert expert is not None
    assert (intermediate.committee.majority, intermediate.committee.majority_is_reached) == (
        Fraction(1, 2),
        False,
    )
    assert (expert.committee.majority, expert.committee.majority_is_reached) == (Fraction(2, 3), True)
    assert expert.committee.quorum == intermediate.committee.quorum == Fraction(2, 3)
    assert (intermediate.eligibility.months_in_level, expert.eligibility.months_in_level) == (12, 36)
    assert expert.eligibility.median_rating == 3
