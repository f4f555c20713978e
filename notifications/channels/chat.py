"""Chat robots: one short message with one button, in the form and with the signature each vendor asks for."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

from notifications.channels import SENT, Outcome, Verdict
from notifications.models import Receiver

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What a group is told, and where the one button leads."""

    title: str
    text: str
    button: str
    link: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted, and where to."""

    url: str
    body: Json


# How far apart messages to one robot are kept: what the vendor allows, and a little more.
PACE = {
    Receiver.DINGTALK: timedelta(seconds=3.1),  # 20 a minute
    Receiver.WECOM: timedelta(seconds=3.1),  # 20 a minute
    Receiver.FEISHU: timedelta(seconds=0.65),  # 100 a minute and 5 a second
    Receiver.SLACK: timedelta(seconds=1.1),  # 1 a second
    Receiver.TEAMS: timedelta(seconds=0.3),  # 4 a second
}
# Answers that say "too often", by vendor; what was refused so is sent again after a pause.
_TOO_OFTEN: dict[Receiver, frozenset[int]] = {
    Receiver.DINGTALK: frozenset({130101, 410100}),
    Receiver.WECOM: frozenset({45009, 45033}),
    Receiver.FEISHU: frozenset({11232, 9499}),
}
_PAUSE = timedelta(minutes=10)  # DingTalk keeps a robot silent that long


def request_of(kind: Receiver, url: str, secret: str, message: Message, now: datetime) -> Request:
    """The request by which a vendor's robot says a message; without a secret it is not signed."""
    return _REQUESTS[kind](url, secret, message, now)


def judged(kind: Receiver, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
    """What an answer means: three of the vendors say 200 to what they refuse, and the reason in the body."""
    if status == 429:
        seconds = headers.get("retry-after", "")
        asked = timedelta(seconds=int(seconds[:6])) if seconds.isdecimal() else _PAUSE
        return Outcome(Verdict.LATER, "429", asked)
    if status == 410:
        return Outcome(Verdict.GONE, "410")
    if kind is Receiver.TEAMS and b"delivery failed" in body:  # told with 200 by the older webhooks
        return Outcome(Verdict.LATER, _words(body), _PAUSE if b"429" in body else None)
    code, said = _code(body)
    if code:
        return Outcome(Verdict.LATER, f"{code} {said}", _PAUSE if code in _TOO_OFTEN.get(kind, ()) else None)
    if status not in range(200, 300):
        return Outcome(Verdict.LATER, f"{status} {_words(body)}".strip())
    return SENT


def _dingtalk(url: str, secret: str, message: Message, now: datetime) -> Request:
    """An action card; the signature stands in the address, with the time in milliseconds."""
    stamp = str(int(now.timestamp() * 1000))
    if secret:
        sign = _signature(secret.encode(), f"{stamp}\n{secret}".encode())
        url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={quote_plus(sign)}"
    card = {
        "title": message.title,
        "text": f"### {message.title}\n\n{message.text}",
        "btnOrientation": "0",
        "singleTitle": message.button,
        "singleURL": message.link,
    }
    return Request(url, {"msgtype": "actionCard", "actionCard": card})


def _wecom(url: str, _secret: str, message: Message, _now: datetime) -> Request:
    """A card of the kind "text notice"; the key in the address is all there is."""
    card = {
        "card_type": "text_notice",
        "main_title": {"title": message.title},
        "sub_title_text": message.text,
        "jump_list": [{"type": 1, "title": message.button, "url": message.link}],
        "card_action": {"type": 1, "url": message.link},
    }
    return Request(url, {"msgtype": "template_card", "template_card": card})


def _feishu(url: str, secret: str, message: Message, now: datetime) -> Request:
    """An interactive card; the signature is made with time and secret as the key, over nothing."""
    stamp = str(int(now.timestamp()))
    signed = {"timestamp": stamp, "sign": _signature(f"{stamp}\n{secret}".encode(), b"")} if secret else {}
    button = {
        "tag": "button",
        "text": {"tag": "plain_text", "content": message.button},
        "type": "primary",
        "url": message.link,
    }
    card = {
        "config": {"wide_screen_mode": True},
        "header": {"template": "blue", "title": {"tag": "plain_text", "content": message.title}},
        "elements": [
            {"tag": "div", "text": {"tag": "plain_text", "content": message.text}},
            {"tag": "action", "actions": [button]},
        ],
    }
    return Request(url, {**signed, "msg_type": "interactive", "card": card})


def _slack(url: str, _secret: str, message: Message, _now: datetime) -> Request:
    """Blocks, and the same as text for what shows no blocks."""
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": message.button},
        "style": "primary",
        "url": message.link,
    }
    title, text = _slack_text(message.title), _slack_text(message.text)
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{title}*\n{text}"}},
        {"type": "actions", "elements": [button]},
    ]
    return Request(url, {"text": f"{title}: {text}", "blocks": blocks})


def _teams(url: str, _secret: str, message: Message, _now: datetime) -> Request:
    """An Adaptive Card, as workflows take it."""
    title = {"type": "TextBlock", "text": message.title, "weight": "Bolder", "size": "Medium", "wrap": True}
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [title, {"type": "TextBlock", "text": message.text, "wrap": True}],
        "actions": [{"type": "Action.OpenUrl", "title": message.button, "url": message.link}],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return Request(url, {"type": "message", "attachments": [attachment]})


_REQUESTS: dict[Receiver, Callable[[str, str, Message, datetime], Request]] = {
    Receiver.DINGTALK: _dingtalk,
    Receiver.WECOM: _wecom,
    Receiver.FEISHU: _feishu,
    Receiver.SLACK: _slack,
    Receiver.TEAMS: _teams,
}


def _signature(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()


def _slack_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _code(body: bytes) -> tuple[int, str]:
    """The number of an error and what is said of it; 0 for none, and for an answer in another form."""
    try:
        answer = json.loads(body)
    except ValueError:
        return 0, ""
    if not isinstance(answer, dict):
        return 0, ""
    code = next((answer[name] for name in ("errcode", "code", "StatusCode") if answer.get(name)), 0)
    said = str(answer.get("errmsg") or answer.get("msg") or answer.get("StatusMessage") or "")
    return (code, said) if isinstance(code, int) else (0, "")


def _words(body: bytes) -> str:
    return " ".join(body[:150].decode("utf-8", "replace").split())
