"""Whoever is kept apart from the mentee neither mentors nor rates him, nor decides how mentoring ends."""

import pytest

from tests.builders import a_case
from tests.company import Company
from tests.programs.late_beginnings import one_at_the_end_of_mentoring
from tests.workflow.test_kept_apart import asked, keep_apart
from tests.workflow.test_mentors_who_leave import mentored, name
from tests.workflow.votes import holders
from workflow import mentoring, plans, sweeps
from workflow.errors import MentorUnfit, NotYourTask
from workflow.models import PromotionCase
from workflow.queries.mentorships import proposals
from workflow.vocabulary import ApartBecause, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
CHECK, CONFIRM = TaskKind.PERFORMANCE_CHECK, TaskKind.CONFIRM
either = pytest.mark.parametrize("because", ApartBecause)


@either
def test_nobody_kept_apart_from_the_mentee_is_proposed_or_named(
    company: Company, because: ApartBecause
) -> None:
    case_id = a_case(company, at=Stage.MENTORING)

    def proposed() -> set[str]:
        with company.reading() as db:
            return {one.person.number for one in proposals(db, db.get_one(PromotionCase, case_id))}

    fits = min(proposed() - {"H1", "H2"})  # who put pairs on file, and may not themselves be in one
    keep_apart(company, fits, "C", because)
    with pytest.raises(MentorUnfit) as refused:
        name(company, case_id, fits)
    assert refused.value.facts["reason"] == "conflict"
    assert fits not in proposed()


@either
def test_the_next_superior_rates_and_decides_where_one_is_kept_apart(
    company: Company, because: ApartBecause
) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    keep_apart(company, "L1", "C", because)
    name(company, case_id, "T1")
    assert (holders(company, case_id, CHECK), holders(company, case_id, CONFIRM)) == (["D1", "D1"], ["D1"])


def test_ratings_and_decision_pass_on_once_somebody_comes_to_be_kept_apart(company: Company) -> None:
    case_id = mentored(company)
    keep_apart(company, "L1", "C")
    assert sweeps.run(company.door, now=company.now)["assessors_replaced"] == 1
    assert holders(company, case_id, CHECK) == ["D1", "D1"]
    keep_apart(company, "D1", "C")
    assert sweeps.run(company.door, now=company.now)["assessors_replaced"] == 1
    assert {"D1", "L1"}.isdisjoint(asked(company, case_id, CHECK) | asked(company, case_id, CONFIRM))
    assert asked(company, case_id, CONFIRM)
    assert sweeps.run(company.door, now=company.now)["assessors_replaced"] == 0


@either
def test_hr_names_another_mentor_once_the_mentor_comes_to_be_kept_apart(
    company: Company, because: ApartBecause
) -> None:
    case_id = mentored(company)
    keep_apart(company, "T1", "C", because)
    assert sweeps.run(company.door, now=company.now)["mentors_replaced"] == 1
    assert (holders(company, case_id, TaskKind.CHECK_IN), company.case(case_id).stuck_reason) == ([], None)
    assert not any(sweeps.run(company.door, now=company.now).values())
    with pytest.raises(NotYourTask):
        company.do(plans.check_in, case_id, "T1", day=60, note="Fine.")
    with pytest.raises(MentorUnfit):
        name(company, case_id, "T1")
    name(company, case_id, "M1")
    assert holders(company, case_id, TaskKind.AGREE_PLAN) == ["M1"]


def test_who_mentors_somebody_else_than_the_one_he_is_kept_apart_from_stays(company: Company) -> None:
    case_id = mentored(company)
    keep_apart(company, "T1", "P1")
    keep_apart(company, "M1", "C")
    assert sweeps.run(company.door, now=company.now)["mentors_replaced"] == 0
    # Another clock may have found the case while somebody else still was the mentor.
    company.do(mentoring.replace_mentor_apart, case_id)
    assert holders(company, case_id, TaskKind.CHECK_IN) == ["T1"] * 3


def test_no_mentor_is_asked_for_once_mentoring_is_over(company: Company) -> None:
    (case_id,) = one_at_the_end_of_mentoring(company)
    company.do(mentoring.confirm, case_id, "D1", reason="All is learned.")
    keep_apart(company, "T1", "C")
    assert sweeps.run(company.door, now=company.now)["mentors_replaced"] == 0
