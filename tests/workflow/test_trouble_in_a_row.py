"""Where PostgreSQL is not waited for, its errors and a lost connection are still what they are elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, bindparam, create_engine, event, func, select, text
from sqlalchemy.exc import IntegrityError

from tests.company import MONDAY
from workflow.database import leave, writing
from workflow.errors import DatabaseGone
from workflow.models import JournalChain
from workflow.prepared import Prepared
from workflow.store import Door

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)

NAMED = Prepared(select(JournalChain.name).where(JournalChain.name == bindparam("wanted")))


def chain(name: str) -> dict[str, Any]:
    """A chain of the journal of which nothing has been said yet."""
    return {"name": name, "sequence": 0, "head": ""}


def end_connections(engine: Engine) -> None:
    """Do as an operator does who restarts the database."""
    ended = "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = current_database()"
    with create_engine(engine.url, poolclass=NullPool).connect() as operator:
        operator.execute(text(f"{ended} AND pid <> pg_backend_pid()"))


def keep(engine: Engine, many: int) -> None:
    """Have so many connections in the pool."""
    for one in [engine.connect() for _ in range(many)]:
        one.close()


def kept(engine: Engine) -> list[str]:
    """What is on file."""
    with writing(engine) as db:
        return sorted(db.scalars(select(JournalChain.name)))


def test_a_connection_lost_before_an_act_begins_is_a_database_that_is_gone(
    engine: Engine, door: Door
) -> None:
    """And none of those that are lost with it is met by the next act."""
    keep(engine, 3)
    end_connections(engine)
    with pytest.raises(DatabaseGone), door.acting(now=MONDAY) as act:
        act.fill(JournalChain, [chain("lost")])
    for _ in range(3):
        with door.acting(now=MONDAY) as act:
            assert act.ask(NAMED, {"wanted": "lost"}) == []


def test_a_connection_lost_when_all_is_answered_is_a_database_that_is_gone(
    engine: Engine, door: Door
) -> None:
    """An act that has only to be committed cannot be, and nothing of it is."""
    keep(engine, 3)
    with pytest.raises(DatabaseGone), door.acting(now=MONDAY) as act:
        act.fill(JournalChain, [chain("lost")])
        act.ask(NAMED, {"wanted": "lost"})
        end_connections(engine)
    for _ in range(3):
        assert kept(engine) == []


def test_a_connection_lost_after_the_commit_makes_no_failure_of_what_is_done(
    engine: Engine, door: Door
) -> None:
    with door.acting(now=MONDAY) as act:
        act.fill(JournalChain, [chain("done")])
        event.listen(act.db, "after_commit", lambda _: end_connections(engine))
    assert kept(engine) == ["done"]


def test_no_act_ends_well_in_which_an_error_was_passed_over(engine: Engine, door: Door) -> None:
    """PostgreSQL answers COMMIT by undoing everything, and would be believed."""

    def act_on_it() -> None:
        with door.acting(now=MONDAY) as act:
            act.fill(JournalChain, [chain("once"), chain("once")])
            with pytest.raises(IntegrityError):
                act.ask(NAMED, {"wanted": "once"})

    with pytest.raises(RuntimeError, match="passed over"):
        act_on_it()
    assert kept(engine) == []


def test_what_was_to_be_prepared_behind_an_error_can_be_said_afterwards(engine: Engine, door: Door) -> None:
    """The driver takes it for prepared, since it has asked for that; PostgreSQL has not listened any more."""
    later = Prepared(select(JournalChain.head).where(JournalChain.name == bindparam("wanted")))
    for number in range(8):
        name = f"number {number}"
        with door.acting(now=MONDAY) as act:
            act.fill(JournalChain, [chain(name)])
            with pytest.raises(IntegrityError), act.db.begin_nested():
                act.tell(Prepared(select(func.pg_sleep(0.01))), {})  # so that the error is not heard yet
                act.fill(JournalChain, [chain(name)])
                act.ask(later, {"wanted": name})
            assert act.ask(later, {"wanted": name}) == [("",)]


@pytest.mark.parametrize("leaves", [KeyboardInterrupt, SystemExit, GeneratorExit, ValueError])
def test_nothing_is_left_open_whatever_an_act_is_left_by(
    engine: Engine, door: Door, leaves: Callable[[], BaseException]
) -> None:
    raised = leaves()
    with pytest.raises(type(raised)), door.acting(now=MONDAY) as act:
        act.fill(JournalChain, [chain("undone")])
        act.expect(NAMED, {"wanted": "undone"})
        raise raised
    with engine.connect() as connection:
        open_ones = text("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
        assert connection.scalar(open_ones) == 0
    assert kept(engine) == []


def test_a_connection_that_cannot_be_put_right_is_given_up(engine: Engine) -> None:
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.tpc_begin("in two phases")  # then psycopg refuses to roll back
        leave(connection, driver)
        assert driver.closed
    assert kept(engine) == []
