"""The server's process: start it, wait until it answers, kill it without warning, end it politely."""

import os
import resource
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cycle.clock import Clock

ROOT = Path(__file__).parents[2]
_PATIENCE = 30.0  # seconds


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class ServerProcess:
    """One server on one folder and one port, whatever process serves it at the moment."""

    folder: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    kills: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _starting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Where the server answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the process, unless it runs, and wait until it listens."""
        with self._starting:
            if not self.is_running():
                self._start()

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End the process in the middle of whatever it does (SIGKILL)."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
            self.kills += 1

    def stop(self) -> None:
        """Ask the process to end and wait for it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(_PATIENCE)

    def processor_seconds(self) -> float | None:
        """How long it has kept processors busy until it ended, where that can be told."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ended.ru_utime + ended.ru_stime

    def wait_for(self, _due: int, _clock: Clock) -> None:
        """Wait until what is due has been dealt with; a server that has been killed is started again."""
        self.start()
        time.sleep(0.05)

    def _start(self) -> None:
        command = [sys.executable, "-m", "benchmarks.cycle.serving", str(self.folder), str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | self.environment, stdout=log, stderr=log
            )
        until = time.monotonic() + _PATIENCE
        while not self._is_listening():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "server.log").read_text("utf-8", "replace")[-4000:])
            time.sleep(0.05)

    def _is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
