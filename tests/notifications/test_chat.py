"""What chat robots are sent, as each vendor has published it, and what their answers mean."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from office import SECRET
from receivers import Receiver as Listening
from vendors import TAKES

from notifications.channels import SENT, Verdict
from notifications.channels.chat import PACE, Message, judged, request_of
from notifications.channels.webhook import Receivers
from notifications.models import Receiver
from notifications.robots import KINDS
from translations import LOCALES, say

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
MESSAGE = Message("Case 12 has moved on", "Sign in <here> & see.", "Open", "https://p.example.com/cases/12")
ROBOTS = [one for one in Receiver if one is not Receiver.PROGRAM]
DING = "https://oapi.dingtalk.com/robot/send?access_token=abc"


def body_of(kind: Receiver, secret: str = "") -> dict[str, Any]:
    return request_of(kind, "https://robot.example.com/x", secret, MESSAGE, NOW).body


def strings(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [text for inner in part.values() for text in strings(inner)]
    return [text for inner in part for text in strings(inner)] if isinstance(part, list) else [str(part)]


@pytest.mark.parametrize("kind", ROBOTS)
def test_every_robot_says_it_all_with_one_button_that_opens_the_page(kind: Receiver) -> None:
    said = strings(body_of(kind))
    assert any(MESSAGE.title in text for text in said)
    assert MESSAGE.button in said
    assert MESSAGE.link in said


@pytest.mark.parametrize("kind", ROBOTS)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("topic", KINDS)
def test_whatever_is_said_is_in_the_form_and_the_length_that_its_vendor_takes(
    kind: Receiver, locale: str, topic: str
) -> None:
    facts = {"case": 99_999_999, "count": 99_999, "overdue": 99_999}
    title, text = (say(f"chat.{topic}.{part}", locale, **facts) for part in ("title", "text"))
    link = f"https://{'promotion.' * 20}example.com/{'a' * 200}/cases/99999999"
    message = Message(title, text, say("chat.open", locale), link)
    schema, most = TAKES[kind]
    for secret in ("", "s3cret"):
        body = request_of(kind, DING, secret, message, NOW).body
        assert schema().validate(body) == {}
        assert len(json.dumps(body, ensure_ascii=False).encode()) <= most


def test_dingtalk_gets_an_action_card_signed_in_its_address() -> None:
    request = request_of(Receiver.DINGTALK, DING, "SECabc", MESSAGE, NOW)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(request.url).query).items()}
    stamp = str(int(NOW.timestamp()) * 1000)
    text = f"{stamp}\nSECabc".encode()
    expected = base64.b64encode(hmac.new(b"SECabc", text, hashlib.sha256).digest()).decode()
    assert asked == {"access_token": "abc", "timestamp": stamp, "sign": expected}
    assert request.body["msgtype"] == "actionCard"
    card = request.body["actionCard"]
    assert set(card) == {"title", "text", "btnOrientation", "singleTitle", "singleURL"}
    assert request_of(Receiver.DINGTALK, DING, "", MESSAGE, NOW).url == DING
    behind_a_proxy = request_of(Receiver.DINGTALK, "https://chat.example.com/x", "SECabc", MESSAGE, NOW).url
    assert behind_a_proxy.startswith("https://chat.example.com/x?timestamp=")


def test_wecom_gets_a_text_notice_that_leads_on_wherever_it_is_touched() -> None:
    body = body_of(Receiver.WECOM)
    card = body["template_card"]
    assert (body["msgtype"], card["card_type"]) == ("template_card", "text_notice")
    assert (card["main_title"], card["sub_title_text"]) == ({"title": MESSAGE.title}, MESSAGE.text)
    assert card["card_action"] == {"type": 1, "url": MESSAGE.link}
    assert card["jump_list"] == [{"type": 1, "title": "Open", "url": MESSAGE.link}]


def test_feishu_gets_a_card_signed_in_its_body() -> None:
    body = body_of(Receiver.FEISHU, "s3cret")
    stamp = str(int(NOW.timestamp()))
    expected = base64.b64encode(hmac.new(f"{stamp}\ns3cret".encode(), b"", hashlib.sha256).digest()).decode()
    assert (body["timestamp"], body["sign"], body["msg_type"]) == (stamp, expected, "interactive")
    assert body["card"]["header"]["title"] == {"tag": "plain_text", "content": MESSAGE.title}
    (button,) = body["card"]["elements"][1]["actions"]
    assert (button["tag"], button["url"]) == ("button", MESSAGE.link)
    assert "sign" not in body_of(Receiver.FEISHU)


def test_slack_gets_blocks_in_which_nothing_typed_is_a_command() -> None:
    body = body_of(Receiver.SLACK)
    section, actions = body["blocks"]
    assert section["text"]["text"] == "*Case 12 has moved on*\nSign in &lt;here&gt; &amp; see."
    (button,) = actions["elements"]
    assert (button["type"], button["text"]["type"], button["url"]) == ("button", "plain_text", MESSAGE.link)
    assert body["text"] == "Case 12 has moved on: Sign in &lt;here&gt; &amp; see."


def test_teams_gets_an_adaptive_card() -> None:
    body = body_of(Receiver.TEAMS)
    (attachment,) = body["attachments"]
    assert body["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open", "url": MESSAGE.link}]


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        (Receiver.DINGTALK, 200, b'{"errcode":0,"errmsg":"ok"}'),
        (Receiver.WECOM, 200, b'{"errcode":0,"errmsg":"ok"}'),
        (
            Receiver.FEISHU,
            200,
            b'{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}',
        ),
        (Receiver.SLACK, 200, b"ok"),
        (Receiver.TEAMS, 202, b""),
        (Receiver.TEAMS, 200, b"1"),
    ],
)
def test_a_yes_is_a_yes(kind: Receiver, status: int, body: bytes) -> None:
    assert judged(kind, status, {}, body) == SENT


@pytest.mark.parametrize(
    ("kind", "status", "body", "reason"),
    [
        (Receiver.DINGTALK, 200, b'{"errcode":310000,"errmsg":"sign not match"}', "310000 sign not match"),
        (
            Receiver.WECOM,
            200,
            b'{"errcode":93000,"errmsg":"invalid webhook url"}',
            "93000 invalid webhook url",
        ),
        (Receiver.FEISHU, 200, b'{"code":19021,"msg":"sign match fail"}', "19021 sign match fail"),
        (Receiver.FEISHU, 400, b'{"code":9499,"msg":"Bad Request"}', "9499 Bad Request"),
        (Receiver.SLACK, 404, b"no_service", "404 no_service"),
        (Receiver.SLACK, 500, b"", "500"),
        (
            Receiver.TEAMS,
            200,
            b"Webhook message delivery failed with error: HTTP error 400",
            "Webhook message",
        ),
    ],
)
def test_a_no_is_a_no_even_where_it_says_200(kind: Receiver, status: int, body: bytes, reason: str) -> None:
    outcome = judged(kind, status, {}, body)
    assert outcome.verdict is Verdict.LATER
    assert str(outcome.reason).startswith(reason)


@pytest.mark.parametrize(
    ("kind", "status", "headers", "body", "pause"),
    [
        (Receiver.DINGTALK, 200, {}, b'{"errcode":130101,"errmsg":"send too fast"}', 600),
        (Receiver.WECOM, 200, {}, b'{"errcode":45009,"errmsg":"api freq out of limit"}', 600),
        (Receiver.FEISHU, 200, {}, b'{"code":11232,"msg":"frequency limited"}', 600),
        (Receiver.SLACK, 429, {"retry-after": "30"}, b"", 30),
        (Receiver.TEAMS, 200, {}, b"Webhook message delivery failed with error: HTTP error 429", 600),
    ],
)
def test_too_often_asks_for_a_pause(
    kind: Receiver, status: int, headers: dict[str, str], body: bytes, pause: int
) -> None:
    outcome = judged(kind, status, headers, body)
    assert (outcome.verdict, outcome.after) == (Verdict.LATER, timedelta(seconds=pause))


@pytest.mark.parametrize("body", [b"[]", b"3", b'"x"', b'{"errcode":"zero"}', b"\xff", b'{"code":null}'])
def test_an_answer_in_another_form_is_judged_by_its_status(body: bytes) -> None:
    assert judged(Receiver.DINGTALK, 200, {}, body).verdict is Verdict.SENT
    assert judged(Receiver.DINGTALK, 502, {}, body).verdict is Verdict.LATER


@pytest.mark.parametrize(
    ("kind", "a_minute"), [("dingtalk", 20), ("wecom", 20), ("feishu", 100), ("slack", 60), ("teams", 240)]
)
def test_no_robot_is_asked_for_more_than_its_vendor_allows(kind: str, a_minute: int) -> None:
    assert PACE[Receiver(kind)] * a_minute > timedelta(minutes=1)
    assert set(PACE) == set(ROBOTS)


def test_an_answer_is_read_no_further_than_its_beginning(receiver: Listening) -> None:
    receiver.is_signed = False
    receiver.body = b'{"errcode":310000,"errmsg":"sign not match"}'
    outcome = Receivers({"127.0.0.1"}).say(Receiver.DINGTALK, receiver.url, "", MESSAGE)
    assert (outcome.verdict, outcome.reason) == (Verdict.LATER, "310000 sign not match")


def test_a_message_whose_answer_breaks_off_has_arrived(receiver: Listening) -> None:
    receiver.is_signed, receiver.body, receiver.said_length = False, b'{"errcode"', 1000
    assert Receivers({"127.0.0.1"}).say(Receiver.DINGTALK, receiver.url, "", MESSAGE) == SENT


def test_a_robot_inside_is_not_called() -> None:
    outcome = Receivers().say(Receiver.SLACK, "https://10.0.0.1/x", SECRET, MESSAGE)
    assert (outcome.verdict, outcome.reason) == (Verdict.LATER, "not_public")
