from dataclasses import replace
from datetime import date

import pytest
from personnel_files import NOTHING_KNOWN, SOMEBODY, a_file, checked, numbered, reasons

from integrations.organisation import check, read_mapping, read_rows
from workflow.errors import BadImport
from workflow.vocabulary import Level, Role, Track


def test_a_sound_line_becomes_a_person() -> None:
    line = {"roles": "hr admin", "rating_2025": "3.5", "trainings_2025": "0", "training_safety_2024": "2"}
    plan = checked({**line, "age": "40", "gender": ""})
    (person,) = plan.people
    assert (person.track, person.level, person.roles) == (
        Track.PROFESSIONAL,
        Level.JUNIOR,
        {Role.HR, Role.ADMIN},
    )
    assert person.ratings == {"2025": 3.5}
    assert person.trainings == {("any", 2025): 0, ("safety", 2024): 2}
    assert (person.birth_year, person.gender, person.active, person.manager_number) == (
        1986,
        None,
        True,
        None,
    )
    assert not plan.problems


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("employee_number", "", "value_missing"),
        ("name", "", "value_missing"),
        ("name", "x" * 201, "too_long"),
        ("name", "a\u202eb", "bad_characters"),
        ("name", "a\x00b", "bad_characters"),
        ("email", "nobody", "bad_email"),
        ("email", "a@b@c", "bad_email"),
        ("track", "sideways", "unknown_track"),
        ("level", "Junior", "unknown_level"),
        ("hired_on", "01.02.2020", "bad_date"),
        ("hired_on", "20200201", "bad_date"),
        ("hired_on", "2026-01-07", "date_in_future"),
        ("level_since", "2026-02-30", "bad_date"),
        ("manager_number", "1", "own_manager"),
        ("manager_number", "77", "manager_not_found"),
        ("locale", "fr", "unknown_locale"),
        ("time_zone", "Asia/Atlantis", "unknown_time_zone"),
        ("country", "China", "bad_country"),
        ("active", "perhaps", "bad_yes_no"),
        ("roles", "hr king", "unknown_role"),
        ("hr_department", "Service", "not_in_hr"),
        ("birth_year", "85", "bad_number"),
        ("age", "-3", "bad_number"),
        ("rating_2025", "nan", "bad_number"),
        ("rating_2025", "good", "bad_number"),
        ("trainings_2025", "1.5", "bad_number"),
        ("training_safety_2025", "-1", "bad_number"),
    ],
)
def test_a_bad_cell_is_reported_with_line_column_and_reason(column: str, cell: str, reason: str) -> None:
    plan = checked({column: cell}, *numbered("2"))
    assert reasons(plan) == [(2, column, reason)]
    assert [person.employee_number for person in plan.people] == ["2"]


def test_somebody_is_hr_only_to_a_department_there_is() -> None:
    of_nowhere = {"roles": "hr", "hr_department": "Nowhere"}
    assert reasons(checked(of_nowhere)) == [(2, "hr_department", "department_not_found")]
    assert reasons(checked({**of_nowhere, "hr_department": "Service"})) == []
    assert reasons(checked({**of_nowhere, "parent_department": "Nowhere"})) == []
    its_people = numbered("2", department="Nowhere", track="sideways")
    assert len(reasons(checked(of_nowhere, *its_people))) == 2  # nobody of it is left to be loaded
    known = replace(NOTHING_KNOWN, departments={"Nowhere": None})
    assert reasons(checked(of_nowhere, known=known)) == []


def certified(day: str, end: str = "") -> dict[str, str]:
    """What a line tells about one certificate."""
    return {"certificate_high_voltage": day, "certificate_high_voltage_until": end}


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (certified("2024-05-01", "2027-04-30"), (date(2024, 5, 1), date(2027, 4, 30))),
        (certified("2024-05-01"), (date(2024, 5, 1), None)),
        (certified("none"), (None, None)),
    ],
)
def test_a_certificate_has_a_day_and_maybe_an_end_or_is_not_held(
    told: dict[str, str], read: tuple[date | None, date | None]
) -> None:
    (person,) = checked(told).people
    assert person.certificates == {"high_voltage": read}


def test_an_empty_cell_tells_nothing_about_a_certificate() -> None:
    (person,) = checked(certified("")).people
    assert person.certificates == {}


@pytest.mark.parametrize(
    ("told", "column", "reason"),
    [
        (certified("soon"), "certificate_high_voltage", "bad_date"),
        (certified("2024-05-01", "none"), "certificate_high_voltage_until", "bad_date"),
        (certified("2026-02-01"), "certificate_high_voltage", "date_in_future"),
        (certified("", "2027-01-01"), "certificate_high_voltage_until", "certificate_not_obtained"),
        (certified("none", "2027-01-01"), "certificate_high_voltage_until", "certificate_not_obtained"),
        (certified("2024-05-01", "2024-04-30"), "certificate_high_voltage_until", "ends_before_obtained"),
    ],
)
def test_what_cannot_be_true_of_a_certificate_is_reported(
    told: dict[str, str], column: str, reason: str
) -> None:
    plan = checked(told)
    assert (reasons(plan), plan.people) == ([(2, column, reason)], ())


@pytest.mark.parametrize("column", ["certificate_high_voltage", "certificate_high_voltage_until"])
def test_the_two_columns_of_a_certificate_come_together(column: str) -> None:
    with pytest.raises(BadImport) as refusal:
        checked({column: ""})
    (other,) = certified("").keys() - {column}
    assert [(line["column"], line["reason"]) for line in refusal.value.facts["lines"]] == [
        (other, "column_missing")
    ]


def test_every_mistake_of_a_line_is_reported() -> None:
    plan = checked({"level": "x", "email": "y", "hired_on": ""})
    assert [reason for _, _, reason in reasons(plan)] == ["bad_email", "unknown_level", "value_missing"]


def test_of_two_people_with_one_number_both_lines_are_bad() -> None:
    plan = checked(*numbered("7", "8", "7"))
    assert reasons(plan) == [(2, "employee_number", "number_twice"), (4, "employee_number", "number_twice")]
    assert [person.employee_number for person in plan.people] == ["8"]


def test_a_line_with_too_many_cells_is_reported() -> None:
    plan = check(read_rows(a_file({}) + b",surplus\n"), None, NOTHING_KNOWN)
    assert reasons(plan) == [(2, "", "wrong_number_of_cells")]


def test_a_circle_of_managers_names_its_numbers() -> None:
    ring = [{"employee_number": n, "manager_number": m} for n, m in [("1", "2"), ("2", "3"), ("3", "1")]]
    plan = checked(*ring, {"employee_number": "4", "manager_number": "1"})
    assert {problem["value"] for problem in plan.problems} == {"1 > 2 > 3 > 1"}
    assert [problem["line"] for problem in plan.problems] == [2, 3, 4]
    assert plan.without_manager == ("4",)


def test_a_circle_is_seen_through_people_who_are_not_in_the_file() -> None:
    known = replace(NOTHING_KNOWN, managers={"1": None, "2": "1"})
    plan = checked({"manager_number": "2"}, known=known)
    assert reasons(plan) == [(2, "manager_number", "manager_cycle")]


def test_leaving_out_a_line_does_not_close_a_circle_with_what_is_on_file() -> None:
    known = replace(NOTHING_KNOWN, managers={"1": "2", "2": None})
    plan = checked({"level": "?"}, {"employee_number": "2", "manager_number": "1"}, known=known)
    assert (3, "manager_number", "manager_cycle") in reasons(plan)
    assert not plan.people


def test_a_manager_may_be_known_from_an_earlier_file() -> None:
    plan = checked({"manager_number": "9"}, known=replace(NOTHING_KNOWN, managers={"9": None}))
    assert plan.people[0].manager_number == "9"


def test_people_below_a_bad_line_have_no_manager_and_are_named() -> None:
    below = numbered("2", manager_number="1")
    plan = checked({"level": "?"}, *below)
    assert reasons(plan) == [(2, "level", "unknown_level")]
    assert (plan.people[0].manager_number, plan.without_manager) == (None, ("2",))


def test_a_department_has_one_parent_and_is_not_its_own_ancestor() -> None:
    def at(number: str, department: str, parent: str) -> dict[str, str]:
        return {"employee_number": number, "department": department, "parent_department": parent}

    plan = checked(
        at("1", "A", "B"), at("2", "A", "C"), at("3", "D", "E"), at("4", "E", "D"), at("5", "F", "")
    )
    assert [(line, reason) for line, _, reason in reasons(plan)] == [
        (3, "second_parent"),
        (4, "department_cycle"),
        (5, "department_cycle"),
    ]


def test_a_department_has_one_head_who_has_not_left() -> None:
    left = {"employee_number": "3", "department": "B", "active": "no", "department_head": "yes"}
    plan = checked(*numbered("1", "2", department_head="yes", active="yes"), left)
    assert [(line, reason) for line, _, reason in reasons(plan)] == [(3, "second_head"), (4, "head_has_left")]


def test_a_missing_or_unknown_column_stops_the_import() -> None:
    with pytest.raises(BadImport) as refusal:
        check(read_rows(b"employee_number,name,departement\n1,a,b"), None, NOTHING_KNOWN)
    found = {(problem["column"], problem["reason"]) for problem in refusal.value.facts["lines"]}
    assert {("department", "column_missing"), ("departement", "column_unknown")} <= found


def test_columns_a_mapping_does_not_name_are_left_alone_and_those_it_names_must_be_there() -> None:
    own = "\n".join(f"  {column}: {column}" for column in SOMEBODY)
    data = a_file({"shoe_size": "42"})
    assert check(read_rows(data), read_mapping(f"columns:\n{own}"), NOTHING_KNOWN).people
    with pytest.raises(BadImport, match="gone"):
        check(read_rows(data), read_mapping(f"columns:\n{own}\n  gender: gone"), NOTHING_KNOWN)


def test_derived_managers_come_from_the_next_level_present_and_have_not_left() -> None:
    own = "\n".join(f"  {column}: {column}" for column in [*SOMEBODY, "active"] if column != "manager_number")
    ladder = [
        ("9", "expert"),
        ("8", "senior"),
        ("7", "senior"),
        ("6", "senior"),
        ("1", "junior"),
        ("2", "junior"),
    ]
    people = [{"employee_number": n, "level": level, "active": str(n != "7")} for n, level in ladder]
    mapping = read_mapping(f"columns:\n{own}\nmanagers: next_level_in_department")
    plan = check(read_rows(a_file(*people)), mapping, NOTHING_KNOWN)
    managers = {person.employee_number: person.manager_number for person in plan.people}
    assert managers == {"9": None, "8": "9", "7": "9", "6": "9", "1": "8", "2": "6"}


def test_progress_counts_every_line() -> None:
    told: list[int] = []
    check(read_rows(a_file(*numbered(*map(str, range(2500))))), None, NOTHING_KNOWN, told.append)
    assert told == [1000, 1000, 500]
