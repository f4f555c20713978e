"""Before the ballot: who sits on the committee, who is kept out of a case, and who acts as its chair."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.builders import a_case, fill_in_all, raters
from tests.company import MEMBERS, PEERS, Company
from tests.workflow.begun import begun, nothing
from tests.workflow.votes import Convened, convened_case, holders, recusals, recuse, votes, voting_case
from workflow import arrivals, committees, seats, sweeps
from workflow.errors import (
    AlreadyExists,
    Invalid,
    NotEntitled,
    NotYourTask,
    ReasonMissing,
    StageMoved,
    TaskClosed,
)
from workflow.models import Committee, Employee, JournalEntry, PromotionCase, RoleHolding, Seat
from workflow.vocabulary import Choice, Role, Stage, TaskKind


@pytest.fixture
def convened(tmp_path: Path) -> Iterator[Convened]:
    with begun(tmp_path, convened_case) as (company, (case_id,)):
        yield company, case_id


@pytest.fixture
def voting(tmp_path: Path) -> Iterator[Convened]:
    with begun(tmp_path, voting_case) as (company, (case_id,)):
        yield company, case_id


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with begun(tmp_path, nothing) as (company, _):
        yield company


def everybody_leaves_office(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Seat).values(until_on=date(2026, 1, 31)))


def constitute(company: Company, *members: str, name: str = "Second", chair: str = "T1") -> None:
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        people = {number: act.db.get_one(Employee, company.ids[number]) for number in {*members, chair}}
        seats.constitute(
            act,
            name=name,
            chair=people[chair],
            members=[people[number] for number in members],
            from_on=date(2026, 1, 1),
            until_on=date(2027, 1, 1),
            allows_thirds=True,
        )


@pytest.mark.parametrize("members", [("T1", "H1"), ("T1", "H1", "H1"), ("T1",), ()])
def test_a_committee_has_an_odd_number_of_members(company: Company, members: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="committee_seats"):
        constitute(company, *members)


def test_the_chair_is_one_of_the_members(company: Company) -> None:
    with pytest.raises(Invalid, match="committee_chair_or_term"):
        constitute(company, "M1", "M2", "M3")


def test_two_committees_do_not_share_a_name(company: Company) -> None:
    with pytest.raises(AlreadyExists):
        constitute(company, "T1", "M1", "M2", name="Promotion committee")


def test_the_chair_is_asked_to_open_the_ballot_on_a_case(convened: Convened) -> None:
    company, case_id = convened
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["M1"]
    assert recusals(company, case_id) == {}


def test_a_member_who_nominated_the_candidate_is_kept_out(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["M3"], role=Role.HR))
    case_id = a_case(company, at=Stage.COMMITTEE, by="M3")
    assert recusals(company, case_id) == {"M3": "nominator"}


def test_a_member_who_reviewed_the_candidate_is_kept_out_without_saying_why(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    rater = next(number for number in raters(company, case_id) if number in PEERS)
    with company.door.acting(now=company.now) as act:
        seat = Seat.employee_id == company.ids["M7"]
        act.execute(update(Seat).where(seat).values(employee_id=company.ids[rater]))
    fill_in_all(company, case_id)
    assert recusals(company, case_id) == {rater: "confidential"}
    with company.reading() as db:
        written = db.scalars(select(JournalEntry).where(JournalEntry.action == "member_recused")).one()
        assert written.facts["conflict"] == "confidential"


def test_a_member_who_declares_an_interest_is_not_asked_for_a_ballot(convened: Convened) -> None:
    company, case_id = convened
    recuse(company, case_id, "M4")
    company.do(committees.open_ballot, case_id, "M1")
    assert holders(company, case_id, TaskKind.CAST_BALLOT) == [one for one in MEMBERS if one != "M4"]
    (vote,) = votes(company, case_id)
    assert (vote.seats, vote.recused, vote.entitled) == (7, 1, 6)
    with pytest.raises(NotEntitled):
        company.do(committees.cast_ballot, case_id, "M4", choice=Choice.YES)


def test_an_interest_is_declared_once_by_a_member_and_with_a_reason(convened: Convened) -> None:
    company, case_id = convened
    with pytest.raises(ReasonMissing):
        company.do(committees.recuse, case_id, "M4", reason="  ")
    recuse(company, case_id, "M4")
    for person in ("M4", "T1", "C"):
        with pytest.raises(NotEntitled):
            recuse(company, case_id, person)
    assert recusals(company, case_id) == {"M4": "declared"}


def test_a_chair_with_an_interest_hands_the_chair_to_the_next_member(convened: Convened) -> None:
    company, case_id = convened
    recuse(company, case_id, "M1", "M2")
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["M3"]
    with pytest.raises(TaskClosed):
        company.do(committees.open_ballot, case_id, "M1")
    company.do(committees.open_ballot, case_id, "M3")
    assert len(votes(company, case_id)) == 1


def test_a_chair_who_leaves_is_replaced_by_the_next_member(convened: Convened) -> None:
    company, case_id = convened
    company.leaves("M1")
    assert sweeps.run(company.door, now=company.now)["chairs_replaced"] == 1
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["M2"]
    assert company.case(case_id).stuck_reason is None


def test_whoever_is_entitled_is_fixed_when_the_ballot_opens(voting: Convened) -> None:
    company, case_id = voting
    with company.door.acting(now=company.now) as act:
        day = company.now.date()
        act.add(Seat(committee_id=1, employee_id=company.ids["T1"], from_on=day, until_on=day))
        leaving = Seat.employee_id == company.ids["M7"]
        act.execute(update(Seat).where(leaving).values(until_on=date(2026, 1, 31)))
    with pytest.raises(NotEntitled):
        company.do(committees.cast_ballot, case_id, "T1", choice=Choice.YES)
    company.do(committees.cast_ballot, case_id, "M7", choice=Choice.YES)
    assert votes(company, case_id)[0].entitled == 7


def test_with_too_few_members_for_a_quorum_opening_the_ballot_hands_the_case_to_hr(
    convened: Convened,
) -> None:
    company, case_id = convened
    recuse(company, case_id, "M3", "M4", "M5", "M6", "M7")
    company.do(committees.open_ballot, case_id, "M1")
    assert votes(company, case_id) == []
    assert company.case(case_id).stuck_reason == "quorum_impossible"
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.role, task.detail) == (TaskKind.UNBLOCK, Role.HR, "quorum_impossible")


def test_when_every_member_has_an_interest_the_case_is_stuck(convened: Convened) -> None:
    company, case_id = convened
    recuse(company, case_id, *MEMBERS)
    assert company.case(case_id).stuck_reason == "everybody_recused"
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.UNBLOCK]


def test_without_a_committee_in_office_the_case_is_stuck_until_hr_has_seated_one(company: Company) -> None:
    everybody_leaves_office(company)
    case_id = a_case(company, at=Stage.COMMITTEE)
    assert company.case(case_id).stuck_reason == "no_committee"
    constitute(company, "M1", "M2", "T1")
    company.do(arrivals.retry, case_id, "H1")
    assert company.case(case_id).stuck_reason is None
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["T1"]


def test_a_ballot_is_opened_once_and_only_by_the_chair(voting: Convened) -> None:
    company, case_id = voting
    for member in ("M1", "M2"):
        with pytest.raises((NotYourTask, TaskClosed)):
            company.do(committees.open_ballot, case_id, member)
    assert len(votes(company, case_id)) == 1


def test_an_interest_is_declared_only_while_the_committee_has_the_case(voting: Convened) -> None:
    company, case_id = voting
    with company.door.acting(now=company.now) as act:
        act.execute(update(PromotionCase).values(stage=Stage.NOTICE))
    with pytest.raises(StageMoved):
        recuse(company, case_id, "M1")


def test_a_case_goes_to_the_first_committee_that_can_decide_on_it(company: Company) -> None:
    for member in MEMBERS[:5]:
        company.leaves(member)
    seat_another(company, "Second committee", ("D1", "H0", "T1", "X1", "J1", "J2", "J3"))
    case_id = a_case(company, at=Stage.COMMITTEE)
    with company.reading() as db:
        committee = db.get_one(Committee, company.case(case_id).committee_id)
    assert committee.name == "Second committee"


def seat_another(company: Company, name: str, members: tuple[str, ...]) -> None:
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        people = [act.db.get_one(Employee, company.ids[number]) for number in members]
        seats.constitute(
            act,
            name=name,
            chair=people[0],
            members=people,
            from_on=company.now.date(),
            until_on=company.now.date() + timedelta(days=365),
        )
