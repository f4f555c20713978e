"""Mentoring on which nobody could act is set up again as a whole: mentor, ratings and decision, each once."""

import pytest

from tests.builders import a_case, mentor_a_case
from tests.company import Company
from tests.workflow.votes import holders
from workflow import arrivals, mentoring, sweeps
from workflow.models import Employee
from workflow.vocabulary import Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def sweep(company: Company) -> None:
    sweeps.run(company.door, now=company.now)


def test_a_mentor_who_left_while_nobody_was_in_hr_is_looked_for_by_whoever_comes_back(
    company: Company,
) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    with company.on(case_id, "H1") as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids["T1"]))
    for number in ("H1", "H2", "T1"):
        company.leaves(number)
    sweep(company)
    assert company.case(case_id).stuck_reason == "nobody_in_role"
    company.returns("H1")
    company.do(arrivals.retry, case_id, "H1")
    assert company.case(case_id).stuck_reason is None
    assert len(company.open_tasks(case_id, TaskKind.NAME_MENTOR)) == 1
    assert holders(company, case_id, TaskKind.CONFIRM) == ["D1"]
    assert holders(company, case_id, TaskKind.PERFORMANCE_CHECK) == ["L1", "L1"]


def test_an_extended_mentoring_keeps_its_mentor(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    mentor_a_case(company, case_id)
    company.later(weeks=26)
    company.do(mentoring.extend, case_id, "D1", reason="Not all is learned yet.")
    assert company.open_tasks(case_id, TaskKind.NAME_MENTOR) == []
    assert holders(company, case_id, TaskKind.CHECK_IN) == ["T1"]
