"""A mail server and a webhook receiver that really listen, and answer as they are told."""

import asyncio
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from office import SECRET
from standardwebhooks.webhooks import Webhook

from notifications.channels import Mail


class MailServerForTests:
    """Accepts mails, after giving the answers of `refusals` first, and lets in whoever knows its password."""

    def __init__(self, port: int | None = None) -> None:
        self.logins = 0
        self.password = b"right"
        self.connections = 0
        self.closes_after_data = False
        self.offers: tuple[str, ...] = ()
        self.refusals: list[str] = []
        self._lines: list[Any] = []
        self.refused_data: str | None = None
        self.mails: list[EmailMessage] = []
        self.port = port or free_port()
        how = {"authenticator": self._knows, "auth_require_tls": False, "auth_exclude_mechanism": ["LOGIN"]}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **how)

    def _knows(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        self.logins += 1
        return AuthResult(success=given.password == self.password, handled=False)

    async def handle_EHLO(  # noqa: N802 -- the names aiosmtpd looks for
        self, server: Any, session: Any, _envelope: Any, name: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        self._lines.append(server.transport)
        session.host_name = name
        return [*(f"250-{one}" for one in self.offers), *responses]

    def hang_up(self) -> None:
        async def close() -> None:
            for line in self._lines:
                line.abort()

        asyncio.run_coroutine_threadsafe(close(), self._controller.loop).result(5)

    async def handle_RCPT(  # noqa: N802 -- the name aiosmtpd looks for
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refused_data:
            return self.refused_data
        self.mails.append(message_from_bytes(envelope.content, policy=SMTP))
        if self.closes_after_data:
            server.transport.abort()
        return "250 OK"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


@dataclass
class Receiver:
    """Checks every signature and answers with the statuses it is given, then with 200."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    body: bytes = b""
    is_signed: bool = True
    said_length: int | None = None
    drips: bytes = b""

    def __enter__(self) -> Self:
        receiver = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.answer(self)

            def log_message(self, *_: Any) -> None:
                """Stay quiet."""

        self._server = HTTPServer(("127.0.0.1", 0), Answering)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/in"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["content-length"]))
        headers = {name.lower(): value for name, value in request.headers.items()}
        payload = Webhook(SECRET).verify(body, headers) if self.is_signed else json.loads(body)
        self.calls.append({"id": headers.get("webhook-id"), "payload": payload, "host": headers["host"]})
        status, extra = self.answers.pop(0) if self.answers else (200, {})
        *lines, last = self.drips.splitlines(keepends=True) or [b""]
        for part in (*lines, *(bytes([byte]) for byte in last)):
            request.wfile.write(part)
            time.sleep(0.02)
        request.send_response(status)
        for name, value in extra.items():
            request.send_header(name, value)
        request.send_header("content-length", str(self.said_length or len(self.body)))
        request.end_headers()
        request.wfile.write(self.body)


def as_read(mail: Mail) -> EmailMessage:
    """A mail as a program for mails reads it."""
    return message_from_bytes(mail.content, policy=SMTP)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
