from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.editions import reading
from workflow.rules.edition import CompetitionRules
from workflow.rules.panels import are_enough, deal, panels_for
from workflow.vocabulary import ROTATING_SEAT


def people(letter: str, count: int) -> list[str]:
    return [f"{letter}{number}" for number in range(count)]


@pytest.fixture(scope="module")
def rules() -> CompetitionRules:
    edition = reading.read(reading.shipped()["default"])
    return next(step.competition for step in edition.steps if step.competition is not None)


@pytest.mark.parametrize(("entries", "panels"), [(1, 1), (15, 1), (16, 2), (30, 2), (31, 3)])
def test_one_panel_scores_up_to_fifteen(entries: int, panels: int) -> None:
    assert panels_for(entries) == panels


def test_judges_make_panels_of_equal_size_with_one_who_sits_in_all(rules: CompetitionRules) -> None:
    assert are_enough(30, 5, rules).is_met
    assert are_enough(30, 13, rules).is_met
    refused = are_enough(30, 6, rules)
    assert (refused.reason, refused.facts["numbers"]) == ("judges_for_equal_panels", [5, 7, 9, 11, 13])
    assert not are_enough(5, 2, rules).is_met


def test_thirty_entries_are_dealt_to_two_panels_of_fifteen() -> None:
    dealt = deal("seed", entries=people("e", 30), judges=people("j", 7), barred={})
    assert Counter(dealt.entries.values()) == {1: 15, 2: 15}
    assert Counter(dealt.judges.values()) == {1: 3, 2: 3, ROTATING_SEAT: 1}
    assert sorted(dealt.running_order) == sorted(people("e", 30))
    assert dealt.left_over == []


def test_whoever_has_the_seed_can_repeat_the_draw_and_nobody_steers_it() -> None:
    judges = people("j", 7)
    first = deal("seed", entries=people("e", 30), judges=judges, barred={})
    assert deal("seed", entries=people("e", 30)[::-1], judges=judges[::-1], barred={}) == first
    assert deal("other", entries=people("e", 30), judges=judges, barred={}) != first


def test_an_entry_goes_to_a_panel_in_which_nobody_has_a_stake() -> None:
    barred = {entry: {"j0"} for entry in people("e", 12)} | {"e20": {"j1", "j2"}}
    dealt = deal("seed", entries=people("e", 30), judges=people("j", 7), barred=barred)
    assert dealt.left_over == []
    for entry, held in barred.items():
        assert not {dealt.judges[judge] for judge in held} & {dealt.entries[entry], ROTATING_SEAT}


def test_where_no_panel_is_without_a_stake_the_entry_is_left_over() -> None:
    barred = {"e3": set(people("j", 7))}
    assert deal("seed", entries=people("e", 30), judges=people("j", 7), barred=barred).left_over == ["e3"]
    assert deal("seed", entries=["e3"], judges=["j1", "j2", "j3"], barred={"e3": {"j2"}}).left_over == ["e3"]


@given(st.integers(16, 60), st.integers(2, 6), st.integers(0, 9), st.data())
def test_every_deal_is_fair(entries: int, size: int, seed: int, data: st.DataObject) -> None:
    panels = panels_for(entries)
    judges = people("j", 1 + panels * size)
    one_stake = st.dictionaries(
        st.sampled_from(people("e", entries)), st.sampled_from(judges).map(lambda j: {j})
    )
    barred = data.draw(one_stake)
    dealt = deal(str(seed), entries=people("e", entries), judges=judges, barred=barred)
    loads = Counter(dealt.entries.values())
    if not dealt.left_over:
        assert max(loads.values()) - min(loads.values()) <= 1
        assert sum(loads.values()) == entries
    assert Counter(dealt.judges.values()) == dict.fromkeys(range(1, panels + 1), size) | {ROTATING_SEAT: 1}
