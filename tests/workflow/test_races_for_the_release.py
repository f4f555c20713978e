"""Around the decision at the same moment, on both databases: one outcome, one release, nobody waits."""

import pytest
from sqlalchemy import func, select

from tests.builders import vote_all
from tests.company import MEMBERS, Company
from tests.workflow.cycles import (
    a_case_of,
    a_cycle,
    a_voting_case_of_a_cycle,
    decide,
    release,
    release_tasks,
)
from tests.workflow.test_races_for_the_vote import at_once
from tests.workflow.votes import NO, YES, recuse, votes
from workflow import cases, committees, decisions, sweeps
from workflow.errors import BallotClosed, Busy, Invalid, TaskClosed
from workflow.journal import verify
from workflow.models import BallotReason, JournalEntry, PromotionCase
from workflow.queries.votes import reasons
from workflow.vocabulary import Stage, TaskKind, VoteResult


def written(company: Company, action: str) -> int:
    with company.reading() as db:
        return db.scalar(select(func.count()).where(JournalEntry.action == action)) or 0


def test_the_last_two_ballots_with_reasons_at_once_close_the_vote_with_all_of_them(company: Company) -> None:
    case_id, _ = a_voting_case_of_a_cycle(company)

    def cast(member: str) -> None:
        reason = f"Says {member}."
        company.do(committees.cast_ballot, case_id, member, choice=YES, reason=reason)

    for member in MEMBERS[:-2]:
        cast(member)
    assert at_once(lambda: cast("M6"), lambda: cast("M7")) == [None, None]
    with company.reading() as db:
        told = reasons(db, company.case(case_id), company.ids["M1"])
        assert len(db.scalars(select(BallotReason)).all()) == 7
    assert sorted(told) == [f"Says {member}." for member in MEMBERS]
    assert written(company, "vote_closed") == 1


def test_a_ballot_and_the_close_at_its_time_at_once_give_one_result(company: Company) -> None:
    case_id, _ = a_voting_case_of_a_cycle(company)
    for member in MEMBERS[:-1]:
        company.do(committees.cast_ballot, case_id, member, choice=YES)
    (vote,) = votes(company, case_id)
    before, company.now = company.now, vote.closes_at

    def at_the_last_moment() -> None:
        with company.door.changing(case_id, now=before, by=company.ids["M7"]) as (act, case):
            committees.cast_ballot(act, case, choice=NO)

    refused = at_once(at_the_last_moment, lambda: company.do(committees.close_due, case_id))
    assert refused in ([None, None], [BallotClosed.code, None])
    (closed,) = votes(company, case_id)
    assert closed.result is VoteResult.CARRIED
    assert closed.tally["numbers"]["no"] == (1 if refused[0] is None else 0)
    assert len(company.open_tasks(case_id, TaskKind.WRITE_DECISION)) == 1


def test_a_decision_and_a_recusal_of_the_chair_at_once_are_one_or_the_other(company: Company) -> None:
    case_id, _ = a_voting_case_of_a_cycle(company)
    vote_all(company, case_id)
    refused = at_once(
        lambda: company.do(decisions.record_decision, case_id, "M1", text="Carried."),
        lambda: recuse(company, case_id, "M1"),
    )
    assert refused in ([None, BallotClosed.code], [TaskClosed.code, None])
    decided = company.case(case_id).pending == "carry"
    assert decided is (refused[0] is None)
    assert bool(company.open_tasks(case_id, TaskKind.WRITE_DECISION)) is not decided


def test_two_releases_at_once_release_every_decision_once(company: Company) -> None:
    cycle = a_cycle(company)
    for candidate in ("C", "P1", "P2"):
        decide(company, a_case_of(company, cycle, candidate=candidate))
    refused = at_once(*[lambda: release(company, cycle)] * 4)
    assert sorted(code or "" for code in refused) == ["", *[Invalid.code] * 3]
    assert written(company, "decision_recorded") == 3
    assert written(company, "decisions_released") == 1
    with company.reading() as db:
        assert set(db.scalars(select(PromotionCase.stage))) == {Stage.NOTICE}
        assert list(verify(db)) == []
    assert release_tasks(company) == []


def test_a_withdrawal_and_the_release_at_once_leave_the_case_withdrawn(company: Company) -> None:
    case_id, cycle = a_voting_case_of_a_cycle(company)
    decide(company, case_id)
    refused = at_once(
        lambda: company.do(cases.withdraw, case_id, "C", reason=""), lambda: release(company, cycle)
    )
    assert refused in ([None, None], [None, Invalid.code])
    gone = company.case(case_id)
    assert (gone.stage, gone.pending) == (Stage.WITHDRAWN, None)
    assert (gone.released_at is not None) is (refused[1] is None)
    with company.reading() as db:
        assert list(verify(db)) == []


def test_two_ballots_opened_at_once_do_not_use_a_place_twice(company: Company) -> None:
    cycle = a_cycle(company, quota=1)
    pair = [a_case_of(company, cycle), a_case_of(company, cycle, candidate="P1")]

    def open_ballot(case_id: int) -> None:
        by = company.ids["M1"]
        with company.door.contending(case_id, now=company.now, by=by) as (act, case):
            committees.open_ballot(act, case)

    refused = at_once(*(lambda case_id=case_id: open_ballot(case_id) for case_id in pair))  # type: ignore[misc]
    assert sorted(code or "" for code in refused) == ["", Invalid.code]
    assert sorted(len(votes(company, case_id)) for case_id in pair) == [0, 1]


def test_two_decisions_of_a_cycle_at_once_give_hr_one_task(company: Company) -> None:
    cycle = a_cycle(company)
    pair = [a_case_of(company, cycle), a_case_of(company, cycle, candidate="P1")]
    for case_id in pair:
        company.do(committees.open_ballot, case_id, "M1")
        vote_all(company, case_id)

    def sign(case_id: int) -> None:
        by = company.ids["M1"]
        with company.door.contending(case_id, now=company.now, by=by) as (act, case):
            decisions.record_decision(act, case, text="Carried.")

    assert at_once(*(lambda case_id=case_id: sign(case_id) for case_id in pair)) == [None, None]  # type: ignore[misc]
    assert len(release_tasks(company)) == 1


def without_a_place(company: Company) -> tuple[int, list[int]]:
    """A cycle whose only place was taken and released, and three cases that wait for a vote all the same."""
    cycle = a_cycle(company, quota=1)
    winner, *others = (a_case_of(company, cycle, candidate=person) for person in ("C", "P1", "P2", "P3"))
    decide(company, winner)
    release(company, cycle)
    return cycle, others


def test_cases_set_aside_at_once_give_hr_one_task(company: Company) -> None:
    cycle, others = without_a_place(company)
    _, set_aside = sweeps.SWEEPS["cases_set_aside"]
    assert (
        at_once(*(lambda one=one: set_aside(company.door, one, company.now) for one in others)) == [None] * 3
    )  # type: ignore[misc]
    assert {company.case(one).pending for one in others} == {"place_in_reserve"}
    assert len(release_tasks(company)) == 1
    release(company, cycle)
    assert {company.case(one).stage for one in others} == {Stage.RESERVE}
    assert release_tasks(company) == []


def test_nothing_is_set_aside_while_another_act_has_the_cycle(company: Company) -> None:
    cycle, (first, *_) = without_a_place(company)
    _, set_aside = sweeps.SWEEPS["cases_set_aside"]
    with company.door.in_cycle(cycle, now=company.now), pytest.raises(Busy):
        set_aside(company.door, first, company.now)
    set_aside(company.door, first, company.now)
    assert company.case(first).pending == "place_in_reserve"
