"""`python -m benchmarks.start`: how long `jinsheng serve` takes from its start to its first answer."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from statistics import median
from time import perf_counter, sleep

from benchmarks import goals
from benchmarks.cycle.process import ROOT, free_port

# As in production, where the doctor looks first.
_SETTINGS = {"JINSHENG_BASE_URL": "https://jinsheng.example.com", "JINSHENG_TRUSTED_PROXY": "127.0.0.1"}
_COMMAND = [sys.executable, "-c", "from server.entry import main; main()", "serve", "--port"]
_LOOK = 0.005  # seconds
_PATIENCE = 30.0


def main() -> None:
    """Start it in an empty folder, which makes the database, then again and again, and print the times."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--starts", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jinsheng-start-") as folder:
        first, *others = [_start(folder) for _ in range(1 + given.starts)]
    print(f"with a new database: {first:.2f} s; the slowest of {given.starts} more: {max(others):.2f} s")
    goals.at_most(2, "start of serve to its first answer", median(others), "s")


def _start(folder: str) -> float:
    begun, port = perf_counter(), free_port()
    with _running(folder, port) as process:
        while not _is_ready(port):
            if process.poll() is not None or perf_counter() - begun > _PATIENCE:
                raise RuntimeError("serve does not answer")
            sleep(_LOOK)
        return perf_counter() - begun


@contextmanager
def _running(folder: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | _SETTINGS | {"JINSHENG_FOLDER": folder}
    process = subprocess.Popen([*_COMMAND, str(port)], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _is_ready(port: int) -> bool:
    line = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    with suppress(OSError):
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    return False


if __name__ == "__main__":
    main()
