"""Eligibility of a case: facts seen on the day, what is unknown, and HR's ways on."""

from datetime import date

import pytest
from sqlalchemy import delete, select, update

from tests.builders import a_case, approve_all
from tests.company import Company
from workflow import eligibility, nominations
from workflow.errors import AlreadyExists, NotFound, NotYourTask, ReasonMissing
from workflow.models import EligibilityFinding, Employee, PerformanceRecord, TrainingRecord, Waiver
from workflow.vocabulary import Answer, Role, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def findings(company: Company, case_id: int) -> dict[str, tuple[str, str | None, Answer]]:
    """Rule: what is required, the value seen, and the answer."""
    stored = select(EligibilityFinding).where(EligibilityFinding.round_id == company.case(case_id).round_id)
    with company.reading() as db:
        return {row.rule: (row.required, row.value, row.answer) for row in db.scalars(stored)}


def overall(company: Company, case_id: int) -> Answer:
    with company.on(case_id) as (act, case):
        return eligibility.overall(act, case).answer


def forget_trainings(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(delete(TrainingRecord).where(TrainingRecord.employee_id == company.ids["C"]))


def record_training(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(TrainingRecord(employee_id=company.ids["C"], course="any", year=2026))


def changed(company: Company, **fields: object) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "C").values(**fields))


def signed(company: Company) -> int:
    """A case with every signature, whatever its eligibility."""
    case_id = a_case(company, at=Stage.NOMINATED)
    approve_all(company, case_id)
    return case_id


def settle(company: Company, case_id: int, rule: str | None = None, reason: str = "") -> None:
    company.do(nominations.settle_eligibility, case_id, "H1", rule=rule, reason=reason)


def test_every_rule_is_stored_with_the_value_it_saw(company: Company) -> None:
    assert findings(company, a_case(company, at=Stage.NOMINATED)) == {
        "months_in_level": ("18", "38", Answer.MET),
        "median_rating": ("3", "4", Answer.MET),
        "trainings": ("1", "2", Answer.MET),
        "no_open_sanction": ("none", "none", Answer.MET),
    }


def test_what_was_seen_stays_whatever_happens_to_the_facts(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    changed(company, level_since=date(2026, 2, 1), under_sanction=True)
    assert findings(company, case_id)["months_in_level"] == ("18", "38", Answer.MET)
    assert overall(company, case_id) is Answer.MET


def test_a_missing_fact_is_unknown_and_not_not_met(company: Company) -> None:
    forget_trainings(company)
    case_id = a_case(company, at=Stage.NOMINATED)
    assert findings(company, case_id)["trainings"] == ("1", None, Answer.UNKNOWN)
    assert overall(company, case_id) is Answer.UNKNOWN


def test_too_few_ratings_are_unknown(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(delete(PerformanceRecord).where(PerformanceRecord.period == "2025Q4"))
    case_id = a_case(company, at=Stage.NOMINATED)
    assert findings(company, case_id)["median_rating"] == ("3", None, Answer.UNKNOWN)


def test_an_open_sanction_is_not_met(company: Company) -> None:
    changed(company, under_sanction=True)
    case_id = a_case(company, at=Stage.NOMINATED)
    assert findings(company, case_id)["no_open_sanction"] == ("none", "open", Answer.NOT_MET)
    assert overall(company, case_id) is Answer.NOT_MET


def test_a_signed_case_that_is_not_eligible_waits_for_hr(company: Company) -> None:
    changed(company, under_sanction=True)
    case_id = signed(company)
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.role) == (TaskKind.SETTLE_ELIGIBILITY, Role.HR)
    assert company.case(case_id).stage is Stage.NOMINATED


def test_a_waiver_with_a_reason_lets_the_signed_case_go_on(company: Company) -> None:
    forget_trainings(company)
    case_id = signed(company)
    settle(company, case_id, rule="trainings", reason="Trained abroad, papers follow.")
    assert company.case(case_id).stage is Stage.REVIEW
    with company.reading() as db:
        waiver = db.scalars(select(Waiver)).one()
    assert (waiver.rule, waiver.granted_by_id) == ("trainings", company.ids["H1"])
    assert waiver.reason == "Trained abroad, papers follow."


def test_a_waiver_without_a_reason_is_refused(company: Company) -> None:
    forget_trainings(company)
    case_id = signed(company)
    with pytest.raises(ReasonMissing):
        settle(company, case_id, rule="trainings", reason=" ")
    assert company.case(case_id).stage is Stage.NOMINATED


@pytest.mark.parametrize("rule", ["months_in_level", "height"])
def test_only_a_rule_that_stands_in_the_way_can_be_waived(company: Company, rule: str) -> None:
    forget_trainings(company)
    case_id = signed(company)
    with pytest.raises(NotFound):
        settle(company, case_id, rule=rule, reason="For good measure.")


def test_one_waiver_does_not_cover_another_rule(company: Company) -> None:
    forget_trainings(company)
    changed(company, under_sanction=True)
    case_id = signed(company)
    settle(company, case_id, rule="trainings", reason="Trained abroad.")
    assert company.case(case_id).stage is Stage.NOMINATED
    with pytest.raises(AlreadyExists):
        settle(company, case_id, rule="trainings", reason="Trained abroad.")
    settle(company, case_id, rule="no_open_sanction", reason="Lifted tomorrow.")
    assert company.case(case_id).stage is Stage.REVIEW


def test_a_waiver_before_the_signatures_does_not_jump_the_chain(company: Company) -> None:
    forget_trainings(company)
    case_id = a_case(company, at=Stage.NOMINATED)
    settle(company, case_id, rule="trainings", reason="Trained abroad.")
    assert company.case(case_id).stage is Stage.NOMINATED
    approve_all(company, case_id)
    assert company.case(case_id).stage is Stage.REVIEW


def test_corrected_facts_are_looked_at_again(company: Company) -> None:
    forget_trainings(company)
    case_id = signed(company)
    record_training(company)
    settle(company, case_id)
    assert company.case(case_id).stage is Stage.REVIEW


def test_looking_again_at_unchanged_facts_leaves_one_task_for_hr(company: Company) -> None:
    changed(company, under_sanction=True)
    case_id = signed(company)
    settle(company, case_id)
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.SETTLE_ELIGIBILITY]


def test_hr_ends_a_case_that_stays_ineligible_with_a_reason(company: Company) -> None:
    changed(company, under_sanction=True)
    case_id = signed(company)
    with pytest.raises(ReasonMissing):
        company.do(nominations.refuse_ineligible, case_id, "H1", reason="")
    company.do(nominations.refuse_ineligible, case_id, "H1", reason="The sanction stands until May.")
    case = company.case(case_id)
    assert (case.stage, case.decided_by_id) == (Stage.DECLINED, company.ids["H1"])
    assert case.outcome_text == "The sanction stands until May."


def test_an_approver_cannot_end_it_for_hr(company: Company) -> None:
    changed(company, under_sanction=True)
    case_id = signed(company)
    with pytest.raises(NotYourTask):
        company.do(nominations.refuse_ineligible, case_id, "D1", reason="Not eligible.")


def test_hr_cannot_end_a_case_as_ineligible_that_waits_for_signatures(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    with pytest.raises(NotFound):
        company.do(nominations.refuse_ineligible, case_id, "H1", reason="No.")
