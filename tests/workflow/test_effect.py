"""The effect: a new place on the day that it is where the person lives, and the way back from it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.builders import (
    a_case,
    a_competition,
    a_contested_case,
    decide_competition,
    mentor_a_case,
    score_all,
    seat_judges,
    vote_all,
)
from tests.company import Company
from workflow import cases, committees, decisions, mentoring, notices, sweeps
from workflow.errors import Invalid
from workflow.models import CareerStep, Department, Employee, JournalEntry, PromotionCase
from workflow.vocabulary import Level, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def change(company: Company, case_id: int, **values: Any) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(PromotionCase).where(PromotionCase.id == case_id).values(**values))


def moves_to(company: Company, number: str, **values: Any) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == number).values(**values))


def person(company: Company, number: str = "C") -> Employee:
    with company.reading() as db:
        return db.get_one(Employee, company.ids[number])


def department(company: Company, name: str) -> int:
    with company.reading() as db:
        return db.scalars(select(Department.id).where(Department.name == name)).one()


def facts_of(company: Company, case_id: int, action: str) -> dict[str, Any]:
    query = select(JournalEntry.facts).where(JournalEntry.case_id == case_id, JournalEntry.action == action)
    with company.reading() as db:
        return db.scalars(query).one()


def decide(company: Company, case_id: int, effective_on: date | None = None) -> None:
    company.do(committees.open_ballot, case_id, "M1")
    vote_all(company, case_id)
    company.do(decisions.record_decision, case_id, "M1", text="Carried.", effective_on=effective_on)


def test_department_and_manager_change_on_the_day_and_come_back_with_a_reversal(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOTICE)
    staff = department(company, "Staff")
    change(company, case_id, target_department_id=staff, target_manager_id=company.ids["H0"])
    company.later(days=8)
    assert sweeps.run(company.door, now=company.now)["effects_taken"] == 1
    moved = person(company)
    assert (moved.department_id, moved.manager_id) == (staff, company.ids["H0"])
    assert facts_of(company, case_id, "effect_taken")["department"] == staff
    mentor_a_case(company, case_id)
    (task,) = company.open_tasks(case_id, TaskKind.CONFIRM)
    company.do(mentoring.revert, case_id, company.number(task.assignee_id), reason="The post is too large.")
    back = person(company)
    assert (back.department_id, back.manager_id) == (department(company, "Service"), company.ids["L1"])
    with company.reading() as db:
        steps = db.scalars(select(CareerStep).order_by(CareerStep.id)).all()
    assert [(step.from_manager_id, step.to_manager_id) for step in steps] == [
        (company.ids["L1"], company.ids["H0"]),
        (company.ids["H0"], company.ids["L1"]),
    ]


def test_hr_reads_in_the_journal_whom_a_new_department_leaves_behind(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOTICE)
    change(company, case_id, target_department_id=department(company, "Staff"))
    moves_to(company, "P1", manager_id=company.ids["C"])
    company.later(days=8)
    company.do(notices.take_effect, case_id)
    facts = facts_of(company, case_id, "effect_taken")
    assert (facts["reports"], "heads" in facts, "manager" in facts) == (1, False, False)


@pytest.mark.parametrize(("named", "becomes"), [("H1", "H0"), ("P1", "L1")])
def test_a_manager_who_has_left_or_is_below_the_person_is_not_put_above_him(
    company: Company, named: str, becomes: str
) -> None:
    case_id = a_case(company, at=Stage.NOTICE)
    change(company, case_id, target_manager_id=company.ids[named])
    moves_to(company, "P1", manager_id=company.ids["C"])
    company.leaves("H1")
    company.later(days=8)
    company.do(notices.take_effect, case_id)
    assert person(company).manager_id == company.ids[becomes]


def test_a_person_is_returned_to_an_equal_post_of_the_former_level_but_to_no_other(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    mentor_a_case(company, case_id)
    for post in ("technician", "regional_manager", "astronaut"):
        with pytest.raises(Invalid, match="post_not_held_at_this_level"):
            company.do(mentoring.revert, case_id, "D1", reason="Too large.", post=post)
    assert person(company).level is Level.SENIOR
    company.do(mentoring.revert, case_id, "D1", reason="Too large.", post="service_engineer")
    assert (person(company).level, person(company).post) == (Level.INTERMEDIATE, "service_engineer")


@pytest.mark.parametrize(
    ("zone", "offset"), [("Asia/Shanghai", 8), ("America/New_York", -4), ("Pacific/Auckland", 12)]
)
def test_the_effective_day_begins_when_it_does_for_the_candidate(
    company: Company, zone: str, offset: int
) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    moves_to(company, "C", own_time_zone=zone)
    on = date(2026, 4, 20)
    decide(company, case_id, effective_on=on)
    begins = datetime(2026, 4, 20, tzinfo=UTC) - timedelta(hours=offset)
    company.now = begins - timedelta(seconds=1)
    assert sweeps.run(company.door, now=company.now)["effects_taken"] == 0
    company.now = begins
    assert sweeps.run(company.door, now=company.now)["effects_taken"] == 1
    assert person(company).level_since == on


def test_a_contested_post_is_not_taken_while_the_others_may_appeal(company: Company) -> None:
    contest = a_competition(company)
    best, second = (a_contested_case(company, candidate=number) for number in ("C", "P1"))
    seat_judges(company, contest)
    score_all(company, contest, {best: 5, second: 4})
    decide_competition(company, contest)
    decide(company, best)
    # Fifteen working days after Tuesday, the third of March, are over by then.
    assert company.case(best).effective_on == date(2026, 3, 25)
    assert facts_of(company, best, "notice_posted")["is_contested"] is True
    company.later(days=10)
    assert sweeps.run(company.door, now=company.now)["effects_taken"] == 0
    company.later(days=13)
    assert sweeps.run(company.door, now=company.now)["effects_taken"] == 1


def test_a_post_nobody_else_wanted_is_taken_after_the_notice(company: Company) -> None:
    contest = a_competition(company)
    only, gone = (a_contested_case(company, candidate=number) for number in ("C", "P1"))
    seat_judges(company, contest)
    score_all(company, contest, {only: 5, gone: 4})
    company.do(cases.withdraw, gone, "P1", reason="")
    decide_competition(company, contest)
    decide(company, only)
    assert company.case(only).effective_on == date(2026, 3, 10)
