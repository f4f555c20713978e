"""The approval chain: who signs, in order; who is passed over; what a no, a return and nobody mean."""

import pytest
from sqlalchemy import select, update

from tests.builders import a_case, approve_all
from tests.company import Company
from workflow import arrivals, cases, chains, nominations, sweeps
from workflow.errors import GuardsNotMet, NotYourTask, ReasonMissing, StageMoved
from workflow.models import Department, Employee, InboxRow, RoleHolding, Task
from workflow.vocabulary import Level, Role, Stage, StepState, TaskKind, Track

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def asked(company: Company, case_id: int) -> set[str]:
    """Numbers of everybody who could sign now."""
    waiting = [task.id for task in company.open_tasks(case_id, TaskKind.APPROVE)]
    with company.reading() as db:
        people = db.scalars(select(InboxRow.person_id).where(InboxRow.task_id.in_(waiting)))
        return {company.number(person) for person in people}


def signing_order(company: Company, case_id: int) -> list[set[str]]:
    """Who is asked at each signature, until the chain is through."""
    seen = []
    while people := asked(company, case_id):
        seen.append(people)
        company.do(nominations.approve, case_id, min(people))
    return seen


def states(company: Company, case_id: int) -> list[StepState]:
    with company.on(case_id) as (act, case):
        return [step.state for step in chains.steps(act, case)]


def changed(company: Company, number: str, **fields: object) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == number).values(**fields))


def headed_by(company: Company, number: str | None) -> None:
    with company.door.acting(now=company.now) as act:
        head = company.ids[number] if number else None
        act.execute(update(Department).where(Department.name == "Service").values(head_id=head))


def of_hr(company: Company, number: str) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids[number], role=Role.HR))


def nominated(company: Company, by: str = "C", candidate: str = "C") -> int:
    return a_case(company, at=Stage.NOMINATED, by=by, candidate=candidate)


def an_experts_case(company: Company, candidate: str = "L1") -> int:
    target = {"track": Track.PROFESSIONAL, "level": Level.EXPERT, "post": "technical_expert"}
    return a_case(company, at=Stage.NOMINATED, by=candidate, candidate=candidate, **target)


def test_the_chain_is_signed_in_sequence_and_the_last_signature_opens_the_review(company: Company) -> None:
    case_id = nominated(company)
    assert signing_order(company, case_id) == [{"L1"}, {"D1"}, {"H1", "H2"}]
    assert company.case(case_id).stage is Stage.REVIEW


def test_nobody_signs_before_his_turn(company: Company) -> None:
    case_id = nominated(company)
    with pytest.raises(NotYourTask):
        company.do(nominations.approve, case_id, "D1")


def test_the_nominator_signs_by_nominating(company: Company) -> None:
    assert signing_order(company, nominated(company, by="L1")) == [{"D1"}, {"H1", "H2"}]


def test_whoever_of_hr_nominates_never_signs_for_hr(company: Company) -> None:
    assert signing_order(company, nominated(company, by="H1"))[-1] == {"H2"}


def test_one_person_in_two_seats_signs_once_in_the_later(company: Company) -> None:
    headed_by(company, "L1")
    assert signing_order(company, nominated(company)) == [{"L1"}, {"H1", "H2"}]


def test_the_candidate_is_passed_over_in_his_own_department(company: Company) -> None:
    headed_by(company, "L1")
    assert signing_order(company, an_experts_case(company)) == [{"D1"}, {"H1", "H2"}]


def test_whoever_has_left_is_passed_over_for_the_next_superior(company: Company) -> None:
    company.leaves("L1")
    assert signing_order(company, nominated(company)) == [{"D1"}, {"H1", "H2"}]


def test_a_missing_head_is_replaced_by_the_next_superior(company: Company) -> None:
    headed_by(company, None)
    assert signing_order(company, nominated(company)) == [{"L1"}, {"H1", "H2"}]


def test_above_the_top_hr_signs_once_for_all_seats(company: Company) -> None:
    headed_by(company, None)
    changed(company, "L1", manager_id=None)
    assert signing_order(company, an_experts_case(company)) == [{"H1", "H2"}]


def test_a_rival_for_the_same_post_never_signs(company: Company) -> None:
    changed(company, "L1", level=Level.INTERMEDIATE)
    post = {"track": Track.MANAGEMENT, "level": Level.SENIOR, "post": "regional_manager"}
    a_case(company, at=Stage.NOMINATED, by="D1", candidate="L1", **post)
    case_id = a_case(company, at=Stage.NOMINATED, by="C", **post)
    assert signing_order(company, case_id) == [{"D1"}, {"H1", "H2"}]


def test_a_line_manager_of_hr_does_not_sign_for_hr_as_well(company: Company) -> None:
    of_hr(company, "L1")
    case_id = nominated(company)
    assert signing_order(company, case_id) == [{"L1"}, {"D1"}, {"H1", "H2"}]


def test_the_line_managers_no_to_a_self_nomination_is_advice(company: Company) -> None:
    case_id = nominated(company)
    company.do(nominations.decline, case_id, "L1", reason="Too early.")
    assert states(company, case_id)[0] is StepState.ADVISED_AGAINST
    assert asked(company, case_id) == {"D1"}
    approve_all(company, case_id)
    assert company.case(case_id).stage is Stage.REVIEW


def test_it_is_advice_too_where_the_line_manager_heads_the_department(company: Company) -> None:
    headed_by(company, "L1")
    case_id = nominated(company)
    company.do(nominations.decline, case_id, "L1", reason="Too early.")
    assert company.case(case_id).stage is Stage.NOMINATED
    assert asked(company, case_id) == {"H1", "H2"}


def test_a_no_ends_the_case_with_a_reason_and_a_name(company: Company) -> None:
    case_id = nominated(company, by="L1")
    company.do(nominations.decline, case_id, "D1", reason="No such post next year.")
    case = company.case(case_id)
    assert (case.stage, case.decided_by_id) == (Stage.DECLINED, company.ids["D1"])
    assert (case.outcome_text, case.decided_at) == ("No such post next year.", company.now)
    assert company.open_tasks(case_id) == []


@pytest.mark.parametrize("verb", [nominations.decline, nominations.send_back])
def test_a_no_and_a_return_need_a_reason(company: Company, verb: object) -> None:
    case_id = nominated(company, by="L1")
    with pytest.raises(ReasonMissing):
        company.do(verb, case_id, "D1", reason=" ")
    assert asked(company, case_id) == {"D1"}


def test_after_the_end_nobody_signs(company: Company) -> None:
    case_id = nominated(company, by="L1")
    company.do(nominations.decline, case_id, "D1", reason="No.")
    with pytest.raises(StageMoved):
        company.do(nominations.approve, case_id, "D1")


def test_a_returned_nomination_waits_for_its_author(company: Company) -> None:
    case_id = nominated(company)
    company.do(nominations.approve, case_id, "L1")
    company.do(nominations.send_back, case_id, "D1", reason="Which customers?")
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.assignee_id) == (TaskKind.REVISE_NOMINATION, company.ids["C"])
    assert states(company, case_id) == [StepState.SIGNED, StepState.RETURNED, StepState.RETURNED]


def test_a_nomination_that_comes_back_starts_its_chain_anew(company: Company) -> None:
    case_id = nominated(company)
    company.do(nominations.approve, case_id, "L1")
    company.do(nominations.send_back, case_id, "D1", reason="Which customers?")
    company.do(nominations.write, case_id, "C", statement="The northern ones.", evidence={})
    company.do(nominations.submit, case_id, "C")
    assert company.case(case_id).statement == "The northern ones."
    assert signing_order(company, case_id) == [{"L1"}, {"D1"}, {"H1", "H2"}]
    assert company.case(case_id).stage is Stage.REVIEW


def test_where_nobody_can_sign_the_case_is_stuck_and_hr_is_told(company: Company) -> None:
    company.leaves("H2")
    case_id = nominated(company, by="H1")
    for approver in ("L1", "D1"):
        company.do(nominations.approve, case_id, approver)
    assert company.case(case_id).stuck_reason == "no_approver"
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.UNBLOCK]


def test_a_stuck_case_goes_on_once_somebody_can_sign(company: Company) -> None:
    company.leaves("H2")
    case_id = nominated(company, by="H1")
    for approver in ("L1", "D1"):
        company.do(nominations.approve, case_id, approver)
    of_hr(company, "T1")
    company.do(arrivals.retry, case_id, "H1")
    assert asked(company, case_id) == {"T1"}
    company.do(nominations.approve, case_id, "T1")
    assert (company.case(case_id).stage, company.case(case_id).stuck_reason) == (Stage.REVIEW, None)


def test_an_approver_who_leaves_is_replaced_upward(company: Company) -> None:
    case_id = nominated(company)
    company.leaves("L1")
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"D1"}
    sweeps.run(company.door, now=company.now)
    assert company.case(case_id).stuck_reason is None


def test_a_candidate_who_leaves_is_not_approved(company: Company) -> None:
    case_id = nominated(company)
    for approver in ("L1", "D1"):
        company.do(nominations.approve, case_id, approver)
    company.leaves("C")
    with pytest.raises(GuardsNotMet):
        company.do(nominations.approve, case_id, "H1")
    assert asked(company, case_id) == {"H1", "H2"}


def test_withdrawing_takes_the_open_signature_away(company: Company) -> None:
    case_id = nominated(company)
    company.do(cases.withdraw, case_id, "C", reason="")
    with company.reading() as db:
        assert db.scalars(select(Task.id).join(InboxRow, InboxRow.task_id == Task.id)).all() == []
