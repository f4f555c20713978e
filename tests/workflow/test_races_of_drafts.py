"""Drafts that several clocks open at once, and candidates who opt out at the moment approval begins."""

from sqlalchemy import delete, func, select

from tests.builders import a_case
from tests.company import PEERS, Company
from tests.workflow.seasons import a_begun_cycle, a_cycle, draft_of, tick
from tests.workflow.test_data_gaps import complete, gaps, train
from tests.workflow.test_races_before_the_committee import at_once, holds
from workflow import nominations
from workflow.errors import CaseAlreadyOpen
from workflow.models import Cycle, Employee, JournalEntry, PromotionCase, Task, TrainingRecord
from workflow.vocabulary import OPEN_STAGES, Level, Stage, TaskKind, TaskState, Track


def test_whoever_opts_out_as_approval_begins_is_out(company: Company) -> None:
    a_begun_cycle(company)
    company.later(days=8)
    for candidate in PEERS:
        case_id = draft_of(company, candidate).id
        refusals = at_once(
            lambda case_id=case_id, by=candidate: company.do(nominations.opt_out, case_id, by),
            lambda case_id=case_id: company.do(nominations.settle_draft, case_id),
        )
        assert refusals == [None, None]
        assert company.case(case_id).stage is Stage.WITHDRAWN
        assert company.open_tasks(case_id) == []
        ends = select(func.count()).where(
            JournalEntry.case_id == case_id, JournalEntry.action.in_(("opted_out", "case_withdrawn"))
        )
        with company.reading() as db:
            assert db.scalar(ends) == 1
    assert holds(company)


def test_many_clocks_open_each_draft_once(company: Company) -> None:
    cycle_id = a_cycle(company)
    at_once(*[lambda: tick(company)] * 4)
    tick(company)
    with company.reading() as db:
        assert db.scalar(select(func.count()).select_from(PromotionCase)) == 26
        assert db.scalar(select(func.count()).where(Task.kind == TaskKind.WRITE_STATEMENT)) == 26
        assert db.get_one(Cycle, cycle_id).draft_counts["opened"] == 26
    assert holds(company)


def test_a_nomination_by_hand_at_the_same_moment_leaves_one_case(company: Company) -> None:
    cycle_id = a_cycle(company)

    def nominate() -> None:
        with company.door.acting(now=company.now, by=company.ids["L1"]) as act:
            nominations.nominate(
                act,
                act.db.get_one(Employee, company.ids["C"]),
                edition_id=company.edition_id,
                track=Track.PROFESSIONAL,
                level=Level.SENIOR,
                post="senior_service_engineer",
                cycle_id=cycle_id,
            )

    by_hand, clock = at_once(nominate, lambda: tick(company))
    assert clock is None
    assert by_hand is None or isinstance(by_hand, CaseAlreadyOpen)
    tick(company)
    assert draft_of(company, "C").stage in OPEN_STAGES
    with company.reading() as db:
        assert db.get_one(Cycle, cycle_id).drafts_opened_at is not None
    assert holds(company)


def test_two_cases_that_miss_the_same_fact_at_once_find_one_task(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(delete(TrainingRecord))
    cases = [a_case(company, candidate=person, by="L1" if person < "P6" else "L2") for person in PEERS]
    submissions = [
        lambda case_id=case_id: company.do(
            nominations.submit, case_id, company.number(company.case(case_id).author_id)
        )
        for case_id in cases
    ]
    assert at_once(*submissions) == [None] * len(cases)
    open_gaps = select(func.count()).where(Task.kind == TaskKind.FIX_DATA, Task.state == TaskState.OPEN)
    with company.reading() as db:
        assert db.scalar(open_gaps) == 1
    assert holds(company)


def test_many_clocks_open_each_late_draft_once(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(delete(TrainingRecord))
    cycle_id = a_begun_cycle(company)
    train(company, *company.ids)
    while gaps(company):
        complete(company)
    assert at_once(*[lambda: tick(company)] * 4) == [None] * 4
    tick(company)
    with company.reading() as db:
        assert db.scalar(select(func.count()).select_from(PromotionCase)) == 26
        assert db.get_one(Cycle, cycle_id).draft_counts["opened"] == 26
    assert holds(company)
