"""Delivery by threads: woken, patient with a database that is away, and gone when told."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from office import Office
from receivers import MailServerForTests, Receiver

from notifications.channels import Channels
from notifications.channels.mail_server import MailServer, Security
from notifications.channels.webhook import Receivers
from notifications.engines import embedded
from notifications.models import DeliveryState
from notifications.outbox import deliver_due
from workflow.database import connect
from workflow.vocabulary import Role


def _channels(mail_server: MailServerForTests, receiver: Receiver) -> Channels:
    return Channels(
        mail=MailServer("127.0.0.1", mail_server.port, Security.NONE),
        webhook=Receivers({"127.0.0.1"}),
        sender="hr@example.com",
        base_url="https://p.example.com",
        mail_key="secret/{}".format,
        review_link=lambda handle: f"https://p.example.com/r/{handle}",
        reset_link=lambda handle, _: f"https://p.example.com/password/{handle}",
        end_link=lambda person: f"https://p.example.com/digests/{person}",
    )


@contextmanager
def _running(office: Office, channels: Channels, **how: Any) -> Iterator[embedded.Couriers]:
    couriers = embedded.start(office.engine, channels, lambda: office.now, every=60, **how)
    try:
        yield couriers
    finally:
        assert couriers.stop(5)
        cast("MailServer", channels.mail).hang_up()


def _wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def test_a_mail_and_a_webhook_go_out_soon_after_the_commit(
    office: Office, mail_server: MailServerForTests, receiver: Receiver
) -> None:
    office.a_subscription(office.a_person(role=Role.HR), receiver.url)
    case = office.a_case(office.a_person("Wang Wei"))
    with _running(office, _channels(mail_server, receiver)) as couriers:
        office.happens("effect_taken", case)
        couriers.wake()
        _wait_until(lambda: len(office.deliveries(state=DeliveryState.SENT)) == 2)
    assert [call["payload"]["type"] for call in receiver.calls] == ["case.effect_taken"]
    assert [mail["To"] for mail in mail_server.mails] == ["p2@example.com"]


def test_what_waited_while_the_process_was_down_goes_out_at_the_start(
    office: Office, mail_server: MailServerForTests, receiver: Receiver
) -> None:
    for _ in range(15):
        office.a_task(office.a_person())
    office.sweeps()
    with _running(office, _channels(mail_server, receiver)):
        _wait_until(lambda: len(office.deliveries(state=DeliveryState.SENT)) == 15)
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == len(mail_server.mails) == 15


def test_a_thread_gives_way_before_each_message(
    office: Office, mail_server: MailServerForTests, receiver: Receiver
) -> None:
    for _ in range(3):
        office.a_task(office.a_person())
    office.sweeps()
    sent_by_then = set[int]()

    def give_way() -> None:
        sent_by_then.add(len(mail_server.mails))

    with _running(office, _channels(mail_server, receiver), threads=1, give_way=give_way):
        _wait_until(lambda: len(office.deliveries(state=DeliveryState.SENT)) == 3)
    assert {0, 1, 2} <= sent_by_then


def test_a_thread_that_is_still_at_work_hears_that_it_is_over(
    office: Office, mail_server: MailServerForTests, receiver: Receiver
) -> None:
    is_at_work, may_go_on = threading.Event(), threading.Event()

    def now() -> datetime:
        if threading.current_thread().name == "embedded-2":
            is_at_work.set()
            may_go_on.wait(5)
        return office.now

    couriers = embedded.start(office.engine, _channels(mail_server, receiver), now, every=60)
    assert is_at_work.wait(5)
    closing = threading.Thread(target=couriers.stop, args=(0.1,))
    closing.start()
    couriers.threads[0].join(5)  # has heard the bell and silenced it
    closing.join()
    may_go_on.set()
    couriers.threads[1].join(5)
    assert not any(thread.is_alive() for thread in couriers.threads)


def test_a_broken_database_is_waited_for(
    tmp_path: Path, office: Office, mail_server: MailServerForTests, receiver: Receiver
) -> None:
    empty = connect(f"sqlite:///{tmp_path / 'empty.db'}")
    deliver_some = partial(deliver_due, empty, _channels(mail_server, receiver), lambda: office.now)
    assert not embedded._full_round(deliver_some, "one")
    empty.dispose()
