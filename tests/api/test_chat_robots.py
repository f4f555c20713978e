"""Robots of chats: made by HR, tried out, ended; nothing that would let others speak in the group is told."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from notifications import subscriptions
from notifications.models import Channel, Delivery, WebhookSubscription
from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.company import Company
from workflow.models import JournalEntry

URL = "https://robot.example.test/robot/send?access_token=topsecret"
WANTED = {"receiver": "dingtalk", "name": "人力资源群", "url": URL, "secret": "SECabc", "locale": "zh_Hans"}


@pytest.fixture(autouse=True)
def internal_host(app: Flask) -> None:
    """A name that needs no look-up."""
    app.config["WEBHOOK_INTERNAL_HOSTS"] = ("robot.example.test",)


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def made(calls: Calls, **wanted: Any) -> dict[str, Any]:
    robot: dict[str, Any] = calls.post("H1", "/chat-robots", status=201, **(WANTED | wanted))
    return robot


def test_hr_makes_a_robot_and_nobody_reads_its_address_or_secret_again(calls: Calls) -> None:
    robot = made(calls, topics=["case.changed"])
    (line,) = calls.get("H1", "/chat-robots")["items"]
    assert line == robot
    assert (line["host"], line["topics"]) == ("robot.example.test", ["case.changed"])
    assert "secret" not in str(line)


def test_robots_and_webhooks_are_kept_apart(calls: Calls) -> None:
    robot = made(calls)
    assert calls.get("H1", "/webhook-subscriptions")["items"] == []
    for path in ("secret", "activation", "test"):
        calls.post("H1", f"/webhook-subscriptions/{robot['id']}/{path}", status=404)


def test_a_robot_is_tried_out(calls: Calls, company: Company) -> None:
    robot = made(calls)
    tried = calls.post("H1", f"/chat-robots/{robot['id']}/test", status=201)
    assert (tried["event"], tried["state"]) == ("ping", "pending")
    with company.reading() as db:
        assert db.scalars(select(Delivery.channel).where(Delivery.kind == "ping")).all() == [Channel.CHAT]


def test_a_robot_that_failed_is_switched_on_again_and_one_that_was_ended_is_gone(
    calls: Calls, company: Company
) -> None:
    path = f"/chat-robots/{made(calls)['id']}"
    with company.door.acting(now=company.now) as act:
        subscriptions.note_gone(act.db, 1, company.now)
    assert calls.post("H1", f"{path}/activation")["is_active"]
    assert calls.raw("H1", "DELETE", path).status_code == 204
    assert calls.get("H1", "/chat-robots")["items"] == []
    calls.post("H1", f"{path}/activation", status=404)
    with company.reading() as db:
        actions = set(db.scalars(select(JournalEntry.action)))
    assert {"robot_made", "robot_switched_on", "robot_ended"} <= actions


def test_a_group_can_be_told_of_other_topics(calls: Calls, company: Company) -> None:
    path = f"/chat-robots/{made(calls, topics=['case.changed'])['id']}/topics"
    changed = calls.put("H1", path, topics=["tasks.waiting", "notice.posted", "tasks.waiting"])
    assert changed["topics"] == ["notice.posted", "tasks.waiting"]
    assert calls.get("H1", "/chat-robots")["items"] == [changed]
    assert calls.put("H1", path, status=422, topics=["vote.cast"])["code"] == "invalid_input"
    calls.put("H2", path, status=404, topics=[])
    assert calls.put("H1", path)["topics"] == []
    with company.reading() as db:
        told = select(JournalEntry.facts).where(JournalEntry.action == "robot_topics_changed")
        last = db.scalars(told.order_by(JournalEntry.id.desc())).first()
    assert (last or {})["topics"] == []


@pytest.mark.parametrize("number", ["H2", "C", "A1", "X1"])
def test_nobody_touches_the_robot_of_somebody_else(calls: Calls, number: str) -> None:
    path = f"/chat-robots/{made(calls)['id']}"
    status = 404 if number == "H2" else 403
    assert calls.raw(number, "POST", f"{path}/test", {}, key="k").status_code == status
    assert calls.raw(number, "DELETE", path).status_code == status


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"receiver": "program"}, "invalid_input"),
        ({"receiver": "telegram"}, "invalid_input"),
        ({"topics": ["vote.cast"]}, "invalid_input"),
        ({"name": ""}, "invalid_input"),
        ({"url": "https://127.0.0.1/robot"}, "unsafe_url"),
    ],
)
def test_what_no_robot_can_be_is_refused(
    calls: Calls, company: Company, wanted: dict[str, Any], code: str
) -> None:
    refused = calls.post("H1", "/chat-robots", status=422, **(WANTED | wanted))
    assert refused["code"] == code
    with company.reading() as db:
        assert db.scalars(select(WebhookSubscription)).all() == []
