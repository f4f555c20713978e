"""Finding a colleague by what one knows of him."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from tests.api.conftest import ClientFor
from tests.company import Company
from workflow.models import Employee, KeptApart
from workflow.queries.directory import MOST, says_enough
from workflow.vocabulary import ApartBecause

Look = Callable[..., list[str]]
NAMES = {"P1": "陈伟", "P2": "陈卫国", "P3": "Anna Weber", "P4": "Annabel Stone"}


@pytest.fixture
def look(client_for: ClientFor, company: Company) -> Look:
    """What somebody finds, by number."""
    with company.door.acting(now=company.now) as act:
        for number, name in NAMES.items():
            act.execute(update(Employee).where(Employee.number == number).values(name=name))

    def looking(q: str, by: str = "C") -> list[str]:
        answer = client_for(by).get("/api/v1/people", query_string={"q": q})
        assert answer.status_code == 200, answer.text
        return [line["number"] for line in answer.get_json()["items"]]

    return looking


@pytest.mark.parametrize(
    ("sought", "numbers"),
    [
        ("陈", ["P1", "P2"]),
        ("陈伟", ["P1"]),
        ("anna", ["P3", "P4"]),
        ("WEBER", ["P3"]),
        ("weber anna", ["P3"]),
        ("anna staff", []),
        ("p3", ["P3"]),
        ("stone service", ["P4"]),
        ("%%", []),
        ("nobody", []),
    ],
)
def test_colleagues_are_found_by_words_of_name_number_and_department(
    look: Look, sought: str, numbers: list[str]
) -> None:
    assert look(sought) == numbers


def test_whoever_is_meant_exactly_stands_first(look: Look, company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "P5").values(name="A relative of P1"))
    assert look("P1") == ["P1", "P5"]


def test_a_colleague_is_told_by_what_everybody_may_know(client_for: ClientFor) -> None:
    (told,) = client_for("C").get("/api/v1/people?q=L1").get_json()["items"]
    assert told == {"number": "L1", "name": "Person L1", "post": told["post"], "department": "Service"}


def test_never_more_than_twenty_are_told(look: Look) -> None:
    assert len(look("staff")) <= MOST
    assert len(look("person")) == MOST


def test_who_has_left_is_not_found(look: Look, company: Company) -> None:
    company.leaves("P1")
    assert look("陈") == ["P2"]


def test_who_is_kept_apart_is_found_like_everybody(look: Look, company: Company) -> None:
    before = look("person")
    one, other = sorted((company.ids["C"], company.ids["P3"]))
    with company.door.acting(now=company.now) as act:
        apart = {"one_id": one, "other_id": other, "because": ApartBecause.GRIEVANCE}
        act.add(KeptApart(**apart, declared_at=company.now))
    assert (look("person"), look("weber")) == (before, ["P3"])


@pytest.mark.parametrize(("sought", "is_enough"), [("陈", True), ("ab", True), ("a", False), (" a ", False)])
def test_one_letter_is_not_enough_but_a_chinese_sign_is(sought: str, is_enough: bool) -> None:
    assert says_enough(sought) is is_enough


@pytest.mark.parametrize("query", ["", "?q=", "?q=a", "?q=%20%20%20", "?q=" + "a" * 101, "?q=ab&limit=200"])
def test_less_than_a_word_and_more_than_twenty_are_refused(client_for: ClientFor, query: str) -> None:
    answer = client_for("C").get(f"/api/v1/people{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_input")


def test_a_search_costs_one_statement_besides_who_is_calling(
    client_for: ClientFor, statements: list[str]
) -> None:
    client = client_for("C")
    client.get("/api/v1/people?q=person")
    statements.clear()
    client.get("/api/v1/people?q=person")
    assert len(statements) == 2
