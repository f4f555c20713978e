"""A post is voted on in order of merit until it is filled; against it only with reasons and two thirds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import (
    a_case,
    a_competition,
    a_contested_case,
    decide_competition,
    fill_in_all,
    score_all,
    seat_judges,
    vote,
    vote_all,
)
from tests.company import MEMBERS, Company
from tests.workflow.begun import begun, nothing
from tests.workflow.contests import three_entries
from tests.workflow.cycles import a_case_of, a_cycle, decide, release
from tests.workflow.votes import NO, TIED, YES, votes
from workflow import agenda, cases, committees, sweeps
from workflow.errors import CaseAlreadyOpen, Invalid, ReasonMissing, StageMoved
from workflow.models import Competition, JournalEntry, PassedOver
from workflow.vocabulary import Choice, Stage, TaskKind, VoteResult

Merit = tuple[Company, int, int]


def two_before_the_committee(company: Company) -> tuple[int, ...]:
    """C before P1, both for one seat: they were equal at the cut; P2 is on the reserve list."""
    contest, first, second, third = three_entries(company)
    seat_judges(company, contest)
    score_all(company, contest, {first: 5, second: 5, third: 3})
    decide_competition(company, contest)
    return first, second


@pytest.fixture
def merit(tmp_path: Path) -> Iterator[Merit]:
    with begun(tmp_path, two_before_the_committee) as (company, (first, second)):
        yield company, first, second


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with begun(tmp_path, nothing) as (company, _):
        yield company


def two_seats(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        contest = act.first(select(Competition))
        assert contest is not None
        contest.seats = 2


def open_ballot(company: Company, case_id: int, **deviation: Any) -> None:
    company.do(committees.open_ballot, case_id, "M1", **deviation)


def refused(company: Company, case_id: int, reason: str, deviation: dict[int, str] | None = None) -> Any:
    with pytest.raises(Invalid, match=reason) as caught:
        open_ballot(company, case_id, deviation=deviation)
    return caught.value.facts.get("cases")


def test_a_case_is_not_voted_on_before_the_better_placed_one_is_decided(merit: Merit) -> None:
    company, first, second = merit
    assert refused(company, second, "not_its_turn") == [first]
    open_ballot(company, first)
    assert refused(company, second, "not_its_turn") == [first]
    vote_all(company, first, NO)
    assert refused(company, second, "not_its_turn") == [first]
    decide(company, first)
    assert company.case(first).stage is Stage.DECLINED
    open_ballot(company, second)


def test_a_better_placed_case_that_is_withdrawn_is_waited_for_no_longer(merit: Merit) -> None:
    company, first, second = merit
    company.do(cases.withdraw, first, "C", reason="")
    open_ballot(company, second)


def test_once_the_post_is_filled_the_next_goes_to_the_reserve(merit: Merit) -> None:
    company, first, second = merit
    decide(company, first)
    assert refused(company, second, "post_filled") is None
    assert sweeps.run(company.door, now=company.now)["cases_set_aside"] == 1
    waiting = company.case(second)
    assert waiting.stage is Stage.RESERVE
    assert company.open_tasks(second) == []
    with company.reading() as db:
        placed = select(JournalEntry.facts).where(JournalEntry.action == "placed_in_reserve")
        assert db.scalars(placed).all() == [{"reason": "post_filled"}]
    assert waiting.round is not None
    assert waiting.round.due_at is not None
    assert (waiting.round.due_at - company.now).days in range(360, 367)


def test_each_post_is_filled_by_its_own_competition(merit: Merit) -> None:
    company, first, second = merit
    a_competition(company, seats=9)
    later = a_contested_case(company, candidate="P4")
    decide(company, first)
    refused(company, second, "post_filled")
    sweeps.run(company.door, now=company.now)
    assert company.case(second).stage is Stage.RESERVE
    assert company.case(later).stage is Stage.COMPETITION


def test_with_a_second_seat_the_next_is_voted_on(merit: Merit) -> None:
    company, first, second = merit
    two_seats(company)
    decide(company, first)
    assert sweeps.run(company.door, now=company.now)["cases_set_aside"] == 0
    decide(company, second)
    assert company.case(second).stage is Stage.NOTICE


def test_against_the_order_of_merit_a_reason_is_due_to_everybody_passed_over(merit: Merit) -> None:
    company, first, second = merit
    with pytest.raises(ReasonMissing):
        open_ballot(company, second, deviation={first: " "})
    assert refused(company, second, "not_passed_over", {first: "Because.", second: "Because."}) == [second]
    open_ballot(company, second, deviation={first: "Has no licence for the region."})
    (opened,) = votes(company, second)
    assert opened.is_deviation
    with company.reading() as db:
        (passed,) = db.scalars(select(PassedOver)).all()
    assert (passed.case_id, passed.reason) == (first, "Has no licence for the region.")


def test_nobody_is_passed_over_by_the_best_placed(merit: Merit) -> None:
    company, first, second = merit
    assert refused(company, first, "not_passed_over", {second: "Because."}) == [second]


@pytest.mark.parametrize(("yes", "result"), [(5, VoteResult.CARRIED), (4, VoteResult.DEFERRED)])
def test_against_the_order_of_merit_two_thirds_are_needed(merit: Merit, yes: int, result: VoteResult) -> None:
    company, first, second = merit
    open_ballot(company, second, deviation={first: "Has no licence."})
    vote(company, second, *[YES] * yes, *[NO] * (7 - yes))
    (closed,) = votes(company, second)
    assert (closed.result, closed.tally["needed"]) == (result, 5)
    assert "(against the order of merit)" in closed.tally["sentence"]["en"]


def test_the_second_ballot_of_a_deviation_still_needs_two_thirds(merit: Merit) -> None:
    company, first, second = merit
    open_ballot(company, second, deviation={first: "Has no licence."})
    vote(company, second, *TIED)
    open_ballot(company, second)
    vote(company, second, YES, YES, YES, YES, NO, NO, NO)
    assert [one.result for one in votes(company, second)] == [VoteResult.REPEAT, VoteResult.DEFERRED]
    assert votes(company, second)[-1].tally["needed"] == 5


def test_the_last_seat_is_not_voted_on_twice_at_a_time(merit: Merit) -> None:
    company, first, second = merit
    open_ballot(company, first)
    refused(company, second, "places_being_voted_on", {first: "Has no licence."})


def test_the_one_who_was_passed_over_goes_to_the_reserve_once_the_post_is_filled(merit: Merit) -> None:
    company, first, second = merit
    open_ballot(company, second, deviation={first: "Has no licence."})
    decide(company, second)
    sweeps.run(company.door, now=company.now)
    assert company.case(first).stage is Stage.RESERVE


def test_a_deferred_entrant_keeps_the_place_and_returns_to_the_committee(merit: Merit) -> None:
    company, first, second = merit
    decide(company, first, Choice.DEFER)
    assert company.case(first).stage is Stage.REVIEW
    assert refused(company, second, "not_its_turn") == [first]
    fill_in_all(company, first)
    assert company.case(first).stage is Stage.COMMITTEE
    decide(company, first)
    assert company.case(first).stage is Stage.NOTICE


def test_with_the_quota_used_no_ballot_is_opened_and_the_rest_wait_in_reserve(company: Company) -> None:
    cycle = a_cycle(company, quota=1)
    first, second = a_case_of(company, cycle), a_case_of(company, cycle, candidate="P1")
    open_ballot(company, first)
    refused(company, second, "places_being_voted_on")
    decide(company, first)
    refused(company, second, "quota_used")
    assert sweeps.run(company.door, now=company.now)["cases_set_aside"] == 1
    assert sweeps.run(company.door, now=company.now)["cases_set_aside"] == 0
    assert (company.case(second).stage, company.case(second).pending) == (
        Stage.COMMITTEE,
        "place_in_reserve",
    )
    assert company.open_tasks(second) == []


def test_a_vote_that_fails_leaves_the_place_to_the_next(company: Company) -> None:
    cycle = a_cycle(company, quota=1)
    first, second = a_case_of(company, cycle), a_case_of(company, cycle, candidate="P1")
    decide(company, first, NO)
    decide(company, second)
    assert company.case(second).pending == "carry"


def test_a_stuck_case_waits_for_hr_and_not_in_reserve(company: Company) -> None:
    cycle = a_cycle(company, quota=1)
    first, second = a_case_of(company, cycle), a_case_of(company, cycle, candidate="P1")
    for member in MEMBERS:
        company.do(committees.recuse, second, member, reason="We are friends.")
    decide(company, first)
    assert sweeps.run(company.door, now=company.now)["cases_set_aside"] == 0
    assert company.case(second).stuck_reason == "everybody_recused"


def test_hr_calls_up_from_the_reserve_of_a_cycle_once_a_place_is_free(company: Company) -> None:
    case_id = a_case_of(company, a_cycle(company, quota=1))
    with pytest.raises(StageMoved):
        company.do(agenda.call_up, case_id, "H1", reason="A place is free.")
    in_reserve(company, case_id)
    other = a_case_of(company, 1, candidate="P1")
    decide(company, other)
    with pytest.raises(Invalid, match="quota_used"):
        company.do(agenda.call_up, case_id, "H1", reason="A place is free.")
    company.do(cases.withdraw, other, "P1", reason="")
    with pytest.raises(ReasonMissing):
        company.do(agenda.call_up, case_id, "H1", reason="")
    company.do(agenda.call_up, case_id, "H1", reason="A place is free.")
    assert company.case(case_id).stage is Stage.COMMITTEE
    assert company.open_tasks(case_id, TaskKind.OPEN_BALLOT)


def test_an_entrant_is_called_up_by_merit_alone(merit: Merit) -> None:
    company, first, second = merit
    decide(company, first)
    sweeps.run(company.door, now=company.now)
    with pytest.raises(Invalid, match="called_up_by_merit"):
        company.do(agenda.call_up, second, "H1", reason="A place is free.")


def in_reserve(company: Company, case_id: int) -> None:
    with company.on(case_id) as (_, case):
        case.stage = Stage.RESERVE


def test_nobody_is_called_up_who_is_on_the_way_to_the_same_target_again(company: Company) -> None:
    cycle = a_cycle(company, quota=1)
    winner, waiting = a_case_of(company, cycle), a_case_of(company, cycle, candidate="P1")
    decide(company, winner)
    sweeps.run(company.door, now=company.now)
    release(company, cycle)
    assert company.case(waiting).stage is Stage.RESERVE
    again = a_case(company, candidate="P1", by="P1")
    company.do(cases.withdraw, winner, "C", reason="")
    with pytest.raises(CaseAlreadyOpen):
        company.do(agenda.call_up, waiting, "H1", reason="A place is free.")
    company.do(cases.withdraw, again, "P1", reason="")
    company.do(agenda.call_up, waiting, "H1", reason="A place is free.")
