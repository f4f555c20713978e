"""Whoever lacked a fact on the first day of a cycle gets his draft as soon as the fact is there."""

import pytest
from sqlalchemy import delete, select

from integrations import organisation
from tests.builders import a_case
from tests.company import Company
from tests.workflow.seasons import a_begun_cycle, a_cycle, changed, counts, draft_of, tick
from tests.workflow.test_data_gaps import complete, gaps, lacking, train
from workflow import cases, drafts, journal, nominations, sweeps
from workflow.models import Employee, JournalEntry, PromotionCase, TrainingRecord
from workflow.vocabulary import Level, Stage, TaskKind, Track

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def lacks_trainings(company: Company, *numbers: str) -> int:
    """A cycle whose first day was a week ago, on which there were no trainings on file about these people."""
    people = [company.ids[number] for number in numbers]
    with company.door.acting(now=company.now) as act:
        act.execute(delete(TrainingRecord).where(TrainingRecord.employee_id.in_(people)))
    cycle_id = a_begun_cycle(company)
    company.later(days=7)
    return cycle_id


def cases_of(company: Company, number: str) -> list[PromotionCase]:
    with company.reading() as db:
        person = PromotionCase.candidate_id == company.ids[number]
        return list(db.scalars(select(PromotionCase).where(person)))


def supply(company: Company, *numbers: str) -> None:
    """HR puts the trainings on file and says so."""
    train(company, *numbers)
    complete(company)
    tick(company)


def test_a_fact_that_comes_later_brings_the_draft_with_seven_days_of_its_own(company: Company) -> None:
    cycle_id = lacks_trainings(company, "C", "P1")
    assert counts(company, cycle_id) == {"opened": 24, "facts_missing": 2, "no_step": 2}
    supply(company, "C", "P1")
    assert counts(company, cycle_id) == {"opened": 26, "no_step": 2}
    case = draft_of(company, "C")
    assert (case.stage, case.cycle_id) == (Stage.DRAFT, cycle_id)
    assert [task.kind for task in company.open_tasks(case.id)] == [TaskKind.WRITE_STATEMENT]
    with company.reading() as db:
        told = select(JournalEntry.action).where(JournalEntry.case_id == case.id)
        assert db.scalars(told).all() == ["draft_opened"]
        assert list(journal.verify(db)) == []
    company.later(days=7)
    tick(company)
    assert company.case(case.id).stage is Stage.DRAFT
    company.later(days=1)
    tick(company)
    assert company.case(case.id).stage is Stage.NOMINATED


def test_a_file_that_brings_the_fact_is_enough(company: Company) -> None:
    lacks_trainings(company, "C")
    line = {
        "employee_number": "C",
        "name": "Person C",
        "email": "c@example.com",
        "department": "Service",
        "post": "service_engineer",
        "track": "professional",
        "level": "intermediate",
        "manager_number": "L1",
        "hired_on": "2019-01-01",
        "level_since": "2023-01-01",
        "trainings_2026": "2",
    }
    file = f"{','.join(line)}\n{','.join(line.values())}"
    with company.door.acting(now=company.now) as act:
        rows = organisation.read_rows(file.encode())
        plan = organisation.check(rows, None, organisation.known_organisation(act))
        organisation.load(act, plan)
    tick(company)
    assert draft_of(company, "C").stage is Stage.DRAFT


def test_the_clock_looks_only_once_at_what_is_new(company: Company) -> None:
    lacks_trainings(company, "C", "P1")
    supply(company, "C")
    assert sweeps.run(company.door, now=company.now)["late_drafts_opened"] == 0
    assert len(cases_of(company, "C")) == 1


def test_where_the_fact_is_still_missing_hr_is_asked_again(company: Company) -> None:
    cycle_id = lacks_trainings(company, "C", "P1")
    supply(company, "C")
    assert counts(company, cycle_id)["facts_missing"] == 1
    (task,) = gaps(company)
    assert lacking(company, task) == {"P1"}
    supply(company, "P1")
    assert draft_of(company, "P1").stage is Stage.DRAFT


def test_a_fact_that_speaks_against_it_brings_no_draft(company: Company) -> None:
    cycle_id = lacks_trainings(company, "C")
    changed(company, "C", under_sanction=True)
    supply(company, "C")
    assert counts(company, cycle_id) == {"opened": 25, "not_eligible": 1, "no_step": 2}
    changed(company, "C", under_sanction=False)
    company.later(days=1)
    tick(company)
    assert cases_of(company, "C") == []


def test_after_the_last_day_of_the_cycle_no_draft_is_opened(company: Company) -> None:
    cycle_id = lacks_trainings(company, "C")
    company.later(days=24)
    supply(company, "C")
    assert cases_of(company, "C") == []
    assert counts(company, cycle_id)["facts_missing"] == 1


def test_on_its_last_day_it_still_is(company: Company) -> None:
    lacks_trainings(company, "C")
    company.later(days=23)
    supply(company, "C")
    assert draft_of(company, "C").stage is Stage.DRAFT


def test_whoever_opts_out_of_a_late_draft_gets_no_second_one(company: Company) -> None:
    lacks_trainings(company, "C", "P1")
    supply(company, "C")
    company.do(nominations.opt_out, draft_of(company, "C").id, "C")
    supply(company, "P1")
    assert [case.stage for case in cases_of(company, "C")] == [Stage.WITHDRAWN]


def test_nor_does_whoever_was_nominated_meanwhile_and_has_withdrawn(company: Company) -> None:
    cycle_id = lacks_trainings(company, "C")
    with company.door.acting(now=company.now, by=company.ids["L1"]) as act:
        candidate = act.db.get_one(Employee, company.ids["C"])
        target = {"track": Track.PROFESSIONAL, "level": Level.SENIOR, "post": "senior_service_engineer"}
        by_hand = nominations.nominate(
            act,
            candidate,
            edition_id=company.edition_id,
            cycle_id=cycle_id,
            **target,  # type: ignore[arg-type]
        ).id
    company.do(cases.withdraw, by_hand, "C", reason="")
    supply(company, "C")
    assert [case.id for case in cases_of(company, "C")] == [by_hand]


def test_whoever_has_left_waits_until_he_is_back(company: Company) -> None:
    lacks_trainings(company, "C", "P1")
    company.leaves("C")
    supply(company, "C", "P1")
    assert cases_of(company, "C") == []
    assert not any(sweeps.run(company.door, now=company.now).values())
    company.returns("C")
    tick(company)
    assert draft_of(company, "C").stage is Stage.DRAFT


def test_a_late_look_goes_on_where_a_killed_clock_stopped(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle_id = lacks_trainings(company, "C", "P1", "P2")
    train(company, "C", "P1", "P2")
    complete(company)
    monkeypatch.setattr(drafts, "CHUNK", 2)
    with company.door.in_cycle(cycle_id, now=company.now) as (act, cycle):
        assert drafts.open_late(act, cycle)
    assert counts(company, cycle_id) == {"opened": 25, "facts_missing": 1, "no_step": 2}
    tick(company)
    assert counts(company, cycle_id) == {"opened": 26, "no_step": 2}


@pytest.mark.parametrize("refuses", [True, False])
def test_a_colleagues_nomination_that_comes_to_nothing_costs_nobody_his_draft(
    company: Company, refuses: bool
) -> None:
    private = a_case(company, by="P1")
    cycle_id = a_begun_cycle(company)
    assert [case.id for case in cases_of(company, "C")] == [private]
    if refuses:
        company.do(nominations.answer, private, "C", agrees=False)
    else:
        company.later(days=20)
        tick(company)
    tick(company)
    (_, draft) = cases_of(company, "C")
    assert (draft.cycle_id, draft.stage) == (cycle_id, Stage.DRAFT)


def test_nor_does_one_within_the_cycle_itself(company: Company) -> None:
    cycle_id = a_cycle(company)
    private = a_case(company, by="P1")
    with company.on(private) as (_, case):
        case.cycle_id = cycle_id
    company.do(nominations.answer, private, "C", agrees=False)
    tick(company)
    (_, draft) = cases_of(company, "C")
    assert (draft.cycle_id, draft.stage) == (cycle_id, Stage.DRAFT)
    assert "facts_missing" not in counts(company, cycle_id)


def test_whoever_agrees_to_a_colleagues_nomination_gets_no_draft_besides(company: Company) -> None:
    private = a_case(company, by="P1")
    cycle_id = a_begun_cycle(company)
    company.do(nominations.answer, private, "C", agrees=True)
    with company.door.acting(now=company.now) as act:
        drafts.look_again(act, company.ids["C"])
    tick(company)
    assert [case.id for case in cases_of(company, "C")] == [private]
    assert counts(company, cycle_id)["in_a_case"] == 1
