"""No case waits for somebody who may not act, for something that does not come, or for nobody at all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders import a_case, a_competition, a_contested_case, fill_in_all, vote_all
from tests.company import MEMBERS, Company
from tests.workflow.contests import in_contest
from tests.workflow.cycles import a_cycle, decide, join, release_tasks
from tests.workflow.test_approval_groups import decline, ruled_by
from tests.workflow.test_approvals import asked, headed_by
from tests.workflow.votes import recuse, voting_case
from workflow import arrivals, cases, committees, competitions, mentoring, sweeps
from workflow.competitions import Announcement
from workflow.errors import CaseAlreadyOpen, MentorUnfit, OwnCase
from workflow.models import Employee, InboxRow, Seat, Task
from workflow.vocabulary import Level, Stage, TaskKind, Track

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

POST = {"track": Track.MANAGEMENT, "level": Level.SENIOR, "post": "regional_manager"}


def sweep(company: Company) -> None:
    for _ in range(2):
        sweeps.run(company.door, now=company.now)


def runs_too(company: Company, number: str) -> int:
    """Somebody on the level below the post wants it himself, and says so."""
    with company.door.acting(now=company.now) as act:
        act.db.get_one(Employee, company.ids[number]).level = Level.INTERMEDIATE
    return a_contested_case(company, at=Stage.NOMINATED, candidate=number, by=number)


def inbox_of(company: Company, number: str) -> set[TaskKind]:
    query = select(Task.kind).join(InboxRow, InboxRow.task_id == Task.id)
    with company.reading() as db:
        return set(db.scalars(query.where(InboxRow.person_id == company.ids[number])))


def test_an_approver_who_comes_to_want_the_post_himself_is_passed_over(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED, by="C", **POST)
    assert asked(company, case_id) == {"L1"}
    runs_too(company, "L1")
    sweep(company)
    assert asked(company, case_id) == {"D1"}


def test_hr_people_who_run_for_the_post_get_no_task_of_a_rival(company: Company) -> None:
    case_id = a_contested_case(company, at=Stage.REVIEW)
    runs_too(company, "H1")
    fill_in_all(company, case_id, 1)
    assert [task.detail for task in company.open_tasks(case_id, TaskKind.WRITE_DECISION)] == ["floor_missed"]
    assert TaskKind.WRITE_DECISION not in inbox_of(company, "H1")
    assert TaskKind.WRITE_DECISION in inbox_of(company, "H2")


def test_whoever_of_hr_comes_to_run_for_the_post_loses_the_tasks_of_his_rivals(company: Company) -> None:
    case_id = a_contested_case(company, at=Stage.REVIEW)
    fill_in_all(company, case_id, 1)
    assert TaskKind.WRITE_DECISION in inbox_of(company, "H1")
    runs_too(company, "H1")
    sweep(company)
    assert TaskKind.WRITE_DECISION not in inbox_of(company, "H1")


def test_hr_people_do_not_run_the_competition_for_a_post_they_want(company: Company) -> None:
    contest = a_competition(company)
    runs_too(company, "H1")
    with pytest.raises(OwnCase):
        in_contest(company, contest, competitions.cancel, "H1", reason="No seat any more.")
    wanted = Announcement(name="Mine", seats=1, opens_on=company.now.date() + timedelta(days=1), **POST)
    with pytest.raises(OwnCase), company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        competitions.announce(act, wanted, edition_id=company.edition_id)


def test_a_case_does_not_wait_for_a_competition_that_was_cancelled_before_it_opened(company: Company) -> None:
    opens_on = company.now.date() + timedelta(days=10)
    wanted = Announcement(name="Later", seats=1, opens_on=opens_on, **POST)
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        contest = competitions.announce(act, wanted, edition_id=company.edition_id).id
    case_id = a_contested_case(company)
    assert company.case(case_id).stuck_reason is None
    in_contest(company, contest, competitions.cancel, "H2", reason="No seat any more.")
    sweep(company)
    assert company.case(case_id).stuck_reason == "no_competition_announced"
    assert len(company.open_tasks(case_id, TaskKind.UNBLOCK)) == 1


def test_the_task_to_free_a_case_waits_for_hr_to_come_back(company: Company) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    for person in ("H1", "H2", *MEMBERS):
        company.leaves(person)
    sweep(company)
    assert company.case(case_id).stuck_reason is not None
    company.returns("H1")
    sweep(company)
    assert TaskKind.UNBLOCK in inbox_of(company, "H1")


def test_a_vote_from_which_everybody_steps_aside_is_closed_and_the_case_is_stuck(company: Company) -> None:
    (case_id,) = voting_case(company)
    recuse(company, case_id, *MEMBERS)
    assert company.case(case_id).stuck_reason == "quorum_missing"
    assert len(company.open_tasks(case_id, TaskKind.UNBLOCK)) == 1


def test_what_has_been_voted_on_is_not_voted_on_again_when_hr_frees_the_case(company: Company) -> None:
    (case_id,) = voting_case(company)
    vote_all(company, case_id)
    _end_every_term(company)
    sweep(company)
    assert company.case(case_id).stuck_reason == "no_committee"
    _end_every_term(company, days=400)
    company.do(arrivals.retry, case_id, "H1")
    assert company.open_tasks(case_id, TaskKind.OPEN_BALLOT) == []
    assert len(company.open_tasks(case_id, TaskKind.WRITE_DECISION)) == 1


def _end_every_term(company: Company, days: int = -1) -> None:
    with company.door.acting(now=company.now) as act:
        for seat in act.all(select(Seat)):
            seat.until_on = company.now.date() + timedelta(days=days)


def test_the_task_to_release_goes_when_the_last_decision_has_lapsed(company: Company) -> None:
    cycle = a_cycle(company)
    case_id = a_case(company, at=Stage.COMMITTEE)
    join(company, cycle, case_id)
    company.do(committees.open_ballot, case_id, "M1")
    decide(company, case_id)
    assert len(release_tasks(company)) == 1
    company.do(cases.withdraw, case_id, "C", reason="")
    sweep(company)
    assert release_tasks(company) == []


def test_whoever_decides_at_the_end_is_not_the_mentor(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    with pytest.raises(MentorUnfit), company.on(case_id, "H1") as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids["D1"]))


def test_the_only_voice_of_a_chain_is_no_advice(company: Company) -> None:
    ruled_by(company, "chain: [line_manager, department_head]")
    headed_by(company, "L1")
    case_id = a_case(company, at=Stage.NOMINATED, by="C")
    decline(company, case_id, "L1")
    assert company.case(case_id).stage is Stage.DECLINED


def test_nominating_tells_nothing_of_a_case_one_may_not_see(company: Company) -> None:
    a_case(company, at=Stage.NOMINATED)
    with pytest.raises(CaseAlreadyOpen) as refused:
        a_case(company, by="P7")
    assert refused.value.facts == {}
