"""What will be asked may be said ahead: it changes when one waits, and never what one is told."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, bindparam, delete, event, func, select, text
from sqlalchemy.exc import IntegrityError

from tests.builders import a_case
from tests.company import MONDAY, Company
from workflow import permissions
from workflow.errors import NotFound
from workflow.models import Employee, JournalChain, RoleHolding
from workflow.permissions import Operation
from workflow.prepared import Prepared
from workflow.store import Door
from workflow.vocabulary import Stage

NAMED = Prepared(select(JournalChain.name).where(JournalChain.name == bindparam("wanted")))


def chain(name: str) -> dict[str, Any]:
    """A chain of the journal of which nothing has been said yet."""
    return {"name": name, "sequence": 0, "head": ""}


def wait_until_somebody_waits(engine: Engine) -> None:
    """For a lock that another holds."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for _ in range(200):
            if connection.scalar(waiting):
                return
            time.sleep(0.01)
    raise AssertionError("nobody has come to wait")


def test_what_was_expected_is_said_once_and_answered_when_it_is_asked(engine: Engine, door: Door) -> None:
    said: list[str] = []
    with door.acting(now=MONDAY) as act:
        act.fill(JournalChain, [chain("one")])
        event.listen(engine, "before_cursor_execute", lambda *call: said.append(call[2]))
        act.expect(NAMED, {"wanted": "one"})
        act.fill(JournalChain, [chain("two")])
        assert act.ask(NAMED, {"wanted": "one"}) == [("one",)]
        assert sum("SELECT" in one for one in said) == 1


def test_something_else_is_asked_by_itself(door: Door) -> None:
    """As is the same once more, when its answer has been given."""
    with door.acting(now=MONDAY) as act:
        act.fill(JournalChain, [chain("one"), chain("two")])
        act.expect(NAMED, {"wanted": "one"})
        act.expect(NAMED, {"wanted": "two"})
        assert act.ask(NAMED, {"wanted": "three"}) == []
        assert act.ask(NAMED, {"wanted": "two"}) == [("two",)]
        assert act.ask(NAMED, {"wanted": "one"}) == [("one",)]
        act.fill(JournalChain, [chain("three")])
        assert act.ask(NAMED, {"wanted": "three"}) == [("three",)]


def test_what_nobody_comes_to_ask_does_no_harm_and_is_forgotten_with_the_act(door: Door) -> None:
    with door.acting(now=MONDAY) as act:
        act.expect(NAMED, {"wanted": "one"})
        act.fill(JournalChain, [chain("one")])
    with door.acting(now=MONDAY) as act:
        assert act.ask(NAMED, {"wanted": "one"}) == [("one",)]


def test_after_a_part_that_was_refused_it_is_asked_anew(door: Door) -> None:
    """For what is said behind something that fails has no answer."""
    with door.acting(now=MONDAY) as act:
        act.fill(JournalChain, [chain("one")])
        with pytest.raises(IntegrityError), act.db.begin_nested():
            act.fill(JournalChain, [chain("one")])
            act.expect(NAMED, {"wanted": "one"})
            act.all(select(JournalChain.name))
        assert act.ask(NAMED, {"wanted": "one"}) == [("one",)]


def test_an_act_on_a_case_says_what_is_expected_with_its_case(engine: Engine, company: Company) -> None:
    """And the answer is that of the moment in which the case is locked."""
    case_id = a_case(company, at=Stage.NOMINATED)
    question = Prepared(select(func.count()).select_from(Employee))
    expected = [(question, {})]
    with company.door.changing(case_id, now=company.now, by=company.ids["D1"], expected=expected) as (act, _):
        assert act.ask(question, {}) == [(len(act.all(select(Employee.id))),)]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_right_that_is_lost_while_one_waits_for_the_case_is_lost(engine: Engine, company: Company) -> None:
    """It is asked for with the lock, and answered behind it."""
    case_id, hr = a_case(company, at=Stage.NOMINATED), company.ids["H1"]
    right = permissions.question(hr, Operation.APPROVE, case_id)

    def act_on_it() -> None:
        with company.door.changing(case_id, now=company.now, by=hr, expected=[right]) as (act, case):
            permissions.require(act.db, act.person, Operation.APPROVE, case)

    act_on_it()
    with ThreadPoolExecutor(1) as pool:
        with company.door.changing(case_id, now=company.now) as (act, _):
            act.execute(delete(RoleHolding).where(RoleHolding.employee_id == hr))
            late = pool.submit(act_on_it)
            wait_until_somebody_waits(engine)
        with pytest.raises(NotFound):
            late.result()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_connections_that_many_needed_at_once_are_kept(engine: Engine) -> None:
    """Each knows its statements; to open one anew costs more than an act."""

    def at_once() -> set[int]:
        many = [engine.connect() for _ in range(12)]
        found = {one.scalar(select(func.pg_backend_pid())) for one in many}
        for one in many:
            one.close()
        return {pid for pid in found if pid is not None}

    assert at_once() == at_once()
