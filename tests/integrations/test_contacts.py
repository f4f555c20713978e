"""Contacts from a file: every bad line named, nothing loaded by halves, a second time changes nothing."""

from typing import Any

import pytest
from sqlalchemy import select

from integrations import contacts
from integrations.organisation import read_rows
from tests.company import Company
from workflow.contacts import Changes
from workflow.errors import BadImport
from workflow.models import ReviewContact

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HEAD = "employee_number,source,person_number,name,email,locale\n"
FORMER_BOSS = "C,superior,L2,,,\n"
OTHER_TEAM = "C,peer,M1,,,\n"
CUSTOMER = "C,customer,,Li Na,li@example.com,en\n"


def load(company: Company, *lines: str, head: str = HEAD) -> tuple[int, Changes]:
    with company.door.acting(now=company.now) as act:
        return contacts.load(act, read_rows((head + "".join(lines)).encode()))


def refused(company: Company, *lines: str, head: str = HEAD) -> list[tuple[Any, ...]]:
    with pytest.raises(BadImport) as refusal:
        load(company, *lines, head=head)
    return [(one["line"], one["column"], one["reason"]) for one in refusal.value.facts["lines"]]


def on_file(company: Company) -> list[tuple[str, int | None, str | None, str | None, bool]]:
    with company.reading() as db:
        rows = db.scalars(select(ReviewContact).order_by(ReviewContact.id))
        return [(row.source, row.person_id, row.email, row.locale, row.is_listed) for row in rows]


def test_a_file_lists_superiors_peers_and_customers(company: Company) -> None:
    assert load(company, FORMER_BOSS, OTHER_TEAM, CUSTOMER) == (1, Changes(3, 0, 0, 0))
    assert on_file(company) == [
        ("superior", company.ids["L2"], None, None, True),
        ("peer", company.ids["M1"], None, None, True),
        ("customer", None, "li@example.com", "en", True),
    ]


def test_the_same_file_again_changes_nothing(company: Company) -> None:
    load(company, FORMER_BOSS, CUSTOMER)
    assert load(company, FORMER_BOSS, CUSTOMER) == (1, Changes(0, 0, 0, 2))


def test_a_list_is_replaced_and_others_are_left_alone(company: Company) -> None:
    load(company, FORMER_BOSS, CUSTOMER, "P1,customer,,Bo,bo@example.com,\n")
    assert load(company, CUSTOMER.replace("en\n", "zh_Hans\n")) == (1, Changes(0, 1, 1, 0))
    assert on_file(company) == [
        ("superior", company.ids["L2"], None, None, False),
        ("customer", None, "li@example.com", "zh_Hans", True),
        ("customer", None, "bo@example.com", "zh_Hans", True),
    ]
    assert load(company, FORMER_BOSS, CUSTOMER) == (1, Changes(0, 2, 0, 0))


def test_every_bad_line_is_named_with_its_reason_and_nothing_is_loaded(company: Company) -> None:
    company.leaves("M2")
    assert refused(
        company,
        FORMER_BOSS,
        "C,boss,L2,,,\n",
        "C,peer,NOBODY,,,\n",
        "NOBODY,peer,L2,,,\n",
        "C,peer,C,,,\n",
        "C,peer,M2,,,\n",
        "C,superior,L2,,,\n",
        "C,customer,,,li@example.com,en\n",
        "C,customer,,Li,li@example,com,en\n",
        "C,customer,,Li,no address,en\n",
        "C,customer,,Li,li@example.com,xx\n",
        "C,peer,,Li,li@example.com,en\n",
        ",peer,L2,,,\n",
    ) == [
        (3, "source", "unknown_source"),
        (4, "", "person_unknown"),
        (5, "", "person_unknown"),
        (6, "", "own_contact"),
        (7, "", "left"),
        (8, "", "contact_twice"),
        (9, "", "customer_without_address"),
        (10, "", "wrong_number_of_cells"),
        (11, "email", "bad_email"),
        (12, "locale", "unknown_locale"),
        (13, "", "colleague_without_number"),
        (14, "employee_number", "value_missing"),
    ]
    assert on_file(company) == []


def test_a_header_that_will_not_do_is_named(company: Company) -> None:
    assert refused(company, head="employee_number,kind\n") == [
        (1, "source", "column_missing"),
        (1, "kind", "column_unknown"),
    ]
