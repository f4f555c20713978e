import json
from typing import Any

import pytest
from editions_for_rules import a_criterion, review_rules
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.disclosure import shown_comments, shown_outcome
from workflow.rules.forms import OVERALL
from workflow.rules.scoring import Form, counting_forms, review_score
from workflow.vocabulary import Source

CRITERIA = (a_criterion("quality", items=2), a_criterion("skill", items=1))
ITEMS = [item.key for criterion in CRITERIA for item in criterion.items]
RULES = review_rules()
SUPERIOR, PEER, SUBORDINATE, CUSTOMER, SELF = Source


def forms(*values: int) -> list[Form]:
    return [dict.fromkeys(ITEMS, value) for value in values]


def outcome(by_source: dict[Source, list[Form]]) -> dict[str, Any]:
    score = review_score(by_source, criteria=CRITERIA, rules=RULES)
    return shown_outcome(score, by_source, criteria=CRITERIA, rules=RULES)


def source(by_source: dict[Source, list[Form]], name: str) -> dict[str, Any]:
    return next(one for one in outcome(by_source)["sources"] if one["source"] == name)


def test_a_review_is_shown_in_whole_points_and_weights_that_add_up() -> None:
    shown = outcome({SUPERIOR: forms(4), PEER: forms(5, 4, 4, 4), SELF: forms(5)})
    assert shown["score"] == 79  # 25 * ((25 * 4 + 35 * 4.25) / 60 - 1) = 78.6
    assert [one["source"] for one in shown["sources"]] == ["superior", "peer"]
    assert sum(one["weight"] for one in shown["sources"]) == 100


def test_a_small_group_is_shown_in_half_points_and_a_large_one_with_a_decimal() -> None:
    small = {SUPERIOR: forms(4), PEER: forms(5, 4, 4, 4)}
    large = {SUPERIOR: forms(4), PEER: forms(5, 4, 4, 4, 4, 4, 4, 4, 4, 3, 3, 3)}
    assert source(small, "peer")["mean"] == 4.5
    assert source(large, "peer")["mean"] == 3.8
    assert source(large, "peer")["items"]["skill1"] == {"n": 12, "mean": 3.8}


def test_a_named_superior_is_shown_by_weight_and_mean_alone() -> None:
    shown = source({SUPERIOR: forms(3, 4), PEER: forms(5, 4, 4, 4)}, "superior")
    assert shown == {"source": "superior", "weight": 42, "mean": 3.5}


def test_a_unanimous_answer_is_shown_as_a_band() -> None:
    by_source = {SUPERIOR: forms(4), PEER: forms(5, 5, 5, 5), SUBORDINATE: forms(3, 3, 3, 3)}
    assert source(by_source, "peer")["items"]["skill1"]["mean"] == {"from": 4.5, "to": 5.0}
    assert source(by_source, "peer")["mean"] == {"from": 4.5, "to": 5.0}
    assert source(by_source, "subordinate")["items"]["skill1"]["mean"] == {"from": 2.5, "to": 3.5}


def test_an_item_too_few_answered_is_absent() -> None:
    peers = [*forms(4, 5, 3), {"quality1": 4, "quality2": 4, "skill1": None}]
    assert source({SUPERIOR: forms(4), PEER: peers}, "peer")["items"].keys() == {"quality1", "quality2"}


def test_a_hidden_group_is_merged_or_absent() -> None:
    few = {SUPERIOR: forms(4), PEER: forms(5, 4, 4, 4), SUBORDINATE: forms(1), CUSTOMER: forms(1, 1)}
    shown = outcome(few)
    assert shown["merged"]
    assert [one["source"] for one in shown["sources"]] == ["superior", "colleagues"]


def test_a_review_that_does_not_stand_shows_its_reason_alone() -> None:
    assert outcome({PEER: forms(4, 4, 4, 4, 4)}) == {
        "score": None,
        "reason": "too_few_sources",
        "merged": False,
        "raters": None,
        "sources": [],
    }


COMMENTS = {
    PEER: [("skill1", "sound"), ("skill1", "quick"), ("quality1", "neat")],
    SUBORDINATE: [("skill1", "patient")],
    CUSTOMER: [("skill1", "from customers")],
    SUPERIOR: [("skill1", "by name")],
    SELF: [("skill1", "my own")],
}


def comments(
    given: dict[Source, list[tuple[str, str]]] | None = None,
    *,
    by_source: dict[Source, list[Form]] | None = None,
    key: bytes = b"round",
) -> dict[str, list[str]]:
    forms_given = MERGED if by_source is None else by_source
    score = review_score(forms_given, criteria=CRITERIA, rules=RULES)
    said = COMMENTS if given is None else given
    return shown_comments(said, score, forms_given, criteria=CRITERIA, rules=RULES, key=key)


MERGED = {SUPERIOR: forms(4), PEER: forms(5, 4, 4, 4), SUBORDINATE: forms(1), CUSTOMER: forms(1, 1)}


def test_comments_stand_per_item_without_source_name_or_order_of_arrival() -> None:
    shown = comments()
    assert shown.keys() == {"quality1", "skill1"}
    assert sorted(shown["skill1"]) == ["patient", "quick", "sound"]
    backwards = {one: texts[::-1] for one, texts in reversed(COMMENTS.items())}
    assert json.dumps(comments(backwards)) == json.dumps(shown)


def test_the_order_of_comments_depends_on_the_key() -> None:
    orders = {tuple(comments(key=bytes([n]))["skill1"]) for n in range(50)}
    assert len(orders) == 6


def test_a_review_that_does_not_stand_shows_no_comment() -> None:
    assert comments(by_source={PEER: forms(4, 4, 4, 4, 4)}) == {}


def test_comments_on_an_item_too_few_answered_are_hidden_with_it() -> None:
    blank = {"quality1": 4, "quality2": 4, "skill1": None}
    few = {SUPERIOR: forms(4), PEER: [*forms(4, 5, 3), blank]}
    assert comments(by_source=few).keys() == {"quality1"}
    enough = few | {CUSTOMER: forms(4, 4, 3, 4, 5)}
    assert comments(by_source=enough)["skill1"] == ["from customers"]


def test_what_a_customer_says_of_the_whole_is_shown_with_the_customers() -> None:
    said = {CUSTOMER: [(OVERALL, "Always on time.")]}
    assert comments(said) == {}
    enough = MERGED | {CUSTOMER: forms(4, 4, 3, 4, 5)}
    assert comments(said, by_source=enough) == {OVERALL: ["Always on time."]}


some_form = st.dictionaries(st.sampled_from(ITEMS), st.none() | st.integers(1, 5))
some_forms = st.dictionaries(st.sampled_from(Source), st.lists(some_form, max_size=12))


def contributors(by_source: dict[Source, list[Form]], name: str, item: str | None = None) -> int:
    sources = [PEER, SUBORDINATE] if name == "colleagues" else [Source(name)]
    answered = [form for one in sources for form in by_source.get(one, [])]
    if item is not None:
        return sum(form.get(item) is not None for form in answered)
    return sum(any(value is not None for value in form.values()) for form in answered)


@given(some_forms)
def test_no_figure_has_fewer_contributors_than_its_threshold(by_source: dict[Source, list[Form]]) -> None:
    for shown in outcome(by_source)["sources"]:
        name = shown["source"]
        if name == "superior":
            continue
        threshold = RULES.customer_threshold if name == "customer" else RULES.threshold
        assert contributors(by_source, name) >= shown["n"] >= threshold
        for item, figure in shown["items"].items():
            assert contributors(by_source, name, item) == figure["n"] >= threshold


@given(some_forms, st.integers(1, 5))
def test_what_is_hidden_leaves_no_trace(by_source: dict[Source, list[Form]], value: int) -> None:
    """Whatever a group too small to be shown says, everything shown stays byte for byte the same."""
    by_source.pop(SUBORDINATE, None)
    with_few = by_source | {CUSTOMER: forms(value, value, value, value)}
    without = by_source | {CUSTOMER: []}
    assert json.dumps(outcome(with_few)) == json.dumps(outcome(without))


@given(some_forms, st.integers(1, 5))
def test_an_answer_that_does_not_count_leaves_no_trace(
    by_source: dict[Source, list[Form]], value: int
) -> None:
    """Whatever those say who are too few for a source or an item, nothing that is shown changes."""
    changed = {
        source: [hidden_changed(form, kept_items(by_source, source), value) for form in given]
        for source, given in by_source.items()
    }
    assert json.dumps(outcome(changed)) == json.dumps(outcome(by_source))


def kept_items(by_source: dict[Source, list[Form]], source: Source) -> set[str]:
    counting, merged = counting_forms(by_source, criteria=CRITERIA, rules=RULES)
    group = PEER if merged and source is SUBORDINATE else source
    return {item for form in counting.get(group, []) for item, value in form.items() if value is not None}


def hidden_changed(form: Form, kept: set[str], value: int) -> Form:
    return {item: mark if mark is None or item in kept else value for item, mark in form.items()}


@pytest.mark.parametrize("value", [1, 5])
def test_a_band_stays_on_the_scale(value: int) -> None:
    band = source({SUPERIOR: forms(4), PEER: forms(*[value] * 4)}, "peer")["mean"]
    assert 1 <= band["from"] < band["to"] <= 5
