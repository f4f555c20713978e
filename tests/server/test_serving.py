"""The one process: it starts, refuses a twin, and ends gracefully."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.proxy_headers import proxy_headers_middleware

from api.database import db
from server import serving
from server.app import create_service
from server.clock import system_time
from server.config import from_environment
from server.serving import behind
from workflow.database import connect


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", "from server.entry import main; main()", "serve", "--port", str(port)],
        env={**os.environ, "JINSHENG_FOLDER": str(folder), "JINSHENG_ENVIRONMENT": "development"},
        stderr=subprocess.PIPE,
    )


def wait_until_ready(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"http://127.0.0.1:{port}/readyz", timeout=1).ok:
                return
        time.sleep(0.1)
    raise AssertionError("the service did not become ready")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    port = free_port()
    process = start(tmp_path, port)
    try:
        wait_until_ready(port)
        yield process, port, tmp_path
    finally:
        process.kill()
        process.communicate()


def test_a_second_start_on_the_same_database_is_refused(
    served: tuple[subprocess.Popen[bytes], int, Path],
) -> None:
    _, _, folder = served
    twin = start(folder, free_port())
    _, words = twin.communicate(timeout=30)
    assert twin.returncode == 1
    assert "runs on this database already" in words.decode()


def test_a_signal_ends_it_gracefully(served: tuple[subprocess.Popen[bytes], int, Path]) -> None:
    process, _, _ = served
    process.send_signal(signal.SIGTERM)
    _, words = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "stopped" in words.decode()


def test_a_signal_is_heard_while_a_line_is_read() -> None:
    class Line:
        def handle_read_event(self) -> None:
            signal.raise_signal(signal.SIGTERM)

        def handle_error(self) -> None:
            raise AssertionError("the signal was taken for a fault of the line")

    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    serving._stop_on_signal()
    try:
        with pytest.raises(SystemExit):
            wasyncore.read(Line())
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def test_a_body_that_is_too_large_is_refused_in_words(
    served: tuple[subprocess.Popen[bytes], int, Path],
) -> None:
    _, port, _ = served
    answer = requests.post(
        f"http://127.0.0.1:{port}/api/v1/session",
        data='{"number": "' + "9" * 300_000 + '"}',
        headers={"Content-Type": "application/json"},
        timeout=10,
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    "length", ["Content-Length: 1000000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n200000\r\n"]
)
def test_a_body_far_too_large_is_not_waited_for(
    served: tuple[subprocess.Popen[bytes], int, Path], length: str
) -> None:
    _, port, _ = served
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(f"POST /api/v1/session HTTP/1.1\r\nHost: here\r\n{length}".encode())
        with contextlib.suppress(ConnectionError):
            line.sendall(b"9" * 1_200_000)
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_nobody_else_on_the_machine_can_read_the_database(
    served: tuple[subprocess.Popen[bytes], int, Path],
) -> None:
    _, _, folder = served
    assert stat.S_IMODE((folder / "jinsheng.db").stat().st_mode) == 0o600


def test_secrets_in_logs(tmp_path: Path) -> None:
    # Sentry CVE-2024-32474: what a statement was given stood in the message of its error, which is logged.
    settings = from_environment({"JINSHENG_FOLDER": str(tmp_path)})
    service = create_service(settings, now=system_time)
    bad = text("INSERT INTO nowhere VALUES (:secret)")
    with service.app.app_context():
        engines = (db.engine, connect(settings.database_url))
        for engine in engines:
            with pytest.raises(DBAPIError) as failure, engine.begin() as connection:
                connection.execute(bad, {"secret": "correct horse battery"})
            engine.dispose()
            assert "horse" not in str(failure.value)


@pytest.mark.parametrize(("trusted", "seen"), [("127.0.0.1", "192.0.2.7"), ("10.0.0.1", "127.0.0.1")])
def test_only_the_proxy_that_is_named_says_who_is_calling(tmp_path: Path, trusted: str, seen: str) -> None:
    environment = {"JINSHENG_FOLDER": str(tmp_path), "JINSHENG_TRUSTED_PROXY": trusted}
    told = Adjustments(**behind(from_environment(environment)))
    callers: list[str] = []

    def note(environ: dict[str, str], _start_response: Any) -> list[bytes]:
        callers.append(environ["REMOTE_ADDR"])
        return []

    request = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7", "wsgi.url_scheme": "http"}
    asked = proxy_headers_middleware(
        note, told.trusted_proxy, told.trusted_proxy_count, told.trusted_proxy_headers
    )
    asked(request, None)
    assert callers == [seen]
