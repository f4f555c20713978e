"""Lists come in pages by sealed cursors."""

from base64 import urlsafe_b64decode
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from tests.workflow.cycles import a_voting_case_of_a_cycle, decide, release
from workflow.vocabulary import Stage

PEOPLE = ("C", "L1", "L2", "D1", "P1", "P2", "P3", "P4", "T1", "M1", "M4", "M7", "J1", "J3")


def pages(person: FlaskClient, path: str, limit: int) -> list[list[dict[str, Any]]]:
    found, cursor = [], ""
    while cursor is not None:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = person.get(path, query_string=query).get_json()
        found.append(page["items"])
        cursor = page["next"]
    return found


@pytest.mark.parametrize("limit", [1, 7, 200])
def test_pages_give_everything_once_in_order(client_for: ClientFor, company: Company, limit: int) -> None:
    found = pages(client_for("C"), "/api/v1/employees", limit)
    assert all(len(page) <= limit for page in found)
    numbers = [line["number"] for page in found for line in page]
    assert numbers == sorted(company.ids)


def test_a_full_last_page_has_no_cursor(client_for: ClientFor) -> None:
    assert [len(page) for page in pages(client_for("C"), "/api/v1/departments", 2)] == [2]


def test_a_forged_cursor_is_refused(client_for: ClientFor) -> None:
    person = client_for("C")
    cursor = person.get("/api/v1/employees?limit=1").get_json()["next"]
    forged = person.get("/api/v1/employees", query_string={"cursor": "x" + cursor})
    assert forged.status_code == 422
    assert forged.get_json()["facts"]["fields"][0]["reason"] == "cursor_invalid"


def test_a_cursor_belongs_to_its_list(client_for: ClientFor) -> None:
    person = client_for("C")
    cursor = person.get("/api/v1/employees?limit=1").get_json()["next"]
    assert person.get("/api/v1/departments", query_string={"cursor": cursor}).status_code == 422


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many"])
def test_pages_have_a_bounded_size(client_for: ClientFor, limit: str) -> None:
    assert client_for("C").get(f"/api/v1/employees?limit={limit}").status_code == 422


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 9), changes=st.lists(st.lists(st.sampled_from(PEOPLE), max_size=6), max_size=40))
def test_whoever_stays_is_shown_once_however_many_come_and_go(
    company: Company, client_for: ClientFor, limit: int, changes: list[list[str]]
) -> None:
    here, ever_gone, shown, cursor = set(PEOPLE), set(), [], ""
    company.returns(*PEOPLE)
    person, waiting = client_for("H1"), iter(changes)
    while cursor is not None:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = person.get("/api/v1/employees", query_string=query).get_json()
        shown += [line["number"] for line in page["items"]]
        cursor = page["next"]
        for number in next(waiting, ()):
            ever_gone.add(number)
            _ = company.leaves(number) if number in here else company.returns(number)
            here ^= {number}
    assert len(shown) == len(set(shown))
    assert shown == sorted(shown)
    assert set(company.ids) - ever_gone <= set(shown)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 200), sign=st.sampled_from("aZ0-_.\u00e9"))
def test_a_cursor_that_is_changed_anywhere_is_refused(client_for: ClientFor, place: int, sign: str) -> None:
    person = client_for("C")
    cursor = person.get("/api/v1/employees?limit=1").get_json()["next"]
    place %= len(cursor)
    changed = cursor[:place] + sign + cursor[place + 1 :]
    answer = person.get("/api/v1/employees", query_string={"cursor": changed})
    assert answer.status_code == (200 if changed == cursor else 422)


@pytest.mark.parametrize("reader", ["C", "L1", "D1"])
def test_a_timeline_shows_all_once_though_more_of_it_is_told_meanwhile(
    client_for: ClientFor, company: Company, reader: str
) -> None:
    case, cycle = a_voting_case_of_a_cycle(company)
    calls, path = Calls(client_for), f"/cases/{case}/timeline"
    before = calls.get(reader, path)["items"]
    decide(company, case)
    first = calls.get(reader, f"{path}?limit={len(before) - 1}")
    release(company, cycle)
    rest = calls.get(reader, f"{path}?limit=200&cursor={first['next']}")
    shown = [_unnumbered(line) for line in first["items"] + rest["items"]]
    whole = [_unnumbered(line) for line in calls.get(reader, f"{path}?limit=200")["items"]]
    assert [line for line in whole if line in shown] == shown
    assert [_unnumbered(line) for line in before if _unnumbered(line) not in shown] == []


def _unnumbered(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != "number"}


def test_the_cursor_of_a_timeline_tells_nothing_of_what_is_hidden(
    client_for: ClientFor, company: Company
) -> None:
    case, another = a_case(company, at=Stage.NOTICE), a_case(company, candidate="P1")
    calls = Calls(client_for)
    count = len(calls.get("C", f"/cases/{case}/timeline?limit=200")["items"])
    pages = [calls.get("C", f"/cases/{case}/timeline?limit={limit}")["next"] for limit in range(1, count)]
    assert len({len(cursor) for cursor in pages}) == 1  # or its length would tell how far the journal is
    assert not any(urlsafe_b64decode(cursor.split(".")[0] + "==").isascii() for cursor in pages)
    calls.get("H1", f"/cases/{another}/timeline?cursor={pages[0]}", status=422)
