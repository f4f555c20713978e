"""Who may be nominated for what and by whom, and what becomes of a draft."""

from typing import Any

import pytest

from tests.builders import a_case
from tests.company import Company
from workflow import cases, criteria, nominations
from workflow.editions.library import edition_of
from workflow.editions.reading import shipped
from workflow.errors import (
    CaseAlreadyOpen,
    GuardsNotMet,
    NoSuchStep,
    NotTheNextStep,
    NotYourTask,
    PersonInactive,
    ReasonMissing,
    StageMoved,
)
from workflow.models import Employee
from workflow.process import Guard
from workflow.rules.verdict import Verdict
from workflow.vocabulary import Answer, Level, Nominator, Stage, TaskKind, Track

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def nominate(company: Company, by: str, candidate: str = "C", **given: Any) -> int:
    """Put a draft on file; what is not given is the next professional step."""
    target = {"track": Track.PROFESSIONAL, "level": Level.SENIOR, "post": "senior_service_engineer"}
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        person = act.db.get_one(Employee, company.ids[candidate])
        edition = {"edition_id": company.edition_id}
        return nominations.nominate(act, person, **(edition | target | given)).id


@pytest.mark.parametrize(
    ("by", "nominator"), [("L1", Nominator.MANAGER), ("C", Nominator.SELF), ("H1", Nominator.HR)]
)
def test_the_manager_hr_and_oneself_may_nominate(company: Company, by: str, nominator: Nominator) -> None:
    case = company.case(nominate(company, by))
    assert (case.stage, case.nominated_as, case.nominated_by_id) == (
        Stage.DRAFT,
        nominator,
        company.ids[by],
    )


@pytest.mark.parametrize("by", ["P1", "L2", "D1", "X1", "A1"])
def test_everybody_else_nominates_as_a_peer(company: Company, by: str) -> None:
    assert company.case(nominate(company, by)).nominated_as is Nominator.PEER


def test_the_author_of_a_draft_is_asked_to_submit_it(company: Company) -> None:
    case_id = nominate(company, "H1")
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.assignee_id) == (TaskKind.SUBMIT_NOMINATION, company.ids["H1"])


def test_whoever_has_left_is_never_nominated(company: Company) -> None:
    company.leaves("C")
    with pytest.raises(PersonInactive):
        nominate(company, "L1")


def test_a_step_is_never_skipped(company: Company) -> None:
    with pytest.raises(NotTheNextStep):
        nominate(company, "L1", level=Level.PRINCIPAL, post="principal_service_engineer")


def test_a_post_belongs_to_its_step(company: Company) -> None:
    with pytest.raises(NoSuchStep) as refused:
        nominate(company, "L1", post="technical_expert")
    assert refused.value.facts["posts"] == ["senior_service_engineer"]


def test_a_person_has_one_open_case_for_a_target(company: Company) -> None:
    first = nominate(company, "L1")
    with pytest.raises(CaseAlreadyOpen) as refused:
        nominate(company, "C")
    assert refused.value.facts["case"] == first


def test_another_target_is_another_case(company: Company) -> None:
    nominate(company, "L1")
    assert nominate(company, "C", track=Track.MANAGEMENT, post="regional_manager")


def test_after_the_end_of_a_case_the_same_target_is_free_again(company: Company) -> None:
    company.do(cases.withdraw, nominate(company, "L1"), "C", reason="")
    assert company.case(nominate(company, "C")).stage is Stage.DRAFT


def test_a_self_nomination_needs_a_statement(company: Company) -> None:
    case_id = nominate(company, "C")
    with pytest.raises(GuardsNotMet) as refused:
        company.do(nominations.submit, case_id, "C")
    answers: dict[Guard, Verdict] = refused.value.facts["checklist"]
    assert {guard: verdict.answer for guard, verdict in answers.items()} == {
        Guard.CANDIDATE_IS_ACTIVE: Answer.MET,
        Guard.CONSENT_IS_GIVEN: Answer.MET,
        Guard.STATEMENT_IS_WRITTEN: Answer.NOT_MET,
    }
    company.do(nominations.write, case_id, "C", statement="I keep promises.", evidence={})
    company.do(nominations.submit, case_id, "C")
    assert company.case(case_id).stage is Stage.NOMINATED


def test_whoever_is_nominated_by_others_need_not_plead(company: Company) -> None:
    case_id = nominate(company, "L1")
    company.do(nominations.submit, case_id, "L1")
    assert company.case(case_id).stage is Stage.NOMINATED


def test_only_the_author_submits(company: Company) -> None:
    case_id = nominate(company, "L1")
    with pytest.raises(NotYourTask):
        company.do(nominations.submit, case_id, "C")


def test_a_case_keeps_the_edition_it_was_opened_under(company: Company) -> None:
    case_id = nominate(company, "L1")
    later = shipped()["default"].replace('version: "2026.1"', 'version: "2027.1"')
    with company.door.acting(now=company.now) as act:
        newer = criteria.publish(act, later.replace("months_in_level: 18", "months_in_level: 99"))
    company.do(nominations.submit, case_id, "L1")
    assert newer.id != company.case(case_id).edition_id == company.edition_id
    with company.reading() as db:
        step = edition_of(db, company.edition_id).step(Track.PROFESSIONAL, Level.SENIOR)
    assert step is not None
    assert step.eligibility.months_in_level == 18


def test_the_candidate_withdraws_without_giving_a_reason(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    company.do(cases.withdraw, case_id, "C", reason="")
    case = company.case(case_id)
    assert (case.stage, case.ended_at) == (Stage.WITHDRAWN, company.now)


def test_hr_withdraws_a_case_with_a_reason_only(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    with pytest.raises(ReasonMissing):
        company.do(cases.withdraw, case_id, "H1", reason="  ")
    company.do(cases.withdraw, case_id, "H1", reason="The post was cut.")
    assert company.case(case_id).stage is Stage.WITHDRAWN


@pytest.mark.parametrize("stage", [Stage.MENTORING, Stage.COMPLETED])
def test_nothing_is_withdrawn_after_it_has_taken_effect(company: Company, stage: Stage) -> None:
    case_id = a_case(company, at=stage)
    with pytest.raises(StageMoved):
        company.do(cases.withdraw, case_id, "C", reason="")


def test_a_candidate_who_has_left_goes_no_further(company: Company) -> None:
    case_id = nominate(company, "L1")
    company.leaves("C")
    with pytest.raises(GuardsNotMet):
        company.do(nominations.submit, case_id, "L1")
