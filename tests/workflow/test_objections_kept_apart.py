"""Nobody of HR who comes to be kept apart from an objector decides: others do, or the case is stuck."""

import pytest

from tests.builders import a_case
from tests.company import Company
from tests.workflow.invariants import unattended
from tests.workflow.test_kept_apart import asked, keep_apart
from workflow import arrivals, objections, sweeps
from workflow.models import RoleHolding
from workflow.vocabulary import ApartBecause, Role, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
DECIDE = TaskKind.DECIDE_OBJECTION


def joins_hr(company: Company, number: str) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids[number], role=Role.HR))


def objected_to(company: Company) -> tuple[int, str]:
    """A case with an objection of P8, and who alone may decide on it."""
    case_id = a_case(company, at=Stage.NOTICE)
    company.do(objections.object_to, case_id, "P8", text="The figures are wrong.")
    (decider,) = asked(company, case_id, DECIDE)
    return case_id, decider


def comes_to_be_kept_apart(company: Company, decider: str) -> None:
    (other,) = {"H1", "H2"} - {decider}
    keep_apart(company, "P8", decider, ApartBecause.GRIEVANCE, by=other)
    sweeps.run(company.door, now=company.now)


def test_whoever_has_joined_hr_without_a_stake_is_asked_instead(company: Company) -> None:
    case_id, decider = objected_to(company)
    joins_hr(company, "T1")
    comes_to_be_kept_apart(company, decider)
    assert asked(company, case_id, DECIDE) == {"T1"}
    assert not any(sweeps.run(company.door, now=company.now).values())
    company.do(objections.dismiss, case_id, "T1", objection_id=1, reason="They are right.")


def test_with_nobody_else_the_case_is_stuck_until_somebody_joins(company: Company) -> None:
    case_id, decider = objected_to(company)
    comes_to_be_kept_apart(company, decider)
    assert company.case(case_id).stuck_reason == "no_unbiased_hr"
    assert not any(sweeps.run(company.door, now=company.now).values())
    with company.reading() as db:
        assert not unattended(db)
    joins_hr(company, "T1")
    sweeps.run(company.door, now=company.now)
    assert "T1" in asked(company, case_id, TaskKind.UNBLOCK)
    company.do(arrivals.retry, case_id, "T1")
    assert (asked(company, case_id, DECIDE), company.case(case_id).stuck_reason) == ({"T1"}, None)
