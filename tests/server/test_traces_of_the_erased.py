"""What goes with people besides their cases: mails, ways in, columns, the file itself; and the command."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError

import api.erasure
import api.models
from api.models import Account, PersonalToken
from notifications.models import Channel, Delivery, DeliveryState
from server import erasing
from tests.builders import a_case
from tests.company import Company, a_company
from tests.databases import fresh_sqlite
from tests.server.erasing_done import YEAR, a_told_case, erase, leave
from tests.server.test_commands import BOSS, ENGINEER, a_file, run
from workflow import cases, nominations
from workflow.database import connect
from workflow.models import (
    Base,
    JournalEntry,
    PromotionCase,
)
from workflow.retention import DataClass
from workflow.store import Door


def test_mails_go_when_they_are_over_and_old(company: Company) -> None:
    states = (DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.PENDING)
    with company.door.acting(now=company.now) as act:
        act.execute(insert(Delivery), [a_mail(company, state) for state in states])
    company.later(days=80)
    assert erase(company)[DataClass.MAILS] == 0
    company.later(days=11)
    assert erase(company)[DataClass.MAILS] == 2


def a_mail(company: Company, state: DeliveryState) -> dict[str, Any]:
    when = dict.fromkeys(("created_at", "next_at"), company.now)
    person = company.ids["C"]
    return when | {
        "key": state,
        "channel": Channel.MAIL,
        "kind": "digest",
        "person_id": person,
        "payload": {},
        "state": state,
        "attempts": 0,
    }


def test_ways_in_go_a_month_after_they_are_over(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        for number, days in (("P1", 10), ("P2", 90), ("T1", 90)):
            act.add(a_token(company, number, days))
            act.add(Account(employee_id=company.ids[number], password_hash="", password_set_at=company.now))
    company.leaves("T1")
    erase(company)
    company.later(days=41)
    assert erase(company)[DataClass.ACCESS] == 3
    with company.reading() as db:
        assert set(db.scalars(select(Account.employee_id))) == {company.ids["P1"], company.ids["P2"]}
        assert db.scalars(select(PersonalToken.name)).all() == ["P2"]


def a_token(company: Company, number: str, days: int) -> PersonalToken:
    return PersonalToken(
        person_id=company.ids[number],
        name=number,
        digest=number,
        created_at=company.now,
        expires_at=company.now + timedelta(days=days),
    )


def test_the_journal_tells_how_much_was_erased_and_still_refuses_to_be_changed(company: Company) -> None:
    a_told_case(company)
    leave(company)
    erase(company)
    with company.reading() as db:
        told = db.scalars(select(JournalEntry).where(JournalEntry.action == "data_erased")).all()[-1]
        assert told.facts["people"] == [company.ids["C"]]
        assert told.facts["counts"]["person"] == 1
    with pytest.raises(DBAPIError, match="append-only"), company.door.engine.begin() as connection:
        connection.execute(update(JournalEntry).values(action="x"))


def test_every_way_in_is_closed_for_whoever_is_erased() -> None:
    """A new table of access that refers to people fails here until `api.erasure` knows it."""
    ways = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if mapper.class_.__module__ == api.models.__name__
        and any(key.column.table.name == "employee" for key in mapper.local_table.foreign_keys)
    }
    assert ways == {person.class_.__tablename__ for person in api.erasure.BY_PERSON}


def test_the_command_counts_in_a_dry_run_and_says_why_it_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path / "var"))
    run("import-organisation", a_file(tmp_path, BOSS, ENGINEER))
    engine = create_engine(f"sqlite:///{tmp_path}/var/jinsheng.db")
    with engine.begin() as connection:
        connection.execute(text("UPDATE employee SET is_active = 0 WHERE number = '2'"))
    engine.dispose()
    here = run("erase", "--person", "1")
    assert (here.exit_code, "still works here" in here.output, "此人仍在职" in here.output) == (1, True, True)
    assert run("hold", "2", "--because", "A lawsuit.").exit_code == 0
    assert "legal hold" in run("erase", "--person", "2").output
    assert run("lift-hold", "2").exit_code == 0
    for words in (("--dry-run",), ()):
        assert "1  people who have left / 已离职人员" in run("erase", "--person", "2", *words).output
    assert run("erase", "--person", "2").exit_code == 1
    assert run("erase").exit_code == 0
    assert run("verify").exit_code == 0


def test_no_word_of_what_is_erased_remains_in_the_file(tmp_path: Path) -> None:
    engine = fresh_sqlite(tmp_path)
    company = a_company(Door(engine))
    statement = "Nobody else has ever written this sentence."
    company.do(nominations.write, a_case(company), "L1", statement=statement, evidence={})
    company.do(cases.withdraw, 1, "C", reason="Not now.")
    file = Path(str(engine.url.database))
    company.later(days=YEAR)
    served = connect(str(engine.url))  # as by a service that goes on meanwhile
    with served.connect() as connection:
        assert connection.scalar(select(PromotionCase.statement)) == statement
    with erasing.overwriting(engine), company.door.acting(now=company.now) as act:
        erasing.erase(act)
    for place in (file, file.with_name(f"{file.name}-wal")):
        assert statement.encode() not in place.read_bytes()
    served.dispose()
    engine.dispose()
