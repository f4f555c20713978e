"""A small proxy: hands each connection on to a web process that listens, in turn."""

import contextlib
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

_PATIENCE = 25.0  # seconds until a connection that nobody takes is given up


@dataclass
class Proxy:
    """Listens on a port and hands on what comes to one of others."""

    port: int
    targets: Sequence[int]
    _turn: "count[int]" = field(default_factory=count)
    _door: socket.socket = field(default_factory=socket.socket)

    def open(self) -> None:
        """Begin to listen."""
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._door.bind(("127.0.0.1", self.port))
        self._door.listen(64)
        threading.Thread(target=self._welcome, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _welcome(self) -> None:
        while True:
            try:
                caller, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(caller,), daemon=True).start()

    def _connect(self, caller: socket.socket) -> None:
        with contextlib.closing(caller):
            target = self._found()
            if target is None:
                return
            with contextlib.closing(target):
                threading.Thread(target=_hand_on, args=(caller, target), daemon=True).start()
                _hand_on(target, caller)

    def _found(self) -> socket.socket | None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            port = self.targets[next(self._turn) % len(self.targets)]
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", port), timeout=None)
            time.sleep(0.05)
        return None


def _hand_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for one in (source, sink):  # whoever waits at the other end hears that it is over
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
