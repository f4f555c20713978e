"""`python -m benchmarks.meanwhile`: what signatures feel of it while messages go out."""

import argparse
import asyncio
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

import server.app
from benchmarks import goals
from benchmarks.approvals import LATER, nominate
from benchmarks.cycle.process import free_port
from benchmarks.drafts import NOW, fresh
from benchmarks.signing import Signature, prepared, product, served, sign
from benchmarks.sinks import take
from notifications.channels import Channels
from notifications.channels.webhook import new_secret
from notifications.engines import embedded, procrastinate, waking
from notifications.messages import announce
from notifications.models import Channel, Delivery, DeliveryState, WebhookSubscription
from notifications.once import delivery_columns, insert_once
from server.config import from_environment
from server.way import RightOfWay
from workflow.database import connect, writing
from workflow.models import RoleHolding
from workflow.store import Door

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_ROUND = 40  # acts of each turn: few, so that whatever else the machine does falls on both kinds
_MESSAGES = 500  # of each round: more than go out while it is signed


def main() -> None:
    """Sign in turns while nothing is sent and while more waits than can be sent, and print the ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.meanwhile", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--acts", type=int, default=1600)
    given = parser.parse_args()
    engine = fresh(given.database)
    door = Door(engine, announce=announce)
    waiting = nominate(door, people=1470 * 4, cases=given.acts)
    mail, hook = free_port(), free_port()
    subscription = _subscribe(engine, hook)
    url = engine.url.render_as_string(hide_password=False)
    way = Path(mkdtemp(prefix="jinsheng-way-")) / "way"
    with ExitStack() as stack:
        stack.enter_context(_process(take, mail, hook))
        if given.database == "postgres":
            stack.enter_context(_process(_work, url, mail, way))
        port = stack.enter_context(served(partial(_MAKERS[given.database], mail, way), url))
        acts = list(prepared(door, port, waiting))
        for name, channel in (("webhooks", Channel.WEBHOOK), ("mails", Channel.MAIL)):
            bring = partial(_bring, engine, channel, subscription)
            half = acts[::2] if channel is Channel.MAIL else acts[1::2]
            alone, meanwhile, rate = _in_turns(engine, port, half, bring)
            print(f"{median(meanwhile):.1f} ms of {median(alone):.1f} ms; {rate:.0f} {name} a second")
            what = f"an act while {name} go out, of one alone, {given.database}"
            goals.at_most(1.1, what, median(meanwhile) / median(alone))


def _in_turns(
    engine: Engine, port: int, acts: list[Signature], bring: Callable[[int], None]
) -> tuple[list[float], list[float], float]:
    """How long acts took while nothing was sent, and while something was; and how much was, a second."""
    alone: list[float] = []
    meanwhile: list[float] = []
    sent, seconds = 0, 0.0
    for start in range(0, len(acts) - 2 * _ROUND + 1, 2 * _ROUND):
        while _left(engine):
            _wake(engine)
            sleep(0.1)
        alone += sign(port, acts[start : start + _ROUND])
        bring(start)
        first = before = _left(engine)
        while before == first:
            sleep(0.02)
            before = _left(engine)
        begun = perf_counter()
        meanwhile += sign(port, acts[start + _ROUND : start + 2 * _ROUND])
        seconds += perf_counter() - begun
        after = _left(engine)
        assert after, "all was sent before the last act"
        sent += before - after
    return alone, meanwhile, sent / seconds


def _subscribe(engine: Engine, port: int) -> int:
    with writing(engine) as db:
        owner = db.scalars(select(RoleHolding.employee_id)).first() or 0
        url = f"http://localhost:{port}/"
        hook = WebhookSubscription(
            owner_id=owner, url=url, secret=new_secret(), created_at=NOW, events=["case.draft_opened"]
        )  # of a signature nobody is told, or there would be something to send all the time
        db.add(hook)
        db.flush()
        return hook.id


def _bring(engine: Engine, channel: Channel, subscription: int, turn: int) -> None:
    """What candidates were told of their drafts, told once more by mail, or to a program."""
    to: dict[str, Any] = {"person_id": Delivery.person_id}
    if channel is Channel.WEBHOOK:
        to = {"subscription_id": subscription, "payload": {"type": "case.draft_opened"}}
    key = Delivery.key + f"/{channel}/{turn}"
    like = {"kind": Delivery.kind, "entry_id": Delivery.entry_id}
    told = select(*delivery_columns(LATER, key=key, channel=channel, **like, **to))
    at_first = (Delivery.created_at == NOW) & (Delivery.channel == Channel.MAIL)
    with writing(engine) as db:
        insert_once(db, Delivery, told.where(at_first).limit(_MESSAGES))
    _wake(engine)


def _wake(engine: Engine) -> None:
    """As the clock does once there is a worker."""
    with Door(engine).acting(now=LATER) as act:
        waking.sweep(act)


def _left(engine: Engine) -> int:
    waiting = Delivery.state.in_((DeliveryState.PENDING, DeliveryState.CLAIMED))
    with Session(engine) as db:
        return db.scalar(select(func.count()).where(waiting)) or 0


def _channels(mail: int) -> Channels:
    environment = {
        "JINSHENG_FOLDER": mkdtemp(prefix="jinsheng-meanwhile-"),
        "JINSHENG_SMTP_HOST": "localhost",
        "JINSHENG_SMTP_PORT": str(mail),
        "JINSHENG_SMTP_SECURITY": "none",
        "JINSHENG_INTERNAL_HOSTS": "localhost",
    }
    return server.app.channels(from_environment(environment))


def _web(_mail: int, way: Path, url: str) -> "WSGIApplication":
    return RightOfWay(way).of(product(url))


def _web_that_sends(mail: int, way: Path, url: str) -> "WSGIApplication":
    """As `jinsheng serve` is put together: acts wake the threads that send."""
    bell = threading.Event()
    app = product(url, wake=bell.set)
    right = RightOfWay(way)
    embedded.start(connect(url), _channels(mail), lambda: LATER, bell=bell, give_way=right.give)
    return right.of(app)


_MAKERS: dict[str, Callable[[int, Path, str], "WSGIApplication"]] = {
    "sqlite": _web_that_sends,
    "postgres": _web,
}


def _work(url: str, mail: int, way: Path) -> None:
    work = partial(procrastinate.work, connect(url), _channels(mail), lambda: LATER, name="one")
    asyncio.run(work(stopping=threading.Event(), give_way=RightOfWay(way).give))


@contextmanager
def _process(target: Callable[..., None], *given: Any) -> Iterator[None]:
    process = multiprocessing.get_context("spawn").Process(target=target, args=given)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


if __name__ == "__main__":
    main()
