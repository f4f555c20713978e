"""A review without a score is held again, once, with peers from further away; nothing ends in silence."""

import pytest
from sqlalchemy import select, update

from tests.builders import a_case, answers, fill_in_all, let_time_run_out, raters
from tests.company import PEERS, Company
from workflow import reviews
from workflow.errors import GuardsNotMet, NotFound, NotYourTask, ReasonMissing
from workflow.models import Department, Employee, JournalEntry, StageRound
from workflow.vocabulary import Level, Role, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def unknown(company: Company) -> int:
    """A case whose branch is too small for a review, which HR has at once."""
    for number in PEERS[:5]:
        company.leaves(number)
    return a_case(company, at=Stage.REVIEW)


def neighbours(company: Company, count: int) -> None:
    """The service department gets a parent, and a sister with people of the candidate's level."""
    with company.door.acting(now=company.now) as act:
        parent, sister = act.add(Department(name="After-sales")), act.add(Department(name="Sister"))
        service = act.first(select(Department).where(Department.name == "Service"))
        assert service is not None
        service.parent_id = sister.parent_id = parent.id
        staff = ["T1", "M1", "M2", "M3", "M4"][:count]
        act.execute(
            update(Employee)
            .where(Employee.number.in_(staff))
            .values(department_id=sister.id, level=Level.INTERMEDIATE)
        )


def widen(company: Company, case_id: int, by: str = "H1", reason: str = "The branch is small.") -> None:
    company.do(reviews.widen, case_id, by, reason=reason)


def rounds(company: Company, case_id: int) -> list[StageRound]:
    query = select(StageRound).where(StageRound.case_id == case_id, StageRound.stage == Stage.REVIEW)
    with company.reading() as db:
        return list(db.scalars(query.order_by(StageRound.number)))


def test_peers_come_from_departments_with_the_same_parent(company: Company) -> None:
    neighbours(company, 5)
    case_id = unknown(company)
    widen(company, case_id)
    asked = set(raters(company, case_id))
    assert {"L1", "C"} < asked <= {"L1", "C", "P6", "P7", "P8", "T1", "M1", "M2", "M3", "M4"}
    assert len(asked) == 7
    first, second = rounds(company, case_id)
    assert (first.number, second.number) == (1, 2)
    assert second.facts["widened"] == "branches"
    fill_in_all(company, case_id)
    assert company.case(case_id).stage is Stage.COMMITTEE


def test_without_a_parent_they_come_from_the_whole_company(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        moved = update(Employee).where(Employee.number.in_(["M1", "M2"]))
        act.execute(moved.values(level=Level.SENIOR))
    case_id = unknown(company)
    widen(company, case_id)
    assert set(raters(company, case_id)) == {"L1", "C", "P6", "P7", "P8", "M1", "M2"}
    assert rounds(company, case_id)[1].facts["widened"] == "company"


def test_widening_needs_a_reason_and_hr(company: Company) -> None:
    case_id = unknown(company)
    with pytest.raises(ReasonMissing):
        widen(company, case_id, reason=" ")
    with pytest.raises(NotYourTask):
        widen(company, case_id, by="D1")


def test_where_nobody_is_left_to_draw_hr_has_the_case_again_and_may_only_waive(company: Company) -> None:
    case_id = unknown(company)
    widen(company, case_id)
    assert raters(company, case_id) == []
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.role, task.detail) == (TaskKind.RESCUE_REVIEW, Role.HR, "too_few_to_ask")
    with pytest.raises(GuardsNotMet) as refused:
        widen(company, case_id)
    reasons = {verdict.reason for verdict in refused.value.facts["checklist"].values()}
    assert "widened_before" in reasons
    company.do(reviews.waive_score, case_id, "H1", reason="Nobody is near enough.")
    assert company.case(case_id).stage is Stage.COMMITTEE


def test_a_widened_review_that_brings_no_score_ends_with_hr(company: Company) -> None:
    neighbours(company, 5)
    case_id = unknown(company)
    widen(company, case_id)
    let_time_run_out(company, case_id)
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.RESCUE_REVIEW]
    with pytest.raises(GuardsNotMet):
        widen(company, case_id)


def test_an_open_review_is_not_widened(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    with pytest.raises(NotFound):
        widen(company, case_id)


def test_a_review_below_a_floor_is_not_widened(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    fill_in_all(company, case_id, value=2)
    with pytest.raises(NotFound):
        widen(company, case_id)


def test_the_second_round_leaves_the_first_as_it_was(company: Company) -> None:
    neighbours(company, 5)
    case_id = a_case(company, at=Stage.REVIEW)
    company.do(reviews.submit_form, case_id, "L1", answers=answers(), evidence={})
    let_time_run_out(company, case_id)
    widen(company, case_id)
    fill_in_all(company, case_id)
    with company.reading() as db:
        actions = list(
            db.scalars(
                select(JournalEntry.action)
                .where(JournalEntry.case_id == case_id)
                .order_by(JournalEntry.sequence)
            )
        )
    assert actions.count("review_closed") == actions.count("review_opened") == 2
    assert actions[actions.index("review_widened") + 1] == "stage_entered"
