"""One process of the cluster on the clock of the cycle: `python -m benchmarks.cluster.role FOLDER clock`."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from benchmarks.cycle.clock import Clock
from benchmarks.cycle.serving import Metronome
from server import clock as server_clock
from server.cli import main as jinsheng
from server.clock import Beating
from workflow.store import Door


def main(folder: str, *words: str) -> None:
    """Run a command of `jinsheng` by another time, whose every leap is a beat."""
    clock = Clock(Path(folder) / "clock")

    def start(door: Door, now: Callable[[], datetime]) -> Beating:
        return Metronome(clock, door, now)

    server_clock.system_time = clock.now
    server_clock.start = start
    jinsheng(list(words))


if __name__ == "__main__":
    main(*sys.argv[1:])
