"""Relatives and grievances from a file: every bad line named, nothing by halves, nothing undone."""

from typing import Any

import pytest
from sqlalchemy import select

from integrations import kept_apart
from integrations.organisation import read_rows
from tests.company import Company
from workflow.errors import BadImport, BadMapping
from workflow.models import JournalEntry, KeptApart

HEAD = "employee_number,other_number,because\n"
MAPPING = """
columns:
  employee_number: Person
  other_number: {column: Kin}
  because: {constant: relative}
"""


def load(company: Company, *lines: str, head: str = HEAD, mapping: str | None = None) -> tuple[int, int]:
    columns = kept_apart.mapping_from(mapping) if mapping else None
    with company.door.acting(now=company.now) as act:
        return kept_apart.load(act, read_rows((head + "".join(lines)).encode()), columns)


def refused(company: Company, *lines: str, head: str = HEAD) -> list[tuple[Any, ...]]:
    with pytest.raises(BadImport) as refusal:
        load(company, *lines, head=head)
    return [(one["line"], one["column"], one["reason"]) for one in refusal.value.facts["lines"]]


def on_file(company: Company) -> list[tuple[str, str, str]]:
    with company.reading() as db:
        rows = db.scalars(select(KeptApart).order_by(KeptApart.id))
        return [(company.number(row.one_id), company.number(row.other_id), row.because) for row in rows]


def test_a_file_adds_pairs_in_any_order_and_names_each_once(company: Company) -> None:
    assert load(company, "P1,C,relative\n", "C,P1,relative\n", "C,P2,grievance\n") == (2, 0)
    assert sorted(on_file(company)) == [("C", "P1", "relative"), ("C", "P2", "grievance")]


def test_the_same_file_again_changes_nothing_and_another_takes_nothing_away(company: Company) -> None:
    load(company, "P1,C,relative\n")
    assert load(company, "P1,C,relative\n") == (0, 1)
    assert load(company, "P1,P2,relative\n") == (1, 0)
    assert len(on_file(company)) == 2


def test_every_bad_line_is_named_with_its_reason_and_nothing_is_loaded(company: Company) -> None:
    assert refused(
        company,
        "C,P1,relative\n",
        "C,NOBODY,relative\n",
        "C,C,relative\n",
        "C,P1,friend\n",
        "C,,relative\n",
        "C,P1\n",
    ) == [
        (3, "other_number", "person_unknown"),
        (4, "other_number", "person_twice"),
        (5, "because", "unknown_because"),
        (6, "other_number", "value_missing"),
        (7, "", "wrong_number_of_cells"),
    ]
    assert on_file(company) == []


def test_a_header_that_will_not_do_is_named_of_relatives_too(company: Company) -> None:
    assert refused(company, head="employee_number,other_number,kind\n") == [
        (1, "because", "column_missing"),
        (1, "kind", "column_unknown"),
    ]


def test_foreign_columns_are_mapped_to_a_pair(company: Company) -> None:
    assert load(company, "C,P1,aunt\n", head="Person,Kin,Degree\n", mapping=MAPPING) == (1, 0)
    assert on_file(company) == [("C", "P1", "relative")]


def test_every_mistake_of_a_mapping_is_named(company: Company) -> None:
    with pytest.raises(BadMapping) as refusal:
        kept_apart.mapping_from("columns: {name: Name, because: {constant: relative}}\nmanagers: x\n")
    problems = {(one["path"], one["reason"]) for one in refusal.value.facts["problems"]}
    assert {("managers", "unknown_key"), ("columns.name", "unknown_column")} <= problems


def test_the_journal_counts_the_pairs_and_names_nobody(company: Company) -> None:
    load(company, "P1,C,relative\n")
    query = select(JournalEntry.facts, JournalEntry.text_digest).where(JournalEntry.chain == "kept_apart")
    with company.reading() as db:
        assert [tuple(row) for row in db.execute(query)] == [({"given": 1, "added": 1}, None)]
