"""Builds cases in any stage, through the same verbs the product uses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tests.company import JUDGES, Company, default_rules
from tests.remembering import remembered
from workflow import (
    committees,
    competitions,
    contests,
    decisions,
    judging,
    letters,
    mentoring,
    nominations,
    notices,
    placings,
    plans,
    reviews,
)
from workflow.models import (
    CheckIn,
    Competition,
    Employee,
    Entry,
    PerformanceCheck,
    ReviewRequest,
)
from workflow.placings import Ties
from workflow.rules.edition import CompetitionRules
from workflow.vocabulary import Choice, Level, RequestState, Stage, TaskKind, Track

CHINA = ZoneInfo("Asia/Shanghai")


@remembered
def a_case(
    company: Company,
    *,
    at: Stage = Stage.DRAFT,
    candidate: str = "C",
    by: str = "L1",
    track: Track = Track.PROFESSIONAL,
    level: Level = Level.SENIOR,
    post: str = "senior_service_engineer",
) -> int:
    """A case in the stage asked for, driven there by the people concerned."""
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        person = act.db.get_one(Employee, company.ids[candidate])
        case_id = nominations.nominate(
            act,
            person,
            edition_id=company.edition_id,
            track=track,
            level=level,
            post=post,
            statement="Keeps promises to customers.",
        ).id
    drive_on(company, case_id, at)
    return case_id


@remembered
def drive_on(company: Company, case_id: int, at: Stage) -> None:
    """The people concerned bring the case on its way to the stage asked for."""
    for stage, drive in _ROAD.items():
        if company.case(case_id).stage is at:
            break
        if company.case(case_id).stage is stage:
            drive(company, case_id)
    assert company.case(case_id).stage is at


def a_contested_case(
    company: Company, *, at: Stage = Stage.COMPETITION, candidate: str = "C", by: str = "L1"
) -> int:
    """A case for a management post that is filled by competition."""
    return a_case(
        company,
        at=at,
        candidate=candidate,
        by=by,
        track=Track.MANAGEMENT,
        level=Level.SENIOR,
        post="regional_manager",
    )


@remembered
def a_competition(company: Company, *, seats: int = 1, days: int = 0, **wanted: Any) -> int:
    """An announced competition for the post of the contested cases, open today and so many days more."""
    today = company.now.astimezone(CHINA).date()
    announcement = competitions.Announcement(
        **{
            "name": "Regional manager",
            "track": Track.MANAGEMENT,
            "level": Level.SENIOR,
            "post": "regional_manager",
            "seats": seats,
            "opens_on": today,
            "closes_on": today + timedelta(days=days),
        }
        | wanted
    )
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        return competitions.announce(act, announcement, edition_id=company.edition_id).id


@remembered
def close_entries(company: Company, competition_id: int) -> None:
    """The clock closes the entries when their time is over; other sweeps do not come by."""
    with company.reading() as db:
        company.now = max(company.now, db.get_one(Competition, competition_id).closes_at)
    with company.door.competing(competition_id, now=company.now) as (act, contest, field):
        competitions.close_entries(act, contest, field)


@remembered
def approve_all(company: Company, case_id: int) -> None:
    """Everybody in the chain signs, each when it is his turn."""
    while tasks := company.open_tasks(case_id, TaskKind.APPROVE):
        holder = tasks[0].assignee_id
        by = company.number(holder) if holder else "H1"
        company.do(nominations.approve, case_id, by)


def answers(value: int = 4) -> dict[str, int | None]:
    """A complete form with the same answer to every item."""
    return {item.key: value for item in default_rules().items}


def evidence(value: int = 4) -> dict[str, str]:
    """Evidence for a complete form, where the answer asks for it."""
    return dict.fromkeys(answers(), "Seen on site.") if value in (1, 5) else {}


def raters(company: Company, case_id: int) -> list[str]:
    """Numbers of everybody whose form is still missing."""
    query = select(ReviewRequest.rater_id).where(
        ReviewRequest.round_id == company.case(case_id).round_id, ReviewRequest.state == RequestState.ASKED
    )
    with company.reading() as db:
        return [company.number(person) for person in db.scalars(query) if person is not None]


@remembered
def fill_in_all(company: Company, case_id: int, value: int = 4) -> None:
    """Every rater hands in the same answers."""
    for rater in raters(company, case_id):
        company.do(reviews.submit_form, case_id, rater, answers=answers(value), evidence=evidence(value))


@remembered
def let_time_run_out(company: Company, case_id: int) -> None:
    """The review closes by the clock, the days for replacements included."""
    while company.open_tasks(case_id, TaskKind.REVIEW):
        company.later(days=30)
        company.do(reviews.close_due, case_id)


def sitting(company: Company, case_id: int) -> list[str]:
    """Numbers of the members who are asked for a ballot."""
    return [company.number(task.assignee_id) for task in company.open_tasks(case_id, TaskKind.CAST_BALLOT)]


@remembered
def vote_all(company: Company, case_id: int, choice: Choice = Choice.YES) -> None:
    """Everybody entitled votes alike."""
    for member in sitting(company, case_id):
        company.do(committees.cast_ballot, case_id, member, choice=choice)


def vote(company: Company, case_id: int, *choices: Choice) -> None:
    """The entitled vote in the order of their seats."""
    for member, choice in zip(sitting(company, case_id), choices, strict=True):
        company.do(committees.cast_ballot, case_id, member, choice=choice)


def score_round(
    company: Company, competition_id: int, sheets: dict[int, float], judges: tuple[str, ...] = JUDGES
) -> None:
    """Every judge gives each case the same score in every criterion of the present round."""
    for judge in judges:
        for case_id, value in sheets.items():
            by = company.ids[judge]
            with company.door.competing(competition_id, now=company.now, by=by) as (act, contest, field):
                asked = contests.rules_of(act, contest).asked_in(contest.round_number)
                judging.score(act, contest, field, field[case_id], sheet=dict.fromkeys(asked, value))


def score_all(
    company: Company, competition_id: int, sheets: dict[int, float], judges: tuple[str, ...] = JUDGES
) -> None:
    """Every judge gives each case the same score in every criterion of every round."""
    for _ in default_contest().rounds:
        score_round(company, competition_id, sheets, judges)


@remembered
def seat_judges(company: Company, competition_id: int, judges: tuple[str, ...] = JUDGES) -> None:
    """Entries are closed and HR seats the panel."""
    close_entries(company, competition_id)
    by = company.ids["H1"]
    with company.door.competing(competition_id, now=company.now, by=by) as (act, contest, field):
        people = [act.db.get_one(Employee, company.ids[judge]) for judge in judges]
        judging.seat_panel(act, contest, field, people)


def decide_competition(company: Company, competition_id: int, **ties: Any) -> None:
    """HR signs the order of merit, with a reason for each tie at the cut."""
    by = company.ids["H1"]
    with company.door.competing(competition_id, now=company.now, by=by) as (act, contest, field):
        tied = select(Entry.case_id).where(Entry.competition_id == competition_id, Entry.is_tied)
        reasons = dict.fromkeys(act.all(tied), "Equal in every respect.")
        settled = Ties(**{"reasons": reasons} | ties)
        placings.decide(act, contest, field, reason="By order of merit.", ties=settled)


def default_contest() -> CompetitionRules:
    """How the competition of the contested cases is judged."""
    step = default_rules().step(Track.MANAGEMENT, Level.SENIOR)
    assert step is not None
    assert step.competition is not None
    return step.competition


def judged_criteria(number: int = 1) -> list[str]:
    """What judges score in a round of that competition."""
    return list(default_contest().asked_in(number))


def _submit(company: Company, case_id: int) -> None:
    company.do(nominations.submit, case_id, company.number(company.case(case_id).author_id))


def _decide(company: Company, case_id: int) -> None:
    chair = company.number(company.open_tasks(case_id, TaskKind.OPEN_BALLOT)[0].assignee_id)
    company.do(committees.open_ballot, case_id, chair)
    vote_all(company, case_id)
    company.do(decisions.record_decision, case_id, chair, text="Carried by the committee.")


def _take_effect(company: Company, case_id: int) -> None:
    company.later(days=10)
    company.do(notices.take_effect, case_id)


def _complete(company: Company, case_id: int) -> None:
    mentor_a_case(company, case_id)
    company.later(weeks=26)
    company.do(mentoring.confirm, case_id, "D1", reason="Grown into the post.")


@remembered
def mentor_a_case(company: Company, case_id: int) -> None:
    """Acknowledge the duties, name the mentor, agree the plan, hold every check-in and rate the work."""
    if company.open_tasks(case_id, TaskKind.ACKNOWLEDGE_DUTIES):
        company.do(plans.acknowledge_duties, case_id, "C")
    with company.on(case_id, "H1") as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids["T1"]))
    for person in ("T1", "C"):
        company.do(plans.agree_plan, case_id, person, plan="Lead two projects.")
    with company.reading() as db:
        days = db.scalars(select(CheckIn.day).order_by(CheckIn.day)).all()
    for day in days:
        for person in ("T1", "C"):
            company.do(plans.check_in, case_id, person, day=day, note="Going well.")
    for task in company.open_tasks(case_id, TaskKind.PERFORMANCE_CHECK):
        with company.reading() as db:
            week = db.get_one(PerformanceCheck, task.subject_id).week
        rater = company.number(task.assignee_id)
        company.do(plans.check_performance, case_id, rater, week=week, rating=4, note="Does it well.")


@remembered
def acknowledge_letters(company: Company, case_id: int) -> None:
    """The candidate has read every letter about the case."""
    candidate = company.number(company.case(case_id).candidate_id)
    for task in company.open_tasks(case_id, TaskKind.ACKNOWLEDGE_LETTER):
        company.do(letters.acknowledge, case_id, candidate, letter_id=task.subject_id)


_ROAD: dict[Stage, Callable[[Company, int], None]] = {
    Stage.DRAFT: _submit,
    Stage.NOMINATED: approve_all,
    Stage.REVIEW: fill_in_all,
    Stage.COMMITTEE: _decide,
    Stage.NOTICE: _take_effect,
    Stage.MENTORING: _complete,
}
