"""Ballots at the same moment, on both databases: one paper each, one verdict, and no case left hanging."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from tests.company import MEMBERS, Company
from tests.workflow.votes import NO, YES, cast, recuse, votes, voting_case
from workflow import cases, committees, decisions
from workflow.errors import BallotClosed, NotEntitled, Refusal
from workflow.journal import verify
from workflow.models import BallotPaper, Elector, Employee, JournalEntry, PromotionCase, Seat, Task, Vote
from workflow.vocabulary import Level, Nominator, Stage, TaskKind, TaskState, Track, VoteResult

ROUNDS = 64
THREADS = 8
SMALL_BODY = MEMBERS[:3]


def cases_before_their_last_two_ballots(company: Company) -> list[int]:
    """As many cases as there are rounds, before a committee of three of whom one has voted."""
    with company.door.acting(now=company.now, by=company.ids["M1"]) as act:
        for member in MEMBERS[3:]:
            seat = act.first(select(Seat).where(Seat.employee_id == company.ids[member]))
            act.db.delete(seat)
        act.db.flush()
        opened = [_case(company, f"R{number}", act.add) for number in range(ROUNDS)]
        for case in opened:
            case.candidate = act.db.get_one(Employee, case.candidate_id)
            cases.enter_first(act, case)
            committees.convene(act, case)
            act.db.flush()
            committees.open_ballot(act, case)
            committees.cast_ballot(act, case, choice=YES)
        act.arrivals.clear()
        return [case.id for case in opened]


def _case(company: Company, number: str, add: Callable[..., object]) -> PromotionCase:
    person = Employee(
        number=number,
        name=f"Person {number}",
        department_id=1,
        site_id=1,
        track=Track.PROFESSIONAL,
        level=Level.INTERMEDIATE,
        post="service_engineer",
        level_since=company.now.date(),
        hired_on=company.now.date(),
        manager_id=company.ids["L1"],
    )
    add(person)
    case = PromotionCase(
        candidate_id=person.id,
        target_track=Track.PROFESSIONAL,
        target_level=Level.SENIOR,
        target_post="senior_service_engineer",
        edition_id=company.edition_id,
        nominated_by_id=company.ids["L1"],
        nominated_as=Nominator.MANAGER,
        opened_at=company.now,
        stage=Stage.COMMITTEE,
    )
    add(case)
    return case


def at_once(*acts: Callable[[], None]) -> list[str | None]:
    """Do all of it at the same moment; for each, None or the code of its refusal."""
    ready = Barrier(len(acts))

    def start(act: Callable[[], None]) -> str | None:
        ready.wait()
        return refusal(act)

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(start, acts))


def refusal(act: Callable[[], None]) -> str | None:
    try:
        act()
    except Refusal as refused:
        return refused.code
    return None


def test_the_last_two_ballots_at_once_close_every_vote_exactly_once(company: Company) -> None:
    opened = cases_before_their_last_two_ballots(company)
    meeting = {case_id: Barrier(2) for case_id in opened}

    def last_ballot(case_id: int, member: str) -> str | None:
        meeting[case_id].wait()
        return refusal(lambda: cast(company, case_id, YES, member))

    # Workers take jobs in this order, so that both of a pair are always under way together.
    pairs = [(case_id, member) for case_id in opened for member in SMALL_BODY[1:]]
    with ThreadPoolExecutor(THREADS) as threads:
        refused = list(threads.map(lambda pair: last_ballot(*pair), pairs))
    assert refused == [None] * (2 * ROUNDS)
    with company.reading() as db:
        assert db.scalars(select(Vote.result)).all() == [VoteResult.CARRIED] * ROUNDS
        waiting = select(Task.kind).where(Task.state == TaskState.OPEN)
        assert db.scalars(waiting).all() == [TaskKind.WRITE_DECISION] * ROUNDS
        closed = select(func.count()).where(JournalEntry.action == "vote_closed")
        assert db.scalar(closed) == ROUNDS
        stuck = select(PromotionCase.id).where(PromotionCase.stuck_reason.is_not(None))
        assert db.scalars(stuck).all() == []
        assert list(verify(db)) == []


def test_ballots_of_one_member_at_once_leave_one_paper(company: Company) -> None:
    (case_id,) = voting_case(company)
    choices = [YES, NO] * (THREADS // 2)
    assert (
        at_once(
            *(lambda choice=choice: cast(company, case_id, choice, "M2") for choice in choices)  # type: ignore[misc]
        )
        == [None] * THREADS
    )
    with company.reading() as db:
        assert len(db.scalars(select(BallotPaper)).all()) == 1
        assert db.scalar(select(func.count()).where(Elector.has_voted)) == 1
        assert db.scalar(select(func.count()).where(JournalEntry.action == "ballot_cast")) == 1


def test_the_last_ballot_and_a_recusal_of_its_author_at_once_close_the_vote(company: Company) -> None:
    (case_id,) = voting_case(company)
    cast(company, case_id, YES, *MEMBERS[:-1])
    refused = at_once(lambda: cast(company, case_id, NO, "M7"), lambda: recuse(company, case_id, "M7"))
    # If the recusal was first the ballot is refused; otherwise the vote was closed with it.
    assert refused in ([None, None], [BallotClosed.code, None], [NotEntitled.code, None])
    (vote,) = votes(company, case_id)
    assert vote.result is VoteResult.CARRIED
    assert vote.tally["numbers"]["no"] == (1 if refused[0] is None else 0)
    assert len(company.open_tasks(case_id, TaskKind.WRITE_DECISION)) == 1


def test_the_last_ballot_and_a_withdrawal_at_once_leave_the_case_withdrawn(company: Company) -> None:
    (case_id,) = voting_case(company)
    cast(company, case_id, YES, *MEMBERS[:-1])
    refused = at_once(
        lambda: cast(company, case_id, YES, "M7"), lambda: company.do(cases.withdraw, case_id, "C", reason="")
    )
    assert refused in ([None, None], [BallotClosed.code, None])
    assert company.case(case_id).stage is Stage.WITHDRAWN
    assert company.open_tasks(case_id) == []


def test_two_chairs_decisions_at_once_are_one_decision(company: Company) -> None:
    (case_id,) = voting_case(company)
    cast(company, case_id, YES, *MEMBERS)
    refused = at_once(*[lambda: company.do(decisions.record_decision, case_id, "M1", text="Carried.")] * 4)
    assert sorted(code or "" for code in refused) == ["", "stage_moved", "stage_moved", "stage_moved"]
    assert company.case(case_id).stage is Stage.NOTICE
