"""Alternates vote where a seat is vacant, a member has left, or a vote has ended without a quorum."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import a_case, sitting
from tests.company import MEMBERS, Company
from tests.workflow.begun import begun, nothing
from tests.workflow.test_seats import seat
from tests.workflow.votes import (
    TIED,
    YES,
    Convened,
    cast,
    convened_case,
    holders,
    recusals,
    recuse,
    votes,
    voting_case,
)
from workflow import committees, sweeps
from workflow.errors import NotEntitled
from workflow.models import Elector, Employee, JournalEntry, Recusal
from workflow.relations import Relation, relations
from workflow.rules import draws
from workflow.vocabulary import Stage, TaskKind, VoteResult

ALTERNATES = ("J1", "J2", "J3")


def voting_with_alternates(company: Company) -> tuple[int, ...]:
    for number in ALTERNATES:
        seat(company, number, is_alternate=True)
    return voting_case(company)


def convened_with_alternates(company: Company) -> tuple[int, ...]:
    for number in ALTERNATES:
        seat(company, number, is_alternate=True)
    return convened_case(company)


@pytest.fixture
def voting(tmp_path: Path) -> Iterator[Convened]:
    with begun(tmp_path, voting_with_alternates) as (company, (case_id,)):
        yield company, case_id


def time_is_over(company: Company) -> None:
    company.later(days=10)
    sweeps.run(company.door, now=company.now)


def register(company: Company) -> set[str]:
    with company.reading() as db:
        return {company.number(person) for person in db.scalars(select(Elector.employee_id))}


def drawn(company: Company) -> JournalEntry:
    with company.reading() as db:
        return db.scalars(select(JournalEntry).where(JournalEntry.action == "alternates_drawn")).one()


def test_as_many_alternates_are_drawn_as_the_quorum_lacks(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, *MEMBERS[:3])
    time_is_over(company)
    (vote,) = votes(company, case_id)
    standing_in = register(company) - set(MEMBERS)
    assert (vote.entitled, len(register(company)), len(standing_in)) == (7, 7, 2)
    assert standing_in <= set(ALTERNATES)
    assert set(MEMBERS[:3]) <= register(company)
    assert set(sitting(company, case_id)) == register(company) - set(MEMBERS[:3])


def test_the_alternates_votes_bring_the_quorum_and_the_replaced_have_none(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, *MEMBERS[:3])
    time_is_over(company)
    standing_in = register(company) - set(MEMBERS)
    for replaced in set(MEMBERS) - register(company):
        with pytest.raises(NotEntitled):
            cast(company, case_id, YES, replaced)
    cast(company, case_id, YES, *standing_in)
    company.later(days=10)
    sweeps.run(company.door, now=company.now)
    (closed,) = votes(company, case_id)
    assert (closed.result, closed.tally["numbers"]["yes"]) == (VoteResult.CARRIED, 5)


def test_whoever_has_left_gives_way_first(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, *MEMBERS[:3])
    company.leaves("M5")
    company.leaves("M6")
    time_is_over(company)
    assert set(MEMBERS) - register(company) == {"M5", "M6"}


def test_the_vote_of_a_member_who_leaves_goes_to_an_alternate_at_once(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, "M1")
    company.leaves("M1")
    company.leaves("M5")
    assert sweeps.run(company.door, now=company.now)["voters_replaced"] == 1
    (standing_in,) = register(company) - set(MEMBERS)
    assert set(MEMBERS) - register(company) == {"M5"}
    assert standing_in in ALTERNATES
    assert holders(company, case_id, TaskKind.CAST_BALLOT) == sorted({*MEMBERS[1:], standing_in} - {"M5"})
    assert sweeps.run(company.door, now=company.now)["voters_replaced"] == 0


def test_once_no_alternate_is_free_the_sweep_leaves_the_vote_alone(voting: Convened) -> None:
    company, _ = voting
    company.leaves("J2")
    company.leaves("J3")
    company.leaves("M5")
    company.leaves("M6")
    assert sweeps.run(company.door, now=company.now)["voters_replaced"] == 1
    assert len(set(MEMBERS) - register(company)) == 1
    assert sweeps.run(company.door, now=company.now)["voters_replaced"] == 0


def test_an_alternate_kept_out_of_another_case_still_stands_in(voting: Convened) -> None:
    company, _ = voting
    other = a_case(company, candidate="P1", at=Stage.COMMITTEE)
    with company.on(other, "H1") as (act, _):
        for number in ALTERNATES:
            person = company.ids[number]
            act.add(
                Recusal(
                    case_id=other, employee_id=person, conflict="nominator", is_declared=False, at=act.now
                )
            )
    company.leaves("M5")
    sweeps.run(company.door, now=company.now)
    assert register(company) & set(ALTERNATES)


def test_where_every_alternate_has_a_stake_the_vote_of_a_member_who_leaves_is_lost(voting: Convened) -> None:
    company, case_id = voting
    with company.on(case_id) as (_, case):
        case.nominated_by_id = company.ids["J1"]
    company.leaves("J2")
    company.leaves("J3")
    company.leaves("M5")
    sweeps.run(company.door, now=company.now)
    assert register(company) == set(MEMBERS)
    assert "J1" in recusals(company, case_id)
    assert sweeps.run(company.door, now=company.now)["voters_replaced"] == 0


def test_a_vacant_seat_is_taken_by_an_alternate_from_the_opening_of_the_vote(tmp_path: Path) -> None:
    with begun(tmp_path, convened_with_alternates) as (company, (case_id,)):
        company.leaves("M6")
        company.leaves("M7")
        company.do(committees.open_ballot, case_id, "M1")
        (vote,) = votes(company, case_id)
        standing_in = register(company) - set(MEMBERS)
        assert (vote.seats, vote.recused, vote.entitled, len(standing_in)) == (7, 0, 7, 2)
        assert holders(company, case_id, TaskKind.CAST_BALLOT) == sorted(register(company))


def test_whoever_stood_in_keeps_the_seat_for_the_second_ballot(tmp_path: Path) -> None:
    with begun(tmp_path, convened_with_alternates) as (company, (case_id,)):
        company.leaves("M7")
        company.do(committees.open_ballot, case_id, "M1")
        (standing_in,) = register(company) - set(MEMBERS)
        for choice, member in zip(TIED, (*MEMBERS[:6], standing_in), strict=True):
            cast(company, case_id, choice, member)
        company.do(committees.open_ballot, case_id, "M1")
        first, second = votes(company, case_id)
        with company.reading() as db:
            entitled = db.scalars(select(Elector.employee_id).where(Elector.vote_id == second.id)).all()
        assert first.result is VoteResult.REPEAT
        assert {company.number(person) for person in entitled} == {*MEMBERS[:6], standing_in}


def test_alternates_bring_a_committee_to_its_quorum_whose_members_have_left(tmp_path: Path) -> None:
    with begun(tmp_path, nothing) as (company, _):
        for number in ALTERNATES:
            seat(company, number, is_alternate=True)
        for number in MEMBERS[2:]:
            company.leaves(number)
        case_id = a_case(company, at=Stage.COMMITTEE)
        assert company.case(case_id).stuck_reason is None
        company.do(committees.open_ballot, case_id, "M1")
        assert register(company) == {*MEMBERS[:2], *ALTERNATES}


def test_an_alternate_sees_the_case_from_the_day_of_the_draw(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, *MEMBERS[:3])

    def members() -> set[str]:
        with company.reading() as db:
            case = company.case(case_id)
            people = {number: db.get_one(Employee, company.ids[number]) for number in ALTERNATES}
            return {n for n, person in people.items() if Relation.MEMBER in relations(db, person, case)}

    assert members() == set()
    time_is_over(company)
    assert members() == register(company) - set(MEMBERS)


def test_an_alternate_with_a_stake_is_not_drawn(voting: Convened) -> None:
    company, case_id = voting
    with company.on(case_id) as (_, case):
        case.nominated_by_id = company.ids["J1"]
    company.leaves("J2")
    cast(company, case_id, YES, *MEMBERS[:3])
    time_is_over(company)
    assert register(company) - set(MEMBERS) == {"J3"}


def test_the_draw_can_be_repeated_by_whoever_has_the_seed(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, *MEMBERS[:3])
    time_is_over(company)
    facts = drawn(company).facts
    pool = [str(company.ids[number]) for number in ALTERNATES]
    assert facts["pool"] == draws.pool_digest(pool)
    assert [str(person) for person in facts["drawn"]] == draws.draw(facts["seed"], pool, 2)


def test_without_a_quorum_even_so_the_case_is_stuck(voting: Convened) -> None:
    company, case_id = voting
    for _ in range(2):
        time_is_over(company)
    assert votes(company, case_id)[0].result is VoteResult.NO_QUORUM
    assert company.case(case_id).stuck_reason == "quorum_missing"


def test_alternates_whose_term_is_over_are_not_drawn(voting: Convened) -> None:
    company, case_id = voting
    for number in ALTERNATES:
        seat(company, number, is_alternate=True, until_on=company.now.date() + timedelta(days=1))
    time_is_over(company)
    assert register(company) == set(MEMBERS)
    assert votes(company, case_id)[0].is_extended


def test_an_alternate_on_the_register_may_declare_an_interest(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, *MEMBERS[:3])
    time_is_over(company)
    (one, _) = sorted(register(company) - set(MEMBERS))
    recuse(company, case_id, one)
    assert one not in register(company)
    assert votes(company, case_id)[0].entitled == 6
