"""The secret of the ballot: box and register lie apart, and after the close nobody can tell who voted how."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select

from tests.builders import vote, vote_all
from tests.company import MEMBERS, Company
from tests.workflow.begun import begun
from tests.workflow.votes import DEFER, NO, TIED, YES, Convened, cast, recuse, votes, voting_case
from workflow import committees, decisions, sealing
from workflow.models import BallotPaper, Base, Elector, JournalEntry, RoundKey, Task
from workflow.vocabulary import TaskKind

MIXED = (YES, YES, YES, YES, NO, NO, DEFER)


@pytest.fixture
def voting(tmp_path: Path) -> Iterator[Convened]:
    with begun(tmp_path, voting_case) as (company, (case_id,)):
        yield company, case_id


def in_order_of_rows(company: Company, table: type[Base], column: str) -> list[Any]:
    with company.reading() as db:
        rows = db.connection().exec_driver_sql(f"SELECT {column} FROM {table.__tablename__} ORDER BY rowid")
        return list(rows.scalars())


def keys(company: Company) -> list[str]:
    with company.reading() as db:
        return list(db.scalars(select(RoundKey.key)))


def papers(company: Company) -> dict[str, str]:
    with company.reading() as db:
        return {paper.pseudonym: paper.choice for paper in db.scalars(select(BallotPaper))}


def test_the_register_knows_no_choice_and_the_box_no_person_and_neither_knows_a_time() -> None:
    def columns(table: type[Base]) -> set[str]:
        return {column.key for column in inspect(table).columns}

    assert columns(Elector) == {"vote_id", "employee_id", "has_voted"}
    assert columns(BallotPaper) == {"vote_id", "pseudonym", "choice", "sealed_reason"}


def test_the_register_tells_who_has_voted(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, NO, "M2", "M5")
    with company.reading() as db:
        voters = db.scalars(select(Elector.employee_id).where(Elector.has_voted)).all()
    assert sorted(company.number(person) for person in voters) == ["M2", "M5"]


def test_before_the_close_nobody_without_the_key_knows_whose_paper_it_is(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, NO, "M2")
    (key,) = keys(company)
    (name,) = papers(company)
    person = company.ids["M2"]
    assert name == sealing.pseudonym(key, person)
    assert name not in {sealing.pseudonym("", person), hashlib.sha256(str(person).encode()).hexdigest()}


def test_a_replaced_ballot_leaves_one_paper_and_no_trace_of_the_first(voting: Convened) -> None:
    company, case_id = voting
    for choice in (NO, DEFER, YES):
        cast(company, case_id, choice, "M2")
    assert list(papers(company).values()) == [YES]
    with company.reading() as db:
        cast_once = select(JournalEntry).where(JournalEntry.action == "ballot_cast")
        assert len(db.scalars(cast_once).all()) == 1


def test_at_the_close_the_key_is_destroyed_and_every_paper_gets_a_name_of_chance(voting: Convened) -> None:
    company, case_id = voting
    (key,) = keys(company)
    vote(company, case_id, *MIXED)
    names = papers(company)
    assert keys(company) == []
    assert sorted(names.values()) == sorted(MIXED)
    assert not {sealing.pseudonym(key, company.ids[member]) for member in MEMBERS} & names.keys()


def test_at_the_close_papers_and_register_are_laid_down_in_an_order_of_chance(tmp_path: Path) -> None:
    seen: dict[str, set[tuple[Any, ...]]] = {"box": set(), "register": set()}
    for turn in range(4):
        folder = tmp_path / str(turn)
        folder.mkdir()
        with begun(folder, voting_case) as (company, (case_id,)):
            vote(company, case_id, *MIXED)
            seen["box"].add(tuple(in_order_of_rows(company, BallotPaper, "choice")))
            seen["register"].add(tuple(in_order_of_rows(company, Elector, "employee_id")))
    # One order four times over would be chance in fewer than one run in a million.
    assert len(seen["box"]) > 1
    assert len(seen["register"]) > 1


def test_a_second_vote_is_sealed_under_a_key_of_its_own(voting: Convened) -> None:
    company, case_id = voting
    first = keys(company)
    vote(company, case_id, *TIED)
    company.do(committees.open_ballot, case_id, "M1")
    (second,) = keys(company)
    assert [second] != first
    vote(company, case_id, *MIXED)
    assert keys(company) == []


def test_the_ballot_of_a_recused_member_is_taken_out_and_no_other(voting: Convened) -> None:
    company, case_id = voting
    cast(company, case_id, YES, "M1", "M2")
    cast(company, case_id, NO, "M3")
    recuse(company, case_id, "M3")
    assert list(papers(company).values()) == [YES, YES]
    with company.reading() as db:
        entitled = db.scalars(select(Elector.employee_id)).all()
    assert company.ids["M3"] not in entitled


def test_neither_journal_nor_tasks_say_what_was_voted(voting: Convened) -> None:
    company, case_id = voting
    vote(company, case_id, *MIXED)
    with company.reading() as db:
        entries = db.scalars(select(JournalEntry).where(JournalEntry.action == "ballot_cast")).all()
        tasks = db.scalars(select(Task).where(Task.kind == TaskKind.CAST_BALLOT)).all()
    assert [(entry.facts, entry.text_digest) for entry in entries] == [({}, None)] * len(MEMBERS)
    assert [(task.detail, task.subject_id) for task in tasks] == [(None, None)] * len(MEMBERS)


def test_swapping_two_ballots_changes_nothing_that_is_kept(tmp_path: Path) -> None:
    worlds = []
    for name, choices in (("one", MIXED), ("other", (NO, *MIXED[1:4], YES, *MIXED[5:]))):
        (tmp_path / name).mkdir()
        with begun(tmp_path / name, voting_case) as (company, (case_id,)):
            vote(company, case_id, *choices)
            (closed,) = votes(company, case_id)
            worlds.append((closed.result, closed.tally, sorted(papers(company).values())))
    assert worlds[0] == worlds[1]


def test_the_count_of_a_unanimous_vote_is_not_shown(voting: Convened) -> None:
    company, case_id = voting
    vote_all(company, case_id)
    assert votes(company, case_id)[0].tally["shown"] == {"result": "carried"}
    company.do(decisions.record_decision, case_id, "M1", text="Carried.")
    with company.reading() as db:
        entry = db.scalars(select(JournalEntry).where(JournalEntry.action == "decision_recorded")).one()
    assert entry.facts == {"result": "carried"}
