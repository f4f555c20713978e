"""Two web, two clocks, two workers behind one port; now and then one of them is killed and started anew.

All are forked from one process that has loaded the product: to load it takes a processor for seconds, and
two processors would do little else.
"""

import contextlib
import multiprocessing
import os
import random
import signal
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerProcess

from benchmarks.cluster import role
from benchmarks.cluster.proxy import Proxy
from benchmarks.cycle.clock import Clock
from benchmarks.cycle.process import ServerProcess, free_port

_PATIENCE = 120.0  # seconds until all have started
_STOPS_WITHIN = 30  # seconds, as the product says
_LEASE = timedelta(minutes=3)  # a little more than one lasts
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["benchmarks.cluster.__main__", "granian", "procrastinate"])
_SHARED = {"JINSHENG_ENVIRONMENT": "development"}
_UNMOVED = 5.0  # seconds after which somebody dead must hold what is due


@dataclass
class Cluster(ServerProcess):
    """Many processes that look like one server."""

    every: float = 4.0
    _ports: list[int] = field(default_factory=lambda: [free_port(), free_port()])
    _running: dict[str, ForkServerProcess] = field(default_factory=dict)
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
            self._wait_for_web()
        if self.every:
            threading.Thread(target=self._reap, daemon=True).start()

    def stop(self) -> None:
        """Ask all to end and wait for them."""
        self._closing.set()
        with self._starting:
            for process in self._running.values():
                process.terminate()
            for process in self._running.values():
                process.join(_STOPS_WITHIN)
            ended = {process.exitcode for process in self._running.values()}
            for process in filter(ForkServerProcess.is_alive, self._running.values()):
                self._kill(process)  # else whoever asked would wait for it for ever
        # One that was told to end before it had quite begun ends by the signal.
        assert ended <= {0, -signal.SIGTERM}, ended
        if self._proxy is not None:
            self._proxy.close()

    def processor_seconds(self) -> None:
        """Whoever is killed cannot tell."""

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
        given = (self.folder, name, self._commands()[name], self.environment | _SHARED)
        self._running[name] = _FORKING.Process(target=role.play, args=given)
        self._running[name].start()

    def _reap(self) -> None:
        """Kill and start anew, one after the other: who comes to a web process finds one of two, or waits."""
        while not self._closing.wait(self._chance.uniform(0.5, 1.5) * self.every):
            with self._starting:
                if self._closing.is_set():
                    return
                name = self._chance.choice(sorted(self._running))
                self._kill(self._running[name])
                self.kills += 1
                self._begin(name)
                self._wait_for_web()

    def _kill(self, process: ForkServerProcess) -> None:
        assert process.pid is not None
        with contextlib.suppress(ProcessLookupError):  # nobody's leader yet
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.join()

    def _wait_for_web(self) -> None:
        until = time.monotonic() + _PATIENCE
        while not all(self._answers(port) for port in self._ports):
            if time.monotonic() > until:
                raise RuntimeError("the web processes do not start")
            time.sleep(0.1)

    def _answers(self, port: int) -> bool:
        return ServerProcess(self.folder, {}, port)._is_listening()
