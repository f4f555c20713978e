"""Mails that come back after they had been taken: believed of what was sent from here alone."""

import pytest
from sqlalchemy import select

from notifications import bounces, invitations, returned
from notifications.channels.email import message_id
from notifications.models import Channel, Delivery, DeliveryState, RefusedAddress
from tests.builders import a_case
from tests.company import Company
from tests.customers import asked_customers, customers, links, list_contacts
from workflow import sweeps
from workflow.act import Act
from workflow.models import MissingFact, ReviewContact, ReviewRequest, Task
from workflow.vocabulary import Stage, TaskKind

SENDER = "Jinsheng <hr@example.com>"
mail_key = "secret/{}".format


def report(
    name: str,
    address: str = "c@example.com",
    *,
    status: str = "5.1.1",
    action: str = "failed",
    whole: bool = True,
) -> bytes:
    """What a mail server sends back, with the whole mail or with its head alone."""
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return (
        "From: MAILER-DAEMON@mx.example.com\nTo: hr@example.com\nSubject: Undelivered\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nSorry.\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such person\n\n"
        f"--b\nContent-Type: {kind}\n\nMessage-ID: {name}\nSubject: x\n\n\n--b--\n"
    ).encode()


def sent(company: Company, **whom: int) -> Delivery:
    with company.door.acting(now=company.now) as act:
        mail = act.add(
            Delivery(
                key=f"test/{whom}",
                channel=Channel.MAIL,
                kind="password_changed",
                created_at=act.now,
                next_at=act.now,
                state=DeliveryState.SENT,
                sent_at=act.now,
                **whom,
            )
        )
        act.db.expunge(mail)
        return mail


def name_of(key: str) -> str:
    return message_id(mail_key(key), SENDER)


def comes_back(company: Company, mail: bytes) -> list[str]:
    found = returned.read(mail, SENDER)
    if found is None:
        return []
    with company.door.acting(now=company.now) as act:
        return returned.note(act.db, found, mail_key=mail_key, sender=SENDER, now=act.now)


@pytest.mark.parametrize("whole", [True, False])
def test_an_address_that_a_mail_came_back_from_takes_no_more(company: Company, whole: bool) -> None:
    mail = sent(company, person_id=company.ids["C"])
    back = report(name_of(mail.key), "C@Example.com", whole=whole)
    assert comes_back(company, back) == ["c@example.com"]
    with company.door.acting(now=company.now) as act:
        assert bounces.sweep(act) == 1
    with company.reading() as db:
        assert db.get_one(RefusedAddress, company.ids["C"]).reason == "550 5.1.1 no such person"
        assert db.get_one(Delivery, mail.id).trouble is not None


@pytest.mark.parametrize(
    "given",
    [
        {"name": "<made-up@example.com>"},
        {"address": "p1@example.com"},
        {"status": "4.2.2"},
        {"status": "5.0.0"},
        {"status": "5.1.7"},
        {"status": "5.1.8 (bad sender)"},
        {"status": "5.2.2"},
        {"status": "5.7.1"},
        {"action": "delayed"},
    ],
)
def test_what_was_not_sent_there_or_speaks_of_something_else_changes_nothing(
    company: Company, given: dict[str, str]
) -> None:
    mail = sent(company, person_id=company.ids["C"])
    assert comes_back(company, report(**{"name": name_of(mail.key)} | given)) == []
    company.later(days=20)
    assert comes_back(company, report(name_of(mail.key))) == []


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\xff\xfe",
        b"Subject: I am away until Monday\n\nHello.",
        b"Content-Type: message/delivery-status\n\nx",
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: message/rfc822\n\n" * 3000,
        b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: text/rfc822-headers\n\n\xff',
    ],
)
def test_whatever_else_arrives_there_is_no_report(company: Company, mail: bytes) -> None:
    assert comes_back(company, mail) == []


def test_whoever_knows_the_key_of_a_mail_alone_cannot_forge_a_report_on_it(company: Company) -> None:
    mail = sent(company, person_id=company.ids["C"])
    assert comes_back(company, report(message_id(mail.key, SENDER))) == []


def test_a_report_on_what_was_never_called_as_our_mails_are_is_not_looked_into() -> None:
    assert returned.read(report("<x@example.com>"), SENDER) is not None
    assert returned.read(report("<x@elsewhere.example>"), SENDER) is None
    assert returned.read(report("<x@an-example.com>"), SENDER) is None


def test_control_signs_in_a_report_are_left_out() -> None:
    found = returned.read(report("<x@example.com>", "c@exa\0mple.com\x07"), SENDER)
    assert found is not None
    assert found.address == "c@example.com"


@pytest.fixture
def asked(company: Company) -> tuple[Company, int, int]:
    """A review that asks some of nine customers; one of these has been mailed to."""
    list_contacts(company, *customers(9))
    case_id = a_case(company, at=Stage.REVIEW)
    with company.door.acting(now=company.now) as act:
        invitations.sweep(act)
        first = act.first(select(Delivery.request_id).where(Delivery.request_id.is_not(None)))
    assert first is not None
    return company, case_id, first


def test_another_customer_is_asked_for_one_whom_no_mail_reaches_and_hr_hears_whose_list_it_is(
    asked: tuple[Company, int, int],
) -> None:
    company, case_id, request = asked
    before = (len(links(company, case_id)), asked_customers(company, case_id))
    with company.reading() as db:
        mine = select(Delivery).where(Delivery.request_id == request)
        key = db.scalars(mine).one().key
    with company.door.acting(now=company.now) as act:
        invitation = act.first(mine)
        assert invitation is not None
        invitation.state, invitation.sent_at = DeliveryState.SENT, act.now
        address = _address(act, request)
    assert comes_back(company, report(name_of(key), address)) == [address]
    sweeps.run(company.door, now=company.now)
    after = asked_customers(company, case_id)
    assert (len(links(company, case_id)), len(after)) == (before[0], len(before[1]) + 1)
    for expected in (1, 0):
        with company.door.acting(now=company.now) as act:
            assert bounces.sweep(act) == expected
    with company.reading() as db:
        task = db.scalars(select(Task).where(Task.kind == TaskKind.FIX_DATA)).one()
        concerned = db.scalars(select(MissingFact.employee_id).where(MissingFact.task_id == task.id)).all()
    assert (task.detail, [company.number(one) for one in concerned]) == (bounces.OF_CUSTOMERS, ["C"])


def test_a_customer_who_is_listed_anew_can_be_asked_again(asked: tuple[Company, int, int]) -> None:
    company, _, request = asked
    with company.door.acting(now=company.now) as act:
        contact = act.first(select(ReviewContact).where(ReviewContact.email == _address(act, request)))
        assert contact is not None
        contact.refused_at, contact.refused_because = act.now, "550 no"
    list_contacts(company, *customers(9))
    with company.reading() as db:
        assert db.scalars(select(ReviewContact.refused_at)).all() == [None] * 9


def _address(act: Act, request: int) -> str:
    query = select(ReviewContact.email).join(ReviewRequest, ReviewRequest.contact_id == ReviewContact.id)
    return act.first(query.where(ReviewRequest.id == request)) or ""
