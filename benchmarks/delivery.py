"""`python -m benchmarks.delivery`: messages a second to sinks of this machine, and how soon one is sent."""

import argparse
import asyncio
import multiprocessing
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from statistics import quantiles
from tempfile import mkdtemp
from time import perf_counter, sleep
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

import server.app
from benchmarks import goals
from benchmarks.approvals import LATER
from benchmarks.cycle.process import free_port
from benchmarks.drafts import NOW, found, fresh
from benchmarks.sinks import take
from notifications.channels.webhook import new_secret
from notifications.engines import embedded, procrastinate, waking
from notifications.messages import announce
from notifications.models import Channel, Delivery, DeliveryState, WebhookSubscription
from notifications.once import delivery_columns, insert_once
from server.config import from_environment
from server.way import RightOfWay
from workflow import sweeps
from workflow.database import connect, writing
from workflow.models import RoleHolding
from workflow.store import Door

_PAUSE = 0.25  # seconds between two looks at what has been sent
_SINGLE = 40  # messages that are sent one by one


def main() -> None:
    """Let a cycle's drafts be announced by mail, then by webhook; print how fast one process is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery", description=__doc__)
    parser.add_argument("--people", type=int, default=1470 * 4)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given = parser.parse_args()
    engine = fresh(given.database)
    door = Door(engine, announce=announce)
    found(door, given.people)
    sweeps.run(door, now=NOW)
    mail, hook = free_port(), free_port()
    way = Path(mkdtemp(prefix="jinsheng-delivery-")) / "way"
    with _process(take, mail, hook):
        _until_open(mail, hook)
        for channel, make in ((Channel.MAIL, _nothing), (Channel.WEBHOOK, _by_webhook)):
            make(engine, hook)
            with _process(_deliver, engine.url.render_as_string(hide_password=False), mail, way) as process:
                sent, seconds, busy = _watch(engine, channel, process)
                least = 500 if given.database == "postgres" else 200
                goals.at_least(least, f"sent a second by {channel}, {given.database}", sent / seconds)
                print(f"  {sent} in all, {1000 * busy / sent:.2f} ms of the processor each")
                if channel is Channel.WEBHOOK and given.database == "postgres":
                    _say_how_soon(engine, RightOfWay(way))


def _nothing(_engine: Engine, _port: int) -> None:
    """Mails to the candidates wait already."""


def _by_webhook(engine: Engine, port: int) -> None:
    """What was told by mail, told once more to a program of somebody in HR."""
    with writing(engine) as db:
        owner = db.scalars(select(RoleHolding.employee_id)).first() or 0
        url = f"http://localhost:{port}/"
        hook = WebhookSubscription(owner_id=owner, url=url, secret=new_secret(), created_at=NOW)
        db.add(hook)
        db.flush()
        told = delivery_columns(
            NOW,
            key=Delivery.key + "/again",
            channel=Channel.WEBHOOK,
            kind=Delivery.kind,
            subscription_id=hook.id,
            entry_id=Delivery.entry_id,
            payload={"type": "case.draft_opened"},
        )
        insert_once(db, Delivery, select(*told).where(Delivery.channel == Channel.MAIL))


def _deliver(url: str, mail: int, way: Path) -> None:
    """What delivers on a database of this kind: threads of the one process, or a worker."""
    engine = connect(url)
    environment = {
        "JINSHENG_FOLDER": mkdtemp(prefix="jinsheng-delivery-"),
        "JINSHENG_SMTP_HOST": "localhost",
        "JINSHENG_SMTP_PORT": str(mail),
        "JINSHENG_SMTP_SECURITY": "none",
        "JINSHENG_INTERNAL_HOSTS": "localhost",
    }
    channels = server.app.channels(from_environment(environment))
    give = RightOfWay(way).give
    if engine.dialect.name == "sqlite":
        embedded.start(engine, channels, lambda: LATER, give_way=give)
        threading.Event().wait()
    work = partial(procrastinate.work, engine, channels, lambda: LATER, name="one")
    asyncio.run(work(stopping=threading.Event(), give_way=give))


def _watch(engine: Engine, channel: Channel, process: BaseProcess) -> tuple[int, float, float]:
    """How many went out until nothing waited any more, in how many seconds, and how many of the processor."""
    before = left = _count(engine, channel, DeliveryState.PENDING, DeliveryState.CLAIMED)
    assert before, "nothing waits"
    while left == before:
        with Door(engine).acting(now=LATER) as act:
            waking.sweep(act)  # as the clock does once there is a worker
        sleep(0.1)
        left = _count(engine, channel, DeliveryState.PENDING, DeliveryState.CLAIMED)
    begun, busy = perf_counter(), _busy(process)
    while _count(engine, channel, DeliveryState.PENDING, DeliveryState.CLAIMED):
        sleep(_PAUSE)
    seconds, busy = perf_counter() - begun, _busy(process) - busy
    assert _count(engine, channel, DeliveryState.SENT) == before, "not all of it was taken"
    return left, seconds, busy


def _busy(process: BaseProcess) -> float:
    """How many seconds of the processor a process has used."""
    numbers = Path(f"/proc/{process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def _say_how_soon(engine: Engine, way: RightOfWay) -> None:
    """Print how long single messages take from the commit that brings them to the note that they are sent.

    Each comes by a request, which goes first.
    """
    waits = []
    for number in range(_SINGLE):
        sleep(_PAUSE / 2)
        way.take()
        with writing(engine) as db:
            told = delivery_columns(
                NOW,
                key=f"single/{number}",
                channel=Channel.WEBHOOK,
                kind="case.draft_opened",
                subscription_id=WebhookSubscription.id,
                payload={"type": "case.draft_opened"},
            )
            insert_once(db, Delivery, select(*told).where(WebhookSubscription.is_active))
        committed = perf_counter()
        while _count(engine, Channel.WEBHOOK, DeliveryState.PENDING, DeliveryState.CLAIMED):
            sleep(0.002)
        waits.append(1000 * (perf_counter() - committed))
    middle, late = quantiles(waits)[1], quantiles(waits, n=20)[-1]
    print(f"  single ones: {middle:.0f} ms (median)")
    goals.at_most(200, "from waking up to delivery, 95 of 100, postgres", late, "ms")


def _count(engine: Engine, channel: Channel, *states: DeliveryState) -> int:
    with Session(engine) as db:
        some = select(func.count()).where(Delivery.channel == channel, Delivery.state.in_(states))
        return db.scalar(some) or 0


def _until_open(*ports: int) -> None:
    for port in ports:
        while True:
            with suppress(OSError), socket.create_connection(("localhost", port)):
                break
            sleep(0.05)


@contextmanager
def _process(target: Callable[..., None], *given: Any) -> Iterator[BaseProcess]:
    process = multiprocessing.get_context("spawn").Process(target=target, args=given)
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join()


if __name__ == "__main__":
    main()
