"""The one process: it starts, refuses a twin, and ends gracefully."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", "from server.cli import main; main()", "serve", "--port", str(port)],
        env={**os.environ, "JINSHENG_FOLDER": str(folder)},
        stderr=subprocess.PIPE,
    )


def wait_until_ready(port: int) -> None:
    for _ in range(200):
        try:
            if requests.get(f"http://127.0.0.1:{port}/readyz", timeout=1).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the service did not become ready")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    port = free_port()
    process = start(tmp_path, port)
    wait_until_ready(port)
    yield process, port, tmp_path
    process.kill()
    process.communicate()


def test_a_second_start_on_the_same_folder_is_refused(
    served: tuple[subprocess.Popen[bytes], int, Path],
) -> None:
    _, _, folder = served
    twin = start(folder, free_port())
    _, words = twin.communicate(timeout=30)
    assert twin.returncode == 1
    assert "runs already" in words.decode()


def test_a_signal_ends_it_gracefully(served: tuple[subprocess.Popen[bytes], int, Path]) -> None:
    process, _, _ = served
    process.send_signal(signal.SIGTERM)
    _, words = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "stopped" in words.decode()
