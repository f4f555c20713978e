"""A process meets words that a newer version has put on file: it says so, and does all else."""

from typing import Any

import pytest
from sqlalchemy import select, text

from notifications.models import Channel, Delivery, DeliveryState, Receiver, WebhookSubscription
from notifications.outbox import deliver_due
from server import clock
from tests.api.calls import API, Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from tests.test_two_versions import WAYS
from workflow import journal
from workflow.models import Beat, JournalEntry
from workflow.vocabulary import Stage

BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def said(company: Company, statement: str, **facts: Any) -> None:
    """What a newer version does."""
    with company.door.engine.begin() as connection:
        connection.execute(text(statement), facts)


def a_delivery(company: Company, name: str, **fields: Any) -> int:
    with company.door.acting(now=company.now) as act:
        entry = act.first(select(JournalEntry.id).where(JournalEntry.case_id.is_not(None)))
        times = {"created_at": act.now, "next_at": act.now}
        of_entry = {"key": name, "channel": Channel.MAIL, "kind": "case_declined", "entry_id": entry}
        return act.add(Delivery(**(of_entry | times | fields))).id


def states(company: Company) -> dict[str, tuple[str, str | None]]:
    with company.reading() as db:
        rows = db.execute(text("SELECT key, state, error FROM delivery"))
        return {key: (state, error) for key, state, error in rows}


def test_whoever_needs_it_is_told_of_the_upgrade_and_nobody_else(
    company: Company, client_for: ClientFor
) -> None:
    a_case(company, at=Stage.NOMINATED)
    said(company, "UPDATE task SET kind = 'levitate' WHERE assignee_id = :him", him=company.ids["D1"])
    answer = client_for("D1").get(f"{API}/inbox")
    problem = answer.get_json()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert (problem["code"], problem["facts"]["word"]) == ("newer_version", "levitate")
    assert "being upgraded" in problem["messages"]["en"]
    assert "正在升级" in problem["messages"]["zh_Hans"]
    assert client_for("H1").get(f"{API}/inbox").status_code == 200
    page = client_for("D1").get("/inbox", headers=BROWSER)
    assert (page.status_code, "系统正在升级" in page.text) == (503, True)
    assert client_for("D1").get("/ladders", headers=BROWSER).status_code == 200


def test_an_action_that_is_not_known_stands_in_the_history_by_its_name(
    company: Company, calls: Calls
) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    with company.on(case_id, "H1") as (act, case):
        journal.record(act, "levitated", case=case)
    assert calls.get("H1", f"/cases/{case_id}")["id"] == case_id
    assert calls.get("H1", f"/cases/{case_id}/timeline")["items"]
    with company.reading() as db:
        assert list(journal.verify(db)) == []


@pytest.mark.parametrize("table", ["task", "employee"])
def test_a_beat_does_what_it_can(company: Company, table: str) -> None:
    a_case(company, at=Stage.NOMINATED)
    a_robot(company)
    column, whose = {"task": ("kind", "assignee_id"), "employee": ("level", "id")}[table]
    said(company, f"UPDATE {table} SET {column} = 'levitate' WHERE {whose} = :him", him=company.ids["D1"])
    said(company, "UPDATE employee SET level = 'flying' WHERE id = :him", him=company.ids["H1"])
    company.later(days=5)
    clock.beat(company.door, lambda: company.now)
    with company.reading() as db:
        assert db.scalars(select(Beat.at)).one() == company.now
        assert "digest" in db.scalars(select(Delivery.kind)).all()


def a_robot(company: Company, **fields: Any) -> int:
    with company.door.acting(now=company.now) as act:
        of_hr = {
            "owner_id": company.ids["H1"],
            "url": "https://x.example",
            "secret": "whsec_",
            "locale": "en",
        }
        made = WebhookSubscription(**of_hr, receiver=Receiver.SLACK, created_at=act.now, **fields)
        return act.add(made).id


def test_couriers_leave_what_they_cannot_read_and_send_the_rest(company: Company) -> None:
    a_case(company, at=Stage.NOMINATED)
    robot = a_robot(company)
    a_delivery(company, "to C", person_id=company.ids["C"])
    a_delivery(company, "to a telepath", channel=Channel.CHAT, kind="notice.posted", subscription_id=robot)
    a_delivery(company, "to a flyer", person_id=company.ids["L1"])
    said(company, "UPDATE webhook_subscription SET receiver = 'telepathy'")
    said(company, "UPDATE employee SET level = 'flying' WHERE id = :him", him=company.ids["L1"])
    company.later(seconds=1)
    deliver_due(company.door.engine, WAYS, lambda: company.now, worker="old")
    unread = (DeliveryState.PENDING, "of_a_newer_version")
    assert states(company) == {
        "to a telepath": unread,
        "to a flyer": unread,
        "to C": (DeliveryState.SENT, None),
    }
