"""Webhooks: thin payloads, signed as Standard Webhooks; and what chat robots say."""

import base64
import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import token_bytes
from typing import Any

from standardwebhooks.webhooks import Webhook

from notifications.channels import SENT, Outcome, Verdict, chat
from notifications.channels.posting import NoAnswer, post
from notifications.models import Receiver
from workflow.errors import UnsafeUrl


def new_secret() -> str:
    """A fresh secret that a receiver checks signatures with; shown once, when a subscription is made."""
    return "whsec_" + base64.b64encode(token_bytes(32)).decode()


def webhook_id(key: str) -> str:
    """The id by which a receiver recognises a repeated delivery."""
    return "msg_" + hashlib.sha256(key.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Receivers:
    """All receivers of webhooks; `internal_hosts` may be reached by http and at private addresses."""

    internal_hosts: Collection[str] = ()

    def send(self, url: str, secrets: Sequence[str], key: str, payload: dict[str, Any]) -> Outcome:
        """Post one signed payload, reading no answer beyond its status."""
        body = _written(payload)
        return self._post(url, body, _signed(secrets, key, body), _judged)

    def say(self, kind: Receiver, url: str, secret: str, message: chat.Message) -> Outcome:
        """Let a chat robot say one message, and read whether it did."""
        # The time of the wire, as below: vendors compare it with their own clocks.
        request = chat.request_of(kind, url, secret, message, datetime.now(UTC))
        headers = {"content-type": "application/json; charset=utf-8", "user-agent": "jinsheng"}
        judge = partial(chat.judged, kind)
        return self._post(request.url, _written(request.body), headers, judge, reads=True)

    def _post(
        self,
        url: str,
        body: str,
        headers: dict[str, str],
        judge: Callable[..., Outcome],
        *,
        reads: bool = False,
    ) -> Outcome:
        try:
            answer = post(url, body, headers, self.internal_hosts, reads=reads)
        except UnsafeUrl as refusal:
            return Outcome(Verdict.LATER, str(refusal.facts["reason"]))
        except NoAnswer as trouble:
            return Outcome(Verdict.LATER, str(trouble))
        return judge(answer.status, answer.headers, answer.body)


def _written(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _signed(secrets: Sequence[str], key: str, body: str) -> dict[str, str]:
    # The time of the wire, not of the business: receivers compare it with their own clock.
    now = datetime.now(UTC)
    return {
        "content-type": "application/json",
        "user-agent": "jinsheng",
        "webhook-id": webhook_id(key),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(one).sign(webhook_id(key), now, body) for one in secrets),
    }


def _judged(status: int, headers: Mapping[str, str], _body: bytes) -> Outcome:
    if status in range(200, 300):
        return SENT
    if status == 410:
        return Outcome(Verdict.GONE, "410")
    seconds = headers.get("retry-after", "")
    asked = timedelta(seconds=int(seconds[:6])) if seconds.isdecimal() else None
    return Outcome(Verdict.LATER, str(status), asked)
