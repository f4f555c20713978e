"""An exception is made by somebody of HR who neither nominated the candidate nor is his line manager."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.builders import a_case, approve_all
from tests.company import Company
from tests.workflow.seasons import changed, tick
from tests.workflow.test_approval_groups import ruled_by
from tests.workflow.test_tasks_of_a_role import inboxes, joins_hr, leaves_hr
from workflow import arrivals, nominations
from workflow.errors import NotYourTask, OwnNominee
from workflow.models import Waiver
from workflow.vocabulary import Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def falls_short(company: Company, by: str = "L1") -> int:
    """A case with every signature, whose candidate is too short a time in his level."""
    ruled_by(company, "chain: [line_manager, department_head]")
    changed(company, "C", level_since=date(2026, 1, 1))
    case_id = a_case(company, at=Stage.NOMINATED, by=by)
    approve_all(company, case_id)
    return case_id


def waive(company: Company, case_id: int, by: str) -> None:
    given = {"rule": "months_in_level", "reason": "Did the same work elsewhere."}
    company.do(nominations.settle_eligibility, case_id, by, **given)


def waivers(company: Company) -> list[Waiver]:
    with company.reading() as db:
        return list(db.scalars(select(Waiver)))


def test_whoever_nominated_makes_no_exception_for_his_nominee(company: Company) -> None:
    case_id = falls_short(company, by="H1")
    with pytest.raises(OwnNominee):
        waive(company, case_id, "H1")
    assert waivers(company) == []
    waive(company, case_id, "H2")
    assert company.case(case_id).stage is Stage.REVIEW


def test_nor_does_the_line_manager_whoever_nominated(company: Company) -> None:
    joins_hr(company, "L1")
    case_id = falls_short(company, by="C")
    with pytest.raises(OwnNominee):
        waive(company, case_id, "L1")
    waive(company, case_id, "H1")
    assert company.case(case_id).stage is Stage.REVIEW


def test_nor_before_the_signatures(company: Company) -> None:
    changed(company, "C", level_since=date(2026, 1, 1))
    case_id = a_case(company, at=Stage.NOMINATED, by="H1")
    with pytest.raises(OwnNominee):
        waive(company, case_id, "H1")


def test_the_task_to_settle_eligibility_goes_to_the_others_in_hr(company: Company) -> None:
    joins_hr(company, "L1")
    case_id = falls_short(company, by="H1")
    tick(company)
    assert inboxes(company, TaskKind.SETTLE_ELIGIBILITY) == {"H2"}
    with pytest.raises(NotYourTask):
        company.do(nominations.refuse_ineligible, case_id, "H1", reason="Too early.")


def test_whoever_becomes_the_line_manager_hands_it_over(company: Company) -> None:
    falls_short(company)
    assert inboxes(company, TaskKind.SETTLE_ELIGIBILITY) == {"H1", "H2"}
    changed(company, "C", manager_id=company.ids["H1"])
    tick(company)
    assert inboxes(company, TaskKind.SETTLE_ELIGIBILITY) == {"H2"}


def test_where_nobody_else_is_in_hr_the_case_is_stuck_until_somebody_is(company: Company) -> None:
    leaves_hr(company, "H2")
    case_id = falls_short(company, by="H1")
    assert company.case(case_id).stuck_reason == "nobody_in_role"
    with pytest.raises(OwnNominee):
        waive(company, case_id, "H1")
    joins_hr(company, "T1")
    company.do(arrivals.retry, case_id, "H1")
    tick(company)
    assert company.case(case_id).stuck_reason is None
    waive(company, case_id, "T1")
    assert company.case(case_id).stage is Stage.REVIEW


def test_facts_that_have_come_right_need_no_exception(company: Company) -> None:
    leaves_hr(company, "H2")
    case_id = falls_short(company, by="H1")
    changed(company, "C", level_since=date(2023, 1, 1))
    company.do(nominations.settle_eligibility, case_id, "H1", rule=None, reason="")
    assert company.case(case_id).stage is Stage.REVIEW
