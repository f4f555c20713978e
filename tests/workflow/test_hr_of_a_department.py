"""Somebody who is HR to one department: its tree is all he sees and does as HR."""

import pytest
from sqlalchemy import select, update

from notifications import reminders
from notifications.models import Delivery
from tests.company import Company
from tests.workflow.absent import away, waiting_for
from tests.workflow.test_approvals import asked, nominated
from tests.workflow.test_handing_over import hand_over
from tests.workflow.test_kept_apart import keep_apart
from tests.workflow.test_mails_about_asking import telling
from tests.workflow.test_tasks_of_a_role import awaits_hr, inboxes, leaves_hr
from workflow import cases, cycles, data_gaps, nominations, sweeps
from workflow.errors import NotAllowed, NotFound, PersonUnfit
from workflow.models import Department, Employee, HrField, PromotionCase
from workflow.permissions import Operation, require
from workflow.relations import Relation, relations, roles_of, visible_cases
from workflow.targets import nominator_of
from workflow.vocabulary import Nominator, Stage, TaskKind

R = Relation


def hr_of(company: Company, number: str, department: str = "Service") -> None:
    """Somebody becomes HR to a department and all below it."""
    with company.door.acting(now=company.now) as act:
        unit = act.first(select(Department.id).where(Department.name == department))
        assert unit is not None
        act.add(HrField(employee_id=company.ids[number], department_id=unit))


def moved_below(company: Company, number: str, parent: str = "Service") -> None:
    """Somebody works in a new department two steps below another one."""
    with company.door.acting(now=company.now) as act:
        above = act.first(select(Department.id).where(Department.name == parent))
        middle = act.add(Department(name="Region", parent_id=above))
        team = act.add(Department(name="Team", parent_id=middle.id))
        act.execute(update(Employee).where(Employee.number == number).values(department_id=team.id))


def moved(company: Company, number: str, department: str) -> None:
    with company.door.acting(now=company.now) as act:
        unit = select(Department.id).where(Department.name == department).scalar_subquery()
        act.execute(update(Employee).where(Employee.number == number).values(department_id=unit))


def seen_by(company: Company, number: str) -> list[int]:
    with company.reading() as db:
        return list(db.scalars(select(PromotionCase.id).where(visible_cases(company.ids[number]))))


def relations_of(company: Company, number: str, case_id: int) -> frozenset[Relation]:
    with company.reading() as db:
        person = db.get_one(Employee, company.ids[number])
        return relations(db, person, db.get_one(PromotionCase, case_id))


def test_he_sees_his_tree_and_nothing_else(company: Company) -> None:
    moved_below(company, "P1")
    inside = [nominated(company), nominated(company, by="P1", candidate="P1")]
    moved(company, "P2", "Staff")
    outside = nominated(company, by="P2", candidate="P2")
    hr_of(company, "T1")
    assert seen_by(company, "T1") == inside
    assert [R.HR in relations_of(company, "T1", case) for case in (*inside, outside)] == [True, True, False]
    assert seen_by(company, "H1") == [*inside, outside]


def test_a_sibling_and_what_lies_above_are_not_in_the_tree(company: Company) -> None:
    moved_below(company, "P1")
    case_id = nominated(company)
    hr_of(company, "T1", "Team")
    assert seen_by(company, "T1") == []
    with company.reading() as db, pytest.raises(NotFound):
        person = db.get_one(Employee, company.ids["T1"])
        require(db, person, Operation.READ_CASE, db.get_one(PromotionCase, case_id))


def test_tasks_of_hr_about_his_people_wait_for_him_too(company: Company) -> None:
    hr_of(company, "T1")
    hr_of(company, "J1", "Staff")
    awaits_hr(company)
    assert inboxes(company, TaskKind.APPROVE) == {"H1", "H2", "T1"}
    sweeps.run(company.door, now=company.now)
    assert inboxes(company, TaskKind.APPROVE) == {"H1", "H2", "T1"}


def test_whoever_becomes_hr_to_a_department_finds_its_open_tasks(company: Company) -> None:
    case_id = awaits_hr(company)
    hr_of(company, "T1")
    hr_of(company, "J1", "Staff")
    assert sweeps.run(company.door, now=company.now)["tasks_shared"] == 1
    assert sweeps.run(company.door, now=company.now)["tasks_shared"] == 0
    assert asked(company, case_id) == {"H1", "H2", "T1"}
    company.do(nominations.approve, case_id, "T1")
    assert company.case(case_id).stage is Stage.REVIEW


def test_whoever_moves_out_of_the_tree_takes_his_tasks_along(company: Company) -> None:
    hr_of(company, "T1")
    case_id = awaits_hr(company)
    moved(company, "C", "Staff")
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"H1", "H2"}


def test_with_a_stake_he_is_passed_over_and_hr_to_all_goes_on(company: Company) -> None:
    hr_of(company, "T1")
    keep_apart(company, "T1", "C")
    case_id = awaits_hr(company)
    assert asked(company, case_id) == {"H1", "H2"}
    assert (seen_by(company, "T1"), R.HR in relations_of(company, "T1", case_id)) == ([], False)


def test_his_own_case_and_those_of_his_rivals_are_not_his(company: Company) -> None:
    hr_of(company, "P1")
    own = nominated(company, by="P1", candidate="P1")
    assert R.HR not in relations_of(company, "P1", own)


def test_where_only_departments_have_hr_the_rest_waits(company: Company) -> None:
    hr_of(company, "T1", "Staff")
    case_id = nominated(company)
    leaves_hr(company, "H1", "H2")
    for number in ("L1", "D1"):
        company.do(nominations.approve, case_id, number)
    assert company.case(case_id).stuck_reason == "no_approver"
    assert waiting_for(company, "T1") == []


def test_what_concerns_everybody_is_not_for_hr_of_a_department(company: Company) -> None:
    hr_of(company, "T1")
    with company.reading() as db:
        person = db.get_one(Employee, company.ids["T1"])
        assert roles_of(db, person) == {R.EVERYBODY, R.ANYBODY, R.DEPARTMENT_HR}
        for operation in (Operation.OPEN_CYCLE, Operation.PUBLISH_CRITERIA, Operation.KEEP_APART):
            with pytest.raises(NotAllowed):
                require(db, person, operation)
        require(db, person, Operation.READ_STUCK)


def test_nobody_gets_what_is_about_a_whole_cycle_but_hr_to_all(company: Company) -> None:
    hr_of(company, "H0", "Staff")
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        today = company.now.date()
        days = {"opens_on": today, "closes_on": today}
        cycles.open_cycle(act, name="Spring", edition_id=company.edition_id, quota=None, **days)
        act.execute(update(Employee).values(under_sanction=True))
    sweeps.run(company.door, now=company.now)
    assert inboxes(company, TaskKind.CHECK_CYCLE) == {"H1", "H2"}


def test_a_wrong_value_is_for_hr_of_whose_it_is(company: Company) -> None:
    hr_of(company, "T1")
    hr_of(company, "J1", "Staff")
    with company.door.acting(now=company.now, by=company.ids["C"]) as act:
        data_gaps.report_error(act, rule="trainings", text="There were three.")
    assert inboxes(company, TaskKind.CORRECT_DATA) == {"H1", "H2", "T1"}
    sweeps.run(company.door, now=company.now)
    assert inboxes(company, TaskKind.CORRECT_DATA) == {"H1", "H2", "T1"}


def test_he_nominates_as_hr_within_his_tree_and_as_a_colleague_elsewhere(company: Company) -> None:
    hr_of(company, "T1")
    with company.door.acting(now=company.now, by=company.ids["T1"]) as act:
        people = [act.db.get_one(Employee, company.ids[number]) for number in ("C", "J1")]
        assert [nominator_of(act, one) for one in people] == [Nominator.HR, Nominator.PEER]


def test_he_says_who_is_away_only_among_his_people(company: Company) -> None:
    hr_of(company, "T1")
    assert away(company, "L1", "L2", by="T1")
    with pytest.raises(NotAllowed):
        away(company, "J1", "J2", by="T1")


def test_he_signs_for_nobody_else(company: Company) -> None:
    case_id = nominated(company)
    hr_of(company, "T1", "Staff")
    away(company, "L1", "T1")
    assert waiting_for(company, "T1") == []
    with pytest.raises(PersonUnfit, match="works_in_hr"):
        hand_over(company, case_id, "L1", "T1")


def test_mails_about_what_is_stuck_or_late_reach_hr_of_the_department(company: Company) -> None:
    telling(company)
    hr_of(company, "T1")
    hr_of(company, "J1", "Staff")
    case_id = nominated(company)
    with company.on(case_id) as (act, case):
        cases.mark_stuck(act, case, "nobody_in_role")
    company.later(days=60)
    with company.door.acting(now=company.now) as act:
        reminders.sweep(act)
    with company.reading() as db:
        told = db.execute(select(Delivery.person_id, Delivery.kind)).all()
    reached = {(company.number(person), kind) for person, kind in told}
    for kind in ("case_stuck", "digest"):
        told_of_hr = {number for number in ("H1", "H2", "T1", "J1") if (number, kind) in reached}
        assert told_of_hr == {"H1", "H2", "T1"}
