"""Connections to the server on this machine, kept open while nobody speaks, opened again where they broke."""

import select
from collections import deque
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

_TIMEOUT = 30  # seconds


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: status, content, the cookie and the tag to be sent from now on, if there are any."""

    status: int
    content: bytes
    cookie: str | None
    tag: str | None


@dataclass
class Line:
    """A way to ask the server from any thread."""

    _idle: deque[HTTPConnection] = field(default_factory=deque)

    def ask(
        self, port: int, method: str, path: str, content: str | None, headers: dict[str, str]
    ) -> Response | None:
        """One request with content in JSON; None if the connection broke before the answer was there."""
        connection = self._open(port)
        asked = headers | ({"Content-Type": "application/json"} if content is not None else {})
        try:
            connection.request(method, path, content, asked)
            answer = connection.getresponse()
            cookie = answer.getheader("Set-Cookie")
            known = cookie.partition(";")[0] if cookie else None
            said = Response(answer.status, answer.read(), known, answer.getheader("ETag"))
        except (OSError, HTTPException):
            connection.close()
            return None
        self._idle.append(connection)
        return said

    def hang_up(self) -> None:
        """Close every connection."""
        while self._idle:
            self._idle.pop().close()

    def _open(self, port: int) -> HTTPConnection:
        try:
            connection = self._idle.pop()
        except IndexError:
            return HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)
        # Something to read before anything was asked is the end of a server that has gone.
        if connection.sock is not None and select.select([connection.sock], [], [], 0)[0]:
            connection.close()
        return connection
