"""Stretches of road that the cases of the demonstration have in common, from draft to mentoring."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.demonstration.branch import HR_OFFICER, Branch, Nomination, Scenes, Story
from workflow import committees, decisions, letters, mentoring, nominations, notices, plans, reviews
from workflow.act import Act
from workflow.editions.library import edition_of
from workflow.models import CheckIn, Employee, Letter, Mentorship, PerformanceCheck, PromotionCase
from workflow.rules.calendars import Calendar
from workflow.rules.deadlines import add_working_days
from workflow.vocabulary import Choice, TaskKind

# Only what was seen is given the highest mark; the form asks to say what it was.
_SEEN = {
    "lasting_solutions": (
        "今年经手的压缩机故障没有一台返修。",
        "None of the compressor faults repaired this year has come back.",
    ),
    "keeps_appointments": (
        "堵车时总会提前半小时给客户打电话。",
        "Calls the customer half an hour ahead whenever traffic is bad.",
    ),
    "helps_colleagues": (
        "七月高温期主动替同事值了三个夜班。",
        "Took over three night shifts for colleagues during the July heat.",
    ),
    "masters_tools": (
        "教会全组使用新的测振仪。",
        "Taught the whole team to use the new vibration meter.",
    ),
    "keeps_promises": (
        "答应客户周五前到货，为此亲自去仓库取件。",
        "Had promised the part by Friday and fetched it from the warehouse in person.",
    ),
    "learns": (
        "自学变频器调试，三个月后已能独立作业。",
        "Learned inverter commissioning alone and worked unaided after three months.",
    ),
}


def submitted(branch: Branch, nomination: Nomination, *, days_ago: int) -> Scenes[int]:
    """Nominated on a working day so long ago and submitted the day after; leaves the case's number."""
    yield branch.days_ago(days_ago)
    case_id = branch.nominate(nomination)
    yield branch.in_days(1)
    branch.do(nominations.submit, case_id, nomination.by)
    return case_id


def approved(branch: Branch, nomination: Nomination, *, days_ago: int, comment: str = "") -> Scenes[int]:
    """Submitted and signed by everybody in the chain, one a day; leaves the case's number in review."""
    case_id = yield from submitted(branch, nomination, days_ago=days_ago)
    while holders := branch.holders(case_id, TaskKind.APPROVE):
        yield branch.in_days(1)
        branch.do(nominations.approve, case_id, holders[0], comment=comment)
        comment = ""
    return case_id


def reviewed(
    branch: Branch, nomination: Nomination, *, days_ago: int, mark: int = 4, comment: str = ""
) -> Scenes[int]:
    """Approved and reviewed by everybody who was asked, in three goes; leaves the case's number."""
    case_id = yield from approved(branch, nomination, days_ago=days_ago, comment=comment)
    raters = branch.holders(case_id, TaskKind.REVIEW)
    for go in range(3):
        yield branch.in_days(2)
        for rater in raters[go::3]:
            fill_in(branch, case_id, rater, mark=mark)
    return case_id


def fill_in(branch: Branch, case_id: int, rater: str, *, mark: int) -> None:
    """A rater hands in a form around the mark (3 or 4) and says what was seen where it is the best."""
    with branch.on(case_id, rater) as (act, case):
        answers = _answers(act, case, mark)
        best = [item for item, value in answers.items() if value == 5]
        is_english = act.person.locale == "en"
        reviews.submit_form(
            act, case, answers=answers, evidence={item: _SEEN[item][is_english] for item in best}
        )


def decided(branch: Branch, case_id: int, *, votes: str, text: str) -> Story:
    """Voted on, the decision written the day after and released."""
    yield from voted(branch, case_id, votes=votes)
    yield branch.in_days(1)
    written(branch, case_id, text=text)
    branch.release()


def voted(branch: Branch, case_id: int, *, votes: str) -> Story:
    """The ballot opened and cast over two days (`votes` in the order of the seats)."""
    choices = votes.split()
    yield branch.in_days(1)
    open_ballot(branch, case_id)
    members = list(zip(branch.holders(case_id, TaskKind.CAST_BALLOT), choices, strict=True))
    for go in (members[:4], members[4:]):
        yield branch.in_days(1)
        cast(branch, case_id, go)


def written(branch: Branch, case_id: int, *, text: str) -> None:
    """The chair writes the decision, which is told to nobody before HR releases it."""
    [chair] = branch.holders(case_id, TaskKind.WRITE_DECISION)
    branch.do(decisions.record_decision, case_id, chair, text=text)


def open_ballot(branch: Branch, case_id: int) -> None:
    """The chair opens the ballot."""
    [chair] = branch.holders(case_id, TaskKind.OPEN_BALLOT)
    branch.do(committees.open_ballot, case_id, chair)


def cast(branch: Branch, case_id: int, ballots: Sequence[tuple[str, str]]) -> None:
    """Members vote, each as said."""
    for member, choice in ballots:
        branch.do(committees.cast_ballot, case_id, member, choice=Choice(choice))


def in_effect(branch: Branch, case_id: int) -> Story:
    """The candidate reads his letter, the notice runs out and the clock lets the decision take effect."""
    yield from letter_read(branch, case_id)
    yield branch.in_days(5)
    branch.do(notices.take_effect, case_id)


def letter_read(branch: Branch, case_id: int) -> Story:
    """The candidate acknowledges the day after what he was told in writing."""
    yield branch.in_days(1)
    with Session(branch.door.engine) as db:
        unread = select(Letter.id).where(Letter.case_id == case_id, Letter.acknowledged_at.is_(None))
        letter_ids = db.scalars(unread).all()
    for letter_id in letter_ids:
        [candidate] = branch.holders(case_id, TaskKind.ACKNOWLEDGE_LETTER)
        branch.do(letters.acknowledge, case_id, candidate, letter_id=letter_id)


def planned(branch: Branch, case_id: int, *, mentor: str, candidate: str, plan: str) -> Story:
    """Duties acknowledged, mentor named by HR, plan proposed by the mentor and agreed to by the mentee."""
    yield branch.in_days(1)
    branch.do(plans.acknowledge_duties, case_id, candidate)
    with branch.on(case_id, HR_OFFICER) as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, branch.people[mentor]))
    for person in (mentor, candidate):
        yield branch.in_days(2)
        branch.do(plans.agree_plan, case_id, person, plan=plan)


def checked_in(
    branch: Branch, case_id: int, day: int, *, mentor: tuple[str, str], candidate: tuple[str, str]
) -> Story:
    """The talk of a day of the plan is held when it is due; each is a number and what was noted."""
    yield _day_of_talk(branch, case_id, day)
    for person, note in (mentor, candidate):
        branch.do(plans.check_in, case_id, person, day=day, note=note)


def rated(branch: Branch, case_id: int, week: int, *, rating: int, note: str) -> Story:
    """The line manager rates the work of so many weeks when it is due."""
    due = select(PerformanceCheck.due_on).join(Mentorship, Mentorship.id == PerformanceCheck.mentorship_id)
    with Session(branch.door.engine) as db:
        due_on = db.scalars(due.where(Mentorship.case_id == case_id, PerformanceCheck.week == week)).one()
    manager = branch.holders(case_id, TaskKind.PERFORMANCE_CHECK)[0]
    yield add_working_days(due_on - timedelta(days=1), 1, Calendar("CN"))
    branch.do(plans.check_performance, case_id, manager, week=week, rating=rating, note=note)


def _day_of_talk(branch: Branch, case_id: int, day: int) -> date:
    talk = select(CheckIn.due_on).join(Mentorship, Mentorship.id == CheckIn.mentorship_id)
    with Session(branch.door.engine) as db:
        due_on = db.scalars(talk.where(Mentorship.case_id == case_id, CheckIn.day == day)).one()
    return add_working_days(due_on - timedelta(days=1), 1, Calendar("CN"))


def _answers(act: Act, case: PromotionCase, mark: int) -> dict[str, int | None]:
    # Raters differ a little; who they are decides on which items.
    shift = act.person.id
    answers: dict[str, int | None] = {}
    for place, item in enumerate(edition_of(act.db, case.edition_id).items, start=shift):
        value = mark + (place % 5 == 0) - (place % 7 == 0)
        answers[item.key] = value if value < 5 or item.key in _SEEN else 4
    return answers
