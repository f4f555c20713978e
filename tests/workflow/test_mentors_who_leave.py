"""Mentoring that somebody leaves: another mentor takes over, and a mentee who leaves ends it."""

import pytest
from sqlalchemy import select

from tests.builders import a_case
from tests.company import Company
from tests.workflow.votes import holders
from workflow import arrivals, cases, mentoring, plans, sweeps
from workflow.errors import NotYourTask, ReasonMissing, StageMoved
from workflow.models import CheckIn, Employee, Mentorship, PromotionCase, RoleHolding
from workflow.queries.mentorships import proposals
from workflow.vocabulary import Role, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def name(company: Company, case_id: int, mentor: str, by: str = "H1") -> None:
    with company.on(case_id, by) as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids[mentor]))


def mentored(company: Company) -> int:
    """A case with mentor T1, an agreed plan and one talk held."""
    case_id = a_case(company, at=Stage.MENTORING)
    name(company, case_id, "T1")
    for person in ("T1", "C"):
        company.do(plans.agree_plan, case_id, person, plan="Lead.")
    for person in ("T1", "C"):
        company.do(plans.check_in, case_id, person, day=30, note="Fine.")
    return case_id


def lose_mentor(company: Company, case_id: int) -> None:
    company.leaves("T1")
    assert sweeps.run(company.door, now=company.now)["tasks_handed_on"] == 1
    assert company.case(case_id).stuck_reason is None


def test_hr_is_asked_for_another_mentor_by_itself(company: Company) -> None:
    case_id = mentored(company)
    lose_mentor(company, case_id)
    with company.reading() as db:
        assert db.scalars(select(Mentorship.mentor_id)).one() is None
    assert len(company.open_tasks(case_id, TaskKind.NAME_MENTOR)) == 1
    assert company.open_tasks(case_id, TaskKind.CHECK_IN) == []
    assert holders(company, case_id, TaskKind.CONFIRM) == ["D1"]
    assert not any(sweeps.run(company.door, now=company.now).values())


def test_the_new_mentor_agrees_the_plan_and_holds_the_talks_to_come(company: Company) -> None:
    case_id = mentored(company)
    lose_mentor(company, case_id)
    name(company, case_id, "M1")
    assert holders(company, case_id, TaskKind.AGREE_PLAN) == ["M1"]
    with company.reading() as db:
        mentorship = db.scalars(select(Mentorship)).one()
    assert (mentorship.mentor_id, mentorship.agreed_by_mentor_at) == (company.ids["M1"], None)
    company.do(plans.agree_plan, case_id, "M1", plan="Lead.")
    assert holders(company, case_id, TaskKind.CHECK_IN) == ["M1"] * 3
    with company.reading() as db:
        assert len(db.scalars(select(CheckIn)).all()) == 4
    company.do(plans.check_in, case_id, "M1", day=60, note="Fine.")


def test_a_mentor_who_leaves_before_the_plan_is_written_is_replaced_too(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    name(company, case_id, "T1")
    lose_mentor(company, case_id)
    name(company, case_id, "M1")
    assert holders(company, case_id, TaskKind.AGREE_PLAN) == ["C", "M1"]


def test_a_mentor_declines_or_hands_back_with_a_reason_and_hr_is_asked_again(company: Company) -> None:
    case_id = mentored(company)
    for by, reason, error in (("T1", " ", ReasonMissing), ("L1", "No.", NotYourTask)):
        with pytest.raises(error):
            company.do(mentoring.refuse, case_id, by, reason=reason)
    company.do(mentoring.refuse, case_id, "T1", reason="I am moving to another city.")
    assert len(company.open_tasks(case_id, TaskKind.NAME_MENTOR)) == 1
    assert holders(company, case_id, TaskKind.CHECK_IN) == []
    with company.reading() as db:
        assert "T1" not in [one.person.number for one in proposals(db, db.get_one(PromotionCase, case_id))]
    with pytest.raises(NotYourTask):
        company.do(plans.check_in, case_id, "T1", day=60, note="Fine.")
    name(company, case_id, "M1")
    assert holders(company, case_id, TaskKind.AGREE_PLAN) == ["M1"]


def test_the_decision_passes_to_the_next_superior_and_above_the_top_to_hr(company: Company) -> None:
    case_id = mentored(company)
    company.leaves("D1")
    assert sweeps.run(company.door, now=company.now)["tasks_handed_on"] == 1
    (task,) = company.open_tasks(case_id, TaskKind.CONFIRM)
    assert (task.assignee_id, task.role) == (None, Role.HR)
    assert company.case(case_id).stuck_reason is None


def test_ratings_to_come_pass_from_a_manager_who_leaves_to_the_next_superior(company: Company) -> None:
    case_id = mentored(company)
    assert holders(company, case_id, TaskKind.PERFORMANCE_CHECK) == ["L1", "L1"]
    company.leaves("L1")
    assert sweeps.run(company.door, now=company.now)["tasks_handed_on"] == 1
    assert holders(company, case_id, TaskKind.PERFORMANCE_CHECK) == ["D1", "D1"]
    company.do(plans.check_performance, case_id, "D1", week=13, rating=4, note="Good.")


def test_what_nobody_of_a_role_can_do_any_more_is_stuck_and_whoever_joins_sets_it_up_again(
    company: Company,
) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    company.leaves("H1")
    company.leaves("H2")
    assert sweeps.run(company.door, now=company.now)["roles_found_empty"] == 1
    assert company.case(case_id).stuck_reason == "nobody_in_role"
    assert not any(sweeps.run(company.door, now=company.now).values())
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["T1"], role=Role.HR))
    company.do(arrivals.retry, case_id, "T1")
    name(company, case_id, "M1", by="T1")


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
