"""Notice and effect: a decision stands in sight of everybody, then changes level and post once."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import a_case, vote_all
from tests.company import Company, default_edition
from tests.workflow.begun import begun, nothing
from tests.workflow.votes import Convened, voting_case
from workflow import criteria, decisions, notices, sweeps
from workflow.errors import GuardsNotMet, Invalid, StageMoved
from workflow.models import CareerStep, Employee, PromotionCase
from workflow.process import Guard
from workflow.vocabulary import Answer, Level, Stage, TaskKind, Track

MONDAY_AFTER_FIVE_WORKING_DAYS = date(2026, 3, 9)


def voted_case(company: Company) -> tuple[int, ...]:
    (case_id,) = voting_case(company)
    vote_all(company, case_id)
    return (case_id,)


@pytest.fixture
def voted(tmp_path: Path) -> Iterator[Convened]:
    with begun(tmp_path, voted_case) as (company, (case_id,)):
        yield company, case_id


def decide(company: Company, case_id: int, effective_on: date | None = None) -> PromotionCase:
    company.do(decisions.record_decision, case_id, "M1", text="Carried.", effective_on=effective_on)
    return company.case(case_id)


def candidate(company: Company) -> Employee:
    with company.reading() as db:
        return db.get_one(Employee, company.ids["C"])


def effects(company: Company) -> int:
    return sweeps.run(company.door, now=company.now)["effects_taken"]


def test_a_decision_stands_on_notice_for_five_working_days(voted: Convened) -> None:
    company, case_id = voted
    decided = decide(company, case_id)
    assert (decided.stage, decided.effective_on) == (Stage.NOTICE, MONDAY_AFTER_FIVE_WORKING_DAYS)
    company.later(days=4)
    assert effects(company) == 0
    assert candidate(company).level is Level.INTERMEDIATE


def test_nobody_takes_effect_before_the_notice_is_over(voted: Convened) -> None:
    company, case_id = voted
    decide(company, case_id)
    with pytest.raises(GuardsNotMet) as refused:
        company.do(notices.take_effect, case_id)
    checklist = refused.value.facts["checklist"]
    assert checklist[Guard.NOTICE_IS_OVER].answer is Answer.NOT_MET
    assert checklist[Guard.CANDIDATE_IS_ACTIVE].answer is Answer.MET


def test_the_effect_changes_track_level_and_post_and_keeps_the_former_ones(voted: Convened) -> None:
    company, case_id = voted
    decide(company, case_id)
    company.later(days=8)
    assert effects(company) == 1
    person = candidate(company)
    assert (person.track, person.level, person.post) == (
        Track.PROFESSIONAL,
        Level.SENIOR,
        "senior_service_engineer",
    )
    assert person.level_since == MONDAY_AFTER_FIVE_WORKING_DAYS
    with company.reading() as db:
        step = db.scalars(select(CareerStep)).one()
    assert (step.case_id, step.effective_on) == (case_id, MONDAY_AFTER_FIVE_WORKING_DAYS)
    assert (step.from_level, step.from_post, step.from_level_since) == (
        Level.INTERMEDIATE,
        "service_engineer",
        date(2023, 1, 1),
    )


def test_a_decision_takes_effect_once_however_often_the_clock_comes_by(voted: Convened) -> None:
    company, case_id = voted
    decide(company, case_id)
    company.later(days=8)
    assert [effects(company), effects(company)] == [1, 0]
    with pytest.raises(StageMoved):
        company.do(notices.take_effect, case_id)
    with company.reading() as db:
        assert len(db.scalars(select(CareerStep)).all()) == 1
    asked = {task.kind for task in company.open_tasks(case_id)}
    assert asked == {TaskKind.NAME_MENTOR, TaskKind.ACKNOWLEDGE_DUTIES}


def test_a_later_effective_date_is_waited_for(voted: Convened) -> None:
    company, case_id = voted
    on = company.now.date() + timedelta(days=60)
    assert decide(company, case_id, on).effective_on == on
    company.later(days=59)
    assert effects(company) == 0
    company.later(days=1)
    assert effects(company) == 1
    assert candidate(company).level_since == on


def test_an_effective_date_before_the_end_of_the_notice_is_moved_to_it(voted: Convened) -> None:
    company, case_id = voted
    assert decide(company, case_id, company.now.date()).effective_on == MONDAY_AFTER_FIVE_WORKING_DAYS


@pytest.mark.parametrize("days", [-1, 400])
def test_an_effective_date_in_the_past_or_out_of_sight_is_refused(voted: Convened, days: int) -> None:
    company, case_id = voted
    with pytest.raises(Invalid, match="effective_date"):
        decide(company, case_id, company.now.date() + timedelta(days=days))
    assert company.case(case_id).stage is Stage.COMMITTEE


def test_a_candidate_who_leaves_during_the_notice_is_not_promoted(voted: Convened) -> None:
    company, case_id = voted
    decide(company, case_id)
    company.leaves("C")
    company.later(days=8)
    assert effects(company) == 0
    assert company.case(case_id).stage is Stage.WITHDRAWN
    assert candidate(company).level is Level.INTERMEDIATE


def test_where_no_notice_is_asked_the_decision_takes_effect_the_same_day(tmp_path: Path) -> None:
    with begun(tmp_path, nothing) as (company, _):
        document = (
            default_edition()
            .replace('"2026.1"', '"2026.2"')
            .replace('"contested_days":15,"days":5', '"contested_days":15,"days":0')
        )
        with company.door.acting(now=company.now) as act:
            company.edition_id = criteria.publish(act, document).id
        case_id = a_case(company, at=Stage.NOTICE)
        assert company.case(case_id).effective_on == company.now.date()
        assert effects(company) == 1
        assert company.case(case_id).stage is Stage.MENTORING
