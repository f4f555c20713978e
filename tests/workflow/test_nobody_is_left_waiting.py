"""Whoever leaves, in whatever stage: once the clock has come by, every open case has a name beside it."""

from itertools import product

import pytest

from tests.builders import a_case, mentor_a_case
from tests.company import Company
from tests.workflow.invariants import unattended
from workflow import mentoring, objections, sweeps
from workflow.models import Employee
from workflow.vocabulary import OPEN_STAGES, Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

LEAVERS = ("C", "L1", "D1", "T1", "M1", "H1", "H2")


def begun(company: Company, stage: Stage) -> int:
    """A case in the stage, with an objection on notice and a mentor at work where there can be."""
    case_id = a_case(company, at=stage)
    if stage is Stage.NOTICE:
        company.do(objections.object_to, case_id, "P8", text="The figures are wrong.")
    if stage is Stage.MENTORING:
        with company.on(case_id, "H1") as (act, case):
            mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids["T1"]))
    return case_id


def left_waiting(company: Company) -> list[str]:
    sweeps.run(company.door, now=company.now)
    with company.reading() as db:
        return unattended(db)


@pytest.mark.parametrize("stage", sorted(OPEN_STAGES - {Stage.COMPETITION}))
def test_whoever_leaves_somebody_is_named_beside_the_case(company: Company, stage: Stage) -> None:
    begun(company, stage)
    assert left_waiting(company) == []
    for number in LEAVERS[1:]:
        company.leaves(number)
        assert left_waiting(company) == [], number
        company.returns(number)
        assert left_waiting(company) == [], number


@pytest.mark.parametrize("stage", sorted(OPEN_STAGES - {Stage.COMPETITION}))
def test_when_all_of_them_leave_one_after_the_other_the_case_is_stuck_or_over(
    company: Company, stage: Stage
) -> None:
    begun(company, stage)
    for number in reversed(LEAVERS):
        company.leaves(number)
        assert left_waiting(company) == [], number
    assert not any(sweeps.run(company.door, now=company.now).values())


def test_two_who_leave_on_the_same_day_are_both_replaced(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    mentor_a_case(company, case_id)
    for one, other in product(("L1", "D1"), ("T1", "H1")):
        company.leaves(one)
        company.leaves(other)
        assert left_waiting(company) == []
        company.returns(one, other)
