"""The one door for change: all or nothing, one after the other, and by people who are there."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.exc import OperationalError

from tests.builders import a_case
from tests.company import MONDAY, Company
from workflow import cases, nominations
from workflow.act import Act
from workflow.database import KEPT, connect, prepare, translate
from workflow.errors import Busy, DatabaseGone, HasLeft, NotFound
from workflow.models import Base, PromotionCase, StageRound
from workflow.store import Door
from workflow.vocabulary import Stage


def everything(company: Company) -> dict[str, list[Any]]:
    """Every row of every table."""
    with company.reading() as db:
        tables = Base.metadata.sorted_tables
        return {table.name: sorted(map(repr, db.execute(select(table)).all())) for table in tables}


def approve_and_stumble(act: Act, case: PromotionCase) -> None:
    """Sign, with everything that follows from it, and be refused at the last step."""
    nominations.approve(act, case)
    act.db.flush()
    raise NotFound()


def test_a_refused_act_leaves_everything_as_it_was(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    before = everything(company)
    with pytest.raises(NotFound):
        company.do(approve_and_stumble, case_id, "D1")
    assert everything(company) == before


def test_every_act_on_a_case_raises_its_version(company: Company) -> None:
    case_id = a_case(company)
    seen = company.case(case_id).version
    company.do(nominations.submit, case_id, "L1")
    assert company.case(case_id).version == seen + 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_there_is_no_acting_on_a_case_that_does_not_exist(company: Company) -> None:
    with pytest.raises(NotFound), company.on(999, "H1"):
        pass


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_person_who_has_left_cannot_act(company: Company) -> None:
    case_id = a_case(company)
    company.leaves("L1")
    with pytest.raises(HasLeft):
        company.do(nominations.submit, case_id, "L1")
    with pytest.raises(HasLeft), company.door.acting(now=company.now, by=999):
        pass


def test_announcements_are_part_of_the_act_and_the_world_wakes_after_the_commit(company: Company) -> None:
    case_id = a_case(company)
    told: list[str] = []

    def announce(act: Act) -> None:
        told.extend(entry.action for entry in act.entries)
        act.db.get_one(PromotionCase, case_id).statement = "announced"

    def wake() -> None:
        told.append(f"woken at {company.case(case_id).stage}: {company.case(case_id).statement}")

    company.door = Door(company.door.engine, announce=announce, wake=wake)
    company.do(nominations.submit, case_id, "L1")
    assert "stage_entered" in told
    assert told[-1] == "woken at nominated: announced"


def test_if_the_announcement_fails_nothing_happens_and_nobody_wakes(company: Company) -> None:
    case_id = a_case(company)
    before, woken = everything(company), []

    def announce(_act: Act) -> None:
        raise RuntimeError("no room")

    company.door = Door(company.door.engine, announce=announce, wake=lambda: woken.append(1))
    with pytest.raises(RuntimeError, match="no room"):
        company.do(nominations.submit, case_id, "L1")
    assert everything(company) == before
    assert woken == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nobody_is_told_where_nothing_was_written_down(company: Company) -> None:
    def announce(_act: Act) -> None:
        raise AssertionError("there is nothing to announce")

    company.door = Door(company.door.engine, announce=announce)
    with company.door.acting(now=company.now) as act:
        assert act.entries == []


def test_a_locked_database_says_so_and_stays_as_it_was(company: Company) -> None:
    case_id = a_case(company)
    before = everything(company)
    with company.door.engine.connect() as other:
        other.execute(update(PromotionCase).values(target_post="somewhere"))
        with pytest.raises(Busy):
            company.do(nominations.submit, case_id, "L1")
    assert everything(company) == before
    company.do(nominations.submit, case_id, "L1")
    assert company.case(case_id).stage is Stage.NOMINATED


@pytest.mark.parametrize(
    "address", ["sqlite:///{}/nowhere/jinsheng.db", "postgresql+psycopg://nobody@127.0.0.1:1/jinsheng"]
)
def test_a_database_that_is_gone_says_so(address: str, tmp_path: Path) -> None:
    engine = connect(address.format(tmp_path))
    with pytest.raises(DatabaseGone), Door(engine).acting(now=MONDAY) as act:
        act.first(select(PromotionCase))
    engine.dispose()


@pytest.mark.parametrize(
    "why",
    [
        "the database system is starting up",
        "the database system is shutting down",
        "sorry, too many clients already",
        "remaining connection slots are reserved for roles with the SUPERUSER attribute",
        'too many connections for database "jinsheng"',
    ],
)
def test_a_database_that_takes_nobody_in_is_as_good_as_gone(why: str) -> None:
    """For a moment: a server that starts anew, or has as many connections as it can."""
    refused = OperationalError("", None, Exception(f"connection failed: FATAL:  {why}"))
    assert isinstance(translate(refused), DatabaseGone)


@pytest.mark.parametrize("why", ["statement timeout", "lock timeout", "user request"])
def test_what_an_operator_lets_nobody_wait_longer_for_can_be_tried_again(why: str) -> None:
    ended = OperationalError("", None, Exception(f"canceling statement due to {why}"))
    assert type(translate(ended)) is Busy


def test_where_all_connections_are_in_use_one_is_asked_to_come_again(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/few.db", **KEPT | {"pool_size": 1, "pool_timeout": 0.01})
    prepare(engine)
    with engine.connect(), pytest.raises(Busy), Door(engine).acting(now=MONDAY):
        pass
    engine.dispose()


def test_whoever_had_to_wait_acts_on_the_case_as_it_is_then(company: Company) -> None:
    case_id = a_case(company)

    def withdraw() -> None:
        company.do(cases.withdraw, case_id, "H1", reason="The post was cut.")

    waiting = threading.Thread(target=withdraw)
    with company.on(case_id, "L1") as (act, case):
        waiting.start()
        waiting.join(timeout=0.3)
        nominations.submit(act, case)
    waiting.join()
    with company.reading() as db:
        rounds = db.scalars(select(StageRound).order_by(StageRound.id)).all()
    assert [one.stage for one in rounds] == [Stage.DRAFT, Stage.NOMINATED, Stage.WITHDRAWN]
    assert all(one.closed_at for one in rounds)
    assert company.open_tasks(case_id) == []
