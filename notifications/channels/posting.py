"""Posting where one may: the address that was checked is the one connected to, and nothing leads on."""

import io
import socket
import ssl
import time
from collections.abc import Collection, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

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


class _Listening(io.RawIOBase):
    """Reads until the deadline and no longer: the timeout of a socket begins anew with every byte."""

    def __init__(self, line: socket.socket, end: float) -> None:
        self._line, self._end = line, end

    def makefile(self, _mode: str) -> io.BufferedReader:
        """As an HTTPResponse asks for it."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(_left(self._end))
        return self._line.recv_into(buffer)


def post(
    url: str, body: str, headers: Mapping[str, str], internal_hosts: Collection[str], *, reads: bool = False
) -> Answer:
    """What is answered, with the beginning of its body if that is read. Raises UnsafeUrl, NoAnswer."""
    end = time.monotonic() + _TIMEOUT  # finding the address is part of it
    destination = checked(url, internal_hosts)
    try:
        with _connected(destination, end) as line:
            return _answer(line, destination, body.encode(), headers, end, reads=reads)
    except ssl.SSLError as trouble:
        raise NoAnswer("SSLError") from trouble
    except TimeoutError as trouble:
        raise NoAnswer("ReadTimeout") from trouble
    except (OSError, HTTPException) as trouble:
        raise NoAnswer("ConnectionError") from trouble


def _connected(destination: Destination, end: float) -> socket.socket:
    """A line to the checked address, while TLS still speaks of the name."""
    parts = urlsplit(destination.url)
    is_secret = parts.scheme == "https"
    port = parts.port or (443 if is_secret else 80)
    try:
        line = socket.create_connection((destination.address, port), timeout=_left(end))
    except TimeoutError as trouble:
        raise NoAnswer("ConnectTimeout") from trouble
    if not is_secret:
        return line
    try:
        line.settimeout(_left(end))
        return _trust().wrap_socket(line, server_hostname=destination.host)
    except BaseException:
        line.close()
        raise


def _answer(
    line: socket.socket,
    destination: Destination,
    body: bytes,
    headers: Mapping[str, str],
    end: float,
    *,
    reads: bool,
) -> Answer:
    parts = urlsplit(destination.url)
    asking = HTTPConnection(destination.host, parts.port or 443)  # else it looks for a port in the host
    asking.sock = line
    line.settimeout(_left(end))
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    asking.request("POST", path, body, {**headers, "host": parts.netloc, "connection": "close"})
    listening: Any = _Listening(line, end)
    with closing(HTTPResponse(listening, method="POST")) as answer:
        try:
            answer.begin()
        except (HTTPException, OSError):
            if not isinstance(answer.status, int):
                raise
            return Answer(answer.status)  # said before its headers broke off: the message has arrived
        known = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, known, _beginning(answer) if reads else b"")


def _beginning(answer: HTTPResponse) -> bytes:
    """As much as comes until the deadline, or until it breaks off: the message has arrived all the same."""
    body = b""
    with suppress(HTTPException, OSError):
        while len(body) < _LARGEST and (part := answer.read1(_AT_ONCE)):
            body += part
    return body


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@cache
def _trust() -> ssl.SSLContext:
    """Whom this machine trusts; read once, for reading it takes longer than posting."""
    return ssl.create_default_context()
