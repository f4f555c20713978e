"""A mail server and a webhook receiver that really listen, and keep what they were given."""

import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from aiosmtpd.controller import Controller
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from benchmarks.cycle.process import free_port

CUSTOMERS = "customers.example"  # where customers have their mail
_LINK = re.compile(r"/r/([\w.~-]+)")


@dataclass
class PostOffice:
    """Takes every mail: how often each Message-ID came, who has not yet read his, and links for customers."""

    received: Counter[str] = field(default_factory=Counter)
    port: int = field(default_factory=free_port)
    _unread: set[str] = field(default_factory=set)
    _links: list[tuple[str, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._controller.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep one mail."""
        mail = message_from_bytes(envelope.content, policy=SMTP)
        with self._lock:
            self.received[str(mail["Message-ID"])] += 1
            self._unread.update(envelope.rcpt_tos)
            for address in envelope.rcpt_tos:
                if address.endswith(f"@{CUSTOMERS}"):
                    self._links += [(address, token) for token in _LINK.findall(_text(mail))]
        return "250 OK"

    def collect(self) -> set[str]:
        """Addresses that were written to since the last time."""
        with self._lock:
            unread, self._unread = self._unread, set()
        return unread

    def collect_links(self) -> dict[str, str]:
        """Links that came for customers since the last time, as token and address of the mail."""
        with self._lock:
            links, self._links = self._links, []
        return {token: address for address, token in links}


@dataclass
class WebhookReceiver:
    """Checks the signature of every webhook and keeps its id."""

    received: Counter[str] = field(default_factory=Counter)
    forged: int = 0
    secret: str = ""

    def __enter__(self) -> Self:
        """Begin to listen."""
        receiver = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", "1"))
                body = self.rfile.read(length)
                if len(body) < length:
                    return  # the sender died in the middle
                status = receiver.take(body, {name.lower(): text for name, text in self.headers.items()})
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where webhooks are taken."""
        return f"http://127.0.0.1:{self._server.server_port}/jinsheng"

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """Keep one webhook if its signature holds; the status to answer with."""
        try:
            Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            self.forged += 1
            return 400
        self.received[headers["webhook-id"]] += 1
        return 204


def _text(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    return str(plain.get_content()) if plain is not None else ""
