"""The committee's vote: when it closes, what it says, and how the chair turns it into a decision."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import fill_in_all, sitting, vote, vote_all
from tests.company import MEMBERS, Company
from tests.workflow.begun import begun
from tests.workflow.votes import (
    ABSTAIN,
    DEFER,
    NO,
    TIED,
    YES,
    Convened,
    cast,
    holders,
    recuse,
    votes,
    voting_case,
)
from workflow import arrivals, committees, decisions, sweeps
from workflow.errors import (
    BallotClosed,
    HasLeft,
    NotEntitled,
    NotYourTask,
    ReasonMissing,
    Refusal,
    StageMoved,
)
from workflow.models import BallotPaper, PromotionCase
from workflow.vocabulary import Stage, TaskKind, VoteResult


@pytest.fixture
def voting(tmp_path: Path) -> Iterator[Convened]:
    with begun(tmp_path, voting_case) as (company, (case_id,)):
        yield company, case_id


def decide(company: Company, case_id: int, text: str = "The committee says so.") -> PromotionCase:
    company.do(decisions.record_decision, case_id, "M1", text=text)
    return company.case(case_id)


def time_is_over(company: Company) -> dict[str, int]:
    company.later(days=10)
    return sweeps.run(company.door, now=company.now)


def results(company: Company, case_id: int) -> list[VoteResult | None]:
    return [vote.result for vote in votes(company, case_id)]


def numbers(company: Company, case_id: int) -> dict[str, int]:
    counted: dict[str, int] = votes(company, case_id)[-1].tally["numbers"]
    return counted


def test_the_last_ballot_closes_the_vote_and_asks_the_chair_for_the_reason(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, *MEMBERS[:-1])
    assert results(company, case_id) == [None]
    cast(company, case_id, NO, MEMBERS[-1])
    assert results(company, case_id) == [VoteResult.CARRIED]
    assert numbers(company, case_id) == {"yes": 6, "no": 1, "defer": 0, "abstain": 0}
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.WRITE_DECISION]
    assert holders(company, case_id, TaskKind.WRITE_DECISION) == ["M1"]


def test_a_ballot_is_replaced_by_its_author_until_the_close(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, NO, "M1")
    cast(company, case_id, YES, "M1", *MEMBERS[1:])
    assert numbers(company, case_id)["yes"] == 7
    with pytest.raises(BallotClosed):
        cast(company, case_id, NO, "M1")


@pytest.mark.parametrize("person", ["C", "L1", "H1", "T1"])
def test_whoever_has_no_seat_has_no_ballot(voting: Convened, person: str) -> None:
    company, case_id = voting
    version = company.case(case_id).version
    with pytest.raises(NotEntitled):
        cast(company, case_id, YES, person)
    assert company.case(case_id).version == version


def test_a_member_who_leaves_has_no_ballot_but_one_already_cast_counts(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, *MEMBERS[:5])
    for member in ("M1", "M7"):
        company.leaves(member)
        with pytest.raises(HasLeft):
            cast(company, case_id, NO, member)
    cast(company, case_id, NO, "M6")
    assert results(company, case_id) == [None]
    assert time_is_over(company)["votes_closed"] == 1
    assert numbers(company, case_id) == {"yes": 5, "no": 1, "defer": 0, "abstain": 0}
    assert holders(company, case_id, TaskKind.WRITE_DECISION) == ["M2"]


def test_a_chair_who_leaves_with_the_reason_to_write_is_replaced(voting: Convened) -> None:
    company, case_id = voting
    vote_all(company, case_id)
    company.leaves("M1")
    sweeps.run(company.door, now=company.now)
    assert holders(company, case_id, TaskKind.WRITE_DECISION) == ["M2"]
    company.do(decisions.record_decision, case_id, "M2", text="Carried.")
    assert company.case(case_id).stage is Stage.NOTICE


def test_a_later_interest_removes_the_ballot_and_may_close_the_vote(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, NO, "M1", "M2")
    cast(company, case_id, YES, *MEMBERS[2:6])
    recuse(company, case_id, "M1")
    assert (votes(company, case_id)[0].entitled, results(company, case_id)) == (6, [None])
    recuse(company, case_id, "M7")
    (closed,) = votes(company, case_id)
    assert (closed.recused, closed.entitled, closed.result) == (2, 5, VoteResult.CARRIED)
    assert numbers(company, case_id) == {"yes": 4, "no": 1, "defer": 0, "abstain": 0}
    assert holders(company, case_id, TaskKind.WRITE_DECISION) == ["M2"]


def test_a_carried_vote_with_the_chairs_reason_goes_on_notice(voting: Convened) -> None:
    company, case_id = voting
    vote_all(company, case_id)
    with pytest.raises(NotYourTask):
        company.do(decisions.record_decision, case_id, "M2", text="Carried.")
    with pytest.raises(ReasonMissing):
        decide(company, case_id, text=" ")
    decided = decide(company, case_id, text="Ready for the post.")
    assert (decided.stage, decided.outcome_text) == (Stage.NOTICE, "Ready for the post.")
    assert decided.decided_by_id == company.ids["M1"]
    with pytest.raises(StageMoved):
        decide(company, case_id)


def test_without_a_majority_the_case_is_declined_with_the_chairs_reason(voting: Convened) -> None:
    company, case_id = voting
    vote(company, case_id, YES, YES, YES, NO, NO, NO, NO)
    declined = decide(company, case_id, text="Too early.")
    assert (declined.stage, declined.outcome_text) == (Stage.DECLINED, "Too early.")
    assert declined.decided_by_id == company.ids["M1"]


def test_a_tie_is_voted_on_once_more_and_minds_may_change(voting: Convened) -> None:
    company, case_id = voting
    vote(company, case_id, *TIED)
    assert results(company, case_id) == [VoteResult.REPEAT]
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.detail) == (TaskKind.OPEN_BALLOT, "second_ballot")
    company.do(committees.open_ballot, case_id, "M1")
    assert sorted(sitting(company, case_id)) == sorted(MEMBERS)
    vote(company, case_id, YES, YES, YES, YES, NO, NO, NO)
    assert results(company, case_id) == [VoteResult.REPEAT, VoteResult.CARRIED]


def test_a_second_tie_is_deferred_and_the_case_is_reviewed_again(voting: Convened) -> None:
    company, case_id = voting
    vote(company, case_id, *TIED)
    company.do(committees.open_ballot, case_id, "M1")
    vote(company, case_id, *TIED)
    assert results(company, case_id) == [VoteResult.REPEAT, VoteResult.DEFERRED]
    deferred = decide(company, case_id)
    assert (deferred.stage, deferred.outcome_text) == (Stage.REVIEW, None)


def test_a_case_is_deferred_once_and_declined_the_second_time(voting: Convened) -> None:
    company, case_id = voting
    for result, stage in ((VoteResult.DEFERRED, Stage.REVIEW), (VoteResult.NOT_CARRIED, Stage.DECLINED)):
        vote(company, case_id, YES, YES, DEFER, DEFER, NO, NO, NO)
        assert results(company, case_id) == [result]
        assert decide(company, case_id).stage is stage
        if stage is Stage.REVIEW:
            fill_in_all(company, case_id)
            company.do(committees.open_ballot, case_id, "M1")


def test_a_vote_whose_time_is_over_closes_with_a_quorum(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, *MEMBERS[:5])
    time_is_over(company)
    assert results(company, case_id) == [VoteResult.CARRIED]
    assert company.open_tasks(case_id, TaskKind.CAST_BALLOT) == []
    with pytest.raises(BallotClosed):
        cast(company, case_id, YES, "M6")


def test_no_ballot_is_taken_after_the_hour_even_if_the_clock_is_late(voting: Convened) -> None:
    company, case_id = voting
    company.later(days=10)
    with pytest.raises(BallotClosed):
        cast(company, case_id, YES, "M1")


def test_without_a_quorum_the_vote_is_extended_once_and_then_the_case_is_stuck(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, *MEMBERS[:4])
    time_is_over(company)
    (extended,) = votes(company, case_id)
    assert (extended.is_extended, extended.result) == (True, None)
    assert extended.closes_at > company.now
    time_is_over(company)
    assert results(company, case_id) == [VoteResult.NO_QUORUM]
    assert company.case(case_id).stuck_reason == "quorum_missing"
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.UNBLOCK]


def test_an_extended_vote_is_closed_by_its_last_ballot(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, *MEMBERS[:4])
    time_is_over(company)
    cast(company, case_id, YES, *MEMBERS[4:])
    assert results(company, case_id) == [VoteResult.CARRIED]


def test_when_hr_brings_a_stuck_case_back_a_new_vote_is_held_that_may_still_be_repeated(
    voting: Convened,
) -> None:
    company, case_id = voting
    time_is_over(company)
    time_is_over(company)
    company.do(arrivals.retry, case_id, "H1")
    company.do(committees.open_ballot, case_id, "M1")
    vote(company, case_id, *TIED)
    assert results(company, case_id) == [VoteResult.NO_QUORUM, VoteResult.REPEAT]
    company.do(committees.open_ballot, case_id, "M1")
    assert results(company, case_id)[-1] is None


def test_a_tie_after_which_too_few_members_are_left_hands_the_case_to_hr(voting: Convened) -> None:
    company, case_id = voting
    recuse(company, case_id, "M4", "M5", "M6", "M7")
    cast(company, case_id, YES, "M1")
    company.leaves("M1")
    cast(company, case_id, NO, "M2")
    cast(company, case_id, ABSTAIN, "M3")
    assert results(company, case_id) == [VoteResult.REPEAT]
    company.do(committees.open_ballot, case_id, "M2")
    assert company.case(case_id).stuck_reason == "quorum_impossible"


@pytest.mark.parametrize("person", ["C", "M7", "M2", "H1"])
def test_a_refused_ballot_leaves_the_box_as_it_was(voting: Convened, person: str) -> None:
    company, case_id = voting
    cast(company, case_id, YES, *MEMBERS[:4])
    recuse(company, case_id, "M7")
    company.leaves("M2")
    with pytest.raises(Refusal):
        cast(company, case_id, NO, person)
    with company.reading() as db:
        assert db.scalars(select(BallotPaper.choice)).all() == [YES] * 4
