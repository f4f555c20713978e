"""Two web, two clocks, two workers behind one port; now and then one of them is killed and started anew."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta

from benchmarks.cluster.proxy import Proxy
from benchmarks.cycle.clock import Clock
from benchmarks.cycle.process import ROOT, ServerProcess, free_port

_PATIENCE = 120.0  # seconds until all have started
_LEASE = timedelta(minutes=3)  # a little more than one lasts
_UNMOVED = 5.0  # seconds after which somebody dead must hold what is due


@dataclass
class Cluster(ServerProcess):
    """Many processes that look like one server."""

    every: float = 4.0
    _ports: list[int] = field(default_factory=lambda: [free_port(), free_port()])
    _running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _proxy: Proxy | None = None
    _closing: threading.Event = field(default_factory=threading.Event)
    _chance: random.Random = field(default_factory=lambda: random.Random(20260302))
    _waited: tuple[int, float] = (0, 0.0)

    def start(self) -> None:
        """Start all, the first time; whoever has died since is started by whoever has killed him."""
        with self._starting:
            if self._proxy is not None:
                return
            self._proxy = Proxy(self.port, self._ports)
            self._proxy.open()
            for name in self._commands():
                self._begin(name)
            until = time.monotonic() + _PATIENCE
            while not all(self._answers(port) for port in self._ports):
                if time.monotonic() > until:
                    raise RuntimeError("the web processes do not start")
                time.sleep(0.1)
        if self.every:
            threading.Thread(target=self._reap, daemon=True).start()

    def stop(self) -> None:
        """Ask all to end and wait for them."""
        self._closing.set()
        with self._starting:
            for process in self._running.values():
                process.terminate()
            ended = [process.wait(35) for process in self._running.values()]
        # One that was told to end before it had quite begun ends by the signal.
        assert set(ended) <= {0, -signal.SIGTERM}, ended
        if self._proxy is not None:
            self._proxy.close()

    def wait_for(self, due: int, clock: Clock) -> None:
        """Wait; what does not move is held by somebody dead, and time must pass until his lease is over."""
        last, since = self._waited
        if due != last:
            self._waited = due, time.monotonic()
        elif due and time.monotonic() - since > _UNMOVED:
            clock.set_to(clock.now() + _LEASE)
            self._waited = due, time.monotonic()
        time.sleep(0.1)

    def _commands(self) -> dict[str, list[str]]:
        web = {
            f"web-{port}": ["web", "--port", str(port), "--processes", "1", "--threads", "4"]
            for port in self._ports
        }
        return web | {f"{role}-{number}": [role] for role in ("clock", "worker") for number in (1, 2)}

    def _begin(self, name: str) -> None:
        command = [sys.executable, "-m", "benchmarks.cluster.role", str(self.folder), *self._commands()[name]]
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | self.environment | {"JINSHENG_ENVIRONMENT": "development"},
                stdout=log,
                stderr=log,
                start_new_session=True,  # web has children, who die with it
            )

    def _reap(self) -> None:
        while not self._closing.wait(self._chance.uniform(0.5, 1.5) * self.every):
            with self._starting:
                if self._closing.is_set():
                    return
                name = self._chance.choice(sorted(self._running))
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._running[name].pid, signal.SIGKILL)
                self._running[name].wait()
                self.kills += 1
                self._begin(name)

    def _answers(self, port: int) -> bool:
        return ServerProcess(self.folder, {}, port)._is_listening()
