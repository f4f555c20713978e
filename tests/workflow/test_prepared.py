"""Statements that are said past the unit of work mean what they mean anywhere else."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, NullPool, bindparam, create_engine, event, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from tests.company import MONDAY, Company
from workflow.errors import AlreadyExists, DatabaseGone
from workflow.models import Department, Employee, InboxRow, JournalChain, Reminder, Site, Task, bare_table
from workflow.prepared import Prepared
from workflow.store import Door
from workflow.vocabulary import ReminderTarget, TaskKind, TaskState


def chain(name: str) -> dict[str, Any]:
    """A chain of the journal of which nothing has been said yet."""
    return {"name": name, "sequence": 0, "head": ""}


def test_it_finds_what_the_same_statement_finds_elsewhere(company: Company) -> None:
    """Words, days, instants, JSON and truths come back as the types of the columns give them."""
    for table in (bare_table(model) for model in (Employee, Department, Site, Task)):
        query = select(table).order_by(table.c.id)
        with company.door.acting(now=MONDAY) as act:
            assert act.ask(Prepared(query), {}) == [tuple(row) for row in act.execute(query)]


def test_what_is_left_open_is_said_with_each_question(company: Company) -> None:
    """One statement serves many questions, and one that is not answered whole is an error."""
    named = Prepared(select(Employee.id).where(Employee.number == bindparam("number")))
    with company.door.acting(now=MONDAY) as act:
        numbers = act.all(select(Employee.number))
        assert len({act.ask(named, {"number": number})[0] for number in numbers}) == len(numbers) > 1
        with pytest.raises(KeyError):
            act.ask(named, {})


def test_values_of_the_statement_itself_are_found_among(company: Company) -> None:
    """A list of words that belongs to a statement is part of it."""
    chosen = Prepared(select(Task.id).where(Task.kind.in_([TaskKind.APPROVE]), Task.state == TaskState.OPEN))
    with company.door.acting(now=MONDAY) as act:
        assert act.ask(chosen, {}) == []


def test_what_is_told_is_seen_by_whatever_is_asked_next(door: Door) -> None:
    """Not to wait changes nothing in what comes after what."""
    with door.acting(now=MONDAY) as act:
        act.fill(JournalChain, [chain("first")])
        act.fill(JournalChain, [chain(f"chain {number}") for number in range(40)])
        assert len(act.all(select(JournalChain.name))) == 41


@pytest.mark.parametrize("rows", [1, 2, 16, 17])
def test_rows_come_on_file_whole_however_many_there_are(company: Company, rows: int) -> None:
    """Instants and words are kept as by the unit of work."""
    at = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    with company.door.acting(now=MONDAY) as act:
        person = act.all(select(Employee.id))[0]
        task = act.add(
            Task(
                kind=TaskKind.APPROVE,
                case_id=None,
                round_id=None,
                opened_at=at,
                due_at=at,
                assignee_id=person,
            )
        )
        given = [
            {"task_id": task.id, "at": at.replace(day=day + 1), "target": ReminderTarget.OWNER}
            for day in range(rows)
        ]
        act.fill(Reminder, given)
        kept = act.all(select(Reminder).order_by(Reminder.at))
        assert [{name: getattr(one, name) for name in given[0]} for one in kept] == given
        act.fill(InboxRow, [])


def test_what_cannot_be_kept_is_refused_at_the_end_and_nothing_stays(door: Door) -> None:
    """What was not waited for is refused all the same."""
    with pytest.raises(AlreadyExists), door.acting(now=MONDAY) as act:
        act.fill(JournalChain, [chain("once")])
        act.fill(JournalChain, [chain("once")])
    with door.acting(now=MONDAY) as act:
        assert act.all(select(JournalChain)) == []


def test_a_part_that_is_refused_leaves_the_rest(door: Door) -> None:
    """What was done before a part that fails stays, and what comes after it is done."""
    with door.acting(now=MONDAY) as act:
        act.fill(JournalChain, [chain("before")])
        with pytest.raises(IntegrityError), act.db.begin_nested():
            act.fill(JournalChain, [chain("before")])
            act.all(select(JournalChain.name))
        act.fill(JournalChain, [chain("after")])
    with door.acting(now=MONDAY) as act:
        assert sorted(act.all(select(JournalChain.name))) == ["after", "before"]


def test_a_question_that_fails_is_an_error_of_the_database(door: Door) -> None:
    """And the transaction can be taken up again from where it was."""
    values: dict[str, Any] = {name: bindparam(name) for name in chain("")}
    answered = Prepared(insert(JournalChain).values(values).returning(JournalChain.name))
    with door.acting(now=MONDAY) as act:
        assert act.ask(answered, chain("one")) == [("one",)]
        with pytest.raises(IntegrityError), act.db.begin_nested():
            act.ask(answered, chain("one"))
        assert act.ask(answered, chain("two")) == [("two",)]


def test_it_is_noticed_as_any_other_statement(engine: Engine, door: Door) -> None:
    """Whoever counts statements counts these, those about many rows once."""
    heard: list[bool] = []
    with door.acting(now=MONDAY) as act:
        assert act.all(select(JournalChain)) == []
        event.listen(engine, "before_cursor_execute", lambda *call: heard.append(call[-1]))
        act.fill(JournalChain, [chain("first")])
        act.fill(JournalChain, [chain(f"chain {number}") for number in range(17)])
        act.ask(Prepared(select(JournalChain.name)), {})
        assert heard == [False, True, False]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_connection_that_is_lost_is_said_once_and_the_next_act_has_another(
    engine: Engine, door: Door
) -> None:
    """Connections that were kept are given up with the one that is found lost."""
    pid = Prepared(select(func.pg_backend_pid()))
    others = [engine.connect() for _ in range(3)]
    for one in others:
        one.close()
    with pytest.raises(DatabaseGone), door.acting(now=MONDAY) as act:
        ((own,),) = act.ask(pid, {})
        with create_engine(engine.url, poolclass=NullPool).connect() as operator:
            ended = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            )
            operator.execute(text(f"{ended} AND pid <> pg_backend_pid()"))
        act.fill(JournalChain, [chain("lost")])
        act.ask(pid, {})
    for _ in range(4):
        with door.acting(now=MONDAY) as act:
            assert act.ask(pid, {}) != [(own,)]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize("is_refused", [False, True])
def test_a_connection_is_given_back_as_it_was(engine: Engine, door: Door, is_refused: bool) -> None:
    """Whatever became of the act, no transaction is open, and what others say is not committed by itself."""
    with suppress(AlreadyExists), door.acting(now=MONDAY) as act:
        act.fill(JournalChain, [chain("once")] * (1 + is_refused))
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        assert (driver.autocommit, driver.info.transaction_status) == (False, TransactionStatus.IDLE)
        assert connection.scalar(select(func.count()).select_from(JournalChain)) == (0 if is_refused else 1)


def test_an_act_that_has_only_waited_for_answers_is_committed(door: Door) -> None:
    """A row that is put on file by a question stays, though nothing was told after it."""
    values: dict[str, Any] = {name: bindparam(name) for name in chain("")}
    with door.acting(now=MONDAY) as act:
        act.ask(Prepared(insert(JournalChain).values(values).returning(JournalChain.name)), chain("one"))
    with door.acting(now=MONDAY) as act:
        assert act.all(select(JournalChain.name)) == ["one"]


def test_what_was_told_is_not_taken_for_the_answer_to_what_is_asked_in_the_same_words(door: Door) -> None:
    """Nor does a later question find what is left of an earlier one."""
    values: dict[str, Any] = {name: bindparam(name) for name in chain("")}
    filed = Prepared(insert(JournalChain).values(values).returning(JournalChain.name))
    named = Prepared(select(JournalChain.name).where(JournalChain.name == bindparam("wanted")))
    with door.acting(now=MONDAY) as act:
        for number in range(3):
            act.tell(filed, chain(f"told {number}"))
            act.tell(filed, chain(f"once more {number}"))
            assert act.ask(filed, chain(f"asked {number}")) == [(f"asked {number}",)]
            act.tell(filed, *[chain(f"{number}, one of many {place}") for place in range(3)])
            assert act.ask(filed, chain(f"again {number}")) == [(f"again {number}",)]
        assert [act.ask(named, {"wanted": one}) for one in ("told 1", "nothing", "asked 2")] == [
            [("told 1",)],
            [],
            [("asked 2",)],
        ]
    with door.acting(now=MONDAY) as act:
        assert len(act.all(select(JournalChain))) == 21
