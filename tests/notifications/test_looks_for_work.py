"""What looks for work all the time is planned once, and reads no more than it takes up."""

import pytest
from office import Office
from sqlalchemy import Engine, text
from test_outbox import Post

from notifications.outbox import deliver_due
from server.clock import beat
from tests.plans import watched
from workflow.store import Door

PREPARED = text("SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT%'")


def _looks(office: Office) -> None:
    """So often that the database is asked to remember the question."""
    for _ in range(7):
        deliver_due(office.engine, Post().channels, lambda: office.now, "one")


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_courier_that_finds_nothing_has_its_look_planned_once(office: Office) -> None:
    _looks(office)
    with office.engine.connect() as connection:
        assert ["delivery.next_at" in look for look in connection.scalars(PREPARED)] == [True]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_clock_that_finds_nothing_has_its_looks_planned_once(engine: Engine, office: Office) -> None:
    for _ in range(7):
        beat(Door(engine), lambda: office.now)
    with engine.connect() as connection:
        assert len(connection.scalars(PREPARED).all()) > 30


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_courier_reads_what_it_takes_up_in_the_order_in_which_it_became_due(office: Office) -> None:
    office.a_task(office.a_person())
    office.sweeps()
    with watched(office.engine) as seen:
        deliver_due(office.engine, Post().channels, lambda: office.now, "one")
    for plan in (seen.plan(0), seen.plan(1)):
        assert "delivery_by_state (state=? AND next_at<?)" in plan
        assert "SCAN delivery" not in plan
        assert "TEMP B-TREE" not in plan
