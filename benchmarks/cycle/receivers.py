"""A mail server and a webhook receiver that really listen, and keep what they were given."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from aiosmtpd.controller import Controller
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from benchmarks.cycle.process import free_port


@dataclass
class PostOffice:
    """Takes every mail: how often each Message-ID came, and who has not yet read his."""

    received: Counter[str] = field(default_factory=Counter)
    port: int = field(default_factory=free_port)
    _unread: set[str] = field(default_factory=set)
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
        return "250 OK"

    def collect(self) -> set[str]:
        """Addresses that were written to since the last time."""
        with self._lock:
            unread, self._unread = self._unread, set()
        return unread


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
