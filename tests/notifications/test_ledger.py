"""What couriers bring while the ledger is written is written next, all at once."""

import threading
from typing import Any

import pytest
from office import Office
from sqlalchemy import event

from notifications import outbox
from notifications.channels import SENT
from notifications.ledger import Attempt, Ledger
from notifications.models import Delivery, DeliveryState
from workflow.errors import Busy


def claimed(office: Office, many: int) -> list[Delivery]:
    for _ in range(many):
        office.a_task(office.a_person())
    office.sweeps()
    return outbox._claim(office.engine, office.now, "one", many)


def brought(office: Office, ledger: Ledger, deliveries: list[Delivery]) -> list[BaseException | None]:
    """What each courier is told who comes while the ledger is being written."""
    told: dict[int, BaseException | None] = {}

    def note(delivery: Delivery) -> None:
        told[delivery.id] = None
        try:
            ledger.note(Attempt(delivery, SENT, office.now))
        except Busy as trouble:
            told[delivery.id] = trouble

    couriers = [threading.Thread(target=note, args=(one,)) for one in deliveries]
    with ledger._pen:
        for courier in couriers:
            courier.start()
        while len(ledger._brought) < len(deliveries):
            pass
    for courier in couriers:
        courier.join(5)
    return list(told.values())


def test_what_comes_together_is_written_in_one_transaction(office: Office) -> None:
    deliveries, commits = claimed(office, 4), []
    event.listen(office.engine, "commit", lambda _connection: commits.append(1))
    assert brought(office, Ledger(office.engine), deliveries) == [None] * 4
    assert len(commits) == 1
    assert len(office.deliveries(state=DeliveryState.SENT)) == 4


def test_whoever_is_not_written_down_hears_of_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise Busy

    monkeypatch.setattr("notifications.ledger.settle", refuse)
    told = brought(office, Ledger(office.engine), claimed(office, 2))
    assert [type(one) for one in told] == [Busy, Busy]
    assert len(office.deliveries(state=DeliveryState.CLAIMED)) == 2
