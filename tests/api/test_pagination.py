"""Lists come in pages by signed cursors."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import ClientFor
from tests.company import Company


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
