"""Customers are written to when they are asked, once more before their time is over, and never again."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from test_outbox import Post

from notifications import invitations, preview, reminders
from notifications.letters import Dropped, Letter
from notifications.messages import announce
from notifications.models import Delivery
from notifications.outbox import deliver_due
from tests.builders import a_case
from tests.company import Company
from tests.customers import customer_answers, customers, links, list_contacts
from workflow import cases
from workflow import customers as customer_verbs
from workflow.models import Employee, JournalEntry, ReviewRequest
from workflow.store import Door
from workflow.vocabulary import Stage


@pytest.fixture
def asked(company: Company) -> tuple[Company, int]:
    list_contacts(company, *customers(9))
    return company, a_case(company, at=Stage.REVIEW)


def sweep(company: Company) -> int:
    with company.door.acting(now=company.now) as act:
        return invitations.sweep(act)


def deliveries(company: Company, kind: str = invitations.INVITATION) -> list[Delivery]:
    with company.reading() as db:
        return list(db.scalars(select(Delivery).where(Delivery.kind == kind).order_by(Delivery.id)))


def letter(company: Company, delivery: Delivery) -> Letter:
    with company.reading() as db:
        return invitations.write(
            db, delivery, review_link=lambda handle: f"https://p.example.com/r/{handle}", now=company.now
        )


def link_of(company: Company, delivery: Delivery) -> str:
    with company.reading() as db:
        return db.get_one(ReviewRequest, delivery.request_id).link or ""


def test_every_customer_asked_is_invited_once_by_his_own_link(asked: tuple[Company, int]) -> None:
    company, case_id = asked
    assert sweep(company) == 8
    assert sweep(company) == 0
    letters = [letter(company, one) for one in deliveries(company)]
    assert len({one.to for one in letters}) == 8
    for link, one in zip(links(company, case_id), letters, strict=True):
        assert one.text.count(f"https://p.example.com/r/{link}") == 1
        assert f"/r/{link}" in one.html
        assert "about two minutes, by 16 Mar 2026" in one.text
        assert "promotion" not in one.text


def test_the_letter_speaks_the_customers_language(company: Company) -> None:
    list_contacts(company, *customers(9, locale="zh_Hans"))
    a_case(company, at=Stage.REVIEW)
    sweep(company)
    first = letter(company, deliveries(company)[0])
    assert first.subject == "请评价Person C的服务（六个问题）"
    assert "2026年3月16日前" in first.text
    assert "打开问卷" in first.text
    assert "事项" not in first.text


def test_one_reminder_goes_out_two_working_days_before_the_end(asked: tuple[Company, int]) -> None:
    company, _ = asked
    sweep(company)
    company.later(days=9)  # Wednesday
    assert sweep(company) == 0
    company.later(days=1)
    assert sweep(company) == 8
    company.later(days=1)
    assert sweep(company) == 0
    first = letter(company, deliveries(company, invitations.REMINDER)[0])
    assert first.subject.startswith("Until 16 Mar 2026")


@pytest.mark.parametrize(
    ("after", "goes_on"),
    [
        ({"days": 10}, {"days": 10}),  # Thursday, 11:00 in Shanghai
        ({"days": 9, "hours": 14}, {"days": 9, "hours": 22.5}),  # 01:00 of that day
        ({"days": 11, "hours": 10}, {"days": 13, "hours": 22.5}),  # Friday, 21:00
        ({"days": 12}, {"days": 13, "hours": 22.5}),  # Saturday
    ],
)
def test_a_reminder_waits_for_working_hours_where_the_candidate_is(
    asked: tuple[Company, int], after: dict[str, float], goes_on: dict[str, float]
) -> None:
    company, _ = asked
    begins, post = company.now, Post()
    for span in ({}, after):
        company.later(**span)
        sweep(company)
        deliver_due(company.door.engine, post.channels, lambda: company.now, "one")
    held = {(one.next_at, one.error, one.attempts) for one in deliveries(company, invitations.REMINDER)}
    is_time = after == goes_on
    expected = None if is_time else "quiet_hours"
    assert held == {(company.now if is_time else begins + timedelta(**goes_on), expected, int(is_time))}
    assert len(post.mails) == (16 if is_time else 8)


def counted(company: Company, reader: str) -> dict[date, int | None]:
    """What the preview says of reminders to customers, by the days of the week to come."""
    told: dict[date, int | None] = {}
    with company.reading() as db:
        person = db.get_one(Employee, company.ids[reader])
        for day in (company.now.date() + timedelta(days=n) for n in range(preview.DAYS)):
            for one in preview.week(db, person, company.now, day).confidential:
                if one.kind == invitations.REMINDER:
                    told[day] = one.reminders
    return told


def test_hr_sees_beforehand_how_many_customers_will_be_reminded(asked: tuple[Company, int]) -> None:
    company, case_id = asked
    sweep(company)
    company.later(days=8)  # Tuesday
    thursday = company.now.date() + timedelta(days=2)
    assert counted(company, "H1") == {thursday: 8}
    with company.reading() as db:
        shown = preview.preview(db, thursday, now=company.now)
    assert [one.count for one in shown if one.kind == invitations.REMINDER] == [8]
    answered = deliveries(company)[0]
    company.do(customer_verbs.submit, case_id, link=link_of(company, answered), answers=customer_answers())
    assert counted(company, "H1") == {thursday: 7}
    company.later(days=2)
    sweep(company)
    assert counted(company, "H1") == {}


def test_nothing_is_sent_to_who_has_answered_or_declined(asked: tuple[Company, int]) -> None:
    company, case_id = asked
    sweep(company)
    answered, declined, *_ = deliveries(company)
    company.do(customer_verbs.submit, case_id, link=link_of(company, answered), answers=customer_answers())
    company.do(customer_verbs.decline, case_id, link=link_of(company, declined))
    for late in (answered, declined):
        with pytest.raises(Dropped):
            letter(company, late)
    company.later(days=12, hours=12)
    assert sweep(company) == 6 + 1  # six reminders and the invitation of the replacement
    reminded = {one.request_id for one in deliveries(company, invitations.REMINDER)}
    assert not reminded & {answered.request_id, declined.request_id}


def test_nothing_is_sent_once_the_case_has_moved_on(asked: tuple[Company, int]) -> None:
    company, case_id = asked
    sweep(company)
    company.do(cases.withdraw, case_id, "C", reason="")
    with pytest.raises(Dropped):
        letter(company, deliveries(company)[0])
    company.later(days=13)
    assert sweep(company) == 0


def test_a_replacement_is_invited_and_not_reminded_in_the_same_hour(asked: tuple[Company, int]) -> None:
    company, case_id = asked
    sweep(company)
    company.later(days=13)
    sweep(company)
    company.do(customer_verbs.decline, case_id, link=links(company, case_id)[0])
    assert sweep(company) == 1
    assert sweep(company) == 0


def test_two_clocks_at_once_invite_nobody_twice(asked: tuple[Company, int]) -> None:
    company, _ = asked
    start = threading.Barrier(3)

    def strike() -> None:
        start.wait()
        sweep(company)

    clocks = [threading.Thread(target=strike) for _ in range(3)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert len(deliveries(company)) == 8


@pytest.fixture
def announced(company: Company) -> Company:
    company.door = Door(company.door.engine, announce=announce)
    return company


def test_a_link_stands_nowhere_but_in_its_letter(announced: Company) -> None:
    company = announced
    list_contacts(company, *customers(9))
    case_id = a_case(company, at=Stage.REVIEW)
    sweep(company)
    with company.door.acting(now=company.now + timedelta(days=3)) as act:
        reminders.sweep(act)
    handles = links(company, case_id)
    with Session(company.door.engine) as db:
        kept = [f"{row.key} {row.payload} {row.error}" for row in db.scalars(select(Delivery))]
        kept += [str(entry.facts) for entry in db.scalars(select(JournalEntry))]
    assert not [text for text in kept for handle in handles if handle in text]
