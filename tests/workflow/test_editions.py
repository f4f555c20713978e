"""Editions of the criteria: what is shipped is whole, and what is wrong is named by path and reason."""

import json
import re
import time
import timeit
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.editions.parsing import parse
from workflow.editions.reading import canonical, digest, read, resolve, shipped
from workflow.errors import BadEdition
from workflow.rules.edition import Edition
from workflow.vocabulary import Level, Track

EDITIONS = sorted(shipped())


@cache
def whole(name: str) -> str:
    return canonical(resolve(shipped()[name], shipped()))


def changed(path: str, value: Any) -> str:
    """The default edition with one value replaced, or taken away where the value is `...`."""
    document: Any = json.loads(whole("default"))
    place = document
    *way, last = [int(part[1:-1]) if part[0] == "[" else part for part in re.findall(r"\[\d+\]|\w+", path)]
    for part in way:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(document)


def problems(text: str) -> list[dict[str, Any]]:
    with pytest.raises(BadEdition) as refused:
        read(text)
    found = refused.value.facts["problems"]
    assert isinstance(found, list)
    return found


def _problems_or_none(text: str) -> list[dict[str, Any]]:
    try:
        read(text)
    except BadEdition as refused:
        return list(refused.facts["problems"])
    return []


def named(text: str) -> set[tuple[str, str]]:
    return {(problem["path"], problem["reason"]) for problem in problems(text)}


@pytest.fixture(scope="module")
def default() -> Edition:
    return read(whole("default"))


_LADDER = {"tasks": ["review"], "before": [5, 2], "every_after": 1, "times_after": 1}
_WRONG = _LADDER | {"before": [1, 2]}


@pytest.mark.parametrize("name", EDITIONS)
def test_what_is_shipped_can_be_published(name: str) -> None:
    edition = read(whole(name))
    assert edition.key == name
    assert sum(item.for_customers for item in edition.items) == 6


def test_the_default_edition_has_three_ladders_without_gaps(default: Edition) -> None:
    above_junior = list(Level)[1:]
    for track in Track:
        assert [step.level for step in default.steps if step.track == track] == above_junior


def test_only_important_posts_of_the_default_edition_are_competed_for(default: Edition) -> None:
    competed = {(step.track, step.level) for step in default.steps if step.competition}
    assert competed == {
        (Track.MANAGEMENT, Level.SENIOR),
        (Track.MANAGEMENT, Level.PRINCIPAL),
        (Track.MANAGEMENT, Level.EXPERT),
        (Track.PROFESSIONAL, Level.PRINCIPAL),
        (Track.PROFESSIONAL, Level.EXPERT),
    }


def test_the_sample_organisation_has_one_yearly_rating_on_four_grades() -> None:
    edition = read(whole("sample-1470"))
    assert (edition.rating_scale.low, edition.rating_scale.high) == (1, 4)
    assert {step.eligibility.rating_periods for step in edition.steps} == {1}
    assert {step.committee.seats for step in edition.steps} == {7}
    assert {step.track for step in edition.steps} == {Track.MANAGEMENT, Track.PROFESSIONAL}


def test_an_extending_edition_inherits_what_it_does_not_say() -> None:
    default, sample = read(whole("default")), read(whole("sample-1470"))
    assert sample.criteria == default.criteria
    assert sample.reminders == default.reminders
    assert sample.effective_from == default.effective_from


def test_only_a_known_edition_can_be_extended() -> None:
    for base in ("nowhere", 7):
        with pytest.raises(BadEdition) as refused:
            resolve(f"extends: {base}", shipped())
        assert refused.value.facts["problems"][0]["reason"] == "not_one_of"


def test_an_edition_that_still_extends_another_is_not_whole() -> None:
    assert ("extends", "unknown_field") in named(shipped()["sample-1470"])


def test_the_digest_does_not_depend_on_the_spelling() -> None:
    text = shipped()["default"]
    assert digest(text) == digest(canonical(text)) == digest(json.dumps(parse(text), indent=3))
    assert digest(text) != digest(text.replace('version: "2026.1"', 'version: "2026.2"'))


def test_the_canonical_document_reads_as_the_yaml_does() -> None:
    text = shipped()["default"]
    assert read(canonical(text)) == read(text)
    assert canonical(canonical(text)) == canonical(text)


def test_reading_a_published_document_is_quick() -> None:
    document = whole("default")
    assert min(timeit.repeat(lambda: read(document), timer=time.process_time, number=1)) < 0.05


@pytest.mark.parametrize(
    ("path", "value", "reported", "reason"),
    [
        ("key", "Not A Key", "key", "not_a_key"),
        ("version", 2026.1, "version", "wrong_kind"),
        ("colour", "red", "colour", "unknown_field"),
        ("name.zh_Hans", ..., "name.zh_Hans", "missing"),
        ("name.zh_Hans", " ", "name.zh_Hans", "blank"),
        ("name.en", "a" * 1001, "name.en", "too_long"),
        ("name.en", "turned \u202e around", "name.en", "bad_character"),
        ("name.en", "half \ud800", "name.en", "bad_character"),
        ("effective_from", "soon", "effective_from", "wrong_kind"),
        ("posts[0].track", "sideways", "posts[0].track", "not_one_of"),
        ("posts[0].levels[0]", "master", "posts[0].levels[0]", "not_one_of"),
        ("criteria[0].floor", 6, "criteria[0].floor", "out_of_range"),
        ("criteria[0].items", [], "criteria[0].items", "wrong_number"),
        ("criteria[0].items[0].anchors.3", ..., "criteria[0].items[0].anchors.3", "missing"),
        ("criteria[0].items[0].anchors.6", {}, "criteria[0].items[0].anchors.6", "unknown_field"),
        ("defaults", [], "defaults", "wrong_kind"),
        ("defaults.party", {}, "defaults.party", "unknown_field"),
        ("defaults.notice", "none", "defaults.notice", "wrong_kind"),
        ("defaults.notice", ..., "defaults.notice", "missing"),
        ("defaults.notice.days", ..., "defaults.notice.days", "missing"),
        ("defaults.competition.minimum_entries", 0, "defaults.competition.minimum_entries", "out_of_range"),
        ("defaults.competition.rounds[0].key", "lottery", "defaults.competition.rounds[0].key", "not_one_of"),
        ("defaults.competition.secondary", ["luck"], "defaults.competition.secondary[0]", "not_one_of"),
        ("defaults.review.days", "10", "defaults.review.days", "wrong_kind"),
        ("defaults.review.threshold", 2, "defaults.review.threshold", "out_of_range"),
        ("defaults.review.answered_share", "0.7", "defaults.review.answered_share", "wrong_kind"),
        ("defaults.review.answered_share", float("nan"), "defaults.review.answered_share", "wrong_kind"),
        ("defaults.committee.quorum", "half", "defaults.committee.quorum", "not_a_fraction"),
        ("defaults.committee.quorum", 0.5, "defaults.committee.quorum", "not_a_fraction"),
        ("defaults.approvals.chain", ["mother"], "defaults.approvals.chain[0]", "not_one_of"),
        ("steps", "all", "steps", "wrong_kind"),
        ("steps[1]", "senior", "steps[1]", "wrong_kind"),
        ("steps[1].eligibility.months", 3, "steps[1].eligibility.months", "unknown_field"),
        ("steps[1].competition", "maybe", "steps[1].competition", "wrong_kind"),
    ],
)
def test_a_wrong_field_is_named_with_its_reason(path: str, value: Any, reported: str, reason: str) -> None:
    assert (reported, reason) in named(changed(path, value))


@pytest.mark.parametrize(
    ("path", "value", "reported", "reason"),
    [
        ("review_by", "2025-12-31", "review_by", "before_effective_from"),
        ("rating_scale.low", 5, "rating_scale", "low_not_below_high"),
        ("reminders.before", [3, 7, 1], "reminders.before", "not_descending"),
        ("reminders.by_task", [_WRONG], "reminders.by_task[0].before", "not_descending"),
        ("reminders.by_task", [_LADDER, _LADDER], "reminders.by_task[1]", "twice"),
        ("posts[1].key", "technician", "posts[3]", "twice"),
        ("criteria[0].weight", 21, "criteria", "does_not_add_up"),
        ("criteria[1].key", "work_quality", "criteria[1]", "twice"),
        ("criteria[1].items[0].key", "lasting_solutions", "criteria[1].items[0]", "twice"),
        ("criteria[0].items[0].for_customers", False, "criteria", "wrong_number_of_customer_items"),
        ("steps[1].level", "principal", "steps[2]", "twice"),
        ("steps[1].posts", ["astronaut"], "steps[1].posts[0]", "unknown_post"),
        ("steps[1].posts", ["after_sales_director"], "steps[1].posts[0]", "post_not_held_at_this_level"),
        ("steps[1].posts", ["senior_service_engineer"], "steps[1].posts[0]", "post_not_held_at_this_level"),
        (
            "steps[1].eligibility.median_rating",
            6,
            "steps[1].eligibility.median_rating",
            "outside_rating_scale",
        ),
        (
            "steps[1].eligibility.certificates",
            ["first_aid_until"],
            "steps[1].eligibility.certificates[0]",
            "name_ends_in_until",
        ),
        ("steps[1].approvals", {"chain": ["hr", "hr"]}, "steps[1].approvals.chain[1]", "twice"),
        ("defaults.review.sources[1].weight", 30, "defaults.review.sources", "does_not_add_up"),
        ("defaults.review.sources[1].minimum", 3, "defaults.review.sources[1].minimum", "below_threshold"),
        ("defaults.review.sources[3].minimum", 4, "defaults.review.sources[3].minimum", "below_threshold"),
        ("defaults.review.sources[1].drawn", 4, "defaults.review.sources[1].drawn", "not_above_minimum"),
        ("defaults.review.sources[4].weight", 5, "defaults.review.sources[4].weight", "self_has_no_weight"),
        ("defaults.review.sources[1].source", "superior", "defaults.review.sources[1]", "twice"),
        ("defaults.review.weight_sets[0].peer", 40, "defaults.review.weight_sets[0]", "does_not_add_up"),
        ("defaults.review.sources[3]", ..., "defaults.review.weight_sets[0].customer", "source_not_drawn"),
        ("defaults.review.minimum_raters", 21, "defaults.review.minimum_raters", "cannot_be_reached"),
        ("defaults.composite.review", 20, "defaults.composite", "does_not_add_up"),
        ("steps[1].competition", "none", "defaults.composite.competition", "weight_without_competition"),
        ("steps[0].competition", ..., "steps[0].composite.competition", "competition_without_weight"),
        ("defaults.competition.criteria[0].weight", 0, "defaults.competition.criteria", "does_not_add_up"),
        (
            "defaults.competition.minimum_judges",
            8,
            "defaults.competition.minimum_judges",
            "cannot_be_reached",
        ),
        ("defaults.competition.rounds[0].weight", 40, "defaults.competition.rounds", "does_not_add_up"),
        ("defaults.competition.rounds[1].key", "sift", "defaults.competition.rounds[1]", "twice"),
        (
            "defaults.competition.rounds[0].criteria[1]",
            "charm",
            "defaults.competition.rounds[0].criteria[1]",
            "unknown_criterion",
        ),
        (
            "defaults.competition.rounds[1].shortlist",
            "1/2",
            "defaults.competition.rounds[1].shortlist",
            "shortlist_after_the_last_round",
        ),
        (
            "defaults.competition.rounds[0].shortlist",
            "3/2",
            "defaults.competition.rounds[0].shortlist",
            "share_above_one",
        ),
        ("defaults.competition.secondary[1]", "performance", "defaults.competition.secondary[1]", "twice"),
        ("steps[1].committee", {"seats": 6}, "steps[1].committee.seats", "even_seats"),
        ("steps[1].committee", {"quorum": "8/7"}, "steps[1].committee.quorum", "quorum_unreachable"),
        (
            "steps[1].committee",
            {"minimum_voting": 8},
            "steps[1].committee.minimum_voting",
            "quorum_unreachable",
        ),
        ("steps[1].committee", {"majority": "1/1"}, "steps[1].committee.majority", "majority_unreachable"),
        ("defaults.mentoring.check_in_days", [60, 30], "defaults.mentoring.check_in_days", "not_ascending"),
        ("defaults.mentoring.weeks", 25, "defaults.mentoring.check_in_days", "cannot_be_reached"),
    ],
)
def test_parts_that_do_not_fit_together_are_named(path: str, value: Any, reported: str, reason: str) -> None:
    assert (reported, reason) in named(changed(path, value))


def test_all_problems_are_told_at_once_and_each_once() -> None:
    document = json.loads(changed("defaults.review.sources[1].minimum", 3))
    document["defaults"]["composite"]["review"] = 31
    document["defaults"]["committee"]["minimum_voting"] = 9
    found = problems(json.dumps(document))
    paths = [problem["path"] for problem in found]
    assert {"defaults.review.sources[1].minimum", "defaults.composite"} <= set(paths)
    assert "defaults.committee.minimum_voting" in paths
    assert len(paths) == len(set(paths))


def test_what_steps_take_over_from_the_defaults_is_told_where_it_is_written() -> None:
    document = json.loads(changed("defaults.committee.minimum_voting", 9))
    assert [problem["path"] for problem in problems(json.dumps(document))] == [
        "defaults.committee.minimum_voting"
    ]


def test_what_only_a_step_makes_wrong_is_told_at_the_step() -> None:
    found = problems(changed("steps[1].committee", {"seats": 3, "minimum_voting": 4}))
    assert [problem["path"] for problem in found] == ["steps[1].committee.minimum_voting"]


def test_a_problem_carries_the_values_that_explain_it() -> None:
    text = changed("defaults.review.sources[1].minimum", 3)
    below = {"path": "defaults.review.sources[1].minimum", "reason": "below_threshold"}
    assert problems(text) == [below | {"threshold": 4, "minimum": 3}]
    text = changed("criteria[0].weight", 21)
    assert problems(text) == [
        {"path": "criteria", "reason": "does_not_add_up", "required": 100, "found": 101},
    ]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("key: default\nname: [", "syntax", 2),
        ("key: a\nversion: b\nkey: c\n", "duplicate_key", 3),
        ('{"key": 1, "key": 2}', "duplicate_key", 1),
        ("a: &a [1]\nb: *a\n", "alias", 2),
        ("a: !!python/object:os.system x\n", "syntax", 1),
        ("a: 1\nb: !!binary aGVsbG8=\n", "syntax", 2),
        ("a: 1\nb: \x00\n", "syntax", 2),
        ("- one\n- two\n", "wrong_kind", None),
        ("", "wrong_kind", None),
        ("[" * 5000, "too_deep", None),
        ('{"a":' * 50000, "too_deep", None),
        ("{key: default, name: {en: x}", "syntax", 1),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_with_its_line(
    text: str, reason: str, line: int | None
) -> None:
    [problem] = problems(text)
    assert (problem["reason"], problem.get("line")) == (reason, line)


def test_dates_stay_text_until_their_field_reads_them() -> None:
    assert parse("on: 2026-01-31\nyes: 1") == {"on": "2026-01-31", "yes": 1}


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PLACES = [
    *("name", "posts", "criteria", "criteria[0].items", "steps", "steps[0]", "steps[0].review", "defaults"),
    *("defaults.review", "defaults.review.sources", "defaults.competition", "defaults.committee.quorum"),
]


@given(path=st.sampled_from(PLACES), value=PLAIN)
def test_whatever_is_written_in_place_of_a_part_is_refused_with_reasons(path: str, value: Any) -> None:
    told = _problems_or_none(changed(path, value))
    assert all(problem["path"] and problem["reason"] for problem in told)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(BadEdition):
        read(text)
