from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from personnel_files import DATA, NOW, a_file, checked, imported, numbered
from sqlalchemy import Engine, event, func, insert, select, update
from sqlalchemy.orm import aliased

from integrations.organisation import Difference, load
from notifications.letters import write
from notifications.messages import announce
from notifications.models import Delivery
from workflow import journal
from workflow.act import Act
from workflow.database import writing
from workflow.errors import BadImport
from workflow.models import (
    AssignmentRecord,
    CareerStep,
    CertificateRecord,
    Demographics,
    Department,
    Employee,
    HrField,
    JournalEntry,
    PerformanceRecord,
    RoleHolding,
    Site,
    TrainingRecord,
)
from workflow.vocabulary import AssignmentKind, Level, Role, Track

MANAGER = aliased(Employee)


def count(act: Act, model: type, *conditions: object) -> int:
    return act.db.scalar(select(func.count()).select_from(model).where(*conditions))


def person(act: Act, number: str) -> Employee:
    return act.db.scalars(select(Employee).where(Employee.number == number)).one()


def heads(act: Act) -> dict[str, str | None]:
    rows = select(Department.name, Employee.number).outerjoin(Employee, Department.head_id == Employee.id)
    return dict(act.db.execute(rows).all())


def with_a_career_step(act: Act, number: str) -> None:
    """A case has made this person an intermediate representative on 1 December 2025."""
    new = {"level": Level.INTERMEDIATE, "post": "Representative", "level_since": date(2025, 12, 1)}
    who = person(act, number)
    old = {"from_track": who.track, "from_level": who.level, "from_post": who.post}
    step = {
        **old,
        "from_level_since": who.level_since,
        "effective_on": new["level_since"],
        "is_reversal": False,
    }
    target = {"to_track": Track.PROFESSIONAL, "to_level": new["level"], "to_post": new["post"]}
    act.db.execute(insert(CareerStep), [{"employee_id": who.id, "case_id": 1, **step, **target}])
    act.db.execute(update(Employee), [{"id": who.id, **new}])


def test_the_sample_organisation_is_loaded_whole(act: Act) -> None:
    report = imported(act, (DATA / "organisation-1470.csv").read_bytes())
    assert (report.created, len(report.left), report.departments) == (1470, 237, 3)
    assert count(act, Employee, Employee.is_active) == 1233
    whose_manager_left = (
        select(func.count()).select_from(Employee).join(MANAGER, Employee.manager_id == MANAGER.id)
    )
    assert act.db.scalar(whose_manager_left.where(Employee.is_active, ~MANAGER.is_active)) == 119
    assert count(act, PerformanceRecord) == count(act, TrainingRecord) == count(act, Demographics) == 1470
    assert count(act, Employee, Employee.manager_id.is_(None)) == 1


def test_the_original_sample_is_loaded_through_its_mapping(act: Act) -> None:
    mapping = (DATA / "hr-1470-mapping.yaml").read_text("utf-8")
    report = imported(act, (DATA / "hr-1470-original.csv").read_bytes(), mapping)
    assert (report.created, len(report.left), report.skipped) == (1470, 237, 0)
    first = person(act, "1")
    assert (first.name, first.post, first.level) == ("Employee 0001", "Sales Executive", Level.INTERMEDIATE)
    assert (first.hired_on, first.is_active) == (date(2020, 1, 1), False)
    assert act.db.get(Demographics, first.id).birth_year == 1985
    assert count(act, Employee, Employee.manager_id.is_(None)) == 3


def test_both_databases_load_the_sample_alike(engine: Engine) -> None:
    with writing(engine) as db:
        act = Act(db=db, by=None, now=NOW)
        data = (DATA / "organisation-1470.csv").read_bytes()
        assert imported(act, data).created == 1470
        assert imported(act, data.replace(b",Sales Executive,", b",Key Accounts,")).changed == 326
        assert heads(act) == {"Sales": "38", "Research & Development": "32", "Human Resources": "140"}


@pytest.mark.parametrize("name", ["organisation-1470.csv", "hr-1470-original.csv"])
def test_a_second_import_changes_nothing(act: Act, name: str) -> None:
    mapping = (DATA / "hr-1470-mapping.yaml").read_text("utf-8") if "original" in name else None
    imported(act, (DATA / name).read_bytes(), mapping)
    again = imported(act, (DATA / name).read_bytes(), mapping).counts
    assert again.pop("unchanged") == 1470
    assert set(again.values()) == {0}


CERTIFICATE = ("certificate_welding", "certificate_welding_until")


def certified(day: str, end: str = "") -> bytes:
    """A file that tells of somebody's certificate."""
    return a_file(dict(zip(CERTIFICATE, (day, end), strict=True)))


def certificate(act: Act) -> tuple[date | None, date | None] | None:
    """The certificate on file, if it is known of."""
    row = act.db.scalars(select(CertificateRecord)).one_or_none()
    return (row.obtained_on, row.valid_until) if row else None


def test_a_certificate_is_put_on_file_renewed_and_taken_back(act: Act) -> None:
    imported(act, certified(""))
    assert certificate(act) is None
    assert imported(act, certified("2022-01-10", "2024-01-09")).changed == 1
    assert imported(act, certified("2022-01-10", "2024-01-09")).changed == 0
    assert imported(act, certified("2024-01-08")).changed == 1
    assert certificate(act) == (date(2024, 1, 8), None)
    assert imported(act, certified("")).changed == 0
    assert imported(act, certified("none")).changed == 1
    assert certificate(act) == (None, None)


def test_that_somebody_does_not_hold_a_certificate_is_known_too(act: Act) -> None:
    imported(act, certified("none"))
    assert certificate(act) == (None, None)
    assert imported(act, certified("none")).unchanged == 1


def test_columns_of_another_name_are_mapped_to_a_certificate(act: Act) -> None:
    mapping = """
        columns:
          employee_number: Number
          name: Number
          department: {constant: Service}
          post: {constant: Welder}
          track: {constant: professional}
          level: {constant: junior}
          hired_on: {constant: 2020-01-01}
          level_since: {constant: 2020-01-01}
          certificate_welding: {column: Welder since, values: {"-": none}, otherwise: 2022-01-10}
          certificate_welding_until: {constant: 2027-01-09}
    """
    report = imported(act, b"Number,Welder since\n1,10 Jan 2022\n", mapping)
    assert (report.created, certificate(act)) == (1, (date(2022, 1, 10), date(2027, 1, 9)))


def test_attributes_that_are_not_told_leave_no_line(act: Act) -> None:
    imported(act, a_file({"gender": ""}))
    imported(act, a_file({"department": "Sales"}))
    assert count(act, Demographics) == 0


levels = st.sampled_from([level.value for level in Level])
people = st.fixed_dictionaries(
    {"level": levels, "department": st.sampled_from("AB"), "active": st.sampled_from(["true", "false"])},
    optional={"rating_2025": st.sampled_from(["", "3"]), "roles": st.sampled_from(["", "hr", "hr auditor"])},
)


@given(before=st.lists(people, min_size=1, max_size=5), after=st.lists(people, min_size=1, max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_there_before_the_second_import_of_a_file_changes_nothing(
    act: Act, before: list[dict[str, str]], after: list[dict[str, str]]
) -> None:
    first, second = (
        a_file(*({**line, "employee_number": str(number)} for number, line in enumerate(lines)))
        for lines in (before, after)
    )
    imported(act, first)
    imported(act, second)
    again = imported(act, second)
    assert (again.created, again.changed, again.departments, again.left) == (0, 0, 0, ())
    act.db.rollback()


def test_a_later_file_changes_what_it_says_and_nothing_else(act: Act) -> None:
    imported(act, a_file(*numbered("1", "2", roles="hr", locale="en", gender="F", rating_2024="3")))
    report = imported(act, a_file({"name": "Lin Hua-Berg", "rating_2025": "4", "email": ""}))
    assert (report.changed, report.unchanged, report.not_in_file) == (1, 0, 1)
    changed = person(act, "1")
    assert (changed.name, changed.email, changed.locale) == ("Lin Hua-Berg", None, "en")
    assert count(act, PerformanceRecord, PerformanceRecord.employee_id == changed.id) == 2
    assert act.db.get(Demographics, changed.id).gender == "F"
    assert act.db.get(RoleHolding, (changed.id, Role.HR)) is not None


def test_a_file_without_people_changes_nothing(act: Act) -> None:
    imported(act, a_file({}))
    report = imported(act, a_file())
    assert (report.created, report.changed, report.not_in_file) == (0, 0, 1)


def test_roles_are_those_of_the_file_where_it_has_that_column(act: Act) -> None:
    imported(act, a_file({"roles": "hr admin"}))
    report = imported(act, a_file({"roles": "auditor hr"}))
    assert report.changed == 1
    assert set(act.db.scalars(select(RoleHolding.role))) == {Role.HR, Role.AUDITOR}


def hr_to(act: Act) -> tuple[set[Role], list[str]]:
    """Which roles anybody holds, and to which departments alone somebody is HR."""
    fields = select(Department.name).join(HrField, HrField.department_id == Department.id)
    return set(act.db.scalars(select(RoleHolding.role))), list(act.db.scalars(fields))


def test_whoever_is_hr_to_a_department_does_not_hold_the_role_for_all(act: Act) -> None:
    imported(act, a_file({"roles": "hr auditor", "hr_department": "Service"}))
    assert hr_to(act) == ({Role.AUDITOR}, ["Service"])
    again = imported(act, a_file({"roles": "hr auditor", "hr_department": "Service"}))
    assert (again.changed, again.unchanged) == (0, 1)
    assert imported(act, a_file({"roles": "hr"})).changed == 1
    assert hr_to(act) == (set(), ["Service"])
    assert imported(act, a_file({"roles": "hr", "hr_department": ""})).changed == 1
    assert hr_to(act) == ({Role.HR}, [])


def test_who_comes_to_see_cases_by_a_role_is_told_to_auditors(act: Act) -> None:
    imported(act, a_file(*numbered("1", roles="auditor"), *numbered("2")))
    act.entries.clear()
    file = a_file(*numbered("1", roles="auditor"), *numbered("2", roles="admin hr", hr_department="Service"))
    imported(act, file)
    (changed,) = (entry for entry in act.entries if entry.action == "roles_changed")
    assert [held[1:] for held in changed.facts["given"]] == [["admin", None], ["hr", 1]]
    assert changed.facts["taken"] == []
    journal.put_on_file(act)
    announce(act)
    told = act.db.scalars(select(Delivery).where(Delivery.kind == "roles_changed")).all()
    assert [act.db.get_one(Employee, one.person_id).number for one in told] == ["1"]
    text = write(act.db, told[0], base_url="https://x.test", now=act.now).text
    assert "Lin Hua (系统管理员)、Lin Hua (人力资源)" in text
    imported(act, file)
    assert [entry.action for entry in act.entries].count("roles_changed") == 1


def test_whoever_works_in_hr_no_more_is_hr_to_no_department(act: Act) -> None:
    imported(act, a_file({"roles": "hr", "hr_department": "Service"}))
    imported(act, a_file({"roles": ""}))
    assert hr_to(act) == (set(), [])


def test_rotations_and_projects_in_other_departments_are_kept_as_the_file_says(act: Act) -> None:
    told = {"rotation_months": "6", "projects": "0"}
    imported(act, a_file(*numbered("1", **told), *numbered("2")))
    again = a_file(*numbered("1", **{**told, "projects": "2"}), *numbered("2"))
    assert imported(act, again).changed == 1
    records = select(AssignmentRecord.kind, AssignmentRecord.months, AssignmentRecord.times)
    assert sorted(tuple(row) for row in act.execute(records)) == [
        (AssignmentKind.PROJECT, 0, 2),
        (AssignmentKind.ROTATION, 6, 1),
    ]


def test_a_level_set_by_a_case_is_kept_and_reported(act: Act) -> None:
    imported(act, a_file({}))
    with_a_career_step(act, "1")
    report = imported(act, a_file({"name": "Lin Hua-Berg"}))
    kept = person(act, "1")
    assert (kept.level, kept.post, kept.name) == (Level.INTERMEDIATE, "Representative", "Lin Hua-Berg")
    assert report.differences == (
        Difference("1", "level", "intermediate", "junior"),
        Difference("1", "post", "Representative", "Technician"),
        Difference("1", "level_since", "2025-12-01", "2022-03-01"),
    )


def test_who_is_marked_as_gone_is_reported_once(act: Act) -> None:
    imported(act, a_file(*numbered("1", "2")))
    gone = imported(act, a_file(*numbered("1", active="false")))
    assert gone.left == (person(act, "1").id,)
    assert imported(act, a_file(*numbered("1", active="false"))).left == ()


def test_the_head_is_the_highest_active_person_with_the_lowest_number(act: Act) -> None:
    imported(act, a_file(*numbered("10", "9", level="senior"), {"level": "expert", "active": "no"}))
    assert heads(act) == {"Service": "9"}


def test_a_file_may_name_the_heads(act: Act) -> None:
    imported(act, a_file(*numbered("1", level="expert"), {"employee_number": "2", "department_head": "yes"}))
    assert heads(act) == {"Service": "2"}


def test_departments_form_a_tree_and_parents_need_no_people(act: Act) -> None:
    report = imported(act, a_file({"parent_department": "Company"}))
    parent = aliased(Department)
    tree = select(Department.name, parent.name).outerjoin(parent, Department.parent_id == parent.id)
    assert dict(act.db.execute(tree).all()) == {"Service": "Company", "Company": None}
    assert (report.departments, heads(act)) == (2, {"Service": "1", "Company": None})


def test_people_without_a_site_sit_at_the_head_office(act: Act) -> None:
    imported(act, a_file({"site": ""}, {"employee_number": "2", "site": "Köln", "country": "DE"}))
    assert {(site.name, site.country) for site in act.db.scalars(select(Site))} == {
        ("Head office", "CN"),
        ("Köln", "DE"),
    }


def test_one_bad_line_keeps_all_people_out(act: Act) -> None:
    with pytest.raises(BadImport) as refusal:
        imported(act, a_file({"level": "?"}, *numbered("2")))
    assert [problem["line"] for problem in refusal.value.facts["lines"]] == [2]
    assert count(act, Employee) == count(act, Department) == count(act, JournalEntry) == 0


def test_bad_lines_are_skipped_where_that_is_asked_for(act: Act) -> None:
    lines = a_file({"level": "?"}, *numbered("2", manager_number="1"))
    report = imported(act, lines, skip_bad=True)
    assert (report.created, report.skipped, report.without_manager) == (1, 1, ("2",))
    assert person(act, "2").manager_id is None


def test_the_journal_has_one_entry_with_the_figures_and_no_names(act: Act) -> None:
    imported(act, a_file(*numbered("1", "2")))
    journal.put_on_file(act)
    (entry,) = act.db.scalars(select(JournalEntry))
    assert (entry.action, entry.chain, entry.facts["created"]) == ("organisation_imported", "organisation", 2)
    assert all(isinstance(figure, int) for figure in entry.facts.values())


def test_the_number_of_statements_does_not_depend_on_the_number_of_people(act: Act) -> None:
    statements: list[str] = []
    event.listen(act.db.get_bind(), "before_cursor_execute", lambda *call: statements.append(call[2]))
    counts = []
    for size in (5, 900):
        statements.clear()
        imported(
            act, a_file(*numbered(*map(str, range(size)), manager_number="", rating_2025="3", roles="hr"))
        )
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 2


def test_progress_counts_every_person(act: Act) -> None:
    told: list[int] = []
    load(act, checked(*numbered(*map(str, range(1200)))), progress=told.append)
    assert told == [1000, 200]
