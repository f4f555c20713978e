"""What a vote against the order of merit needs, and how large a committee may be."""

from fractions import Fraction

import pytest
from editions_for_rules import committee_rules
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.edition import CommitteeRules
from workflow.rules.seats import size_fits
from workflow.rules.tally import Count, Tally, for_deviation, quorum_needed, sentence, tally, yes_needed
from workflow.vocabulary import VoteResult

HALF = committee_rules()
TWO_THIRDS = committee_rules(majority=Fraction(2, 3), majority_is_reached=True)
THREE_QUARTERS = committee_rules(majority=Fraction(3, 4), majority_is_reached=True)


def against_merit(
    *votes: int, entitled: int = 7, rules: CommitteeRules = HALF, repeat: bool = False
) -> Tally:
    return tally(
        Count(*votes),
        seats=7,
        recused=7 - entitled,
        entitled=entitled,
        rules=rules,
        may_defer=True,
        is_repeat=repeat,
        is_deviation=True,
    )


@pytest.mark.parametrize(
    ("entitled", "needed"), [(3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (8, 6), (9, 6), (10, 7), (11, 8)]
)
def test_a_vote_against_the_order_of_merit_needs_two_thirds_of_the_entitled(
    entitled: int, needed: int
) -> None:
    assert yes_needed(entitled, for_deviation(HALF)) == needed
    assert quorum_needed(entitled, for_deviation(HALF)) == quorum_needed(entitled, HALF)


def test_an_edition_that_asks_for_more_is_not_softened() -> None:
    assert for_deviation(TWO_THIRDS) == TWO_THIRDS
    assert for_deviation(THREE_QUARTERS) == THREE_QUARTERS


@pytest.mark.parametrize(
    ("votes", "result"),
    [
        ((5, 2, 0, 0), VoteResult.CARRIED),
        ((4, 3, 0, 0), VoteResult.DEFERRED),  # more than half, less than two thirds
        ((4, 0, 0, 0), VoteResult.NO_QUORUM),
        ((3, 4, 0, 0), VoteResult.NOT_CARRIED),
        ((3, 3, 0, 1), VoteResult.REPEAT),
        ((3, 3, 1, 0), VoteResult.DEFERRED),
    ],
)
def test_the_verdict_against_the_order_of_merit_among_seven(
    votes: tuple[int, ...], result: VoteResult
) -> None:
    assert against_merit(*votes).result is result


def test_the_sentence_says_that_the_order_of_merit_is_left() -> None:
    said = sentence(against_merit(5, 2, 0, 0))
    assert "5 yes, 2 no; needed 5 (against the order of merit): carried." in said.en
    assert "需同意5票（偏离名次）：通过。" in said.zh_Hans


@given(st.integers(3, 15), st.data())
def test_leaving_the_order_of_merit_never_makes_a_vote_easier(entitled: int, data: st.DataObject) -> None:
    yes = data.draw(st.integers(0, entitled))
    votes = (yes, entitled - yes, 0, 0)
    if against_merit(*votes, entitled=entitled).result is VoteResult.CARRIED:
        count = Count(*votes)
        plain = tally(
            count, seats=7, recused=0, entitled=entitled, rules=HALF, may_defer=True, is_repeat=False
        )
        assert plain.result is VoteResult.CARRIED


@pytest.mark.parametrize("size", [5, 7, 11, 13])
def test_an_odd_size_that_is_no_multiple_of_three_fits(size: int) -> None:
    assert size_fits(size, allows_thirds=False).is_met


@pytest.mark.parametrize("size", [3, 9, 15])
def test_a_multiple_of_three_must_be_allowed(size: int) -> None:
    assert size_fits(size, allows_thirds=False).reason == "seats_in_thirds"
    assert size_fits(size, allows_thirds=True).is_met


@pytest.mark.parametrize("size", [0, 1, 2, 4, 6, 10])
def test_an_even_or_tiny_size_never_fits(size: int) -> None:
    assert size_fits(size, allows_thirds=True).reason == "committee_seats"
