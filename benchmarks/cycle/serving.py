"""The server as a process of its own, on the clock of the cycle: `python -m benchmarks.cycle.serving`."""

import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from benchmarks.cycle.clock import Clock
from server import config
from server.clock import beat_safely
from server.serving import serve
from workflow.store import Door

_AT_LEAST_EVERY = 1.0  # seconds
_GLANCE = 0.02  # seconds between two looks at the clock


class Metronome:
    """Beats as soon as the clock has been moved, and once a second besides."""

    def __init__(self, clock: Clock, door: Door, now: Callable[[], datetime]) -> None:
        """Begin to beat."""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(clock, door, now))
        self._thread.start()

    def shutdown(self, wait: bool = True) -> None:
        """Stop beating."""
        self._closing.set()
        if wait:
            self._thread.join()

    def _run(self, clock: Clock, door: Door, now: Callable[[], datetime]) -> None:
        moved_at, beaten_at = 0, 0.0
        while not self._closing.wait(_GLANCE):
            last_moved_at = clock.moved_at()
            if last_moved_at != moved_at or time.monotonic() - beaten_at > _AT_LEAST_EVERY:
                moved_at = last_moved_at
                beat_safely(door, now)
                beaten_at = time.monotonic()


def main(folder: str, port: str) -> None:
    """Serve the database named in the environment from a folder with a clock, until told to stop."""
    clock = Clock(Path(folder) / "clock")
    serve(
        config.from_environment(),
        host="127.0.0.1",
        port=int(port),
        now=clock.now,
        start_clock=lambda door, now: Metronome(clock, door, now),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
