"""The journal as auditors and HR search it, verify it and take it along."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from api.database import db
from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, a_competition, a_contested_case, seat_judges, vote_all
from tests.company import Company
from tests.workflow.test_hr_of_a_department import hr_of, moved
from tests.workflow.test_nominations import nominate
from tests.workflow.test_rater_objections import object_to
from workflow import cases, committees, journal
from workflow.models import RoleHolding
from workflow.vocabulary import Role, Stage


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def found(calls: Calls, by: str, search: str = "") -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = calls.get(by, f"/journal?limit=200{search}")["items"]
    return lines


def tampered(company: Company, case: int) -> None:
    """Somebody with the database password has rewritten the third entry of a case."""
    is_sqlite = company.door.engine.dialect.name == "sqlite"
    with company.door.engine.begin() as connection:
        if is_sqlite:
            connection.execute(text("DROP TRIGGER journal_entry_is_append_only_update"))
        else:
            connection.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER USER"))
        rewrite = "UPDATE journal_entry SET action = 'nothing' WHERE chain = :chain AND sequence = 3"
        connection.execute(text(rewrite), {"chain": f"case/{case}"})
        if not is_sqlite:
            connection.execute(text("ALTER TABLE journal_entry ENABLE TRIGGER USER"))


@pytest.mark.parametrize("reader", ["H1", "A1"])
@pytest.mark.parametrize("stage", [Stage.NOMINATED, Stage.COMMITTEE, Stage.MENTORING])
def test_of_a_case_the_journal_says_what_its_timeline_says(
    company: Company, calls: Calls, reader: str, stage: Stage
) -> None:
    case = a_case(company, at=stage)
    timeline = calls.get(reader, f"/cases/{case}/timeline?limit=200")["items"]
    searched = found(calls, reader, f"&case={case}")
    assert {line["candidate"]["number"] for line in searched} == {"C"}
    told = ("at", "action", "actor", "person", "on_behalf_of", "facts", "text")
    assert [{name: line[name] for name in told} for line in reversed(searched)] == [
        {name: line[name] for name in told} for line in timeline
    ]


def test_it_is_searched_by_case_actor_action_and_day(company: Company, calls: Calls) -> None:
    first = a_case(company, at=Stage.NOMINATED)
    company.later(days=2)
    second = a_case(company, at=Stage.NOMINATED, candidate="P1")
    company.do(cases.withdraw, second, "H1", reason="The post was cut.")
    assert {line["case"] for line in found(calls, "A1", f"&case={first}")} == {first}
    (withdrawn,) = found(calls, "A1", "&actor=H1&action=case_withdrawn")
    assert withdrawn["case"] == second
    assert "The post was cut." in [line["text"] for line in found(calls, "A1", "&action=stage_entered")]
    assert {line["actor"]["number"] for line in found(calls, "A1", "&actor=L1")} == {"L1"}
    of_monday = found(calls, "H1", "&from=2026-03-02&to=2026-03-02")
    assert {line["case"] for line in of_monday} == {first}
    assert {line["case"] for line in found(calls, "H1", "&from=2026-03-03")} == {second}


def test_its_pages_hold_every_line_once_the_newest_first(company: Company, calls: Calls) -> None:
    a_case(company, at=Stage.COMMITTEE)
    whole, page = found(calls, "A1"), calls.get("A1", "/journal?limit=7")
    paged = page["items"]
    while page["next"]:
        page = calls.get("A1", f"/journal?limit=7&cursor={page['next']}")
        paged += page["items"]
    assert paged == whole
    assert [line["at"] for line in whole] == sorted((line["at"] for line in whole), reverse=True)


def test_nobody_is_found_as_the_author_of_a_form_or_a_ballot(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    company.do(committees.open_ballot, case, "M1")
    vote_all(company, case)
    for reader in ("A1", "H1"):
        assert found(calls, reader, f"&case={case}&action=vote_closed")
        assert [found(calls, reader, f"&actor={number}") for number in ("P1", "P2", "M3", "M7")] == [[]] * 4


def test_what_belongs_to_no_case_is_for_auditors(company: Company, calls: Calls) -> None:
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        journal.record(act, "cycle_checked", chain="cycles", text="Words of a person.", cycle=1)
    (line,) = found(calls, "A1", "&action=cycle_checked")
    assert (line["case"], line["chain"], line["facts"]) == (None, "cycles", {"cycle": 1})
    assert (line["actor"]["number"], line["text"]) == ("H1", None)
    assert all(line["case"] for line in found(calls, "H1"))


def test_an_auditor_reads_nothing_of_a_competition_in_which_he_has_a_stake(
    company: Company, calls: Calls
) -> None:
    competition = a_competition(company)
    for entrant in ("C", "P1"):
        a_contested_case(company, candidate=entrant)
    seat_judges(company, competition)
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["P1"], role=Role.AUDITOR))
    told = {reader: found(calls, reader, "&action=panel_seated") for reader in ("A1", "P1")}
    assert [line["chain"] for line in told["A1"]] == [f"competition/{competition}"]
    assert told["P1"] == []


def test_hr_reads_of_the_cases_it_is_hr_to(company: Company, calls: Calls) -> None:
    a_case(company, at=Stage.NOMINATED)
    other = a_case(company, at=Stage.NOMINATED, candidate="P3")
    moved(company, "P3", "Staff")
    hr_of(company, "T1", "Staff")
    assert {line["case"] for line in found(calls, "T1")} == {other}


def test_nobody_reads_of_his_own_case_of_his_rivals_or_before_a_consent(
    company: Company, calls: Calls
) -> None:
    a_contested_case(company, at=Stage.NOMINATED, candidate="P1")
    a_contested_case(company, at=Stage.NOMINATED, candidate="P2")
    nominate(company, "P3")
    with company.door.acting(now=company.now) as act:
        for role in (Role.HR, Role.AUDITOR):
            act.add(RoleHolding(employee_id=company.ids["P1"], role=role))
    assert [line for line in found(calls, "P1") if line["case"]] == []
    assert {line["candidate"]["number"] for line in found(calls, "H1")} == {"P1", "P2"}


def test_whoever_is_not_wanted_as_a_rater_reads_nothing_of_it(company: Company, calls: Calls) -> None:
    case = a_case(company)
    object_to(company, case, "H2")
    action = f"&case={case}&action=rater_objection_filed"
    assert found(calls, "H1", action)
    assert found(calls, "H2", action) == []


@pytest.mark.parametrize("search", ["from=0001-01-01", "to=9999-12-31", "from=soon", "case=0", "actor="])
def test_a_search_that_says_nothing_is_refused(calls: Calls, search: str) -> None:
    assert calls.get("A1", f"/journal?{search}", status=422)["code"] == "invalid_input"


def test_an_untouched_journal_holds(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    whole = calls.post("A1", "/journal/verification")
    assert (whole["holds"], whole["first_bad"]) == (True, None)
    assert whole["entries"] > calls.post("A1", "/journal/verification", case=case)["entries"] > 0


def test_the_first_altered_entry_is_named(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    other = a_case(company, candidate="P1")
    tampered(company, case)
    bad = {"chain": f"case/{case}", "sequence": 3, "reason": "entry_altered"}
    for wanted in ({}, {"case": case}):
        told = calls.post("A1", "/journal/verification", **wanted)
        assert (told["holds"], told["first_bad"]) == (False, bad)
    assert calls.post("A1", "/journal/verification", case=other)["holds"]


def test_whoever_verifies_a_chain_holds_one_connection_at_a_time(
    app: Flask, company: Company, calls: Calls
) -> None:
    case = a_case(company)
    with app.app_context():
        pool: Any = db.engine.pool
    held: list[int] = []
    event.listen(pool, "checkout", lambda *_: held.append(pool.checkedout()))
    calls.post("A1", "/journal/verification", case=case)
    assert max(held) == 1 < len(held)


def test_nobody_verifies_what_he_may_not_read(company: Company, calls: Calls) -> None:
    own = a_contested_case(company, at=Stage.NOMINATED, candidate="P1")
    rivals = a_contested_case(company, at=Stage.NOMINATED, candidate="P2")
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["P1"], role=Role.AUDITOR))
    assert calls.post("P1", "/journal/verification", case=own, status=403)["code"] == "own_case"
    unseen = calls.raw("P1", "POST", "/journal/verification", {"case": rivals})
    unknown = calls.raw("P1", "POST", "/journal/verification", {"case": 99})
    assert (unseen.status_code, unseen.data) == (404, unknown.data)


def exported(calls: Calls, search: str = "") -> list[dict[str, str]]:
    answer = calls.raw("A1", "GET", f"/journal/export{search}")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert 'filename="journal-' in answer.headers["Content-Disposition"]
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))


def test_the_export_holds_what_the_search_finds(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.MENTORING)
    lines = exported(calls, f"?case={case}")
    searched = list(reversed(found(calls, "A1", f"&case={case}")))
    assert [(line["action"], json.loads(line["facts"])) for line in lines] == [
        (line["action"], line["facts"]) for line in searched
    ]
    assert {line["candidate"] for line in lines} == {"C"}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "＝"])
def test_no_cell_of_the_export_is_a_formula(company: Company, calls: Calls, sign: str) -> None:
    # Kimai CVE-2026-42267
    case = a_case(company, at=Stage.NOMINATED)
    formula = f'{sign}HYPERLINK("https://example.com")'
    company.do(cases.withdraw, case, "H1", reason=formula)
    assert f"'{formula}" in [line["text"] for line in exported(calls, f"?case={case}")]
