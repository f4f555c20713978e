"""What a lease covers: none is sent twice that was sent, and what was not come to has lost nothing by it."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from office import Office
from sqlalchemy import update
from test_outbox import Post

from notifications import ledger, outbox
from notifications.channels import SENT, Outcome, Verdict
from notifications.channels.mail_server import _TAKING, MailServer
from notifications.channels.posting import _TIMEOUT
from notifications.ledger import Attempt, Ledger, settle
from notifications.models import Delivery, DeliveryState
from notifications.outbox import deliver_due, release
from workflow.database import writing
from workflow.errors import Busy, DatabaseGone
from workflow.vocabulary import Role

LATER = Outcome(Verdict.LATER, "busy")


def digests(office: Office, many: int) -> None:
    for _ in range(many):
        office.a_task(office.a_person())
    office.sweeps()


def became(office: Office) -> list[tuple[DeliveryState, int]]:
    return [(one.state, one.attempts) for one in office.deliveries()]


def test_a_lease_covers_the_slowest_attempt() -> None:
    slowest = max(MailServer("127.0.0.1", 25).timeout + _TAKING, _TIMEOUT)
    assert timedelta(seconds=slowest) < outbox._ENOUGH < outbox._LEASE


def test_what_a_batch_has_not_come_to_is_due_at_once_and_has_lost_no_attempt(office: Office) -> None:
    digests(office, 3)
    post, ticks = Post(), iter([0, 0, 0, 0, 110])
    deliver_due(office.engine, post.channels, lambda: office.now + timedelta(seconds=next(ticks)), "one")
    assert became(office) == [(DeliveryState.SENT, 1), (DeliveryState.PENDING, 0), (DeliveryState.PENDING, 0)]
    assert deliver_due(office.engine, post.channels, lambda: office.now, "two") == 2
    assert became(office) == [(DeliveryState.SENT, 1)] * 3


def test_whoever_is_told_to_stop_puts_back_what_he_holds(office: Office) -> None:
    digests(office, 2)
    stopping = threading.Event()
    stopping.set()
    deliver_due(office.engine, Post().channels, lambda: office.now, "one", stopping=stopping)
    assert became(office) == [(DeliveryState.PENDING, 0)] * 2


def test_what_others_hold_by_now_is_not_put_back(office: Office) -> None:
    digests(office, 2)
    clock = iter([timedelta(), timedelta(minutes=2)])

    def now() -> Any:
        passed = next(clock)
        if passed:
            outbox._claim(office.engine, office.now + passed, "one", 10)
        return office.now + passed

    deliver_due(office.engine, Post().channels, now, "one")
    assert became(office) == [(DeliveryState.CLAIMED, 2)] * 2


def test_what_a_killed_worker_had_claimed_may_have_come_and_counts_as_tried(office: Office) -> None:
    digests(office, 1)
    outbox._claim(office.engine, office.now, "one", 10)
    release(office.engine, ["one"])
    assert became(office) == [(DeliveryState.PENDING, 1)]


def test_what_has_been_sent_has_been_sent_whoever_holds_it_by_now(office: Office) -> None:
    digests(office, 1)
    (first,) = outbox._claim(office.engine, office.now, "one", 10)
    (second,) = outbox._claim(office.engine, office.now + timedelta(minutes=3), "two", 10)
    for attempt in (Attempt(first, SENT, office.now), Attempt(second, LATER, office.now)):
        with writing(office.engine) as db:
            settle(db, [attempt])
    (delivery,) = office.deliveries()
    assert (delivery.state, delivery.sent_at, delivery.leased_by) == (DeliveryState.SENT, office.now, None)


def test_a_lease_of_the_same_worker_is_another_lease(office: Office) -> None:
    digests(office, 1)
    (first,) = outbox._claim(office.engine, office.now, "one", 10)
    with writing(office.engine) as db:
        db.execute(update(Delivery).values(state=DeliveryState.PENDING, attempts=0))
    outbox._claim(office.engine, office.now + timedelta(seconds=1), "one", 10)
    with writing(office.engine) as db:
        settle(db, [Attempt(first, LATER, office.now)])
    assert became(office) == [(DeliveryState.CLAIMED, 1)]


@pytest.mark.parametrize("trouble", [Busy, DatabaseGone])
def test_a_database_that_is_busy_for_a_while_makes_nothing_come_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch, trouble: type[Busy]
) -> None:
    digests(office, 1)
    troubles, post = [trouble(), trouble()], Post()

    def stumble(*given: Any) -> None:
        if troubles:
            raise troubles.pop()
        settle(*given)

    monkeypatch.setattr(ledger, "settle", stumble)
    monkeypatch.setattr(ledger, "_AGAIN", 0.01)
    deliver_due(office.engine, post.channels, lambda: office.now, "one")
    assert became(office) == [(DeliveryState.SENT, 1)]
    assert len(post.mails) == 1


def test_a_database_is_waited_for_no_longer_than_the_lease_lasts(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests(office, 1)
    (late,) = outbox._claim(office.engine, office.now, "one", 10)

    def stumble(*_: Any) -> None:
        raise Busy

    monkeypatch.setattr(ledger, "settle", stumble)
    with pytest.raises(Busy):
        Ledger(office.engine).note(Attempt(late, SENT, office.now + timedelta(minutes=2)))


@pytest.mark.parametrize("words", ["no \u0000 words", "no \ud83d words"])
def test_what_a_receiver_says_is_in_no_messages_way(office: Office, words: str) -> None:
    digests(office, 3)
    post = Post(answers=[Outcome(Verdict.LATER, words)])
    deliver_due(office.engine, post.channels, lambda: office.now, "one")
    assert became(office) == [(DeliveryState.PENDING, 1), (DeliveryState.SENT, 1), (DeliveryState.SENT, 1)]
    assert office.deliveries()[0].error == "no \ufffd words"


def test_what_cannot_be_written_down_stops_no_other_message(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests(office, 2)

    def stumble(db: Any, attempts: list[Attempt]) -> None:
        if attempts[0].delivery.id == 1:
            raise ZeroDivisionError
        settle(db, attempts)

    monkeypatch.setattr(ledger, "settle", stumble)
    deliver_due(office.engine, Post().channels, lambda: office.now, "one")
    assert [state for state, _ in became(office)] == [DeliveryState.CLAIMED, DeliveryState.SENT]


def test_for_trouble_of_our_own_no_receiver_is_blamed(office: Office) -> None:
    office.a_subscription(office.a_person(role=Role.HR))
    office.happens("case_opened", office.a_case(office.a_person()))
    post = Post(answers=[ZeroDivisionError()])
    deliver_due(office.engine, post.channels, lambda: office.now, "one")
    assert became(office) == [(DeliveryState.PENDING, 1)]
    assert office.subscription(1).failing_since is None
