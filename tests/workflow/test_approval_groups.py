"""Chains whose seats are asked together: all, any, or so many of them."""

import pytest
from sqlalchemy import select

from tests.builders import a_case
from tests.company import Company
from tests.workflow.test_approvals import asked, changed, headed_by, of_hr, states
from workflow import criteria, nominations, sweeps
from workflow.editions.reading import shipped
from workflow.errors import BadEdition, TaskClosed
from workflow.models import ApprovalStep, StageRound
from workflow.vocabulary import Stage, StepState, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

SIGNED, DECLINED, SPARED = StepState.SIGNED, StepState.DECLINED, StepState.NOT_NEEDED
CHAIN = "chain: [line_manager, department_head, hr]"
TWO_OF_THREE = "chain: [{of: [line_manager, department_head, hr], need: 2}]"
ALL_THEN_HR = "chain: [{all: [line_manager, department_head]}, hr]"
ANY_THEN_HR = "chain: [{any: [line_manager, department_head]}, hr]"


def ruled_by(company: Company, chain: str) -> None:
    """From now on cases are opened under an edition with this chain."""
    text = shipped()["default"].replace(CHAIN, chain).replace('version: "2026.1"', 'version: "2026.2"')
    with company.door.acting(now=company.now) as act:
        company.edition_id = criteria.publish(act, text).id


def nominated(company: Company, chain: str, by: str = "C") -> int:
    ruled_by(company, chain)
    return a_case(company, at=Stage.NOMINATED, by=by)


def approve(company: Company, case_id: int, *people: str) -> None:
    for person in people:
        company.do(nominations.approve, case_id, person)


def decline(company: Company, case_id: int, *people: str) -> None:
    for person in people:
        company.do(nominations.decline, case_id, person, reason="Too early.")


def test_everybody_of_a_group_is_asked_at_once(company: Company) -> None:
    case_id = nominated(company, ALL_THEN_HR)
    assert asked(company, case_id) == {"L1", "D1"}


@pytest.mark.parametrize("order", [("L1", "D1"), ("D1", "L1")])
def test_all_of_a_group_sign_in_any_order_before_the_next_is_asked(
    company: Company, order: tuple[str, str]
) -> None:
    case_id = nominated(company, ALL_THEN_HR)
    approve(company, case_id, order[0])
    assert asked(company, case_id) == {order[1]}
    approve(company, case_id, order[1])
    assert asked(company, case_id) == {"H1", "H2"}


def test_where_any_one_suffices_the_others_are_not_needed_any_more(company: Company) -> None:
    case_id = nominated(company, ANY_THEN_HR)
    approve(company, case_id, "D1")
    assert states(company, case_id)[:2] == [SPARED, SIGNED]
    assert asked(company, case_id) == {"H1", "H2"}
    with pytest.raises(TaskClosed):
        approve(company, case_id, "L1")


def test_one_no_does_not_end_what_another_may_sign(company: Company) -> None:
    case_id = nominated(company, ANY_THEN_HR, by="H1")
    decline(company, case_id, "L1")
    assert company.case(case_id).stage is Stage.NOMINATED
    assert asked(company, case_id) == {"D1"}
    approve(company, case_id, "D1")
    assert asked(company, case_id) == {"H2"}


def test_the_no_that_makes_the_number_unreachable_ends_the_case(company: Company) -> None:
    case_id = nominated(company, ANY_THEN_HR, by="H1")
    decline(company, case_id, "L1", "D1")
    case = company.case(case_id)
    assert (case.stage, case.decided_by_id) == (Stage.DECLINED, company.ids["D1"])
    assert company.open_tasks(case_id) == []


def test_a_no_in_a_group_of_all_ends_the_case_at_once(company: Company) -> None:
    case_id = nominated(company, ALL_THEN_HR, by="H1")
    decline(company, case_id, "D1")
    assert company.case(case_id).stage is Stage.DECLINED


def test_two_of_three_are_enough(company: Company) -> None:
    case_id = nominated(company, TWO_OF_THREE, by="H1")
    assert asked(company, case_id) == {"L1", "D1", "H2"}
    decline(company, case_id, "L1")
    approve(company, case_id, "H2", "D1")
    assert company.case(case_id).stage is Stage.REVIEW
    assert signed_states(company, case_id) == [DECLINED, SIGNED, SIGNED]


def test_a_line_managers_advice_leaves_it_to_the_others_of_his_group(company: Company) -> None:
    case_id = nominated(company, ANY_THEN_HR)
    decline(company, case_id, "L1")
    assert asked(company, case_id) == {"D1"}


def test_whoever_sits_twice_in_a_group_signs_once(company: Company) -> None:
    headed_by(company, "L1")
    case_id = nominated(company, ALL_THEN_HR)
    approve(company, case_id, "L1")
    assert asked(company, case_id) == {"H1", "H2"}


def test_the_nominator_is_never_enough_in_the_last_group(company: Company) -> None:
    case_id = nominated(company, "chain: [{any: [line_manager, hr]}]", by="L1")
    assert asked(company, case_id) == {"H1", "H2"}


def test_nobody_signs_in_two_seats_of_a_group_by_his_role(company: Company) -> None:
    of_hr(company, "D1")
    case_id = nominated(company, TWO_OF_THREE)
    approve(company, case_id, "D1")
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"L1", "H1", "H2"}
    with pytest.raises(TaskClosed):
        approve(company, case_id, "D1")


def test_a_return_from_any_seat_voids_the_open_ones(company: Company) -> None:
    case_id = nominated(company, ALL_THEN_HR)
    approve(company, case_id, "D1")
    company.do(nominations.send_back, case_id, "L1", reason="Which customers?")
    (task,) = company.open_tasks(case_id)
    assert task.kind is TaskKind.REVISE_NOMINATION
    company.do(nominations.submit, case_id, "C")
    assert asked(company, case_id) == {"L1", "D1"}
    approve(company, case_id, "L1", "D1", "H1")
    assert company.case(case_id).stage is Stage.REVIEW


def test_a_return_while_others_are_asked_takes_their_tasks_away(company: Company) -> None:
    case_id = nominated(company, TWO_OF_THREE)
    company.do(nominations.send_back, case_id, "H1", reason="Which customers?")
    assert asked(company, case_id) == set()
    assert set(states(company, case_id)) == {StepState.RETURNED}


def test_an_approver_who_leaves_is_replaced_without_asking_the_signers_again(company: Company) -> None:
    changed(company, "L1", manager_id=company.ids["L2"])
    case_id = nominated(company, ALL_THEN_HR)
    approve(company, case_id, "D1")
    company.leaves("L1")
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"L2"}


@pytest.mark.parametrize(
    ("chain", "path", "reason"),
    [
        ("[{all: []}]", "chain[0].all", "wrong_number"),
        ("[{any: [mother]}]", "chain[0].any[0]", "not_one_of"),
        ("[{of: [hr], need: 2}]", "chain[0].need", "cannot_be_reached"),
        ("[{of: [hr, line_manager], need: 0}]", "chain[0].need", "out_of_range"),
        ("[{of: [hr]}]", "chain[0]", "not_a_group"),
        ("[{some: [hr]}]", "chain[0]", "not_a_group"),
        ("[hr, {any: [line_manager, hr]}]", "chain[1]", "twice"),
        ("[{any: [hr, hr]}]", "chain[0]", "twice"),
    ],
)
def test_an_impossible_chain_is_refused(company: Company, chain: str, path: str, reason: str) -> None:
    with pytest.raises(BadEdition) as refused:
        ruled_by(company, f"chain: {chain}")
    (problem,) = refused.value.facts["problems"]
    assert (problem["path"], problem["reason"]) == (f"defaults.approvals.{path}", reason)


def signed_states(company: Company, case_id: int) -> list[StepState]:
    """What has become of the seats of a case that has moved on."""
    of_case = select(ApprovalStep.state).join(StageRound, StageRound.id == ApprovalStep.round_id)
    with company.reading() as db:
        return list(db.scalars(of_case.where(StageRound.case_id == case_id).order_by(ApprovalStep.position)))
