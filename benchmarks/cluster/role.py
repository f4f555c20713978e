"""One process of the cluster on the clock of the cycle, with a log of its own.

Days pass in seconds here, so who gives no sign of life for five seconds counts as dead, and not only after
thirty: all would wait for that after every death of a worker.
"""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partialmethod
from pathlib import Path

from procrastinate import App
from sqlalchemy import text

from benchmarks.cycle.clock import Clock
from benchmarks.cycle.serving import Metronome
from notifications.engines import waking
from server import clock as server_clock
from server.cli import main as jinsheng
from server.clock import Beating
from workflow.store import Door

_SIGN_OF_LIFE, _DEAD_AFTER = 1.0, 5.0  # seconds


def play(folder: Path, name: str, words: Sequence[str], environment: dict[str, str]) -> None:
    """Run a command of `jinsheng` by a time whose every leap is a beat; whom it starts dies with it."""
    os.setsid()
    log = os.open(folder / f"{name}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.environ.update(environment)
    multiprocessing.set_start_method("fork", force=True)  # whom web starts knows this clock
    clock = Clock(folder / "clock")

    def start(door: Door, now: Callable[[], datetime]) -> Beating:
        return Metronome(clock, door, now)

    server_clock.system_time = clock.now
    server_clock.start = start
    waking._FORGET_DEAD_WORKERS = text(f"SELECT procrastinate_prune_stalled_workers_v1({_DEAD_AFTER})")
    signs = {"update_heartbeat_interval": _SIGN_OF_LIFE, "stalled_worker_timeout": _DEAD_AFTER}
    App.run_worker_async = partialmethod(App.run_worker_async, **signs)  # type: ignore[assignment, method-assign]
    jinsheng(list(words))
