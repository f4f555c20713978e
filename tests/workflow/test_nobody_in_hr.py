"""What waits for HR beside the case itself, missing facts or a release, says so once nobody is in HR."""

import pytest

from tests.builders import a_case, approve_all
from tests.company import Company
from tests.workflow.cycles import a_case_of, a_cycle, decide, release
from tests.workflow.invariants import unattended
from workflow import arrivals, sweeps
from workflow.models import PromotionCase
from workflow.queries.stuck import OF_VOTE
from workflow.vocabulary import Stage, TaskKind, Track

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def everybody_leaves_hr(company: Company) -> None:
    company.leaves("H1")
    company.leaves("H2")
    sweeps.run(company.door, now=company.now)
    with company.reading() as db:
        assert unattended(db) == []
    assert not any(sweeps.run(company.door, now=company.now).values())


def reason(company: Company, case_id: int) -> str | None:
    found: PromotionCase = company.case(case_id)
    return found.stuck_reason


def waits_for_facts(company: Company) -> int:
    post = "cross_department_project_lead"
    case_id = a_case(company, at=Stage.NOMINATED, track=Track.CROSS_DEPARTMENT, post=post)
    approve_all(company, case_id)
    return case_id


def test_a_case_whose_facts_nobody_can_complete_is_stuck_until_hr_is_back(company: Company) -> None:
    case_id = waits_for_facts(company)
    assert reason(company, case_id) is None
    everybody_leaves_hr(company)
    assert reason(company, case_id) == "nobody_in_role"
    company.returns("H1")
    sweeps.run(company.door, now=company.now)
    company.do(arrivals.retry, case_id, "H1")
    assert reason(company, case_id) is None
    assert not any(sweeps.run(company.door, now=company.now).values())


def test_decisions_that_nobody_can_release_are_stuck_and_released_once_hr_is_back(company: Company) -> None:
    cycle = a_cycle(company)
    case_id = a_case_of(company, cycle)
    decide(company, case_id)
    everybody_leaves_hr(company)
    assert reason(company, case_id) == "nobody_to_release"
    company.returns("H1")
    sweeps.run(company.door, now=company.now)
    company.do(arrivals.retry, case_id, "H1")
    release(company, cycle)
    assert company.case(case_id).stage is Stage.NOTICE
    assert company.open_tasks(case_id, TaskKind.UNBLOCK) == []


def test_a_decision_signed_while_nobody_is_in_hr_is_stuck_too(company: Company) -> None:
    cycle = a_cycle(company)
    case_id = a_case_of(company, cycle)
    everybody_leaves_hr(company)
    decide(company, case_id)
    sweeps.run(company.door, now=company.now)
    assert reason(company, case_id) == "nobody_to_release"
    assert not any(sweeps.run(company.door, now=company.now).values())


def test_that_a_release_is_awaited_is_not_told_before_it(company: Company) -> None:
    assert "nobody_to_release" in OF_VOTE
