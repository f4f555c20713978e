"""HR changes who sits on a committee: vacant seats, successors, alternates, the chair; votes stay."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import a_case
from tests.company import MEMBERS, Company
from tests.workflow.begun import begun, nothing
from tests.workflow.votes import Convened, cast, convened_case, holders, votes, voting_case
from workflow import committees, seats, sweeps
from workflow.errors import Invalid, NotEntitled, NotFound, OwnCase
from workflow.models import Committee, Employee, RoleHolding, Seat
from workflow.vocabulary import Choice, Role, Stage, TaskKind

YES = Choice.YES


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


def seat(
    company: Company, number: str, *, by: str = "H1", in_place_of: str | None = None, **how: Any
) -> None:
    today = company.now.date()
    how = {"from_on": today, "until_on": today + timedelta(days=365)} | how
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        former = act.db.get_one(Employee, company.ids[in_place_of]) if in_place_of else None
        person = act.db.get_one(Employee, company.ids[number])
        seats.seat(act, 1, person, in_place_of=former, **how)


def end(company: Company, number: str, by: str = "H1") -> None:
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        seats.end_term(act, 1, act.db.get_one(Employee, company.ids[number]))


def constitute(company: Company, *members: str, by: str = "H1", **how: Any) -> int:
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        people = [act.db.get_one(Employee, company.ids[number]) for number in members]
        others = [act.db.get_one(Employee, company.ids[number]) for number in how.pop("alternates", ())]
        made = seats.constitute(
            act,
            name="Another",
            chair=people[0],
            members=people,
            alternates=others,
            from_on=company.now.date(),
            until_on=company.now.date() + timedelta(days=365),
            **how,
        )
        return made.id


def seated(company: Company) -> dict[str, tuple[date, date, bool]]:
    with company.reading() as db:
        rows = db.scalars(select(Seat).where(Seat.committee_id == 1)).all()
    return {company.number(row.employee_id): (row.from_on, row.until_on, row.is_alternate) for row in rows}


def test_a_size_that_is_a_multiple_of_three_must_be_asked_for(company: Company) -> None:
    with pytest.raises(Invalid, match="seats_in_thirds"):
        constitute(company, "T1", "J1", "J2")
    assert constitute(company, "T1", "J1", "J2", allows_thirds=True)


def test_nobody_is_member_and_alternate_at_once(company: Company) -> None:
    with pytest.raises(Invalid, match="committee_chair_or_term"):
        constitute(company, "T1", "J1", "J2", allows_thirds=True, alternates=("J2",))


def test_an_alternate_has_no_vote_as_long_as_nobody_is_missing(convened: Convened) -> None:
    company, case_id = convened
    seat(company, "T1", is_alternate=True)
    company.do(committees.open_ballot, case_id, "M1")
    assert holders(company, case_id, TaskKind.CAST_BALLOT) == list(MEMBERS)
    with pytest.raises(NotEntitled):
        cast(company, case_id, YES, "T1")


def test_a_full_committee_takes_nobody_more_but_a_successor(company: Company) -> None:
    with pytest.raises(Invalid, match="no_vacant_seat"):
        seat(company, "T1")
    seat(company, "T1", in_place_of="M7")
    assert seated(company).keys() == {*MEMBERS[:-1], "T1"}


def test_a_later_successor_lets_the_term_run_until_the_day_before(company: Company) -> None:
    first_day = company.now.date() + timedelta(days=30)
    seat(company, "T1", in_place_of="M7", from_on=first_day)
    assert seated(company)["M7"][1] == first_day - timedelta(days=1)
    assert seated(company)["T1"][0] == first_day


def test_a_vacant_seat_is_filled_again(company: Company) -> None:
    end(company, "M7")
    assert "M7" not in seated(company)
    seat(company, "T1")
    assert "T1" in seated(company)
    with pytest.raises(Invalid, match="no_vacant_seat"):
        seat(company, "J1")


def test_two_successors_one_after_the_other_need_one_seat(company: Company) -> None:
    today = company.now.date()
    seat(company, "T1", in_place_of="M7", until_on=today + timedelta(days=29))
    seat(company, "J1", from_on=today + timedelta(days=30))
    seat(
        company,
        "M7",
        from_on=today + timedelta(days=10),
        until_on=today + timedelta(days=20),
        is_alternate=True,
    )
    with pytest.raises(Invalid, match="no_vacant_seat"):
        seat(company, "J2", from_on=today + timedelta(days=29))
    seat(company, "M6", until_on=today + timedelta(days=40))
    seat(company, "J2", from_on=today + timedelta(days=41))


def test_whoever_has_no_seat_cannot_lose_it(company: Company) -> None:
    with pytest.raises(NotFound):
        end(company, "T1")


def test_the_chair_is_passed_on_before_the_seat_is_given_up(company: Company) -> None:
    with pytest.raises(Invalid, match="chair_keeps_the_seat"):
        end(company, "M1")
    with pytest.raises(Invalid, match="chair_keeps_the_seat"):
        seat(company, "T1", in_place_of="M1")
    seat(company, "M2", is_chair=True)
    end(company, "M1")
    with company.reading() as db:
        assert db.get_one(Committee, 1).chair_id == company.ids["M2"]


def test_a_new_chair_may_take_the_seat_of_the_old_one(company: Company) -> None:
    seat(company, "T1", in_place_of="M1", is_chair=True)
    case_id = a_case(company, at=Stage.COMMITTEE)
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["T1"]


def test_an_alternate_is_no_chair_and_a_term_does_not_end_before_it_begins(company: Company) -> None:
    with pytest.raises(Invalid, match="committee_chair_or_term"):
        seat(company, "T1", is_chair=True, is_alternate=True)
    with pytest.raises(Invalid, match="committee_chair_or_term"):
        seat(company, "T1", is_alternate=True, until_on=company.now.date() - timedelta(days=1))


def test_whoever_has_left_is_not_seated(company: Company) -> None:
    company.leaves("T1")
    with pytest.raises(Invalid, match="left"):
        seat(company, "T1", is_alternate=True)


@pytest.mark.parametrize("stage", [Stage.NOMINATED, Stage.COMMITTEE])
def test_nobody_says_who_sits_on_committees_with_a_case_of_ones_own_on_its_way(
    company: Company, stage: Stage
) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["C"], role=Role.HR))
    a_case(company, at=stage)
    for refused in (
        lambda: end(company, "M7", by="C"),
        lambda: seat(company, "T1", by="C"),
        lambda: constitute(company, "T1", "J1", "J2", by="C", allows_thirds=True),
    ):
        with pytest.raises(OwnCase):
            refused()


def test_a_change_leaves_the_register_of_an_open_vote_alone(voting: Convened) -> None:
    company, case_id = voting
    seat(company, "T1", in_place_of="M7")
    with pytest.raises(NotEntitled):
        cast(company, case_id, YES, "T1")
    cast(company, case_id, YES, *MEMBERS)
    assert votes(company, case_id)[0].tally["numbers"]["yes"] == 7


def test_what_waits_for_a_chair_whose_term_is_over_goes_to_the_next(convened: Convened) -> None:
    company, case_id = convened
    seat(company, "T1", in_place_of="M1", is_chair=True)
    assert sweeps.run(company.door, now=company.now)["chairs_replaced"] == 1
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["T1"]
    assert sweeps.run(company.door, now=company.now)["chairs_replaced"] == 0


def test_with_no_member_left_in_office_the_case_is_stuck_and_hr_has_the_task(convened: Convened) -> None:
    company, case_id = convened
    company.later(days=2000)
    sweeps.run(company.door, now=company.now)
    assert company.case(case_id).stuck_reason == "no_committee"
    assert holders_of_role(company, case_id) == [(TaskKind.UNBLOCK, Role.HR)]


def holders_of_role(company: Company, case_id: int) -> list[tuple[TaskKind, Role | None]]:
    return [(task.kind, task.role) for task in company.open_tasks(case_id)]
