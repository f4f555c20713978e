"""A member who comes to have a stake in a case before the committee is recused, whatever waits for him."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.builders import (
    decide_competition,
    score_all,
    seat_judges,
    vote_all,
)
from tests.company import MEMBERS, Company
from tests.workflow.begun import begun
from tests.workflow.contests import three_entries
from tests.workflow.test_alternates import convened_with_alternates, register
from tests.workflow.test_judges_with_a_stake import becomes_manager, becomes_rival
from tests.workflow.test_kept_apart import keep_apart
from tests.workflow.votes import NO, YES, cast, convened_case, holders, recusals, recuse, votes, voting_case
from workflow import committees, decisions, sweeps
from workflow.errors import Conflicted, NotEntitled
from workflow.models import BallotPaper, JournalEntry
from workflow.vocabulary import ApartBecause, Stage, TaskKind, VoteResult

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
CAST, WRITE = TaskKind.CAST_BALLOT, TaskKind.WRITE_DECISION


def recused_by_the_sweep(company: Company) -> int:
    return sweeps.run(company.door, now=company.now)["members_recused"]


def before_the_committee(company: Company) -> int:
    """A case that has won its competition and waits for the ballot."""
    contest, *entrants = three_entries(company)
    seat_judges(company, contest)
    score_all(company, contest, dict(zip(entrants, (5, 4, 3), strict=True)))
    decide_competition(company, contest)
    return entrants[0]


def papers(company: Company) -> int:
    with company.reading() as db:
        return db.scalar(select(func.count()).select_from(BallotPaper)) or 0


@only_sqlite
def test_members_who_come_to_have_a_stake_are_taken_off_the_register_once(company: Company) -> None:
    (case_id,) = voting_case(company)
    cast(company, case_id, NO, "M3")
    keep_apart(company, "M3", "C", ApartBecause.GRIEVANCE)
    becomes_manager(company, "M4")
    assert recused_by_the_sweep(company) == 1
    (vote,) = votes(company, case_id)
    left = sorted({*MEMBERS} - {"M3", "M4"})
    assert recusals(company, case_id) == {"M3": "confidential", "M4": "line_manager"}
    assert (sorted(register(company)), holders(company, case_id, CAST)) == (left, left)
    assert (vote.entitled, vote.recused, papers(company)) == (5, 2, 0)
    assert recused_by_the_sweep(company) == 0


@only_sqlite
def test_the_vote_is_over_once_only_whoever_has_a_stake_has_not_voted(company: Company) -> None:
    (case_id,) = voting_case(company)
    cast(company, case_id, YES, *MEMBERS[:6])
    keep_apart(company, "M7", "C")
    recused_by_the_sweep(company)
    (vote,) = votes(company, case_id)
    assert (vote.result, vote.tally["numbers"]["yes"]) == (VoteResult.CARRIED, 6)
    assert holders(company, case_id, WRITE) == ["M1"]


@only_sqlite
@pytest.mark.parametrize("end", ["ballot", "recusal"])
def test_a_vote_never_ends_with_the_ballot_of_whoever_has_come_to_have_a_stake(
    company: Company, end: str
) -> None:
    (case_id,) = voting_case(company)
    cast(company, case_id, YES, "M3")
    cast(company, case_id, NO, *(member for member in MEMBERS[:6] if member != "M3"))
    keep_apart(company, "M3", "C")
    if end == "ballot":
        cast(company, case_id, NO, "M7")
    else:
        recuse(company, case_id, "M7")
    (vote,) = votes(company, case_id)
    assert (vote.result, vote.tally["numbers"]["yes"]) == (VoteResult.NOT_CARRIED, 0)
    assert recusals(company, case_id)["M3"] == "confidential"
    assert "M3" not in register(company)
    assert recused_by_the_sweep(company) == 0


@only_sqlite
def test_the_last_ballot_ends_the_vote_though_whoever_has_come_to_have_a_stake_has_not_voted(
    company: Company,
) -> None:
    (case_id,) = voting_case(company)
    cast(company, case_id, YES, *MEMBERS[:5])
    keep_apart(company, "M6", "C")
    cast(company, case_id, YES, "M7")
    (vote,) = votes(company, case_id)
    assert (vote.result, vote.entitled) == (VoteResult.CARRIED, 6)
    assert holders(company, case_id, CAST) == []


@only_sqlite
def test_nothing_beside_a_recusal_at_a_ballot_tells_who_cast_it(company: Company) -> None:
    (case_id,) = voting_case(company)
    keep_apart(company, "M3", "C")
    cast(company, case_id, YES, "M7")
    with company.reading() as db:
        recusal = select(JournalEntry).where(JournalEntry.action == "member_recused")
        assert db.scalars(recusal).one().actor_id is None
    assert "M3" not in register(company)


@only_sqlite
def test_where_everybody_comes_to_have_a_stake_the_case_is_stuck(company: Company) -> None:
    (case_id,) = voting_case(company)
    for member in MEMBERS:
        keep_apart(company, member, "C")
    assert recused_by_the_sweep(company) == 1
    assert company.case(case_id).stuck_reason == "quorum_missing"
    assert recused_by_the_sweep(company) == 0


@only_sqlite
def test_whoever_has_come_to_have_a_stake_can_vote_no_more(company: Company) -> None:
    (case_id,) = voting_case(company)
    keep_apart(company, "M3", "C")
    with pytest.raises(Conflicted):
        cast(company, case_id, YES, "M3")
    recused_by_the_sweep(company)
    with pytest.raises(NotEntitled):
        cast(company, case_id, YES, "M3")


@only_sqlite
def test_a_chair_who_comes_to_have_a_stake_passes_the_decision_on(company: Company) -> None:
    (case_id,) = voting_case(company)
    vote_all(company, case_id)
    keep_apart(company, "M1", "C")
    company.do(decisions.record_decision, case_id, "M1", text="As counted.")
    assert (company.case(case_id).stage, holders(company, case_id, WRITE)) == (Stage.COMMITTEE, ["M2"])
    company.do(decisions.record_decision, case_id, "M2", text="As counted.")
    assert company.number(company.case(case_id).decided_by_id) == "M2"


@only_sqlite
def test_a_chair_who_becomes_a_rival_leaves_nothing_waiting(company: Company) -> None:
    case_id = before_the_committee(company)
    company.do(committees.open_ballot, case_id, "M1")
    vote_all(company, case_id)
    becomes_rival(company, "M1")
    assert recused_by_the_sweep(company) == 1
    assert holders(company, case_id, WRITE) == ["M2"]
    assert recused_by_the_sweep(company) == 0


@only_sqlite
def test_a_chair_who_comes_to_have_a_stake_does_not_open_the_ballot(company: Company) -> None:
    (case_id,) = convened_case(company)
    keep_apart(company, "M1", "C")
    assert recused_by_the_sweep(company) == 1
    assert holders(company, case_id, TaskKind.OPEN_BALLOT) == ["M2"]


@only_sqlite
def test_with_nobody_left_to_sign_the_case_is_stuck(company: Company) -> None:
    (case_id,) = voting_case(company)
    vote_all(company, case_id)
    for member in MEMBERS:
        keep_apart(company, member, "C")
    recused_by_the_sweep(company)
    assert company.case(case_id).stuck_reason == "everybody_recused"
    assert recused_by_the_sweep(company) == 0


@pytest.mark.parametrize("has_voted", [True, False])
def test_an_alternate_with_a_stake_loses_the_vote_he_was_given(tmp_path: Path, has_voted: bool) -> None:
    with begun(tmp_path, convened_with_alternates) as (company, (case_id,)):
        company.leaves("M6")
        company.do(committees.open_ballot, case_id, "M1")
        (standing_in,) = register(company) - set(MEMBERS)
        if has_voted:
            cast(company, case_id, NO, standing_in)
        keep_apart(company, standing_in, "C")
        company.leaves("M5")
        sweeps.run(company.door, now=company.now)
        assert recusals(company, case_id) == {standing_in: "confidential"}
        assert standing_in not in register(company)
        assert holders(company, case_id, CAST) == sorted(register(company))
        (vote,) = votes(company, case_id)
        assert (vote.recused, vote.entitled, papers(company)) == (1, 6, 0)
