"""What couriers bring while the ledger is written is written next, all at once."""

import threading

import pytest
from office import Office
from sqlalchemy import event
from sqlalchemy.orm import Session

from notifications import outbox
from notifications.channels import SENT
from notifications.ledger import Attempt, Ledger, settle
from notifications.models import Delivery, DeliveryState


def claimed(office: Office, many: int) -> list[Delivery]:
    for _ in range(many):
        office.a_task(office.a_person())
    office.sweeps()
    return outbox._claim(office.engine, office.now, "one", many)


def brought(office: Office, ledger: Ledger, deliveries: list[Delivery]) -> dict[int, Exception | None]:
    """What each courier is told who comes while the ledger is being written."""
    told: dict[int, Exception | None] = {}

    def note(delivery: Delivery) -> None:
        told[delivery.id] = None
        try:
            ledger.note(Attempt(delivery, SENT, office.now))
        except ZeroDivisionError as trouble:
            told[delivery.id] = trouble

    couriers = [threading.Thread(target=note, args=(one,)) for one in deliveries]
    with ledger._pen:
        for courier in couriers:
            courier.start()
        while len(ledger._brought) < len(deliveries):
            pass
    for courier in couriers:
        courier.join(5)
    return told


def test_what_comes_together_is_written_in_one_transaction(office: Office) -> None:
    deliveries, commits = claimed(office, 4), []
    event.listen(office.engine, "commit", lambda _connection: commits.append(1))
    assert brought(office, Ledger(office.engine), deliveries) == {one.id: None for one in deliveries}
    assert len(commits) == 1
    assert len(office.deliveries(state=DeliveryState.SENT)) == 4


def test_what_cannot_be_written_down_is_in_nobody_elses_way(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliveries = claimed(office, 3)

    def stumble(db: Session, attempts: list[Attempt]) -> None:
        if deliveries[1].id in {one.delivery.id for one in attempts}:
            raise ZeroDivisionError
        settle(db, attempts)

    monkeypatch.setattr("notifications.ledger.settle", stumble)
    told = brought(office, Ledger(office.engine), deliveries)
    assert [key for key, trouble in told.items() if trouble] == [deliveries[1].id]
    assert [one.id for one in office.deliveries(state=DeliveryState.CLAIMED)] == [deliveries[1].id]
    assert len(office.deliveries(state=DeliveryState.SENT)) == 2
