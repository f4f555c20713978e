"""Messages are found and counted by indexes, however many there have been."""

import re
from typing import Any

import pytest
from sqlalchemy import insert

from notifications.models import Channel, Delivery, DeliveryState, WebhookSubscription
from notifications.reminders import DIGEST
from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.api.test_deliveries import a_chat_message, a_mail
from tests.company import Company
from tests.plans import watched

_on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def _digests(company: Company, many: int, state: DeliveryState) -> None:
    when = {"created_at": company.now, "next_at": company.now}
    to = {"person_id": company.ids["P1"], "kind": DIGEST, "channel": Channel.MAIL, "payload": {}}
    rows: list[dict[str, Any]] = [{"key": f"{state}/{number}", **to, **when} for number in range(many)]
    with company.door.acting(now=company.now) as act:
        act.execute(insert(Delivery), [{"state": state, "attempts": 0, **row} for row in rows])


def _a_message_to_a_program(company: Company) -> None:
    """By the second subscription, which is H2's as well."""
    when = {"created_at": company.now, "next_at": company.now}
    with company.door.acting(now=company.now) as act:
        url, owner = "https://hooks.example.com/", company.ids["H2"]
        act.add(WebhookSubscription(owner_id=owner, url=url, secret="whsec_", created_at=company.now))
        act.db.flush()
        act.add(Delivery(key="p", channel=Channel.WEBHOOK, kind="case.decided", subscription_id=2, **when))


def test_beyond_a_thousand_it_is_only_told_that_there_are_more(company: Company, calls: Calls) -> None:
    _digests(company, 1_000, DeliveryState.DEAD)
    _digests(company, 1_001, DeliveryState.SENT)
    counted = {"kind": DIGEST, "deliveries": 1_000}
    assert calls.get("H1", "/delivery-counts")["items"] == [
        {**counted, "state": "dead", "and_more": False},
        {**counted, "state": "sent", "and_more": True},
    ]


@_on_sqlite
def test_counting_reads_no_more_than_it_tells(company: Company, calls: Calls) -> None:
    a_mail(company, DIGEST)
    with watched(company.door.engine) as seen:
        calls.get("H1", "/delivery-counts")
    (plan,) = (seen.plan(number) for number, (one, _) in enumerate(seen.statements) if "kinds" in one)
    assert "delivery_counted (kind=? AND channel=? AND state=?)" in plan
    assert "delivery_of_kind (kind>?)" in plan
    assert not re.search(r"SCAN delivery\b", plan)


@_on_sqlite
@pytest.mark.parametrize(
    ("reader", "path", "index"),
    [
        ("X1", "/deliveries?kind=password_changed", "delivery_of_kind (kind=?)"),
        ("X1", "/deliveries?person=P1", "delivery_by_person (person_id=?)"),
        ("X1", "/deliveries?person=P1", "delivery_of_subscription (subscription_id=?)"),
        ("H2", "/webhook-subscriptions/2/deliveries", "delivery_of_subscription (subscription_id=?)"),
    ],
)
def test_what_is_looked_for_is_found_by_an_index(
    company: Company, calls: Calls, reader: str, path: str, index: str
) -> None:
    a_mail(company, "password_changed")
    a_chat_message(company, "case.decided")
    _a_message_to_a_program(company)
    with watched(company.door.engine) as seen:
        assert calls.get(reader, path)["items"]
    plans = [seen.plan(number) for number, (one, _) in enumerate(seen.statements) if "FROM delivery" in one]
    assert any(index in plan for plan in plans)
    assert not any(re.search(r"SCAN delivery\b", plan) for plan in plans)
