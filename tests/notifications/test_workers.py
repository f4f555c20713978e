"""Workers on PostgreSQL: woken by the transaction that brings a message, replaced when they die."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from office import Office
from receivers import MailServerForTests
from sqlalchemy import Engine, text
from test_embedded import _wait_until as wait_until

from notifications.channels import Channels
from notifications.channels.mail_server import MailServer, Security
from notifications.channels.webhook import Receivers
from notifications.engines import procrastinate, waking
from notifications.models import DeliveryState
from tests.databases import emptied_postgresql
from workflow.database import connect

_JOBS = "SELECT args FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = 'deliver' ORDER BY id"


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An empty PostgreSQL, for SQLite has no workers."""
    made = emptied_postgresql()
    yield made
    made.dispose()


def jobs(engine: Engine) -> list[list[int]]:
    with engine.connect() as connection:
        return [args["deliveries"] for args in connection.scalars(text(_JOBS))]


def execute(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def a_worker_has_signed_on(engine: Engine) -> None:
    execute(engine, "INSERT INTO procrastinate_workers DEFAULT VALUES")


def a_mail_is_due(office: Office) -> None:
    office.happens("effect_taken", office.a_case(office.a_person()))


def the_clock_beats(office: Office, *, after: timedelta = timedelta()) -> None:
    office.now += after
    with office.acting() as act:
        waking.sweep(act)


@contextmanager
def at_work(office: Office, server: MailServerForTests) -> Iterator[None]:
    mail = MailServer("127.0.0.1", server.port, Security.NONE)
    channels = Channels(
        mail=mail,
        webhook=Receivers({"127.0.0.1"}),
        sender="hr@example.com",
        base_url="https://p.example.com",
        mail_key="secret/{}".format,
        review_link=lambda handle: f"https://p.example.com/r/{handle}",
        reset_link=lambda handle, _: f"https://p.example.com/password/{handle}",
        end_link=lambda person: f"https://p.example.com/digests/{person}",
    )
    stopping, loop = threading.Event(), asyncio.new_event_loop()
    work = procrastinate.work(
        office.engine, channels, lambda: office.now, name="one", stopping=stopping, at_once=2
    )
    working = loop.create_task(work)

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(working)

    thread = threading.Thread(target=run)
    thread.start()
    wait_until(lambda: signed_on(office.engine) > 0)
    try:
        yield
    finally:
        stopping.set()
        loop.call_soon_threadsafe(working.cancel)
        thread.join(10)
        loop.close()
        mail.hang_up()


def signed_on(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM procrastinate_workers")) or 0)


def test_a_message_wakes_workers_in_its_own_transaction(office: Office) -> None:
    a_worker_has_signed_on(office.engine)
    case = office.a_case(office.a_person())
    with pytest.raises(ZeroDivisionError):
        office.happens("effect_taken", case, during=lambda: 1 // 0)
    assert jobs(office.engine) == []
    office.happens("effect_taken", case)
    assert jobs(office.engine) == [[one.id for one in office.deliveries()]]


def test_nobody_is_woken_where_nobody_works(office: Office) -> None:
    a_mail_is_due(office)
    the_clock_beats(office)
    assert jobs(office.engine) == []


def test_a_thousand_messages_are_shared_out_in_small_jobs(office: Office) -> None:
    a_worker_has_signed_on(office.engine)
    for _ in range(45):
        office.a_task(office.a_person())
    office.sweeps()
    assert [len(job) for job in jobs(office.engine)] == [20, 20, 5]


def test_the_clock_finds_what_is_due_and_has_no_job_and_a_second_clock_nothing_more(office: Office) -> None:
    a_mail_is_due(office)
    a_worker_has_signed_on(office.engine)
    the_clock_beats(office)
    the_clock_beats(office)
    assert jobs(office.engine) == [[one.id for one in office.deliveries()]]


def test_what_a_dead_worker_was_given_is_given_to_another(office: Office) -> None:
    a_worker_has_signed_on(office.engine)
    a_mail_is_due(office)
    taken = (
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = one.id FROM procrastinate_workers one"
    )
    execute(office.engine, taken)
    the_clock_beats(office)
    assert jobs(office.engine) == []
    execute(office.engine, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    a_worker_has_signed_on(office.engine)
    the_clock_beats(office, after=timedelta(minutes=3))
    assert jobs(office.engine) == [[one.id for one in office.deliveries()]]


def test_a_worker_delivers_what_it_is_woken_for_and_leaves_no_job(
    office: Office, mail_server: MailServerForTests
) -> None:
    with at_work(office, mail_server):
        a_mail_is_due(office)
        wait_until(lambda: len(office.deliveries(state=DeliveryState.SENT)) == 1)
        wait_until(lambda: jobs(office.engine) == [])
    assert len(mail_server.mails) == 1
    assert signed_on(office.engine) == 0


def test_any_sign_may_stand_in_the_password_of_the_database(
    office: Office, mail_server: MailServerForTests
) -> None:
    office.engine = connect(office.engine.url.set(password="a b'c%d+\\"))
    with at_work(office, mail_server):
        assert signed_on(office.engine) == 1
    office.engine.dispose()


def test_whoever_is_woken_delivers_what_else_is_due(office: Office, mail_server: MailServerForTests) -> None:
    for _ in range(3):
        a_mail_is_due(office)
    with at_work(office, mail_server):
        wait_until(lambda: signed_on(office.engine) == 1)
        assert jobs(office.engine) == []
        a_mail_is_due(office)
        wait_until(lambda: len(office.deliveries(state=DeliveryState.SENT)) == 4)


def test_a_worker_leaves_what_only_a_newer_version_knows(
    office: Office, mail_server: MailServerForTests
) -> None:
    for _ in range(2):
        a_mail_is_due(office)
    newer = "UPDATE delivery SET kind = 'sent_by_pigeon' WHERE id = (SELECT min(id) FROM delivery)"
    execute(office.engine, newer)
    with at_work(office, mail_server):
        execute(office.engine, "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('fly', 'fly')")
        the_clock_beats(office)
        wait_until(lambda: len(office.deliveries(state=DeliveryState.SENT)) == 1)
    assert [one.kind for one in office.deliveries(state=DeliveryState.PENDING)] == ["sent_by_pigeon"]
    with office.engine.connect() as connection:
        assert connection.scalar(text("SELECT status FROM procrastinate_jobs")) == "todo"
