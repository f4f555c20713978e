from dataclasses import replace

import pytest

from workflow.rules.conflicts import Standing, conflicts_of, may_decide, public_codes

STANDING = Standing(
    candidate="Chen",
    line_managers=frozenset({"Manager", "Director"}),
    raters=frozenset({"Rater", "Manager"}),
    approvers=frozenset({"Manager", "Approver"}),
    judges=frozenset({"Judge"}),
    nominator="Manager",
    mentors=frozenset({"Mentor"}),
    rivals=frozenset({"Rival"}),
    kept_apart=frozenset({"Cousin"}),
    recused=frozenset({"Friend"}),
)


@pytest.mark.parametrize(
    ("person", "conflict"),
    [
        ("Chen", "candidate"),
        ("Director", "line_manager"),
        ("Rater", "rater"),
        ("Approver", "approver"),
        ("Judge", "judge"),
        ("Mentor", "mentor"),
        ("Rival", "rival"),
        ("Cousin", "kept_apart"),
        ("Friend", "recused"),
    ],
)
def test_every_stake_in_a_case_is_a_conflict(person: str, conflict: str) -> None:
    assert conflicts_of(person, STANDING) == [conflict]


def test_a_stranger_has_no_conflict() -> None:
    assert conflicts_of("Stranger", STANDING) == []
    assert conflicts_of("Stranger", Standing("Chen")) == []


def test_all_conflicts_are_named_the_candidate_first() -> None:
    assert conflicts_of("Manager", STANDING) == ["line_manager", "rater", "approver", "nominator"]
    self_nominated = replace(STANDING, nominator="Chen", raters=frozenset({"Chen"}))
    assert conflicts_of("Chen", self_nominated) == ["candidate", "rater", "nominator"]


def test_who_reviewed_whom_and_who_is_related_stays_confidential() -> None:
    assert public_codes(["line_manager", "rater"]) == ["line_manager", "confidential"]
    assert public_codes(["kept_apart"]) == public_codes(["rater", "kept_apart"]) == ["confidential"]
    verdict = may_decide("Rater", STANDING)
    assert not verdict.is_met
    assert verdict.facts == {"conflicts": ["confidential"]}


def test_a_person_without_conflict_may_decide() -> None:
    assert may_decide("Stranger", STANDING).is_met


def test_a_seat_may_admit_some_conflicts_but_never_the_candidate() -> None:
    assert may_decide("Director", STANDING, despite={"line_manager"}).is_met
    assert not may_decide("Manager", STANDING, despite={"line_manager"}).is_met
    assert not may_decide("Chen", STANDING, despite={"candidate"}).is_met
