"""Where the matrix begins: where programs begin, cases that are over, and people who stand in odd places."""

from datetime import timedelta

from sqlalchemy import select

from tests.builders import a_case
from tests.company import Company
from tests.programs.late_beginnings import BEGINNINGS, a_plan_to_be_agreed, one_at_the_end_of_mentoring
from tests.workflow.begun import Beginning
from workflow import (
    cases,
    committees,
    copies,
    emergencies,
    keeping_apart,
    mentoring,
    nominations,
    plans,
    stand_ins,
)
from workflow.models import Department, Employee, HrField
from workflow.vocabulary import ApartBecause, PlanItemKind, Stage, TaskKind


def one_confirmed(company: Company) -> tuple[int, ...]:
    return (a_case(company, at=Stage.COMPLETED),)


def one_returned_to_the_former_post(company: Company) -> tuple[int, ...]:
    (case,) = one_at_the_end_of_mentoring(company)
    company.do(mentoring.revert, case, "D1", reason="The post asks for more.")
    return (case,)


def one_declined_and_one_withdrawn(company: Company) -> tuple[int, ...]:
    declined = a_case(company, at=Stage.NOMINATED)
    company.do(nominations.decline, declined, "D1", reason="Too early.")
    withdrawn = a_case(company, at=Stage.REVIEW, candidate="P1")
    company.do(cases.withdraw, withdrawn, "P1", reason="")
    return declined, withdrawn


def one_before_a_committee_with_a_stake(company: Company) -> tuple[int, ...]:
    """One of HR is kept apart, a member is recused, and a colleague has a copy."""
    case = a_case(company, at=Stage.COMMITTEE)
    company.do(committees.recuse, case, "M2", reason="An old friend.")
    with company.on(case, "D1") as (act, found):
        copies.copy_to(act, found, act.db.get_one(Employee, company.ids["T1"]))
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        two = (act.db.get_one(Employee, company.ids[number]) for number in ("C", "H2"))
        keeping_apart.declare(act, *two, because=ApartBecause.RELATIVE)
    return (case,)


def one_with_an_added_signer(company: Company) -> tuple[int, ...]:
    """Somebody from elsewhere has signed before the line manager, and one more is asked to."""
    case = a_case(company, at=Stage.NOMINATED)
    (task,) = company.open_tasks(case, TaskKind.APPROVE)
    asker = company.number(task.assignee_id)
    _ask(company, case, asker, "T1")
    company.do(nominations.approve, case, "T1", comment="Well earned.")
    _ask(company, case, asker, "J1")
    return (case,)


def one_to_be_rated_by_somebody_else(company: Company) -> tuple[int, ...]:
    (case,) = one_at_the_end_of_mentoring(company)
    (task,) = company.open_tasks(case, TaskKind.CONFIRM)
    with company.on(case, company.number(task.assignee_id)) as (act, found):
        to = act.db.get_one(Employee, company.ids["J1"])
        stand_ins.hand_over(act, found, task.id, to, reason="I am away that week.")
    return (case,)


def a_colleagues_nomination_that_was_declined(company: Company) -> tuple[int, ...]:
    case = a_case(company, by="P2")
    company.do(nominations.answer, case, "C", agrees=True)
    if company.case(case).stage is Stage.DRAFT:
        company.do(nominations.submit, case, "P2")
    (task,) = company.open_tasks(case, TaskKind.APPROVE)
    company.do(nominations.decline, case, company.number(task.assignee_id), reason="Too early.")
    return (case,)


def one_with_hr_of_its_department_and_read_by_others(company: Company) -> tuple[int, ...]:
    """T1 is HR to its department, J1 to another; the administrator reads it for an hour, J1 has asked to."""
    case = a_case(company, at=Stage.NOMINATED)
    with company.door.acting(now=company.now) as act:
        for number, department in (("T1", "Service"), ("J1", "Staff")):
            unit = act.db.scalars(select(Department.id).where(Department.name == department)).one()
            act.add(HrField(employee_id=company.ids[number], department_id=unit))
    company.do(nominations.approve, case, "D1")
    access = company.do(emergencies.ask, case, "X1", reason="The page shows an error.").id
    company.do(emergencies.grant, case, "A1", access_id=access)
    company.do(emergencies.note_reading, case, "X1", access_id=access)
    company.do(emergencies.ask, case, "J1", reason="He has called me.")
    return (case,)


def one_with_a_plan_in_hand(company: Company) -> tuple[int, ...]:
    (case,) = a_plan_to_be_agreed(company)
    item = {
        "kind": PlanItemKind.PRACTICE,
        "title": "Lead a visit",
        "due_on": company.now.date() + timedelta(days=30),
    }
    company.do(plans.agree_plan, case, "T1", plan="Lead two projects.", items=[item])
    company.do(plans.agree_plan, case, "C", plan="Lead two projects.")
    return (case,)


WORLDS: tuple[Beginning, ...] = (
    *BEGINNINGS,
    one_confirmed,
    one_returned_to_the_former_post,
    one_declined_and_one_withdrawn,
    one_before_a_committee_with_a_stake,
    one_with_an_added_signer,
    one_to_be_rated_by_somebody_else,
    a_colleagues_nomination_that_was_declined,
    one_with_hr_of_its_department_and_read_by_others,
    one_with_a_plan_in_hand,
)


def _ask(company: Company, case: int, asker: str, signer: str) -> None:
    with company.on(case, asker) as (act, found):
        person = act.db.get_one(Employee, company.ids[signer])
        stand_ins.add_signer(act, found, person, reason="He knows the customers.")
