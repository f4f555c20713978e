"""Decisions of a cycle wait for their release together; what follows from them happens then, not before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import fill_in_all, vote
from tests.company import Company
from tests.workflow.begun import begun, nothing
from tests.workflow.cycles import (
    a_case_of,
    a_cycle,
    a_voting_case_of_a_cycle,
    decide,
    release,
    release_tasks,
)
from tests.workflow.votes import DEFER, NO, YES, Convened, holders, recuse
from workflow import agenda, cases, committees, decisions, sweeps
from workflow.errors import BallotClosed, Invalid, OwnCase
from workflow.models import Employee, InboxRow, JournalEntry, PromotionCase, RoleHolding
from workflow.permissions import Part, visible_parts
from workflow.process import Trigger
from workflow.relations import relations
from workflow.vocabulary import Role, Stage, TaskKind


@pytest.fixture
def voting(tmp_path: Path) -> Iterator[Convened]:
    with begun(tmp_path, a_voting_case_of_a_cycle) as (company, (case_id, _)):
        yield company, case_id


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with begun(tmp_path, nothing) as (company, _):
        yield company


def actions(company: Company, case_id: int) -> list[str]:
    query = select(JournalEntry.action).where(JournalEntry.case_id == case_id).order_by(JournalEntry.sequence)
    with company.reading() as db:
        return list(db.scalars(query))


def in_inbox(company: Company, task: int) -> set[str]:
    with company.reading() as db:
        people = db.scalars(select(InboxRow.person_id).where(InboxRow.task_id == task)).all()
    return {company.number(person) for person in people}


def test_a_recorded_decision_waits_and_keeps_the_stage_and_the_version(voting: Convened) -> None:
    company, case_id = voting
    before = company.case(case_id)
    decide(company, case_id)
    after = company.case(case_id)
    assert (after.stage, after.pending, after.version) == (Stage.COMMITTEE, "carry", before.version)
    assert (after.decided_at, after.released_at) == (company.now, None)
    assert company.open_tasks(case_id) == []
    assert "decision_recorded" not in actions(company, case_id)


def test_all_decisions_of_a_cycle_are_released_at_once(company: Company) -> None:
    cycle = a_cycle(company)
    carried, not_carried = a_case_of(company, cycle), a_case_of(company, cycle, candidate="P1")
    decide(company, carried)
    decide(company, not_carried, NO)
    company.later(days=2)
    release(company, cycle)
    assert [company.case(one).stage for one in (carried, not_carried)] == [Stage.NOTICE, Stage.DECLINED]
    for case in (company.case(carried), company.case(not_carried)):
        assert (case.pending, case.released_at) == (None, company.now)
        assert case.decided_by_id == company.ids["M1"]
        assert actions(company, case.id).count("decision_recorded") == 1
    assert release_tasks(company) == []


def test_what_is_decided_after_a_release_waits_for_the_next(company: Company) -> None:
    cycle = a_cycle(company)
    first, second = a_case_of(company, cycle), a_case_of(company, cycle, candidate="P1")
    decide(company, first)
    release(company, cycle)
    decide(company, second)
    assert company.case(second).stage is Stage.COMMITTEE
    assert len(release_tasks(company)) == 1
    release(company, cycle)
    assert company.case(second).stage is Stage.NOTICE


def test_hr_has_one_task_for_the_whole_cycle(company: Company) -> None:
    cycle = a_cycle(company)
    for candidate in ("C", "P1", "P2"):
        decide(company, a_case_of(company, cycle, candidate=candidate))
    (task,) = release_tasks(company)
    assert (task.role, task.subject_id, task.case_id) == (Role.HR, cycle, None)
    assert in_inbox(company, task.id) == {"H1", "H2"}


def test_a_candidate_of_the_cycle_neither_has_the_task_nor_releases(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["P1"], role=Role.HR))
    cycle = a_cycle(company)
    own, other = a_case_of(company, cycle, candidate="P1"), a_case_of(company, cycle)
    decide(company, other)
    (task,) = release_tasks(company)
    sweeps.run(company.door, now=company.now)
    assert in_inbox(company, task.id) == {"H1", "H2"}
    with pytest.raises(OwnCase):
        release(company, cycle, by="P1")
    assert company.case(own).stage is Stage.COMMITTEE


def test_with_nobody_in_hr_the_task_is_given_as_soon_as_there_is_somebody(company: Company) -> None:
    cycle = a_cycle(company)
    case_id = a_case_of(company, cycle)
    for person in ("H1", "H2"):
        company.leaves(person)
    decide(company, case_id)
    assert [in_inbox(company, task.id) for task in release_tasks(company)] == [set()]
    company.returns("H1")
    sweeps.run(company.door, now=company.now)
    assert [in_inbox(company, task.id) for task in release_tasks(company)] == [{"H1"}]
    assert sweeps.run(company.door, now=company.now)["releases_asked"] == 0


def test_without_a_decision_there_is_nothing_to_release(voting: Convened) -> None:
    company, _ = voting
    with pytest.raises(Invalid, match="nothing_to_release"):
        release(company, 1)


def test_a_deferral_does_not_wait(voting: Convened) -> None:
    company, case_id = voting
    vote(company, case_id, YES, YES, DEFER, DEFER, NO, NO, NO)
    company.do(decisions.record_decision, case_id, "M1", text="One more reference, please.")
    deferred = company.case(case_id)
    assert (deferred.stage, deferred.pending, deferred.outcome_text) == (Stage.REVIEW, None, None)
    assert release_tasks(company) == []
    fill_in_all(company, case_id)
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["M1"]


def test_a_candidate_who_withdraws_is_not_decided_on_any_more(voting: Convened) -> None:
    company, case_id = voting
    decide(company, case_id)
    company.do(cases.withdraw, case_id, "C", reason="")
    gone = company.case(case_id)
    assert (gone.stage, gone.pending, gone.released_at) == (Stage.WITHDRAWN, None, None)
    assert (gone.outcome_text, gone.decided_at, gone.decided_by_id) == (None, None, None)
    with pytest.raises(Invalid, match="nothing_to_release"):
        release(company, 1)


def test_a_candidate_who_leaves_while_the_decision_waits_is_withdrawn(voting: Convened) -> None:
    company, case_id = voting
    decide(company, case_id)
    company.leaves("C")
    with pytest.raises(Invalid, match="nothing_to_release"):
        release(company, 1)
    sweeps.run(company.door, now=company.now)
    assert company.case(case_id).stage is Stage.WITHDRAWN


def test_after_the_decision_no_interest_is_declared_and_the_case_goes_to_no_other_committee(
    voting: Convened,
) -> None:
    company, case_id = voting
    decide(company, case_id)
    with pytest.raises(BallotClosed):
        recuse(company, case_id, "M2")
    with pytest.raises(BallotClosed):
        company.do(committees.refer, case_id, "H1", committee_id=1)


def test_a_case_without_a_cycle_is_told_at_once(voting: Convened) -> None:
    company, case_id = voting
    with company.on(case_id) as (_, case):
        case.cycle_id = None
    decide(company, case_id)
    assert company.case(case_id).released_at == company.now
    assert company.case(case_id).stage is Stage.NOTICE


def test_cases_set_aside_go_to_the_reserve_with_the_release(company: Company) -> None:
    cycle = a_cycle(company, quota=1)
    first, second = a_case_of(company, cycle), a_case_of(company, cycle, candidate="P1")
    decide(company, first)
    version = company.case(second).version
    sweeps.run(company.door, now=company.now)
    assert (company.case(second).stage, company.case(second).version) == (Stage.COMMITTEE, version)
    release(company, cycle)
    assert company.case(second).stage is Stage.RESERVE
    assert "placed_in_reserve" in actions(company, second)


def test_a_place_that_is_free_again_before_the_release_is_voted_on_after_all(company: Company) -> None:
    cycle = a_cycle(company, quota=1)
    first, second, third = (a_case_of(company, cycle, candidate=number) for number in ("C", "P1", "P2"))
    decide(company, first)
    sweeps.run(company.door, now=company.now)
    company.do(cases.withdraw, first, "C", reason="")
    release(company, cycle)
    assert company.case(second).stage is Stage.COMMITTEE
    assert holders(company, second, TaskKind.OPEN_BALLOT) == ["M1"]
    decide(company, second)
    sweeps.run(company.door, now=company.now)
    release(company, cycle)
    assert [company.case(one).stage for one in (second, third)] == [Stage.NOTICE, Stage.RESERVE]


def test_whoever_waits_in_reserve_is_called_up_once_a_place_is_free(company: Company) -> None:
    cycle = a_cycle(company, quota=1)
    first, second = a_case_of(company, cycle), a_case_of(company, cycle, candidate="P1")
    decide(company, first)
    sweeps.run(company.door, now=company.now)
    release(company, cycle)
    company.do(cases.withdraw, first, "C", reason="")
    company.do(agenda.call_up, second, "H1", reason="The place has become free.")
    decide(company, second)
    release(company, cycle)
    assert company.case(second).stage is Stage.NOTICE


def test_a_decision_that_is_reopened_is_told_to_nobody_any_more(voting: Convened) -> None:
    company, case_id = voting
    decide(company, case_id)
    release(company, 1)
    company.do(cases.advance, case_id, trigger=Trigger.REOPEN_COMMITTEE, reason="The objection is upheld.")
    reopened = company.case(case_id)
    assert (reopened.stage, reopened.released_at, reopened.decided_at) == (Stage.COMMITTEE, None, None)
    assert reopened.outcome_text is None
    with company.reading() as db:
        case, person = db.get_one(PromotionCase, case_id), db.get_one(Employee, company.ids["C"])
        assert Part.TALLY not in visible_parts(relations(db, person, case), case)
    decide(company, case_id)
    release(company, 1)
    assert company.case(case_id).stage is Stage.NOTICE
