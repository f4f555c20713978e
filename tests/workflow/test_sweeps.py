"""What time does by itself: each sweep acts once, on what is over, and never twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from tests.builders import a_case, mentor_a_case, score_all
from tests.company import MEMBERS, Company
from tests.workflow.begun import begun, nothing
from tests.workflow.contests import Contest, competition_tasks, three_judged_entries
from tests.workflow.votes import Convened, cast, voting_case
from workflow import sweeps
from workflow.journal import verify
from workflow.models import CareerStep, JournalEntry, Vote
from workflow.vocabulary import Choice, Role, Stage, TaskKind

BEFORE_EFFECT = (Stage.DRAFT, Stage.NOMINATED, Stage.REVIEW, Stage.COMMITTEE, Stage.NOTICE)


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[Contest]:
    with begun(tmp_path, three_judged_entries) as (company, (contest, *entrants)):
        yield company, contest, entrants


@pytest.fixture
def voting(tmp_path: Path) -> Iterator[Convened]:
    with begun(tmp_path, voting_case) as (company, (case_id,)):
        yield company, case_id


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Company]:
    with begun(tmp_path, nothing) as (company, _):
        yield company


def sweep(company: Company) -> dict[str, int]:
    """What a sweep did, by kind; a second one right after it finds nothing to do."""
    done = {name: count for name, count in sweeps.run(company.door, now=company.now).items() if count}
    assert not any(sweeps.run(company.door, now=company.now).values())
    return done


def two_clocks(company: Company) -> list[dict[str, int]]:
    """Two clocks that come by at the same moment."""
    ready = Barrier(2)

    def strike(_clock: int) -> dict[str, int]:
        ready.wait()
        return sweeps.run(company.door, now=company.now)

    with ThreadPoolExecutor(2) as clocks:
        return list(clocks.map(strike, range(2)))


@pytest.mark.parametrize("stage", BEFORE_EFFECT)
def test_nothing_is_done_before_its_time(small: Company, stage: Stage) -> None:
    case_id = a_case(small, at=stage)
    version = small.case(case_id).version
    assert sweep(small) == {}
    assert small.case(case_id).version == version


def test_a_review_whose_time_is_over_is_closed(small: Company) -> None:
    case_id = a_case(small, at=Stage.REVIEW)
    small.later(days=20)
    assert sweep(small) == {"reviews_closed": 1}
    assert {task.kind for task in small.open_tasks(case_id)} == {TaskKind.REVIEW}
    small.later(days=20)
    assert sweep(small) == {"reviews_closed": 1}
    assert [task.kind for task in small.open_tasks(case_id)] == [TaskKind.RESCUE_REVIEW]


def test_a_vote_whose_time_is_over_is_closed(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, Choice.YES, *MEMBERS[:5])
    company.later(days=10)
    assert sweep(company) == {"votes_closed": 1}
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.WRITE_DECISION]


@pytest.mark.parametrize("stage", BEFORE_EFFECT)
def test_the_case_of_a_candidate_who_has_left_is_withdrawn(small: Company, stage: Stage) -> None:
    case_id = a_case(small, at=stage)
    small.leaves("C")
    assert sweep(small) == {"cases_withdrawn": 1}
    assert small.case(case_id).stage is Stage.WITHDRAWN
    assert small.open_tasks(case_id) == []
    with small.reading() as db:
        entry = db.scalars(select(JournalEntry).where(JournalEntry.case_id == case_id)).all()[-1]
    assert (entry.action, entry.facts) == ("case_withdrawn", {"has_left": True})


def test_a_judge_who_leaves_with_a_sheet_to_write_is_reported_to_hr(judged: Contest) -> None:
    company, _, entrants = judged
    company.leaves("J1")
    assert sweep(company) == {"judges_missed": 1}
    assert competition_tasks(company) == [TaskKind.REPLACE_JUDGE]
    company.later(days=7)
    assert sweep(company) == {"successors_missed": 1}
    for case_id in entrants:
        assert company.case(case_id).stuck_reason == "judge_missing"
        (task,) = company.open_tasks(case_id, TaskKind.UNBLOCK)
        assert task.role is Role.HR


def test_a_judge_who_leaves_after_the_last_sheet_is_missed_by_nobody(judged: Contest) -> None:
    company, contest, entrants = judged
    score_all(company, contest, dict.fromkeys(entrants, 4))
    company.leaves("J1")
    assert sweep(company) == {}


@pytest.mark.parametrize("person", ["T1", "D1"])
def test_what_waits_in_a_mentoring_for_somebody_who_has_left_is_handed_on(
    small: Company, person: str
) -> None:
    case_id = a_case(small, at=Stage.MENTORING)
    mentor_a_case(small, case_id)
    assert sweep(small) == {}
    small.leaves(person)
    expected = {} if person == "T1" else {"tasks_handed_on": 1}
    assert sweep(small) == expected


def test_a_member_or_a_reviewer_who_leaves_holds_nothing_up(voting: Convened) -> None:
    company, case_id = voting
    company.leaves("M5")
    assert sweep(company) == {}
    assert company.case(case_id).stuck_reason is None


def test_two_clocks_at_once_let_a_decision_take_effect_once(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOTICE)
    company.later(days=10)
    done = two_clocks(company)
    assert sorted(one["effects_taken"] for one in done) == [0, 1]
    assert company.case(case_id).stage is Stage.MENTORING
    with company.reading() as db:
        assert len(db.scalars(select(CareerStep)).all()) == 1
        assert list(verify(db)) == []


def test_two_clocks_at_once_close_a_vote_once(company: Company) -> None:
    (case_id,) = voting_case(company)
    cast(company, case_id, Choice.YES, *MEMBERS[:5])
    company.later(days=10)
    two_clocks(company)
    assert len(company.open_tasks(case_id, TaskKind.WRITE_DECISION)) == 1
    with company.reading() as db:
        assert len(db.scalars(select(Vote)).all()) == 1
        closed = db.scalars(select(JournalEntry).where(JournalEntry.action == "vote_closed")).all()
        assert len(closed) == 1


def test_two_clocks_at_once_withdraw_a_case_once(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    company.leaves("C")
    done = two_clocks(company)
    assert sum(one["cases_withdrawn"] for one in done) >= 1
    with company.reading() as db:
        withdrawn = select(JournalEntry).where(JournalEntry.action == "case_withdrawn")
        assert [entry.case_id for entry in db.scalars(withdrawn)] == [case_id]
