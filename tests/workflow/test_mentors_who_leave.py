"""Mentoring that somebody leaves: another mentor takes over, and a mentee who leaves ends it."""

import pytest
from sqlalchemy import select

from tests.builders import a_case
from tests.company import Company
from tests.workflow.votes import holders
from workflow import arrivals, cases, mentoring, sweeps
from workflow.errors import StageMoved
from workflow.models import CheckIn, Employee, Mentorship
from workflow.vocabulary import Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def name(company: Company, case_id: int, mentor: str) -> None:
    with company.on(case_id, "H1") as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids[mentor]))


def mentored(company: Company) -> int:
    """A case with mentor T1, an agreed plan and one talk held."""
    case_id = a_case(company, at=Stage.MENTORING)
    name(company, case_id, "T1")
    for person in ("T1", "C"):
        company.do(mentoring.agree_plan, case_id, person, plan="Lead.")
    for person in ("T1", "C"):
        company.do(mentoring.check_in, case_id, person, day=30, note="Fine.")
    return case_id


def lose_mentor(company: Company, case_id: int) -> None:
    company.leaves("T1")
    sweeps.run(company.door, now=company.now)
    assert company.case(case_id).stuck_reason == "somebody_has_left"
    company.do(arrivals.retry, case_id, "H1")


def test_hr_is_asked_for_another_mentor(company: Company) -> None:
    case_id = mentored(company)
    lose_mentor(company, case_id)
    assert len(company.open_tasks(case_id, TaskKind.NAME_MENTOR)) == 1
    assert company.open_tasks(case_id, TaskKind.CHECK_IN) == []
    assert holders(company, case_id, TaskKind.CONFIRM) == ["D1"]
    sweeps.run(company.door, now=company.now)
    assert company.case(case_id).stuck_reason is None


def test_the_new_mentor_agrees_the_plan_and_holds_the_talks_to_come(company: Company) -> None:
    case_id = mentored(company)
    lose_mentor(company, case_id)
    name(company, case_id, "M1")
    assert holders(company, case_id, TaskKind.AGREE_PLAN) == ["M1"]
    with company.reading() as db:
        mentorship = db.scalars(select(Mentorship)).one()
    assert (mentorship.mentor_id, mentorship.agreed_by_mentor_at) == (company.ids["M1"], None)
    company.do(mentoring.agree_plan, case_id, "M1", plan="Lead.")
    assert holders(company, case_id, TaskKind.CHECK_IN) == ["M1"] * 3
    with company.reading() as db:
        assert len(db.scalars(select(CheckIn)).all()) == 4
    company.do(mentoring.check_in, case_id, "M1", day=60, note="Fine.")


def test_a_mentor_who_leaves_before_the_plan_is_written_is_replaced_too(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    name(company, case_id, "T1")
    lose_mentor(company, case_id)
    name(company, case_id, "M1")
    assert holders(company, case_id, TaskKind.AGREE_PLAN) == ["C", "M1"]


def test_a_mentee_who_leaves_ends_the_case(company: Company) -> None:
    case_id = mentored(company)
    company.leaves("C")
    assert sweeps.run(company.door, now=company.now)["cases_withdrawn"] == 1
    assert company.case(case_id).stage is Stage.WITHDRAWN
    assert company.open_tasks(case_id) == []


def test_a_mentee_who_stays_does_not_withdraw_after_the_effect(company: Company) -> None:
    case_id = mentored(company)
    with pytest.raises(StageMoved):
        company.do(cases.withdraw, case_id, "C", reason="")
