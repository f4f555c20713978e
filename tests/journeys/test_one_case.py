"""One case on the whole road, through the verbs, on both databases."""

import pytest
from sqlalchemy import select

from tests.builders import (
    a_case,
    a_competition,
    a_contested_case,
    acknowledge_letters,
    decide_competition,
    score_all,
    seat_judges,
)
from tests.company import Company
from workflow.journal import verify
from workflow.models import CareerStep, Employee, InboxRow
from workflow.vocabulary import Level, Stage

ROAD = (Stage.DRAFT, Stage.NOMINATED, Stage.REVIEW, Stage.COMMITTEE, Stage.NOTICE, Stage.MENTORING)


@pytest.mark.parametrize("stage", [*ROAD, Stage.COMPLETED])
def test_a_case_reaches_every_stage_of_the_uncontested_road(company: Company, stage: Stage) -> None:
    case_id = a_case(company, at=stage)
    assert company.case(case_id).stage is stage


def test_a_completed_case_leaves_a_promoted_person_and_nothing_to_do(company: Company) -> None:
    case_id = a_case(company, at=Stage.COMPLETED)
    acknowledge_letters(company, case_id)
    with company.reading() as db:
        person = db.get_one(Employee, company.ids["C"])
        steps = db.scalars(select(CareerStep)).all()
        assert (person.level, person.post) == (Level.SENIOR, "senior_service_engineer")
        assert [(step.case_id, step.from_level) for step in steps] == [(case_id, Level.INTERMEDIATE)]
        assert db.scalars(select(InboxRow)).all() == []
        assert list(verify(db)) == []


def test_the_best_of_two_goes_to_the_committee_and_the_other_waits_in_reserve(company: Company) -> None:
    competition_id = a_competition(company)
    best, second = (a_contested_case(company, candidate=number) for number in ("C", "P1"))
    seat_judges(company, competition_id)
    score_all(company, competition_id, {best: 5, second: 4})
    decide_competition(company, competition_id)
    assert (company.case(best).stage, company.case(second).stage) == (Stage.COMMITTEE, Stage.RESERVE)
