"""Addresses that take no mail: HR has a task, and nothing more goes there until it is mended."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from test_outbox import Post

from notifications import bounces
from notifications.channels import Outcome, Verdict
from notifications.models import Channel, Delivery, DeliveryState, RefusedAddress
from notifications.outbox import deliver_due
from tests.company import Company
from tests.customers import customers, list_contacts
from workflow import data_gaps
from workflow.models import Employee, HrField, MissingFact, ReviewContact, Task
from workflow.vocabulary import TaskKind, TaskState

BOUNCED = Outcome(Verdict.BOUNCED, "550 no such person", address="c@example.com")


@pytest.fixture
def post() -> Post:
    return Post()


def mailed(company: Company, post: Post, to: str = "C") -> tuple[DeliveryState, str | None]:
    """What becomes of a mail that is queued now."""
    with company.door.acting(now=company.now) as act:
        key = act.add(
            Delivery(
                key=f"test/{to}/{company.now.isoformat()}",
                channel=Channel.MAIL,
                kind="password_changed",
                created_at=act.now,
                next_at=act.now,
                person_id=company.ids[to],
            )
        ).id
    deliver_due(company.door.engine, post.channels, lambda: company.now, "one")
    company.later(minutes=1)
    with company.reading() as db:
        mail = db.get_one(Delivery, key)
        return mail.state, mail.error


def swept(company: Company) -> int:
    with company.door.acting(now=company.now) as act:
        return bounces.sweep(act)


def tasks(company: Company) -> dict[int, set[str]]:
    """Open tasks of HR about addresses, with the people concerned."""
    query = select(Task.id, MissingFact.employee_id).join(MissingFact, MissingFact.task_id == Task.id)
    of_mail = query.where(Task.kind == TaskKind.FIX_DATA, Task.detail == bounces.RULE)
    found: dict[int, set[str]] = {}
    with company.reading() as db:
        for task, person in db.execute(of_mail.where(Task.state == TaskState.OPEN)):
            found.setdefault(task, set()).add(company.number(person))
    return found


def moves(company: Company, number: str, address: str) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == number).values(email=address))


def test_hr_has_one_task_for_the_bad_addresses_of_a_department(company: Company, post: Post) -> None:
    post.answers += [BOUNCED, Outcome(Verdict.BOUNCED, "550 no", address="p1@example.com")]
    assert mailed(company, post) == (DeliveryState.DEAD, "550 no such person")
    mailed(company, post, "P1")
    assert (swept(company), swept(company)) == (2, 0)
    assert list(tasks(company).values()) == [{"C", "P1"}]


def test_each_department_has_a_task_of_its_own_as_soon_as_somebody_serves_in_hr(
    company: Company, post: Post
) -> None:
    for number in ("C", "T1"):
        post.answers.append(Outcome(Verdict.BOUNCED, "550 no", address=f"{number.lower()}@example.com"))
        mailed(company, post, number)
    company.leaves("H1")
    company.leaves("H2")
    swept(company)
    assert tasks(company) == {}
    company.returns("H1", "H2")
    assert swept(company) == 2
    assert sorted(tasks(company).values(), key=str) == [{"C"}, {"T1"}]


def test_a_department_without_hr_keeps_no_other_from_hearing_whose_customers_are_out_of_reach(
    company: Company,
) -> None:
    for number in ("C", "T1"):
        list_contacts(company, *customers(1), candidate=number)
    with company.door.acting(now=company.now) as act:
        act.execute(update(ReviewContact).values(refused_at=act.now, refused_because="550 no"))
        staff = act.db.get_one(Employee, company.ids["T1"]).department_id
        act.add(HrField(employee_id=company.ids["M7"], department_id=staff))
    company.leaves("H1")
    company.leaves("H2")
    swept(company)
    concerned = select(MissingFact.employee_id).join(Task, Task.id == MissingFact.task_id)
    with company.reading() as db:
        asked = db.scalars(concerned.where(Task.detail == bounces.OF_CUSTOMERS)).all()
    assert [company.number(one) for one in asked] == ["T1"]


def test_nothing_more_goes_to_a_bad_address(company: Company, post: Post) -> None:
    post.answers.append(BOUNCED)
    mailed(company, post)
    assert mailed(company, post) == (DeliveryState.DROPPED, "address_refused")
    swept(company)
    assert mailed(company, post) == (DeliveryState.DROPPED, "address_refused")
    assert len(post.mails) == 1
    assert mailed(company, post, "P1")[0] is DeliveryState.SENT


def test_a_new_address_is_written_to(company: Company, post: Post) -> None:
    post.answers.append(BOUNCED)
    mailed(company, post)
    moves(company, "C", "new@example.com")
    assert swept(company) == 0
    assert mailed(company, post)[0] is DeliveryState.SENT


def test_an_address_is_tried_again_once_hr_has_looked_into_it(company: Company, post: Post) -> None:
    post.answers.append(BOUNCED)
    mailed(company, post)
    swept(company)
    (task,) = tasks(company)
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        data_gaps.complete(act, task)
    assert tasks(company) == {}
    post.answers.append(BOUNCED)
    assert mailed(company, post)[0] is DeliveryState.DEAD
    swept(company)
    assert list(tasks(company).values()) == [{"C"}]


def test_an_address_without_an_at_sign_is_as_bad(company: Company, post: Post) -> None:
    moves(company, "C", "person.c")
    assert mailed(company, post) == (DeliveryState.DROPPED, "bad_address")
    assert (swept(company), post.mails) == (1, [])
    assert list(tasks(company).values()) == [{"C"}]


def test_it_stands_on_file_since_when_and_why(company: Company, post: Post) -> None:
    post.answers.append(BOUNCED)
    since = company.now
    mailed(company, post)
    with company.reading() as db:
        refused = db.get_one(RefusedAddress, company.ids["C"])
    assert (refused.address, refused.since, refused.reason) == (
        "c@example.com",
        since,
        "550 no such person",
    )


def test_no_words_of_a_server_keep_an_address_from_being_noted(company: Company, post: Post) -> None:
    post.answers.append(Outcome(Verdict.BOUNCED, "550 no\u0000such\ud83dperson", address="c@example.com"))
    assert mailed(company, post) == (DeliveryState.DEAD, "550 no\ufffdsuch\ufffdperson")
    with company.reading() as db:
        assert db.get_one(RefusedAddress, company.ids["C"]).reason == "550 no\ufffdsuch\ufffdperson"


def test_of_whoever_has_left_nobody_is_asked_for_a_new_address(company: Company, post: Post) -> None:
    post.answers.append(BOUNCED)
    mailed(company, post)
    company.leaves("C")
    assert swept(company) == 0


def test_a_server_that_is_busy_for_days_makes_no_address_bad(company: Company, post: Post) -> None:
    post.answers += [Outcome(Verdict.LATER, "450 greylisted")] * 4
    assert mailed(company, post)[0] is DeliveryState.PENDING
    for _ in range(4):
        company.now += timedelta(hours=7)
        deliver_due(company.door.engine, post.channels, lambda: company.now, "one")
    assert (len(post.mails), swept(company)) == (5, 0)
