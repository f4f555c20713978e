"""Webhooks: thin payloads, signed as Standard Webhooks, posted to the address that was checked."""

import base64
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from standardwebhooks.webhooks import Webhook

from notifications.channels import SENT, Outcome, Verdict
from notifications.channels.guard import Destination, checked
from workflow.errors import UnsafeUrl

_TIMEOUT = 15  # seconds


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
        """Post one signed payload, following no redirect and reading no answer beyond its status."""
        try:
            destination = checked(url, self.internal_hosts)
        except UnsafeUrl as refusal:
            return Outcome(Verdict.LATER, str(refusal.facts["reason"]))
        body = json.dumps(payload, sort_keys=True, separators=(",", ":"))
        return _post(destination, body, _signed(secrets, key, body))


class _Pinned(HTTPAdapter):
    """Connects to the checked address while TLS and Host still speak of the name."""

    def __init__(self, destination: Destination) -> None:
        self._destination = destination
        super().__init__()

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        host["host"] = self._destination.address
        if host["scheme"] != "https":
            return host, pool
        name = self._destination.host
        return host, {**pool, "server_hostname": name, "assert_hostname": name}


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


def _post(destination: Destination, body: str, headers: dict[str, str]) -> Outcome:
    with requests.Session() as session:
        session.trust_env = False  # no proxy and no stored password may come between
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Pinned(destination))
        try:
            answer = session.post(
                destination.url,
                data=body.encode(),
                headers=headers | {"host": urlsplit(destination.url).netloc},
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
        except (requests.RequestException, OSError) as trouble:
            return Outcome(Verdict.LATER, type(trouble).__name__)
        answer.close()
        return _judged(answer.status_code, answer.headers)


def _judged(status: int, headers: Mapping[str, str]) -> Outcome:
    if status in range(200, 300):
        return SENT
    if status == 410:
        return Outcome(Verdict.GONE, "410")
    seconds = headers.get("retry-after", "")
    asked = timedelta(seconds=int(seconds[:6])) if seconds.isdecimal() else None
    return Outcome(Verdict.LATER, str(status), asked)
