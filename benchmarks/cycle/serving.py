"""The server as a process of its own, on the clock of the cycle: `python -m benchmarks.cycle.serving`."""

import sys
from pathlib import Path

from benchmarks.cycle.clock import Clock
from server import config
from server.serving import serve

BEAT_EVERY = 0.5  # seconds


def main(folder: str, port: str) -> None:
    """Serve the database named in the environment from a folder with a clock, until told to stop."""
    clock = Clock(Path(folder) / "clock")
    serve(config.from_environment(), host="127.0.0.1", port=int(port), now=clock.now, beat_every=BEAT_EVERY)


if __name__ == "__main__":
    main(*sys.argv[1:])
