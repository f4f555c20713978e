"""Reasons in the box: taken from five on, read shuffled by the chair alone, destroyed with the decision."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.company import MEMBERS, Company
from tests.workflow.begun import begun
from tests.workflow.votes import NO, YES, Convened, recuse, votes, voting_case
from workflow import committees, decisions
from workflow.errors import Invalid, NotYourTask
from workflow.models import BallotPaper, BallotReason, JournalEntry, RoundKey
from workflow.queries.votes import reasons
from workflow.vocabulary import Choice, VoteResult


@pytest.fixture
def voting(tmp_path: Path) -> Iterator[Convened]:
    with begun(tmp_path, voting_case) as (company, (case_id,)):
        yield company, case_id


def cast(company: Company, case_id: int, member: str, choice: Choice = YES, reason: str = "") -> None:
    company.do(committees.cast_ballot, case_id, member, choice=choice, reason=reason)


def vote_with_reasons(company: Company, case_id: int, members: tuple[str, ...] = MEMBERS) -> None:
    for member in members:
        cast(company, case_id, member, NO if member == "M1" else YES, f"I am {member}.")


def read(company: Company, case_id: int, reader: str) -> list[str]:
    with company.reading() as db:
        return reasons(db, company.case(case_id), company.ids[reader])


def rows(company: Company, *tables: type) -> list[int]:
    with company.reading() as db:
        return [len(db.scalars(select(table)).all()) for table in tables]


def test_the_chair_reads_every_reason_without_order_once_the_vote_is_closed(voting: Convened) -> None:
    company, case_id = voting
    vote_with_reasons(company, case_id)
    told = read(company, case_id, "M1")
    assert sorted(told) == [f"I am {member}." for member in MEMBERS]
    assert told == read(company, case_id, "M1")


def test_the_order_of_the_reasons_is_one_of_chance(tmp_path: Path) -> None:
    orders = set()
    for turn in range(4):
        (tmp_path / str(turn)).mkdir()
        with begun(tmp_path / str(turn), voting_case) as (company, (case_id,)):
            vote_with_reasons(company, case_id)
            orders.add(tuple(read(company, case_id, "M1")))
    assert len(orders) > 1


@pytest.mark.parametrize("reader", ["M2", "C", "H1", "A1"])
def test_nobody_but_the_chair_reads_the_reasons(voting: Convened, reader: str) -> None:
    company, case_id = voting
    vote_with_reasons(company, case_id)
    with pytest.raises(NotYourTask):
        read(company, case_id, reader)


def test_before_the_close_a_reason_lies_sealed_beside_its_ballot(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, "M2", reason="Knows every compressor.")
    with company.reading() as db:
        (paper,) = db.scalars(select(BallotPaper)).all()
    assert paper.sealed_reason is not None
    assert b"compressor" not in paper.sealed_reason
    with pytest.raises(NotYourTask):
        read(company, case_id, "M1")


def test_after_the_close_no_reason_lies_beside_a_ballot_and_none_in_clear(voting: Convened) -> None:
    company, case_id = voting
    vote_with_reasons(company, case_id)
    with company.reading() as db:
        assert set(db.scalars(select(BallotPaper.sealed_reason))) == {None}
        assert not any(b"I am" in sealed for sealed in db.scalars(select(BallotReason.sealed)))


def test_a_changed_ballot_takes_its_reason_along(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, "M2", NO, "Too early.")
    cast(company, case_id, "M2", YES)
    vote_with_reasons(company, case_id, ("M1", *MEMBERS[2:]))
    assert len(read(company, case_id, "M1")) == 6


def test_the_reasons_are_destroyed_when_the_decision_is_recorded(voting: Convened) -> None:
    company, case_id = voting
    vote_with_reasons(company, case_id)
    assert rows(company, BallotReason, RoundKey) == [7, 1]
    company.do(decisions.record_decision, case_id, "M1", text="Ready for the post.")
    assert rows(company, BallotReason, RoundKey) == [0, 0]
    with company.reading() as db:
        facts = [str(entry.facts) for entry in db.scalars(select(JournalEntry))]
    assert not any("I am" in fact for fact in facts)


def test_below_five_no_reason_is_taken(voting: Convened) -> None:
    company, case_id = voting
    recuse(company, case_id, "M5", "M6", "M7")
    with pytest.raises(Invalid, match="reasons_not_collected") as refused:
        cast(company, case_id, "M1", reason="Because.")
    assert (refused.value.facts["entitled"], refused.value.facts["needed"]) == (4, 5)
    cast(company, case_id, "M1", reason="  ")


def test_with_fewer_than_five_voters_the_reasons_are_destroyed_at_the_close(voting: Convened) -> None:
    company, case_id = voting
    vote_with_reasons(company, case_id, MEMBERS[:4])
    recuse(company, case_id, "M5", "M6", "M7")
    assert votes(company, case_id)[0].result is VoteResult.CARRIED
    assert rows(company, BallotReason, RoundKey) == [0, 0]
    assert read(company, case_id, "M1") == []


def test_a_tied_ballot_leaves_no_reasons(voting: Convened) -> None:
    company, case_id = voting
    for member, choice in zip(MEMBERS, [YES, YES, YES, NO, NO, NO, Choice.ABSTAIN], strict=True):
        cast(company, case_id, member, choice, "Because.")
    assert votes(company, case_id)[0].result is VoteResult.REPEAT
    assert rows(company, BallotReason, RoundKey) == [0, 0]


def test_the_ballot_and_the_reason_of_a_recused_member_are_taken_out(voting: Convened) -> None:
    company, case_id = voting
    vote_with_reasons(company, case_id, MEMBERS[:-1])
    recuse(company, case_id, "M2")
    cast(company, case_id, "M7", reason="I am M7.")
    assert "I am M2." not in read(company, case_id, "M1")
    assert len(read(company, case_id, "M1")) == 6
