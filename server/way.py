"""The right of way of requests before what the same process does besides."""

from collections.abc import Callable, Iterable
from threading import Lock
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

_QUIET = 0.02  # seconds without a request until it is anybody else's turn
_LONGEST = 0.1  # seconds that somebody waits, however many requests come


class RightOfWay:
    """An application during whose requests others wait: threads of one process take each other's time."""

    def __init__(
        self,
        app: "WSGIApplication",
        clock: Callable[[], float] = monotonic,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        """Nothing is under way yet."""
        self._app, self._clock, self._pause = app, clock, pause
        self._lock, self._under_way, self._ended = Lock(), 0, clock() - _QUIET

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        with self._lock:
            self._under_way += 1
        try:
            return self._app(environ, start_response)
        finally:
            with self._lock:
                self._under_way -= 1
                self._ended = self._clock()

    def give(self) -> None:
        """Wait until no request is under way, and none has just been, but never for long."""
        begun = self._clock()
        while self._is_busy() and self._clock() - begun < _LONGEST:
            self._pause(_QUIET)  # each look takes time from whoever is under way

    def _is_busy(self) -> bool:
        return self._under_way > 0 or self._clock() - self._ended < _QUIET
