"""Posting where one may: the address that was checked is the one connected to, and nothing leads on."""

import socket
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from notifications.channels.guard import Destination, checked

_TIMEOUT = 15  # seconds
_LARGEST = 64 * 1024
_AT_ONCE = 4096


class NoAnswer(Exception):
    """Nobody has answered, or not in time; the text is a code."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver has answered; of a body as much as was asked for."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class _Deadline:
    """Hangs up when an attempt has taken too long: the timeout of a socket begins anew with every byte."""

    def __init__(self, seconds: float) -> None:
        self._line: socket.socket | None = None
        self.is_over = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def holds(self, line: socket.socket) -> None:
        """That is the line to hang up; at once if it took too long to get."""
        self._line = line
        if self.is_over:
            self._hang_up()

    def _end(self) -> None:
        self.is_over = True
        self._hang_up()

    def _hang_up(self) -> None:
        if self._line is not None:
            with suppress(OSError):
                # Not the method of TLS, which would take its state away from whoever reads just now.
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)


class _Held(HTTPConnection):
    """A connection that is hung up at the deadline."""

    deadline: ClassVar[_Deadline]

    def connect(self) -> None:
        super().connect()
        self.deadline.holds(self.sock)


class _Pinned(HTTPAdapter):
    """Connects to the checked address while TLS and Host still speak of the name."""

    def __init__(self, destination: Destination, deadline: _Deadline) -> None:
        self._destination, self._deadline = destination, deadline
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = type("Held", (_Held, pool.ConnectionCls), {"deadline": self._deadline})
        return pool

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        host["host"] = self._destination.address
        if host["scheme"] != "https":
            return host, pool
        name = self._destination.host
        return host, {**pool, "server_hostname": name, "assert_hostname": name}


def post(
    url: str, body: str, headers: Mapping[str, str], internal_hosts: Collection[str], *, reads: bool = False
) -> Answer:
    """What is answered, with the beginning of its body if that is read. Raises UnsafeUrl, NoAnswer."""
    destination = checked(url, internal_hosts)
    with requests.Session() as session, _Deadline(_TIMEOUT) as deadline:
        session.trust_env = False  # no proxy and no stored password may come between
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Pinned(destination, deadline))
        try:
            answer = session.post(
                destination.url,
                data=body.encode(),
                headers={**headers, "host": urlsplit(destination.url).netloc},
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            with answer:
                return Answer(answer.status_code, answer.headers, _beginning(answer) if reads else b"")
        except (requests.RequestException, OSError) as trouble:
            raise NoAnswer("ReadTimeout" if deadline.is_over else type(trouble).__name__) from trouble


def _beginning(answer: requests.Response) -> bytes:
    """As much as comes until the deadline, or until it breaks off: the message has arrived all the same."""
    body = b""
    with suppress(HTTPError, OSError):
        while len(body) < _LARGEST and (part := answer.raw.read1(_AT_ONCE, decode_content=True)):
            body += part
    return body
