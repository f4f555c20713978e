"""The right of way of requests before what else a machine does for the service."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from time import sleep, time
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

_QUIET = 0.05  # seconds after a request has begun until it is anybody else's turn; an act takes a tenth of it
_LONGEST = 0.1  # seconds that somebody waits, however many requests come
_LEAST = 0.001  # seconds, or the rest of a wait would be too short to be counted

_log = structlog.get_logger()


class RightOfWay:
    """Has others wait while requests come: on one machine they take each other's time.

    A file tells all processes of the machine when the last request has begun: that is its time of change.
    Nobody has to tidy up after a process that was killed.
    """

    def __init__(
        self, file: Path, clock: Callable[[], float] = time, pause: Callable[[float], None] = sleep
    ) -> None:
        """Where the file cannot be had, nobody waits for anybody."""
        self._file, self._clock, self._pause = file, clock, pause
        try:
            file.touch(mode=0o600)
        except OSError:
            _log.warning("no_right_of_way", file=str(file))

    def of(self, app: "WSGIApplication") -> "WSGIApplication":
        """The application, whose requests have it."""

        def answer(environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
            self.take()
            return app(environ, start_response)

        return answer

    def take(self) -> None:
        """A request begins."""
        now = self._clock()
        with suppress(OSError):  # a request is not refused for it
            os.utime(self._file, (now, now))

    def give(self) -> None:
        """Wait until no request has just begun, but never for long."""
        waited = 0.0
        while waited < _LONGEST and (wait := self._left()) > 0:
            wait = min(max(wait, _LEAST), _LONGEST - waited)
            self._pause(wait)
            waited += wait

    def _left(self) -> float:
        """Seconds until it is anybody else's turn."""
        with suppress(OSError):
            since = self._clock() - self._file.stat().st_mtime
            return _QUIET - since if since >= 0 else 0  # the clock has been set back
        return 0
