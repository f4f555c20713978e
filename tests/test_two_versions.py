"""Two versions on one database: either goes on with what the other wrote, while both are at work.

The code of the version before is not at hand here. In its place stands whoever writes and reads the tables
and columns that its schema had, as the steps of the schema tell them, and never names another.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    bindparam,
    create_engine,
    insert,
    inspect,
    select,
    text,
    update,
)

from notifications.channels import SENT, Channels, Outcome
from notifications.messages import announce
from notifications.models import Channel, Delivery, DeliveryState, WebhookSubscription
from notifications.outbox import deliver_due
from server import clock, schema
from server.moving import _go_on_counting
from tests.builders import a_case, drive_on
from tests.company import Company
from tests.workflow.begun import Made, begun
from workflow.journal import verify
from workflow.models import Base
from workflow.store import Door
from workflow.vocabulary import Stage

BEFORE = "0014"  # the step of the schema that the version before works on
APPEND_ONLY = {"journal_entry"}  # nobody changes it


class Receivers:
    """Takes every mail and webhook."""

    def send(self, *_: Any) -> Outcome:
        return SENT

    def say(self, *_: Any) -> Outcome:
        return SENT


WAYS = Channels(
    mail=Receivers(),
    webhook=Receivers(),
    sender="Jinsheng <jinsheng@example.com>",
    base_url="https://promotion.example.com",
    mail_key=str,
    review_link=str,
    end_link=str,
    reset_link=lambda handle, _: handle,
)


@cache
def known_before() -> Sequence[Table]:
    """The tables of the version before with its columns, each after those it refers to."""
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/before.db")
        schema.create_all(engine, revision=BEFORE)
        looked = inspect(engine)
        columns = {
            name: {one["name"] for one in looked.get_columns(name)} for name in looked.get_table_names()
        }
        engine.dispose()
    return [
        Table(table.name, MetaData(), *(_known(column) for column in table.columns if column.name in names))
        for table in Base.metadata.sorted_tables
        if (names := columns.get(table.name))
    ]


def _known(column: Column[Any]) -> Column[Any]:
    kind = JSON(none_as_null=True) if isinstance(column.type, JSON) else column.type
    return Column(column.name, kind, primary_key=column.primary_key)


@contextmanager
def references_wait(engine: Engine) -> Iterator[Connection]:
    """A transaction in which rows may refer to such as come later."""
    with schema._without_references(engine) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection


def write_as_before(source: Engine, target: Engine) -> None:
    """Let the version before write what stands in another database, as far as it knows of it."""
    with source.connect() as there, references_wait(target) as here:
        for table in known_before():
            if rows := there.execute(select(table)).mappings().all():
                here.execute(insert(table), [dict(row) for row in rows])
            if here.dialect.name == "postgresql":
                _go_on_counting(here, table)


def change_as_before(engine: Engine) -> int:
    """Let the version before read every row and write it anew; how many those were."""
    read = 0
    with engine.begin() as connection:
        for table in known_before():
            rows = connection.execute(select(table)).mappings().all()
            read += len(rows)
            if rows and table.name not in APPEND_ONLY:
                this = [column == bindparam(f"this_{column.name}") for column in table.primary_key]
                connection.execute(update(table).where(*this), [_anew(table, dict(row)) for row in rows])
    return read


def _anew(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return row | {f"this_{column.name}": row[column.name] for column in table.primary_key}


def a_house_at_work(company: Company) -> Made:
    """A case that is to be approved, somebody who listens, and messages that wait."""
    company.door = Door(company.door.engine, announce=announce)
    with company.door.acting(now=company.now) as act:
        listens = {"url": "https://example.com", "secret": "whsec_c2VjcmV0", "events": []}
        act.add(WebhookSubscription(owner_id=company.ids["H1"], created_at=act.now, **listens))
    return (a_case(company, at=Stage.NOMINATED),)


def delivered(company: Company) -> set[Channel]:
    """By which ways all messages went out, once the clock has beaten."""
    clock.beat(company.door, lambda: company.now)
    while deliver_due(company.door.engine, WAYS, lambda: company.now, "worker", 100):
        company.later(seconds=30)  # late mails wait for their turn
    with company.reading() as db:
        states = {tuple(row) for row in db.execute(select(Delivery.channel, Delivery.state))}
    assert {state for _, state in states} <= {DeliveryState.SENT, DeliveryState.DROPPED}, states
    return {channel for channel, state in states if state is DeliveryState.SENT}


def holds(company: Company) -> bool:
    """Whether every chain of the journal does, and every row of every table can be read."""
    with company.reading() as db:
        for mapper in Base.registry.mappers:
            db.scalars(select(mapper.class_)).unique().all()
        return next(verify(db), None) is None


def test_the_new_version_goes_on_with_what_the_one_before_wrote(engine: Engine, tmp_path: Path) -> None:
    with begun(tmp_path, a_house_at_work) as (old, (case_id,)):
        write_as_before(old.door.engine, engine)
    house = Company(Door(engine, announce=announce), old.edition_id, old.now, dict(old.ids))
    assert holds(house)
    drive_on(house, case_id, Stage.NOTICE)
    assert delivered(house) == {Channel.MAIL, Channel.WEBHOOK}
    assert holds(house)


def test_both_work_on_one_case_to_its_end(company: Company) -> None:
    (case_id,) = a_house_at_work(company)
    written = [change_as_before(company.door.engine)]
    for stage in (Stage.COMMITTEE, Stage.MENTORING):
        drive_on(company, case_id, stage)
        written.append(change_as_before(company.door.engine))
    assert written == sorted(set(written))
    assert delivered(company) == {Channel.MAIL, Channel.WEBHOOK}
    assert holds(company)


def test_the_version_before_knows_less() -> None:
    tables = {table.name: set(table.columns.keys()) for table in known_before()}
    assert "calendar_feed" not in tables
    assert "receiver" not in tables["webhook_subscription"]
    assert {table.name for table in Base.metadata.sorted_tables} - tables.keys()
