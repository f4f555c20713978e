"""Steps aside: another track or post of the same level, with or without another department and manager."""

from typing import Any

import pytest

from tests.builders import a_case, approve_all
from tests.company import Company
from tests.workflow.seasons import changed
from tests.workflow.test_nominations import nominate
from workflow import nominations
from workflow.errors import Invalid, NotTheNextStep, PersonInactive
from workflow.models import AssignmentRecord, Employee
from workflow.targets import Place
from workflow.vocabulary import AssignmentKind, Level, Stage, TaskKind, Track

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ASIDE: dict[str, Any] = {
    "track": Track.CROSS_DEPARTMENT,
    "level": Level.INTERMEDIATE,
    "post": "service_coordinator",
}


def to_place(company: Company, *, manager: str | None = None, department: int | None = None) -> int:
    with company.door.acting(now=company.now, by=company.ids["L1"]) as act:
        person = act.db.get_one(Employee, company.ids[manager]) if manager else None
        candidate = act.db.get_one(Employee, company.ids["C"])
        place = Place(department, person)
        return nominations.nominate(act, candidate, edition_id=company.edition_id, place=place, **ASIDE).id


def recorded(company: Company, kind: AssignmentKind, **fields: int) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(AssignmentRecord(employee_id=company.ids["C"], kind=kind, place="Logistics", **fields))


def test_the_same_level_on_another_track_is_a_step_aside(company: Company) -> None:
    case = company.case(nominate(company, "L1", **ASIDE))
    assert (case.target_track, case.target_level) == (Track.CROSS_DEPARTMENT, Level.INTERMEDIATE)


def test_so_is_another_post_of_the_same_level(company: Company) -> None:
    changed(company, "C", track=Track.CROSS_DEPARTMENT, level=Level.PRINCIPAL, post="regional manager")
    post = {
        "track": Track.CROSS_DEPARTMENT,
        "level": Level.PRINCIPAL,
        "post": "cross_department_project_lead",
    }
    assert nominate(company, "L1", **post)


@pytest.mark.parametrize("post", ["service_engineer", "Service engineer", "服务工程师"])
def test_the_post_one_holds_already_is_no_step(company: Company, post: str) -> None:
    changed(company, "C", post=post)
    same = {"track": Track.PROFESSIONAL, "level": Level.INTERMEDIATE, "post": "service_engineer"}
    with pytest.raises(NotTheNextStep):
        nominate(company, "L1", **same)


def test_a_step_down_is_none(company: Company) -> None:
    changed(company, "C", level=Level.SENIOR)
    with pytest.raises(NotTheNextStep):
        nominate(company, "L1", **ASIDE)


@pytest.mark.parametrize(
    ("kind", "fields", "goes_on"),
    [
        (AssignmentKind.ROTATION, {"months": 6}, True),
        (AssignmentKind.PROJECT, {"times": 2}, True),
    ],
)
def test_a_rotation_or_projects_on_file_make_a_step_across_departments_possible(
    company: Company, kind: AssignmentKind, fields: dict[str, int], goes_on: bool
) -> None:
    recorded(company, kind, **fields)
    case_id = nominate(company, "L1", **ASIDE)
    company.do(nominations.submit, case_id, "L1")
    approve_all(company, case_id)
    assert (company.case(case_id).stage is Stage.REVIEW) is goes_on


def test_too_short_a_rotation_and_too_few_projects_are_for_hr_to_settle(company: Company) -> None:
    recorded(company, AssignmentKind.ROTATION, months=3)
    recorded(company, AssignmentKind.PROJECT, times=1)
    case_id = nominate(company, "L1", **ASIDE)
    company.do(nominations.submit, case_id, "L1")
    approve_all(company, case_id)
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.SETTLE_ELIGIBILITY]


def test_a_new_department_and_a_new_manager_are_kept_with_the_case(company: Company) -> None:
    case = company.case(to_place(company, manager="L2", department=2))
    assert (case.target_department_id, case.target_manager_id) == (2, company.ids["L2"])


def test_an_unknown_department_is_refused(company: Company) -> None:
    with pytest.raises(Invalid) as refused:
        to_place(company, department=99)
    assert refused.value.facts["reason"] == "department_unknown"


@pytest.mark.parametrize(("manager", "reason"), [("C", "manager_is_candidate"), ("P2", "manager_below")])
def test_a_manager_who_cannot_be_is_refused(company: Company, manager: str, reason: str) -> None:
    changed(company, "P1", manager_id=company.ids["C"])
    changed(company, "P2", manager_id=company.ids["P1"])
    with pytest.raises(Invalid) as refused:
        to_place(company, manager=manager)
    assert refused.value.facts["reason"] == reason


def test_a_manager_who_has_left_is_refused(company: Company) -> None:
    company.leaves("L2")
    with pytest.raises(PersonInactive):
        to_place(company, manager="L2")


def test_nobody_gets_a_second_case_while_he_is_mentored(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    with pytest.raises(Invalid) as refused:
        nominate(company, "L1", level=Level.PRINCIPAL, post="principal_service_engineer")
    assert refused.value.facts == {"reason": "still_mentored", "case": case_id}
