"""What is erased when, what stands in the way, and what stays true afterwards."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Text, create_engine, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

import api.erasure
import api.models
from api.models import Account, PersonalToken
from notifications.models import Channel, Delivery, DeliveryState, WebhookSubscription
from server import erasing
from tests.builders import a_case, answers, approve_all, drive_on, evidence, raters
from tests.company import PEERS, Company, a_company
from tests.customers import asked_customers, customers, list_contacts
from tests.databases import fresh_sqlite
from tests.server.test_commands import BOSS, ENGINEER, a_file, run
from workflow import cases, data_gaps, erasure, keeping_apart, nominations, rater_objections, reviews
from workflow.contacts import Listed
from workflow.database import connect
from workflow.errors import NotErasable, NotFound
from workflow.journal import verify
from workflow.models import (
    Base,
    CareerStep,
    Demographics,
    Employee,
    Entry,
    JournalEntry,
    KeptApart,
    Objection,
    PerformanceRecord,
    PromotionCase,
    ReviewAnswer,
    ReviewOutcome,
    StageRound,
    Task,
    Vote,
)
from workflow.retention import WORDS, DataClass
from workflow.store import Door
from workflow.vocabulary import ApartBecause, ObjectionState, Source, Stage

YEAR = 366
Found = dict[str, Any]


def erase(company: Company, number: str | None = None) -> Counter[DataClass]:
    with company.door.acting(now=company.now) as act:
        return erasing.erase(act, number)


def strings(company: Company) -> str:
    """Every text of every table but the catalogue of criteria."""
    found = []
    with company.reading() as db:
        for table in Base.metadata.sorted_tables:
            if table.name == "criteria_edition":
                continue
            found += [repr(tuple(row)) for row in db.execute(select(table))]
    return "\n".join(found)


def figures(company: Company) -> list[Any]:
    """What statistics are made of: counts, outcomes, scores, days, without persons."""
    queries = (
        select(PromotionCase.id, PromotionCase.stage, PromotionCase.decided_at, PromotionCase.ended_at),
        select(StageRound.id, StageRound.stage, StageRound.opened_at, StageRound.closed_at),
        select(ReviewOutcome.round_id, ReviewOutcome.score),
        select(ReviewAnswer.item, ReviewAnswer.value, func.count()).group_by(
            ReviewAnswer.item, ReviewAnswer.value
        ),
        select(Vote.id, Vote.result, Vote.entitled),
        select(Entry.id, Entry.composite, Entry.place),
        select(CareerStep.case_id, CareerStep.to_level),
        select(Task.kind, Task.state, func.count()).group_by(Task.kind, Task.state),
    )
    with company.reading() as db:
        return [sorted(map(repr, db.execute(query).all())) for query in queries]


def a_told_case(company: Company) -> int:
    """A completed case in which people have written about each other."""
    case_id = a_case(company, at=Stage.NOMINATED)
    unwanted = company.ids["P1"]
    with company.on(case_id, "C") as (act, case):
        rater_objections.object_to(act, case, act.db.get_one(Employee, unwanted), reason="We quarrelled.")
    approve_all(company, case_id)
    rater = next(number for number in raters(company, case_id) if number in PEERS)
    company.do(reviews.submit_form, case_id, rater, answers=answers(5), evidence=evidence(5))
    drive_on(company, case_id, Stage.COMPLETED)
    return case_id


def leave(company: Company, number: str = "C", *, days: int = 3 * YEAR) -> None:
    """Somebody leaves, which the next run notices, and so many days go by."""
    company.leaves(number)
    erase(company)
    company.later(days=days)


WRITTEN = ("Keeps promises to customers.", "We quarrelled.", evidence(5)["diagnoses"])


def test_words_go_kind_by_kind_and_figures_stay(company: Company) -> None:
    case_id = a_told_case(company)
    before = figures(company)
    assert all(text in strings(company) for text in WRITTEN)
    company.later(days=YEAR)
    first = erase(company)
    assert {kind for kind in first if first[kind]} == {
        DataClass.NOMINATION,
        DataClass.REVIEW,
        DataClass.MENTORING,
    }
    assert not any(text in strings(company) for text in WRITTEN)
    assert company.case(case_id).outcome_text
    company.later(days=2 * YEAR)
    later = erase(company)
    assert {kind for kind in later if later[kind]} == {DataClass.REASONS, DataClass.LETTERS}
    assert company.case(case_id).outcome_text is None
    assert figures(company) == before
    with company.reading() as db:
        assert list(verify(db)) == []


def test_what_is_erased_is_erased_once(company: Company) -> None:
    a_told_case(company)
    leave(company)
    assert erase(company)[DataClass.PERSON] == 1
    assert not any(erase(company).values())


def test_a_person_who_has_left_becomes_nobody_in_particular(company: Company) -> None:
    a_told_case(company)
    keep_on_file(company, "C")
    before = figures(company)
    leave(company)
    counts = erase(company)
    assert (counts[DataClass.PERSON], counts[DataClass.ACCESS]) == (1, 0)
    left = strings(company)
    assert re.findall(r"Person C\b|\bc@example.com|Li Na|kin@example.com", left) == []
    with company.reading() as db:
        person = db.get_one(Employee, company.ids["C"])
        assert (person.name, person.number, person.email) == ("erased", f"erased-{person.id}", None)
        assert list(verify(db)) == []
    assert figures(company) == before


def keep_on_file(company: Company, number: str) -> None:
    """What is personal beside the cases: attributes, relatives, a correction, customers."""
    key = company.ids[number]
    with company.door.acting(now=company.now, by=key) as act:
        act.add(Demographics(employee_id=key, gender="f", birth_year=1990))
        data_gaps.report_error(act, rule="trainings", text="Person C has had two.")
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        people = (act.db.get_one(Employee, company.ids[one]) for one in (number, "P2"))
        keeping_apart.declare(act, *people, because=ApartBecause.RELATIVE)
    list_contacts(
        company, Listed(Source.CUSTOMER, name="Li Na", email="kin@example.com", locale="en"), candidate=number
    )


def test_of_whoever_is_kept_apart_from_him_nothing_else_goes(company: Company) -> None:
    keep_on_file(company, "C")
    leave(company)
    erase(company)
    with company.reading() as db:
        assert db.scalars(select(KeptApart)).all() == []
        assert db.scalars(select(Demographics)).all() == []
        of = set(db.scalars(select(PerformanceRecord.employee_id)))
    assert of == set(company.ids.values()) - {company.ids["C"]}


def test_a_customer_nobody_lists_any_more_is_forgotten_with_the_review_he_was_asked_for(
    company: Company,
) -> None:
    list_contacts(company, *customers(9))
    case_id = a_case(company, at=Stage.REVIEW)
    asked = asked_customers(company, case_id)
    list_contacts(company)
    assert erase(company)[DataClass.REVIEW] == 9 - len(asked) == 1
    company.do(cases.withdraw, case_id, "C", reason="Not now.")
    assert erase(company)[DataClass.REVIEW] == 0
    company.later(days=YEAR)
    erase(company)
    assert "customer" not in strings(company).replace("'customer'", "")


def test_programs_of_whoever_is_erased_are_called_no_more(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(
            WebhookSubscription(
                owner_id=company.ids["H2"],
                url="https://mine.example.com/in",
                secret="whsec_x",
                created_at=company.now,
            )
        )
    company.leaves("H2")
    erase(company, "H2")
    assert "mine.example.com" not in strings(company)


def test_the_time_begins_when_it_is_seen_that_somebody_has_left(company: Company) -> None:
    company.leaves("T1")
    company.later(days=4 * YEAR)
    assert erase(company)[DataClass.PERSON] == 0
    company.returns("T1")
    company.later(days=2 * YEAR)
    erase(company)
    leave(company, "T1", days=2 * YEAR)
    assert erase(company)[DataClass.PERSON] == 0
    company.later(days=YEAR)
    assert erase(company)[DataClass.PERSON] == 1


def test_somebody_is_erased_at_once_when_it_is_asked_for(company: Company) -> None:
    case_id, other = a_told_case(company), a_case(company, at=Stage.NOMINATED, candidate="P3")
    company.later(days=60)
    company.leaves("C")
    before = figures(company)
    counts = erase(company, "C")
    assert all(counts[kind] for kind in DataClass if kind not in (DataClass.ACCESS, DataClass.MAILS))
    assert not any(text in strings(company) for text in WRITTEN[1:])
    assert (company.case(case_id).statement, company.case(case_id).evidence) == ("", {})
    assert company.case(other).statement == WRITTEN[0]
    assert figures(company) == before
    with company.reading() as db:
        assert list(verify(db)) == []
    with pytest.raises(NotFound):
        erase(company, "C")


def object_openly(company: Company, case_id: int) -> None:
    with company.on(case_id) as (act, case):
        assert case.round_id is not None
        act.add(
            Objection(
                case_id=case.id,
                round_id=case.round_id,
                objector_id=company.ids["P7"],
                text="No.",
                raised_at=company.now,
            )
        )


def refused(company: Company, number: str = "C") -> str:
    with pytest.raises(NotErasable) as error:
        erase(company, number)
    return str(error.value.facts["reason"])


def test_nothing_is_erased_of_whoever_is_here_or_may_still_be_decided_on(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    assert refused(company) == "still_here"
    company.leaves("C")
    assert refused(company) == "case_runs"
    company.do(cases.withdraw, case_id, "H1", reason="Has left.")
    assert refused(company) == "contestable"
    company.later(days=46)
    object_openly(company, case_id)
    assert refused(company) == "objection_undecided"
    with company.door.acting(now=company.now) as act:
        act.execute(update(Objection).values(state=ObjectionState.LAPSED))
    erase(company, "C")


def test_a_hold_stops_what_is_asked_for_and_what_is_due(company: Company) -> None:
    a_told_case(company)
    with company.door.acting(now=company.now) as act:
        erasure.hold(act, erasing.person_of(act, "C"), because="A lawsuit.")
    leave(company)
    assert refused(company) == "held_by_law"
    assert not any(erase(company).values())
    assert all(text in strings(company) for text in WRITTEN)
    with company.door.acting(now=company.now) as act:
        erasure.lift_hold(act, erasing.person_of(act, "C"))
    assert erase(company)[DataClass.PERSON] == 1
    with pytest.raises(NotFound), company.door.acting(now=company.now) as act:
        erasure.lift_hold(act, act.db.get_one(Employee, company.ids["C"]))


def test_a_case_that_waits_in_reserve_keeps_its_words(company: Company) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    with company.door.acting(now=company.now) as act:
        act.execute(update(PromotionCase).values(stage=Stage.RESERVE))
    company.later(days=5 * YEAR)
    assert not any(erase(company).values())
    assert company.case(case_id).statement == WRITTEN[0]


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


def test_every_column_that_people_write_into_belongs_to_a_kind() -> None:
    """A new one fails here until `retention.WORDS` says when it is emptied."""
    elsewhere = {
        "journal_text.text",  # deleted with the kind of its act
        "kept_answer.body",  # goes after thirty days
        "criteria_edition.document",  # published, about nobody
        "legal_hold.because",  # goes with the hold
    }
    known = {str(column) for columns in WORDS.values() for column in columns}
    named = {name.replace("_", "").lower() for name in known}
    written = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Text)
    }
    assert {one for one in written - elsewhere if one.replace("_", "") not in named} == set()


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
