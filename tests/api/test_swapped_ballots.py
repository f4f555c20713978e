"""Identity swap: who of two members cast which ballot changes no byte that anybody, or any table, shows."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.api.calls import Calls
from tests.api.every_look import every_look
from tests.api.worlds import seen_by, world
from tests.company import MEMBERS, Company
from tests.workflow.cycles import a_voting_case_of_a_cycle, release
from workflow import committees, decisions
from workflow.models import Base
from workflow.vocabulary import Choice

READERS = ("C", "L1", "D1", "H1", "H2", "A1", "X1", "T1", "P1", *MEMBERS)
YES, NO, DEFER, ABSTAIN = Choice
ONE = (YES, YES, YES, YES, NO, NO, DEFER)
SWAPPED = ("M1", "M5")
OTHER = (NO, YES, YES, YES, YES, NO, DEFER)  # those two have changed places
BY_CHANCE = {
    "ballot_paper": {"pseudonym", "sealed_reason"},
    "ballot_reason": {"id", "sealed"},
    "round_key": {"key"},
    "journal_entry": {"hash", "previous", "text_digest", "request_id"},
    "journal_text": {"salt"},
    "journal_chain": {"head"},
    "promotion_case": {"journal_head"},
    "access_session": {"digest"},
}
Seen = list[Any]


def paths(calls: Calls, case: int, cycle: int, *, are_all: bool) -> list[str]:
    """Every look there is, or what has to do with votes."""
    if are_all:
        looks = every_look(calls.client_for("C").application, case_id=case)
        # A dossier ends with the salted hash of a chain; all else in it is read by other routes too.
        return [path for path in looks if not path.endswith("/dossier")]
    of_case = ("", "/checklist", "/timeline", "/vote", "/ballot", "/review", "/vote/reasons")
    lists = ("/cases", "/inbox", "/committees/1/agenda", "/stuck-cases", f"/cycles/{cycle}/decisions")
    return [*(f"/cases/{case}{noun}" for noun in of_case), *lists, "/me/data"]


def lived_through(
    kind: str, folder: Path, choices: tuple[Choice, ...], *, are_all: bool = False
) -> tuple[Seen, Seen]:
    """What everybody sees, and what the tables hold, after the close, the decision and the release."""
    seen, kept = [], []
    with world(kind, folder, a_voting_case_of_a_cycle) as (company, calls, (case, cycle)):
        looks = paths(calls, case, cycle, are_all=are_all)
        for member, choice in zip(MEMBERS, choices, strict=True):
            if member == MEMBERS[-1]:
                # Members read their own ballots while the vote is open; so do those two.
                others = tuple(one for one in READERS if one not in SWAPPED)
                _note(company, calls, paths(calls, case, cycle, are_all=False), seen, kept, others)
            reason = f"Because of {choice}."  # the reason goes with the choice
            company.do(committees.cast_ballot, case, member, choice=choice, reason=reason)
        _note(company, calls, looks, seen, kept)
        company.do(decisions.record_decision, case, "M1", text="As counted.")
        _note(company, calls, looks, seen, kept)
        release(company, cycle)
        _note(company, calls, looks, seen, kept)
    return seen, kept


def _note(
    company: Company,
    calls: Calls,
    paths: list[str],
    seen: Seen,
    kept: Seen,
    readers: tuple[str, ...] = READERS,
) -> None:
    told = seen_by(calls, readers, paths)
    # The chair reads the reasons in an order of chance; what counts is which there are.
    reasons = [key for key in told if key[1].endswith("/vote/reasons")]
    seen.append({key: sorted(body) if key in reasons else body for key, body in told.items()})
    kept.append(dict(_tables(company)))


def _tables(company: Company) -> list[tuple[str, list[tuple[Any, ...]]]]:
    found = []
    with company.reading() as db:
        for table in Base.metadata.sorted_tables:
            chance = BY_CHANCE.get(table.name, set())
            columns = [column for column in table.columns if column.name not in chance]
            found.append((table.name, sorted(map(repr, db.execute(select(*columns)).all()))))
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_swapping_two_ballots_changes_no_byte_anybody_reads(kind: str, tmp_path: Path) -> None:
    are_all = kind == "sqlite"  # on the other database what has to do with votes is enough
    one = lived_through(kind, tmp_path / "one", ONE, are_all=are_all)
    other = lived_through(kind, tmp_path / "other", OTHER, are_all=are_all)
    for (seen, kept), (seen_there, kept_there) in itertools.pairwise([one, other]):
        assert seen == seen_there
        assert kept == kept_there


@pytest.mark.slow
def test_another_count_does_change_what_is_read(tmp_path: Path) -> None:
    one, _ = lived_through("sqlite", tmp_path / "one", ONE)
    other, _ = lived_through("sqlite", tmp_path / "other", (NO, YES, YES, YES, YES, YES, DEFER))
    assert one != other
