"""What the mails say by which somebody is asked, and when none is sent any more."""

import pytest
from sqlalchemy import select, update

from notifications import dates, letters
from notifications.messages import announce
from notifications.models import Delivery
from tests.builders import (
    a_case,
)
from tests.company import Company
from tests.workflow.test_approvals import nominated
from tests.workflow.test_handing_over import hand_over
from tests.workflow.test_mentors_who_leave import name
from workflow import (
    copies,
    nudges,
    stand_ins,
)
from workflow.models import (
    Employee,
)
from workflow.store import Door
from workflow.vocabulary import Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def mails(company: Company, number: str, kind: str) -> list[letters.Letter]:
    with company.reading() as db:
        mine = select(Delivery).where(Delivery.kind == kind, Delivery.person_id == company.ids[number])
        sent = db.scalars(mine.order_by(Delivery.id)).all()
        return [letters.write(db, one, base_url="https://x.example", now=company.now) for one in sent]


def mail(company: Company, number: str, kind: str) -> letters.Letter:
    (one,) = mails(company, number, kind)
    return one


def telling(company: Company) -> None:
    company.door = Door(company.door.engine, announce=announce)


def test_no_mail_tells_of_a_task_that_was_handed_on_by_then(company: Company) -> None:
    telling(company)
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "L2")
    hand_over(company, case_id, "L2", "T1")
    with pytest.raises(letters.Dropped):
        mail(company, "L2", "task_handed_over")


def test_no_mail_tells_of_a_copy_that_was_taken_back(company: Company) -> None:
    telling(company)
    case_id = nominated(company)
    with company.on(case_id, "H1") as (act, case):
        person = act.db.get_one(Employee, company.ids["T1"])
        copies.copy_to(act, case, person)
    with company.on(case_id, "H1") as (act, case):
        copies.take_back(act, case, act.db.get_one(Employee, company.ids["T1"]))
    with pytest.raises(letters.Dropped):
        mail(company, "T1", "case_copied")


def test_the_mail_about_a_rating_says_when_that_very_one_is_due(company: Company) -> None:
    telling(company)
    case_id = a_case(company, at=Stage.MENTORING)
    name(company, case_id, "L2")
    first, second = company.open_tasks(case_id, TaskKind.PERFORMANCE_CHECK)
    for task in (first, second):
        with company.on(case_id, "L1") as (act, case):
            to = act.db.get_one(Employee, company.ids["T1"])
            to.locale = "en"
            stand_ins.hand_over(act, case, task.id, to, reason="Away.")
    for task, letter in zip((first, second), mails(company, "T1", "task_handed_over"), strict=True):
        assert dates.day(task.due_at, "Asia/Shanghai", "en") in letter.text


def test_the_mail_of_the_candidates_own_nudge_names_him_once(company: Company) -> None:
    telling(company)
    case_id = nominated(company)
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).values(locale="en"))
    company.do(nudges.nudge, case_id, "C")
    assert mail(company, "L1", "case_nudged").text.count("Person C") == 1
