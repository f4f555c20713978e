from fractions import Fraction
from typing import Any

import pytest
from editions_for_rules import committee_rules
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.edition import CommitteeRules, Wording
from workflow.rules.tally import Count, Tally, quorum_needed, sentence, shown, tally, yes_needed
from workflow.vocabulary import VoteResult

HALF = committee_rules()
TWO_THIRDS = committee_rules(majority=Fraction(2, 3), majority_is_reached=True)
CARRIED, NOT_CARRIED, DEFERRED = VoteResult.CARRIED, VoteResult.NOT_CARRIED, VoteResult.DEFERRED
REPEAT, NO_QUORUM = VoteResult.REPEAT, VoteResult.NO_QUORUM


def counted(*votes: int, entitled: int = 6, rules: CommitteeRules = HALF, **circumstances: Any) -> Tally:
    given_circumstances = {"may_defer": True, "is_repeat": False} | circumstances
    return tally(
        Count(*votes),
        seats=7,
        recused=7 - entitled,
        entitled=entitled,
        rules=rules,
        **given_circumstances,
    )


@st.composite
def votes(draw: st.DrawFn) -> tuple[int, Count]:
    entitled = draw(st.integers(1, 15))
    ballots = draw(st.lists(st.sampled_from(["yes", "no", "defer", "abstain"]), max_size=entitled))
    return entitled, Count(*(ballots.count(choice) for choice in ("yes", "no", "defer", "abstain")))


@pytest.mark.parametrize(
    ("entitled", "quorum", "half", "two_thirds"),
    [(3, 3, 2, 2), (4, 3, 3, 3), (5, 4, 3, 4), (6, 4, 4, 4), (7, 5, 4, 5), (8, 6, 5, 6), (9, 6, 5, 6)],
)
def test_quorum_and_majority_are_counted_over_the_entitled(
    entitled: int, quorum: int, half: int, two_thirds: int
) -> None:
    assert quorum_needed(entitled, HALF) == quorum
    assert yes_needed(entitled, HALF) == half
    assert yes_needed(entitled, TWO_THIRDS) == two_thirds


def test_at_least_three_must_vote_however_few_are_entitled() -> None:
    assert quorum_needed(2, HALF) == 3


@pytest.mark.parametrize(
    ("votes", "result", "reason"),
    [
        ((4, 1, 0, 0), CARRIED, "majority_reached"),
        ((4, 0, 0, 0), CARRIED, "majority_reached"),
        ((3, 0, 0, 0), NO_QUORUM, "quorum_missing"),
        ((0, 0, 0, 3), NO_QUORUM, "quorum_missing"),
        ((3, 1, 0, 0), NOT_CARRIED, "majority_missing"),  # a majority of those voting is not enough
        ((3, 0, 0, 3), NOT_CARRIED, "majority_missing"),  # abstentions count for the quorum only
        ((1, 5, 0, 0), NOT_CARRIED, "majority_missing"),
        ((3, 1, 1, 0), DEFERRED, "more_time_wanted"),
        ((0, 2, 4, 0), DEFERRED, "more_time_wanted"),
        ((2, 2, 2, 0), DEFERRED, "more_time_wanted"),
        ((2, 3, 1, 0), NOT_CARRIED, "majority_missing"),
        ((3, 3, 0, 0), REPEAT, "tied"),
        ((2, 2, 1, 1), REPEAT, "tied"),
        ((0, 0, 0, 6), NOT_CARRIED, "majority_missing"),  # nobody against nobody is no tie
    ],
)
def test_the_verdict_among_six_entitled(votes: tuple[int, ...], result: VoteResult, reason: str) -> None:
    verdict = counted(*votes)
    assert (verdict.result, verdict.reason) == (result, reason)


@pytest.mark.parametrize(
    ("votes", "may_defer", "is_repeat", "result"),
    [
        ((3, 3, 0, 0), True, True, DEFERRED),
        ((3, 3, 0, 0), False, True, NOT_CARRIED),
        ((3, 3, 0, 0), False, False, REPEAT),
        ((3, 1, 1, 0), False, False, NOT_CARRIED),
        ((2, 2, 2, 0), False, False, REPEAT),
        ((4, 2, 0, 0), False, True, CARRIED),
    ],
)
def test_a_case_is_deferred_once_and_a_tie_repeated_once(
    votes: tuple[int, ...], may_defer: bool, is_repeat: bool, result: VoteResult
) -> None:
    assert counted(*votes, may_defer=may_defer, is_repeat=is_repeat).result is result


def test_two_thirds_need_only_be_reached() -> None:
    assert counted(4, 2, 0, 0, rules=TWO_THIRDS).result is CARRIED
    assert counted(4, 3, 0, 0, entitled=7, rules=TWO_THIRDS).result is not CARRIED


def test_more_than_half_for_yes_or_more_time_defers_what_two_thirds_do_not_carry() -> None:
    assert counted(4, 2, 1, 0, entitled=7, rules=TWO_THIRDS).result is DEFERRED
    assert counted(4, 2, 0, 1, entitled=7, rules=TWO_THIRDS).result is DEFERRED
    assert counted(3, 4, 0, 0, entitled=7, rules=TWO_THIRDS).result is NOT_CARRIED


def test_the_sentence_says_who_voted_and_what_was_needed() -> None:
    assert sentence(counted(4, 1, 0, 0)) == Wording(
        "7 seats, 1 recused, 6 entitled, 5 voted (quorum 4): 4 yes, 1 no; needed 4: carried.",
        "席位7个，回避1人，有表决权6人，参加表决5人（法定人数4人）：同意4票，不同意1票；需同意4票：通过。",
    )


def test_the_sentence_names_only_choices_that_were_made_but_always_the_yes() -> None:
    said = sentence(counted(0, 4, 1, 1))
    assert "6 voted (quorum 4): 0 yes, 4 no, 1 defer, 1 abstain; needed 4: not carried." in said.en
    assert "同意0票，不同意4票，缓议1票，弃权1票；需同意4票：未通过。" in said.zh_Hans


@given(votes())
def test_every_result_has_a_sentence_in_both_languages(vote: tuple[int, Count]) -> None:
    entitled, count = vote
    said = sentence(counted(count.yes, count.no, count.defer, count.abstain, entitled=entitled))
    assert said.en.endswith(".")
    assert said.zh_Hans.endswith("。")


def test_a_large_divided_body_is_shown_with_all_its_counts() -> None:
    outcome = shown(counted(4, 1, 0, 0), HALF)
    assert outcome.pop("sentence")["en"].startswith("7 seats")
    assert outcome == {
        "result": "carried",
        "seats": 7,
        "recused": 1,
        "entitled": 6,
        "voted": 5,
        "quorum": 4,
        "needed": 4,
        "yes": 4,
        "no": 1,
        "defer": 0,
        "abstain": 0,
    }


@pytest.mark.parametrize("votes", [(3, 1, 0, 0), (5, 0, 0, 0), (0, 6, 0, 0), (3, 3, 0, 0), (1, 1, 0, 0)])
def test_small_unanimous_and_unfinished_votes_show_nothing_but_the_result(votes: tuple[int, ...]) -> None:
    verdict = counted(*votes)
    assert shown(verdict, HALF) == {"result": verdict.result.value}


@given(st.integers(1, 100), st.sampled_from([HALF, TWO_THIRDS]))
def test_never_more_yes_is_needed_than_are_entitled(entitled: int, rules: CommitteeRules) -> None:
    assert 1 <= yes_needed(entitled, rules) <= entitled
    assert 2 * yes_needed(entitled, rules) > entitled
    assert quorum_needed(entitled, rules) <= max(entitled, rules.minimum_voting)


@given(votes(), st.booleans(), st.booleans())
def test_a_case_is_carried_only_by_more_than_half_of_the_entitled(
    vote: tuple[int, Count], may_defer: bool, is_repeat: bool
) -> None:
    entitled, count = vote
    verdict = counted(
        count.yes,
        count.no,
        count.defer,
        count.abstain,
        entitled=entitled,
        may_defer=may_defer,
        is_repeat=is_repeat,
    )
    has_quorum = count.voting >= max(-(-2 * entitled // 3), 3)
    assert (verdict.result is CARRIED) == (has_quorum and 2 * count.yes > entitled)
    assert (verdict.result is NO_QUORUM) == (not has_quorum)


@given(votes())
def test_turning_a_no_into_a_yes_never_loses_a_carried_vote(vote: tuple[int, Count]) -> None:
    entitled, count = vote
    if count.no and counted(count.yes, count.no, entitled=entitled).result is CARRIED:
        assert counted(count.yes + 1, count.no - 1, entitled=entitled).result is CARRIED


@given(votes())
def test_a_vote_once_repeated_and_deferred_always_ends(vote: tuple[int, Count]) -> None:
    entitled, count = vote
    last = counted(
        count.yes,
        count.no,
        count.defer,
        count.abstain,
        entitled=entitled,
        may_defer=False,
        is_repeat=True,
    )
    assert last.result in {CARRIED, NOT_CARRIED, NO_QUORUM}
