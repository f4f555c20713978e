"""The journal tells what happened, and `verify` names the first entry that was tampered with."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.builders import a_case, a_competition, a_contested_case, seat_judges
from tests.company import Company
from tests.personal_words import personal_words
from tests.workflow.cycles import a_cycle
from workflow import cases, journal, seats
from workflow.journal import BadEntry, entry_hash, verify
from workflow.models import Employee, JournalEntry, JournalText
from workflow.vocabulary import Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

EDIT = "UPDATE journal_entry SET {} WHERE chain = :chain AND sequence = 2"
CUT = "DELETE FROM journal_entry WHERE chain = :chain AND sequence {}"


@pytest.fixture
def case_id(company: Company) -> int:
    """A withdrawn case, with a reason on its journal."""
    case_id = a_case(company, at=Stage.NOMINATED)
    company.do(cases.withdraw, case_id, "H1", reason="The post was cut.")
    return case_id


def faults(company: Company) -> list[tuple[str, int, str]]:
    with company.reading() as db:
        return [(bad.chain, bad.sequence, bad.reason) for bad in verify(db)]


def entries(company: Company, case_id: int) -> list[JournalEntry]:
    query = select(JournalEntry).where(JournalEntry.case_id == case_id).order_by(JournalEntry.sequence)
    with company.reading() as db:
        return list(db.scalars(query))


def tamper(company: Company, case_id: int, *statements: str, **values: object) -> None:
    """Alter the journal as somebody with the database password could."""
    with company.door.engine.begin() as connection:
        for change in ("update", "delete"):
            trigger = f"journal_entry_is_append_only_{change}"
            connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        for statement in statements:
            connection.execute(text(statement), {"chain": f"case/{case_id}", **values})


def test_an_untouched_journal_holds(company: Company, case_id: int) -> None:
    assert faults(company) == []


def test_facts_are_hashed_as_they_are_read_back(company: Company, case_id: int) -> None:
    with company.door.acting(now=company.now) as act:
        journal.record(act, "noted", chain="test", places={9: 1, 10: 2})
    assert faults(company) == []


def test_entries_are_counted_from_one_and_each_names_the_one_before(company: Company, case_id: int) -> None:
    chain = entries(company, case_id)
    assert [entry.sequence for entry in chain] == list(range(1, len(chain) + 1))
    assert [entry.previous for entry in chain] == ["", *(entry.hash for entry in chain[:-1])]


def test_the_case_tells_its_way_by_the_journal(company: Company, case_id: int) -> None:
    moves = [entry.facts for entry in entries(company, case_id) if entry.action == "stage_entered"]
    assert [(move["from"], move["to"]) for move in moves] == [
        (Stage.DRAFT, Stage.NOMINATED),
        (Stage.NOMINATED, Stage.WITHDRAWN),
    ]


def test_an_entry_says_who_did_it_and_when(company: Company, case_id: int) -> None:
    last = entries(company, case_id)[-1]
    assert (last.action, last.actor_id, last.at) == ("case_withdrawn", company.ids["H1"], company.now)


@pytest.mark.parametrize(
    "change",
    [
        "action = 'nothing_happened'",
        "actor_id = 1",
        "at = '2020-01-01 00:00:00.000000'",
        'facts = \'{"level": "expert"}\'',
        "text_digest = 'none'",
        "request_id = 'other'",
        "case_id = 99",
        "hash = 'made up'",
    ],
)
def test_an_edited_entry_is_named(company: Company, case_id: int, change: str) -> None:
    tamper(company, case_id, EDIT.format(change.replace(":", r"\:")))
    assert faults(company) == [(f"case/{case_id}", 2, "entry_altered")]


def test_behind_a_deleted_entry_the_next_is_named(company: Company, case_id: int) -> None:
    tamper(company, case_id, CUT.format("= 2"))
    assert faults(company) == [(f"case/{case_id}", 3, "entry_missing")]


def test_renumbering_does_not_hide_a_deleted_entry(company: Company, case_id: int) -> None:
    close_the_gap = "UPDATE journal_entry SET sequence = sequence - 1 WHERE chain = :chain AND sequence > 2"
    tamper(company, case_id, CUT.format("= 2"), close_the_gap)
    assert faults(company) == [(f"case/{case_id}", 2, "chain_broken")]


def test_two_entries_that_changed_places_are_noticed(company: Company, case_id: int) -> None:
    moves = ((2, -1), (3, 2), (-1, 3))
    move = "UPDATE journal_entry SET sequence = {} WHERE chain = :chain AND sequence = {}"
    tamper(company, case_id, *(move.format(to, place) for place, to in moves))
    assert faults(company) == [(f"case/{case_id}", 2, "chain_broken")]


def test_a_cut_off_tail_is_noticed(company: Company, case_id: int) -> None:
    last = entries(company, case_id)[-1].sequence
    tamper(company, case_id, "DELETE FROM journal_text", CUT.format(f">= {last - 1}"))
    assert faults(company) == [(f"case/{case_id}", last - 1, "tail_cut")]


def test_a_chain_that_is_gone_as_a_whole_is_noticed(company: Company, case_id: int) -> None:
    tamper(company, case_id, "DELETE FROM journal_text", CUT.format("> 0"))
    assert faults(company) == [(f"case/{case_id}", 1, "tail_cut")]


def test_a_last_entry_rewritten_with_a_fitting_hash_is_noticed(company: Company, case_id: int) -> None:
    last = entries(company, case_id)[-1]
    last.action = "case_confirmed"
    rewrite = "UPDATE journal_entry SET action = :action, hash = :hash WHERE id = :id"
    tamper(company, case_id, rewrite, action=last.action, hash=entry_hash(last), id=last.id)
    assert faults(company) == [(f"case/{case_id}", last.sequence, "entry_altered")]


def test_an_entry_added_behind_our_back_is_noticed(company: Company, case_id: int) -> None:
    forged = entries(company, case_id)[-1]
    forged.sequence, forged.previous = forged.sequence + 1, forged.hash
    add = """
        INSERT INTO journal_entry (chain, sequence, at, actor_id, action, case_id, facts, previous, hash)
        SELECT chain, :sequence, at, actor_id, action, case_id, facts, hash, :forged
        FROM journal_entry WHERE id = :id
    """
    tamper(company, case_id, add, sequence=forged.sequence, forged=entry_hash(forged), id=forged.id)
    assert faults(company) == [(f"case/{case_id}", forged.sequence, "entry_altered")]


def test_each_tampered_chain_is_named_once(company: Company, case_id: int) -> None:
    other = a_case(company, candidate="P1")
    tamper(company, case_id, CUT.format("= 1"))
    tamper(company, other, CUT.format("= 1"))
    assert [chain for chain, _, _ in faults(company)] == [f"case/{case_id}", f"case/{other}"]


def test_personal_text_is_no_part_of_the_entry_but_an_altered_text_is_noticed(
    company: Company, case_id: int
) -> None:
    with company.reading() as db:
        reason = db.scalars(select(JournalText)).one()
        assert reason.text == "The post was cut."
        sequence = db.get_one(JournalEntry, reason.entry_id).sequence
    assert all("The post" not in str(entry.facts) for entry in entries(company, case_id))
    tamper(company, case_id, "UPDATE journal_text SET text = 'He wished it.'")
    with company.reading() as db:
        assert list(verify(db)) == [BadEntry(f"case/{case_id}", sequence, "text_altered")]


def test_erased_text_leaves_the_chain_valid(company: Company, case_id: int) -> None:
    tamper(company, case_id, "DELETE FROM journal_text")
    assert faults(company) == []


def test_no_fact_says_who_somebody_is_or_what_he_has_typed(company: Company) -> None:
    a_cycle(company)
    contest = a_competition(company)
    for candidate in ("P1", "P2"):
        a_contested_case(company, candidate=candidate)
    seat_judges(company, contest)
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        member = act.db.get_one(Employee, company.ids["M2"])
        seats.seat(act, 1, member, from_on=act.now.date(), until_on=act.now.date() + timedelta(days=9))
    a_case(company, at=Stage.COMPLETED)
    with company.reading() as db:
        assert personal_words(db) == []
