"""A receiver of webhooks for people who integrate: prints what arrives, and whether it can be trusted."""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import click
from standardwebhooks.webhooks import Webhook

from translations import LOCALES, say

_TOLERANCE = timedelta(minutes=5)
_LARGEST = 64 * 1024


class Finding(StrEnum):
    """What a receiver thinks of a message."""

    RIGHT = "right"
    REPEATED = "repeated"
    HEADERS_MISSING = "headers_missing"
    TOO_OLD = "too_old"
    TOO_NEW = "too_new"
    WRONG_SIGNATURE = "wrong_signature"
    NO_JSON = "no_json"

    @property
    def is_trusted(self) -> bool:
        """Whether the message is what it says it is."""
        return self in (Finding.RIGHT, Finding.REPEATED)


@dataclass(slots=True)
class Listener:
    """Checks messages by one secret and remembers the ids of those it has trusted."""

    secret: str
    seen: set[str] = field(default_factory=set)

    def examine(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Finding:
        """Whether a message is signed, fresh, readable and new."""
        key, stamp, signatures = (
            headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")
        )
        if not (key and signatures and stamp.isdecimal() and len(stamp) < 12):
            return Finding.HEADERS_MISSING
        at = datetime.fromtimestamp(int(stamp), UTC)
        if abs(now - at) > _TOLERANCE:
            return Finding.TOO_OLD if at < now else Finding.TOO_NEW
        try:
            text = body.decode()
            json.loads(text)
        except ValueError:
            return Finding.NO_JSON
        expected = Webhook(self.secret).sign(key, at, text)
        if not any(hmac.compare_digest(one.encode(), expected.encode()) for one in signatures.split(" ")):
            return Finding.WRONG_SIGNATURE
        if key in self.seen:
            return Finding.REPEATED
        self.seen.add(key)
        return Finding.RIGHT


def serve(listener: Listener, port: int, now: Callable[[], datetime]) -> HTTPServer:
    """A server on this machine's own address that answers 204 to what can be trusted, else 400."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take one message."""
            length = self.headers.get("content-length", "")
            body = self.rfile.read(int(length)) if length.isdecimal() and int(length) <= _LARGEST else b""
            headers = {name.lower(): value for name, value in self.headers.items()}
            finding = listener.examine(headers, body, now())
            _print(finding, headers.get("webhook-id", "–"), body)
            self.send_response(204 if finding.is_trusted else 400)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing beyond what is printed."""

    return HTTPServer(("127.0.0.1", port), Answering)


def _print(finding: Finding, key: str, body: bytes) -> None:
    colour = "green" if finding.is_trusted else "red"
    said = " / ".join(say(f"listen.{finding}", locale) for locale in LOCALES)
    click.secho(f"{key}  {said}", fg=colour)
    click.echo(body.decode("utf-8", "replace"))


@click.group()
def webhook() -> None:
    """For people who receive webhooks."""


@webhook.command()
@click.option("--port", default=8090, show_default=True)
@click.option("--secret", required=True, envvar="WEBHOOK_SECRET", help="The secret of the subscription.")
def listen(port: int, secret: str) -> None:
    """Print and verify what arrives: signature, age and repeats, until Ctrl-C."""
    try:
        Webhook(secret)
    except ValueError as error:
        raise click.BadParameter("whsec_…", param_hint="--secret") from error
    with serve(Listener(secret), port, lambda: datetime.now(UTC)) as server:
        for locale in LOCALES:
            click.echo(say("listen.listening", locale, url=f"http://127.0.0.1:{server.server_port}/"))
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo()
