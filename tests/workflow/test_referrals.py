"""An ad hoc committee: it sits only on cases HR refers to it, also where every standing one has a stake."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import (
    a_case,
    a_competition,
    a_contested_case,
    decide_competition,
    score_all,
    seat_judges,
)
from tests.company import MEMBERS, Company
from tests.workflow.begun import begun, nothing
from tests.workflow.test_seats import constitute
from tests.workflow.votes import Convened, cast, convened_case, holders, recusals, recuse, votes
from workflow import arrivals, committees, sweeps
from workflow.errors import BallotClosed, Invalid, NotFound, StageMoved
from workflow.models import PromotionCase, RoleHolding
from workflow.vocabulary import Choice, Role, Stage, TaskKind, VoteResult

AD_HOC = ("T1", "J1", "J2", "J3", "X1")


@pytest.fixture
def convened(tmp_path: Path) -> Iterator[Convened]:
    with begun(tmp_path, convened_case) as (company, (case_id,)):
        yield company, case_id


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with begun(tmp_path, nothing) as (company, _):
        yield company


def seat_judges_and_decide(company: Company) -> None:
    contest = a_competition(company)
    case_id, other = (a_contested_case(company, candidate=number) for number in ("C", "P1"))
    seat_judges(company, contest)
    score_all(company, contest, {case_id: 5, other: 4})
    decide_competition(company, contest)


def before_the_committee(company: Company) -> list[int]:
    with company.reading() as db:
        return list(db.scalars(select(PromotionCase.id).where(PromotionCase.stage == Stage.COMMITTEE)))


def refer(company: Company, case_id: int, committee: int) -> None:
    company.do(committees.refer, case_id, "H1", committee_id=committee)


def test_an_ad_hoc_committee_gets_no_case_by_itself(company: Company) -> None:
    constitute(company, *AD_HOC, is_standing=False)
    for member in MEMBERS:
        company.leaves(member)
    case_id = a_case(company, at=Stage.COMMITTEE)
    assert company.case(case_id).stuck_reason == "quorum_impossible"


def test_hr_refers_a_case_to_an_ad_hoc_committee_when_everybody_has_a_stake(convened: Convened) -> None:
    company, case_id = convened
    recuse(company, case_id, *MEMBERS)
    assert company.case(case_id).stuck_reason == "everybody_recused"
    refer(company, case_id, constitute(company, *AD_HOC, is_standing=False))
    assert company.case(case_id).stuck_reason is None
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["T1"]
    company.do(committees.open_ballot, case_id, "T1")
    cast(company, case_id, Choice.YES, *AD_HOC)
    assert votes(company, case_id)[0].result is VoteResult.CARRIED


def test_members_of_the_new_committee_with_a_stake_are_kept_out(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["T1"], role=Role.HR))
    case_id = a_case(company, at=Stage.COMMITTEE, by="T1")
    refer(company, case_id, constitute(company, *AD_HOC, is_standing=False))
    assert recusals(company, case_id) == {"T1": "nominator"}
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["J1"]


def test_a_case_is_referred_only_before_its_ballot_is_opened(convened: Convened) -> None:
    company, case_id = convened
    other = constitute(company, *AD_HOC, is_standing=False)
    with pytest.raises(NotFound):
        refer(company, case_id, 99)
    company.do(committees.open_ballot, case_id, "M1")
    with pytest.raises(BallotClosed):
        refer(company, case_id, other)
    with pytest.raises(StageMoved):
        refer(company, a_case(company, at=Stage.REVIEW, candidate="P1"), other)


def test_after_a_vote_without_quorum_another_committee_may_decide(convened: Convened) -> None:
    company, case_id = convened
    company.do(committees.open_ballot, case_id, "M1")
    for _ in range(2):
        company.later(days=10)
        sweeps.run(company.door, now=company.now)
    assert company.case(case_id).stuck_reason == "quorum_missing"
    refer(company, case_id, constitute(company, *AD_HOC, is_standing=False))
    company.do(committees.open_ballot, case_id, "T1")
    assert holders(company, case_id, TaskKind.CAST_BALLOT) == sorted(AD_HOC)


def test_a_committee_with_too_few_members_cannot_take_the_case(convened: Convened) -> None:
    company, case_id = convened
    other = constitute(company, *AD_HOC, is_standing=False)
    for member in AD_HOC[:3]:
        company.leaves(member)
    with pytest.raises(Invalid, match="committee_cannot_decide"):
        refer(company, case_id, other)
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["M1"]


def test_a_retry_stays_with_the_committee_the_case_was_referred_to(convened: Convened) -> None:
    company, case_id = convened
    other = constitute(company, *AD_HOC, is_standing=False)
    refer(company, case_id, other)
    recuse(company, case_id, *AD_HOC[:3])
    company.do(committees.open_ballot, case_id, "J3")
    assert company.case(case_id).stuck_reason == "quorum_impossible"
    company.do(arrivals.retry, case_id, "H1")
    # Two are left of the ad hoc committee: the standing one takes the case back.
    assert company.case(case_id).committee_id == 1
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["M1"]


def test_stakes_are_looked_up_again_when_the_ballot_is_opened(convened: Convened) -> None:
    company, case_id = convened
    with company.on(case_id) as (_, case):
        case.nominated_by_id = company.ids["M4"]
    company.do(committees.open_ballot, case_id, "M1")
    assert recusals(company, case_id) == {"M4": "nominator"}
    assert "M4" not in holders(company, case_id, TaskKind.CAST_BALLOT)


def test_a_chair_who_has_a_stake_by_now_passes_the_opening_on(convened: Convened) -> None:
    company, case_id = convened
    with company.on(case_id) as (_, case):
        case.nominated_by_id = company.ids["M1"]
    company.do(committees.open_ballot, case_id, "M1")
    assert (votes(company, case_id), recusals(company, case_id)) == ([], {"M1": "nominator"})
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["M2"]


def test_a_member_who_wants_the_same_post_is_kept_out(company: Company) -> None:
    with company.on(a_contested_case(company, at=Stage.NOMINATED, candidate="P4")) as (_, rival):
        rival.candidate_id = company.ids["M3"]
    seat_judges_and_decide(company)
    (case_id,) = before_the_committee(company)
    assert recusals(company, case_id) == {"M3": "rival"}
