"""A friendly word to whoever holds a case: by whom, to whom, how often, and what it never tells."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from notifications import letters
from notifications.audience import NUDGE
from notifications.messages import announce
from notifications.models import Delivery
from tests.builders import a_case, mentor_a_case
from tests.company import Company
from tests.workflow.test_approvals import nominated
from workflow import nominations, nudges
from workflow.errors import NobodyToNudge, NudgedAlready
from workflow.models import Employee
from workflow.store import Door
from workflow.vocabulary import Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _told(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).values(locale="en"))
    company.door = Door(company.door.engine, announce=announce)


def reached(company: Company) -> set[str]:
    """To whom a nudge has gone."""
    with company.reading() as db:
        told = db.scalars(select(Delivery.person_id).where(Delivery.kind == NUDGE)).all()
    return {company.number(person) for person in told}


def written(company: Company, number: str) -> letters.Letter:
    """The mail of a nudge as its reader gets it."""
    mine = select(Delivery).where(Delivery.kind == NUDGE, Delivery.person_id == company.ids[number])
    with company.reading() as db:
        delivery = db.scalars(mine.order_by(Delivery.id.desc())).first()
        assert delivery is not None
        return letters.write(db, delivery, base_url="https://x.example", now=company.now)


@pytest.mark.parametrize("by", ["C", "H1", "D1"])
def test_the_candidate_hr_and_superiors_nudge_whoever_holds_the_case(company: Company, by: str) -> None:
    case_id = nominated(company)
    assert company.do(nudges.nudge, case_id, by) == [TaskKind.APPROVE]
    assert reached(company) == {"L1"}


def test_everybody_of_a_role_is_nudged_but_not_whoever_nudges(company: Company) -> None:
    case_id = nominated(company)
    for approver in ("L1", "D1"):
        company.do(nominations.approve, case_id, approver)
    company.do(nudges.nudge, case_id, "H1")
    assert reached(company) == {"H2"}


def test_once_a_day_is_enough(company: Company) -> None:
    case_id = nominated(company)
    company.do(nudges.nudge, case_id, "C")
    company.later(hours=2)
    with pytest.raises(NudgedAlready) as refused:
        company.do(nudges.nudge, case_id, "H1")
    assert refused.value.facts == {"nudged_at": (company.now - timedelta(hours=2)).isoformat()}
    company.do(nominations.approve, case_id, "L1")
    company.do(nudges.nudge, case_id, "C")
    assert reached(company) == {"L1", "D1"}
    company.later(days=1)
    company.do(nudges.nudge, case_id, "C")


def test_what_is_due_in_months_is_not_asked_for_yet(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    company.do(nudges.nudge, case_id, "L1")
    mentor_a_case(company, case_id)
    with pytest.raises(NobodyToNudge):
        company.do(nudges.nudge, case_id, "L1")
    company.later(days=180)
    assert company.do(nudges.nudge, case_id, "L1") == [TaskKind.CONFIRM]


def test_raters_are_nudged_by_hr_alone_who_does_not_learn_whom_it_reached(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    with pytest.raises(NobodyToNudge):
        company.do(nudges.nudge, case_id, "C")
    assert company.do(nudges.nudge, case_id, "H1") == [TaskKind.REVIEW]
    holders = {company.number(task.assignee_id) for task in company.open_tasks(case_id, TaskKind.REVIEW)}
    assert reached(company) == holders - {"H1"}


def test_voters_are_nudged_by_hr_and_the_chair_by_nobody_who_may_not_know(company: Company) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    with pytest.raises(NobodyToNudge):
        company.do(nudges.nudge, case_id, "L1")
    assert company.do(nudges.nudge, case_id, "H1") == [TaskKind.OPEN_BALLOT]


def test_a_nudge_raises_no_version_that_would_tell_of_it(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    before = company.case(case_id).version
    company.do(nudges.nudge, case_id, "H1")
    assert company.case(case_id).version == before


def test_the_mail_says_who_asks_for_what(company: Company) -> None:
    case_id = nominated(company)
    company.do(nudges.nudge, case_id, "C")
    letter = written(company, "L1")
    assert letter.subject == "Something in a promotion case waits for you"
    assert "Person C is waiting for an answer in a promotion case" in letter.text
    assert "Approve the nomination" in letter.text


def test_of_a_review_the_mail_names_neither_case_nor_candidate(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    company.do(nudges.nudge, case_id, "H1")
    rater = next(iter(reached(company) - {"C"}))
    letter = written(company, rater)
    assert "Person C" not in letter.text
    assert f"/cases/{case_id}" not in letter.text
    assert "Fill in a review form" in letter.text


def test_a_nudge_about_what_is_done_by_now_is_not_sent(company: Company) -> None:
    case_id = nominated(company)
    company.do(nudges.nudge, case_id, "C")
    company.do(nominations.approve, case_id, "L1")
    with pytest.raises(letters.Dropped) as dropped:
        written(company, "L1")
    assert dropped.value.reason == "nothing_open"


def test_it_is_written_in_the_readers_language(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.db.get_one(Employee, company.ids["L1"]).locale = "zh_Hans"
    company.do(nudges.nudge, nominated(company), "H1")
    assert "请您尽快办理Person C晋升事项中的待办：“审批提名”" in written(company, "L1").text
