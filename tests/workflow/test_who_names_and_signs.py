"""Nobody fills two seats of a chain by substitutes: neither who was away, nor who has named them."""

import pytest

from tests.company import Company
from tests.workflow.absent import away, end, waiting_for
from tests.workflow.test_approvals import asked, nominated
from tests.workflow.test_tasks_of_a_role import joins_hr, leaves_hr, shared
from workflow import arrivals, nominations
from workflow.errors import NotYourTask, TaskClosed
from workflow.vocabulary import TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

APPROVAL = TaskKind.APPROVE


def signed_for_l1(company: Company, by: str) -> int:
    """P8 has signed for L1, whom somebody has said to be away; the department comes next."""
    case_id = nominated(company)
    key = away(company, "L1", "P8", by=by)
    company.do(nominations.approve, case_id, "P8")
    end(company, key, by)
    assert asked(company, case_id) == {"D1"}
    return case_id


def test_whoever_had_it_signed_for_him_signs_for_nobody_else(company: Company) -> None:
    case_id = signed_for_l1(company, by="L1")
    away(company, "D1", "L1")
    assert waiting_for(company, "L1") == []
    with pytest.raises((NotYourTask, TaskClosed)):
        company.do(nominations.approve, case_id, "L1")


def test_whoever_has_named_one_substitute_names_no_second_one(company: Company) -> None:
    signed_for_l1(company, by="H1")
    away(company, "D1", "T1", by="H1")
    assert waiting_for(company, "T1") == []


def test_another_may_name_the_second(company: Company) -> None:
    signed_for_l1(company, by="H1")
    away(company, "D1", "T1", by="H2")
    assert waiting_for(company, "T1") == [(APPROVAL, "D1")]


def test_whoever_has_named_a_substitute_does_not_sign_for_hr(company: Company) -> None:
    case_id = signed_for_l1(company, by="H1")
    company.do(nominations.approve, case_id, "D1")
    assert asked(company, case_id) == {"H2"}
    assert (shared(company), asked(company, case_id)) == (0, {"H2"})


def test_where_nobody_else_is_left_in_hr_the_case_says_that_a_second_person_is_needed(
    company: Company,
) -> None:
    leaves_hr(company, "H2")
    case_id = signed_for_l1(company, by="H1")
    company.do(nominations.approve, case_id, "D1")
    assert company.case(case_id).stuck_reason == "hr_named_a_substitute"
    joins_hr(company, "T1")
    company.do(arrivals.retry, case_id, "T1")
    assert company.case(case_id).stuck_reason is None
    assert asked(company, case_id) == {"T1"}


def test_nobody_names_a_substitute_beside_the_seat_in_which_he_will_sign(company: Company) -> None:
    nominated(company)
    away(company, "L1", "P8", by="D1")
    assert waiting_for(company, "P8") == []
