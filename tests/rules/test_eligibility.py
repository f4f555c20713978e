from datetime import date
from typing import Any

import pytest
from editions_for_rules import eligibility_rules
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.deadlines import add_months
from workflow.rules.eligibility import Certificate, Facts, Finding, check, median_rating, overall
from workflow.vocabulary import Answer

TODAY = date(2026, 11, 23)
MET, NOT_MET, UNKNOWN = Answer
EVERYTHING = eligibility_rules(
    months_in_level=12,
    median_rating=3.5,
    trainings=2,
    no_open_sanction=True,
    rotation_months=6,
    projects=2,
)


def facts(**known: Any) -> Facts:
    return Facts(**{"level_since": date(2024, 1, 1)} | known)


def answer(known: Facts, **asked: Any) -> Answer:
    (finding,) = check(known, eligibility_rules(**asked), on=TODAY)
    return finding.answer


GOOD = facts(
    ratings=(("2026-Q1", 3.0), ("2026-Q2", 4.0), ("2026-Q3", 5.0)),
    trainings={("service", 2026): 1, ("safety", 2025): 1},
    projects=2,
)


def test_there_is_a_finding_for_every_rule_that_is_asked_and_for_no_other() -> None:
    rules = [finding.rule for finding in check(GOOD, EVERYTHING, on=TODAY)]
    assert rules == [
        "months_in_level",
        "median_rating",
        "trainings",
        "no_open_sanction",
        "rotation_or_projects",
    ]
    assert check(GOOD, eligibility_rules(), on=TODAY) == []


def test_a_finding_sets_the_persons_value_beside_what_is_required() -> None:
    (finding,) = check(GOOD, eligibility_rules(median_rating=3.5), on=TODAY)
    assert finding == Finding("median_rating", "3.5", "4", "performance_record", MET)


@pytest.mark.parametrize(
    ("since", "expected"),
    [(date(2025, 11, 23), MET), (date(2025, 11, 24), NOT_MET), (date(2026, 11, 24), NOT_MET)],
)
def test_months_in_level_are_full_months(since: date, expected: Answer) -> None:
    assert answer(facts(level_since=since), months_in_level=12) is expected


@given(st.dates(date(2010, 1, 1), TODAY), st.integers(0, 60))
def test_so_many_months_are_reached_on_the_day_the_calendar_says(since: date, months: int) -> None:
    reached = add_months(since, months) <= TODAY
    assert (answer(facts(level_since=since), months_in_level=months) is MET) == reached


def test_the_median_is_taken_over_the_last_periods_only() -> None:
    ratings = (("2025", 1.0), ("2026-Q1", 5.0), ("2026-Q2", 2.0), ("2026-Q3", 4.0))
    assert median_rating(ratings, 3) == 4.0
    assert median_rating(ratings, 2) == 3.0
    assert median_rating(ratings, 5) is None


def test_fewer_periods_than_asked_are_unknown_not_failed() -> None:
    assert answer(facts(ratings=(("2025", 1.0),)), median_rating=3.0) is UNKNOWN
    assert answer(facts(ratings=(("2025", 1.0),)), median_rating=3.0, rating_periods=1) is NOT_MET


@pytest.mark.parametrize(
    ("trainings", "expected"),
    [
        ({("service", 2025): 1, ("safety", 2026): 1}, MET),
        ({("service", 2024): 9, ("safety", 2026): 1}, NOT_MET),
        ({}, UNKNOWN),
    ],
)
def test_trainings_count_for_two_calendar_years(
    trainings: dict[tuple[str, int], int], expected: Answer
) -> None:
    assert answer(facts(trainings=trainings), trainings=2) is expected


def test_where_one_course_is_asked_the_others_do_not_count() -> None:
    attended = facts(trainings={("service", 2026): 5})
    assert answer(attended, trainings=1, training_course="safety") is NOT_MET
    assert answer(attended, trainings=1, training_course="service") is MET


@pytest.mark.parametrize(
    ("held", "value", "expected"),
    [
        ({}, None, UNKNOWN),
        ({"forklift": Certificate(date(2020, 1, 1))}, None, UNKNOWN),
        ({"high_voltage": Certificate(None)}, "none", NOT_MET),
        ({"high_voltage": Certificate(date(2026, 11, 24))}, "none", NOT_MET),
        ({"high_voltage": Certificate(date(2020, 1, 1))}, "valid", MET),
        ({"high_voltage": Certificate(date(2020, 1, 1), TODAY)}, "valid:2026-11-23", MET),
        (
            {"high_voltage": Certificate(date(2020, 1, 1), date(2026, 11, 22))},
            "expired:2026-11-22",
            NOT_MET,
        ),
    ],
)
def test_a_certificate_counts_through_its_last_day_and_says_when_it_has_expired(
    held: dict[str, Certificate], value: str | None, expected: Answer
) -> None:
    (finding,) = check(facts(certificates=held), eligibility_rules(certificates=("high_voltage",)), on=TODAY)
    assert finding == Finding("certificate:high_voltage", "valid", value, "certificate_record", expected)


def test_each_certificate_is_a_rule_of_its_own() -> None:
    asked = eligibility_rules(certificates=("high_voltage", "refrigerants"))
    findings = check(facts(certificates={"refrigerants": Certificate(date(2020, 1, 1))}), asked, on=TODAY)
    assert [finding.rule for finding in findings] == ["certificate:high_voltage", "certificate:refrigerants"]
    assert overall(findings, waived={"certificate:high_voltage"}).is_met


def test_an_open_sanction_is_in_the_way() -> None:
    assert answer(facts(under_sanction=True), no_open_sanction=True) is NOT_MET
    assert answer(facts(), no_open_sanction=True) is MET


@pytest.mark.parametrize(
    ("rotation", "projects", "expected"),
    [
        (6, None, MET),
        (None, 2, MET),
        (3, 2, MET),
        (3, 1, NOT_MET),
        (3, None, UNKNOWN),
        (None, None, UNKNOWN),
    ],
)
def test_a_rotation_or_projects_are_enough(
    rotation: int | None, projects: int | None, expected: Answer
) -> None:
    known = facts(rotation_months=rotation, projects=projects)
    assert answer(known, rotation_months=6, projects=2) is expected


def test_the_value_of_an_alternative_shows_both_sides() -> None:
    asked = eligibility_rules(rotation_months=6, projects=2)
    (half_known,) = check(facts(projects=0), asked, on=TODAY)
    assert (half_known.required, half_known.value) == ("6 / 2", "? / 0")
    assert check(facts(), asked, on=TODAY)[0].value is None


def test_a_rotation_alone_can_be_asked() -> None:
    assert answer(facts(rotation_months=5), rotation_months=6) is NOT_MET
    assert answer(facts(projects=None), projects=2) is UNKNOWN


def test_who_meets_everything_is_eligible() -> None:
    verdict = overall(check(GOOD, EVERYTHING, on=TODAY))
    assert verdict.is_met
    assert verdict.reason == "eligible"


def test_what_fails_is_named_before_what_is_missing() -> None:
    findings = check(facts(level_since=TODAY), EVERYTHING, on=TODAY)
    failed = overall(findings)
    assert (failed.answer, failed.facts) == (NOT_MET, {"rules": ["months_in_level"]})
    missing = overall(findings, waived={"months_in_level"})
    assert missing.answer is UNKNOWN
    assert missing.facts == {"rules": ["median_rating", "trainings", "rotation_or_projects"]}


def test_a_waiver_answers_for_its_rule_and_is_named() -> None:
    findings = check(facts(under_sanction=True), eligibility_rules(no_open_sanction=True), on=TODAY)
    verdict = overall(findings, waived={"no_open_sanction"})
    assert verdict.is_met
    assert verdict.facts == {"waived": ["no_open_sanction"]}
