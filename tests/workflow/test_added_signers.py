"""Somebody who is asked to sign before a seat does: the seat waits, hears him, and decides itself."""

import pytest

from tests.builders import approve_all
from tests.company import Company
from tests.workflow.test_approval_groups import ALL_THEN_HR, ANY_THEN_HR, ruled_by
from tests.workflow.test_approvals import asked, nominated, states
from workflow import nominations, stand_ins, sweeps
from workflow.errors import (
    NominationSigned,
    NotAllowed,
    NotFound,
    NotYourTask,
    OnlyAsked,
    PersonUnfit,
    ReasonMissing,
    SignerAwaited,
    StageMoved,
)
from workflow.models import Employee
from workflow.rules.approvals import MOST_ADDED, obstacle_to_adding
from workflow.vocabulary import Stage, StepState

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
OPEN, SIGNED, WAITING, SPARED = StepState.OPEN, StepState.SIGNED, StepState.WAITING, StepState.NOT_NEEDED


def add(
    company: Company, case_id: int, by: str, signer: str, reason: str = "You know the customers."
) -> None:
    with company.on(case_id, by) as (act, case):
        person = act.db.get_one(Employee, company.ids[signer])
        stand_ins.add_signer(act, case, person, reason=reason)


def spare(company: Company, case_id: int, by: str, signer: str) -> None:
    with company.on(case_id, by) as (act, case):
        stand_ins.spare_signer(act, case, act.db.get_one(Employee, company.ids[signer]))


def test_the_seat_waits_for_the_added_signer_and_then_decides(company: Company) -> None:
    case_id = nominated(company)
    add(company, case_id, "L1", "L2")
    assert asked(company, case_id) == {"L2"}
    with pytest.raises(NotYourTask):
        company.do(nominations.approve, case_id, "D1")
    company.do(nominations.approve, case_id, "L2", comment="The best we have.")
    assert asked(company, case_id) == {"L1"}
    assert company.case(case_id).stage is Stage.NOMINATED
    approve_all(company, case_id)
    assert company.case(case_id).stage is Stage.REVIEW


def test_his_no_is_advice_and_ends_nothing(company: Company) -> None:
    case_id = nominated(company, by="H1")
    add(company, case_id, "L1", "L2")
    company.do(nominations.decline, case_id, "L2", reason="Not with these customers.")
    assert states(company, case_id)[-1] is StepState.ADVISED_AGAINST
    assert (company.case(case_id).stage, asked(company, case_id)) == (Stage.NOMINATED, {"L1"})
    company.do(nominations.decline, case_id, "L1", reason="I agree with L2.")
    assert company.case(case_id).stage is Stage.DECLINED


def test_his_signature_does_not_make_a_line_managers_no_mere_advice(company: Company) -> None:
    ruled_by(company, "chain: [line_manager]")
    case_id = nominated(company)
    add(company, case_id, "L1", "L2")
    company.do(nominations.approve, case_id, "L2")
    company.do(nominations.decline, case_id, "L1", reason="Too early.")
    assert company.case(case_id).stage is Stage.DECLINED


def test_he_returns_nothing_and_asks_nobody_else(company: Company) -> None:
    case_id = nominated(company)
    add(company, case_id, "L1", "L2")
    with pytest.raises(OnlyAsked) as refused:
        company.do(nominations.send_back, case_id, "L2", reason="Which customers?")
    assert refused.value.facts["reason"] == "added_signer_returns_nothing"
    with pytest.raises(OnlyAsked) as refused:
        add(company, case_id, "L2", "T1")
    assert refused.value.facts["reason"] == "added_signer_adds_nobody"
    assert asked(company, case_id) == {"L2"}


def test_a_seat_asks_so_many_and_no_more(company: Company) -> None:
    case_id = nominated(company)
    for signer in ("L2", "T1", "X1"):
        add(company, case_id, "L1", signer)
        company.do(nominations.approve, case_id, signer)
    with pytest.raises(OnlyAsked) as refused:
        add(company, case_id, "L1", "J1")
    assert refused.value.facts == {"reason": "too_many_signers", "maximum": MOST_ADDED}
    assert asked(company, case_id) == {"L1"}


@pytest.mark.parametrize(
    ("already", "is_added", "obstacle"),
    [
        (0, False, None),
        (MOST_ADDED - 1, False, None),
        (MOST_ADDED, False, "too_many_signers"),
        (0, True, "added_signer_adds_nobody"),
    ],
)
def test_what_keeps_a_seat_from_asking(
    already: int, is_added: bool, obstacle: str | None, company: Company
) -> None:
    assert obstacle_to_adding(already, is_added=is_added) == obstacle


@pytest.mark.parametrize(
    ("signer", "reason"), [("C", "candidate"), ("D1", "signs_already"), ("L1", "oneself")]
)
def test_nobody_is_added_who_has_a_part_already(company: Company, signer: str, reason: str) -> None:
    case_id = nominated(company)
    with pytest.raises(PersonUnfit) as refused:
        add(company, case_id, "L1", signer)
    assert refused.value.facts == {"reason": reason}


def test_why_he_is_asked_must_be_said_and_only_while_the_nomination_is_being_signed(company: Company) -> None:
    case_id = nominated(company)
    with pytest.raises(ReasonMissing):
        add(company, case_id, "L1", "L2", reason=" ")
    approve_all(company, case_id)
    with pytest.raises(StageMoved):
        add(company, case_id, "L1", "L2")


def test_whoever_sits_for_hr_asks_somebody_who_is_not_of_hr(company: Company) -> None:
    case_id = nominated(company)
    for approver in ("L1", "D1"):
        company.do(nominations.approve, case_id, approver)
    with pytest.raises(PersonUnfit):
        add(company, case_id, "H1", "H2")
    add(company, case_id, "H1", "T1")
    assert asked(company, case_id) == {"T1"}
    company.do(nominations.approve, case_id, "T1")
    assert asked(company, case_id) == {"H1", "H2"}


def test_whoever_asked_is_told_whose_answer_he_waits_for_and_may_take_the_question_back(
    company: Company,
) -> None:
    case_id = nominated(company)
    add(company, case_id, "L1", "L2")
    with pytest.raises(SignerAwaited) as refused:
        company.do(nominations.approve, case_id, "L1")
    assert refused.value.facts == {"signer": "Person L2 (L2)"}
    spare(company, case_id, "L1", "L2")
    assert (asked(company, case_id), states(company, case_id)[-1]) == ({"L1"}, SPARED)
    with pytest.raises(NotFound):
        spare(company, case_id, "H1", "L2")


def test_nobody_but_whoever_asked_and_hr_takes_the_question_back(company: Company) -> None:
    case_id = nominated(company)
    add(company, case_id, "L1", "L2")
    with pytest.raises(NotAllowed):
        spare(company, case_id, "L2", "L2")
    spare(company, case_id, "H1", "L2")
    assert asked(company, case_id) == {"L1"}


def test_asking_makes_nothing_due_later(company: Company) -> None:
    case_id = nominated(company)
    (first,) = company.open_tasks(case_id)
    company.later(days=2)
    add(company, case_id, "L1", "L2")
    assert company.open_tasks(case_id)[0].due_at == first.due_at
    company.later(days=20)
    company.do(nominations.approve, case_id, "L2")
    assert company.open_tasks(case_id)[0].due_at == first.due_at


def test_in_a_group_of_any_another_seat_need_not_wait(company: Company) -> None:
    ruled_by(company, ANY_THEN_HR)
    case_id = nominated(company)
    add(company, case_id, "L1", "L2")
    assert asked(company, case_id) == {"L2", "D1"}
    company.do(nominations.approve, case_id, "D1")
    assert states(company, case_id) == [SPARED, SIGNED, OPEN, SPARED]
    assert asked(company, case_id) == {"H1", "H2"}
    approve_all(company, case_id)
    assert company.case(case_id).stage is Stage.REVIEW


def test_in_a_group_of_all_it_goes_on_when_everybody_has_signed_the_added_included(company: Company) -> None:
    ruled_by(company, ALL_THEN_HR)
    case_id = nominated(company)
    add(company, case_id, "L1", "L2")
    company.do(nominations.approve, case_id, "D1")
    assert asked(company, case_id) == {"L2"}
    company.do(nominations.approve, case_id, "L2")
    assert asked(company, case_id) == {"L1"}


def test_an_added_signer_who_leaves_is_not_waited_for_and_nobody_takes_his_place(company: Company) -> None:
    case_id = nominated(company)
    add(company, case_id, "L1", "L2")
    company.leaves("L2")
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"L1"}
    assert states(company, case_id)[-1] is SPARED


def test_where_whoever_asked_leaves_the_next_superior_hears_the_added_signer(company: Company) -> None:
    case_id = nominated(company)
    add(company, case_id, "L1", "L2")
    company.leaves("L1")
    company.do(nominations.approve, case_id, "L2")
    assert asked(company, case_id) == {"D1"}


def test_an_added_signature_fixes_the_text_as_any_other(company: Company) -> None:
    case_id = nominated(company)
    add(company, case_id, "L1", "L2")
    company.do(nominations.approve, case_id, "L2")
    with pytest.raises(NominationSigned):
        company.do(nominations.write, case_id, "C", statement="Another.", evidence={})
