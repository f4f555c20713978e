"""Web, clocks and workers as processes on one PostgreSQL: who dies is replaced, who is told to stop stops."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from office import Office
from receivers import MailServerForTests, free_port
from sqlalchemy import Engine, text

from notifications.engines import waking
from notifications.models import DeliveryState
from server.schema import create_all
from tests.databases import new_postgresql
from workflow.database import connect

_BEGIN = "from server import cli, processes; processes._PATIENCE = {}; cli.main()"


class SlowMailServer(MailServerForTests):
    """Keeps whoever has sent a mail waiting for the answer, until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        while not self.goes_on:
            await asyncio.sleep(0.05)
        return answer


@pytest.fixture
def installation() -> Iterator[Engine]:
    engine = connect(new_postgresql("many_processes"))
    create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def start(installation: Engine, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str, mail_port: int, patience: int = 25) -> subprocess.Popen[bytes]:
        environment = {
            "JINSHENG_DATABASE_URL": installation.url.render_as_string(hide_password=False),
            "JINSHENG_FOLDER": str(tmp_path),
            "JINSHENG_SECRET_KEY": "many-processes-share-this-very-secret",
            "JINSHENG_ENVIRONMENT": "development",
            "JINSHENG_SMTP_HOST": "127.0.0.1",
            "JINSHENG_SMTP_PORT": str(mail_port),
            "JINSHENG_SMTP_SECURITY": "none",
        }
        command = [sys.executable, "-c", _BEGIN.format(patience), *words]
        started.append(subprocess.Popen(command, env=os.environ | environment, start_new_session=True))
        return started[-1]

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


def ask_for_a_new_password(port: int, number: str) -> bool:
    with contextlib.suppress(requests.ConnectionError):
        url = f"http://127.0.0.1:{port}/api/v1/password-resets"
        asked = requests.post(url, json={"person": number}, headers={"Idempotency-Key": "k" * 16}, timeout=5)
        return asked.ok
    return False


def count(engine: Engine, rows: str) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM {rows}")) or 0)


def time_passes(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE delivery SET lease_until = next_at WHERE state = 'claimed'"))
        connection.execute(
            text("UPDATE procrastinate_jobs SET worker_id = NULL")
        )  # as dead ones are forgotten


@pytest.mark.slow
def test_what_a_killed_worker_held_goes_out_by_another_and_all_stop_when_told(
    installation: Engine, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    office = Office(installation, now=datetime.now(UTC))
    office.a_person()
    port = free_port()
    with SlowMailServer() as mails:
        web = start("web", "--port", str(port), "--processes", "1", mail_port=mails.port)
        clock, *workers = [start(role, mail_port=mails.port) for role in ("clock", "worker", "worker")]
        wait_until(lambda: count(installation, "procrastinate_workers") == 2)
        wait_until(lambda: ask_for_a_new_password(port, "E0001"))
        wait_until(lambda: len(mails.mails) == 1)
        holder = (office.deliveries()[0].leased_by or "").rpartition("-")[2]
        killed, other = sorted(workers, key=lambda worker: str(worker.pid) != holder)
        killed.kill()
        time_passes(installation)
        mails.goes_on = True
        with office.acting() as act:  # as the clock beats
            waking.sweep(act)
        wait_until(lambda: len(office.deliveries(state=DeliveryState.SENT)) == 1)
        for process in (web, clock, other):
            process.send_signal(signal.SIGTERM)
        assert [process.wait(30) for process in (web, clock, other)] == [0, 0, 0]
    assert len(mails.mails) == 2
    assert len({mail["Message-ID"] for mail in mails.mails}) == 1
    assert [one.attempts for one in office.deliveries()] == [2]


@pytest.mark.slow
def test_a_worker_that_is_told_to_stop_waits_for_nobody_who_never_answers(
    installation: Engine, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    office = Office(installation, now=datetime.now(UTC))
    with SlowMailServer() as mails:
        worker = start("worker", mail_port=mails.port, patience=1)
        wait_until(lambda: count(installation, "procrastinate_workers") == 1)
        office.happens("effect_taken", office.a_case(office.a_person()))
        wait_until(lambda: len(mails.mails) == 1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == -signal.SIGALRM
        mails.goes_on = True
    assert [one.state for one in office.deliveries()] == [DeliveryState.CLAIMED]  # until its lease is over


@pytest.mark.slow
def test_a_worker_lets_the_requests_of_its_machine_go_first(
    installation: Engine, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    office, port, over = Office(installation, now=datetime.now(UTC)), free_port(), threading.Event()

    def ask() -> None:
        while not over.is_set():
            with contextlib.suppress(requests.ConnectionError):
                requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5)

    with MailServerForTests() as mails:
        start("web", "--port", str(port), "--processes", "1", mail_port=mails.port)
        start("worker", mail_port=mails.port)
        wait_until(lambda: count(installation, "procrastinate_workers") == 1)
        wait_until(lambda: ask_for_a_new_password(port, "E0000"))
        asking = threading.Thread(target=ask)
        asking.start()
        for _ in range(10):
            office.a_task(office.a_person())
        office.sweeps()
        wait_until(lambda: len(office.deliveries(state=DeliveryState.SENT)) == 10)
        over.set()
        asking.join()
    sent = sorted(one.sent_at for one in office.deliveries() if one.sent_at)
    assert (sent[-1] - sent[0]).total_seconds() > 0.45  # each waits 0.1 s, and one courier has all of them
