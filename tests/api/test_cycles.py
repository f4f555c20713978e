"""Cycles, as a verb and over HTTP."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.api.conftest import ClientFor
from tests.company import Company
from workflow import criteria, cycles, journal
from workflow.errors import Invalid


def wanted(company: Company, **changed: Any) -> dict[str, Any]:
    window = {"opens_on": "2026-03-02", "closes_on": "2026-03-31"}
    return {"name": "Spring 2026", "edition": company.edition_id, **window, **changed}


def test_hr_opens_a_cycle_that_everybody_sees(
    client_for: ClientFor, company: Company, engine: Engine
) -> None:
    opened = client_for("H1").post("/api/v1/cycles", json=wanted(company, quota=5))
    assert opened.status_code == 201
    assert client_for("C").get("/api/v1/cycles").get_json()["items"] == [opened.get_json()]
    drafts = {"opens_drafts": True, "drafts_opened_at": None}
    assert opened.get_json() == {"id": 1, **wanted(company, quota=5), **drafts}
    with Session(engine) as db:
        assert list(journal.verify(db)) == []


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"closes_on": "2026-03-01"}, "cycle_closes_before_it_opens"),
        ({"edition": 999}, "edition_not_in_use"),
    ],
)
def test_an_impossible_cycle_is_refused(
    client_for: ClientFor, company: Company, changed: dict[str, Any], reason: str
) -> None:
    answer = client_for("H1").post("/api/v1/cycles", json=wanted(company, **changed))
    assert (answer.status_code, answer.get_json()["facts"]["reason"]) == (422, reason)


def test_a_name_is_used_once(client_for: ClientFor, company: Company) -> None:
    person = client_for("H1")
    person.post("/api/v1/cycles", json=wanted(company))
    answer = person.post("/api/v1/cycles", json=wanted(company))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_exists")


@pytest.mark.parametrize("changed", [{"quota": 0}, {"quota": "5"}, {"opens_on": "soon"}, {"name": ""}])
def test_faulty_fields_are_refused(client_for: ClientFor, company: Company, changed: dict[str, Any]) -> None:
    answer = client_for("H1").post("/api/v1/cycles", json=wanted(company, **changed))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_input")


def test_a_retired_edition_takes_no_new_cycle(company: Company) -> None:
    window = {"opens_on": date(2026, 3, 2), "closes_on": date(2026, 3, 31)}
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        criteria.retire(act, company.edition_id)
        with pytest.raises(Invalid):
            cycles.open_cycle(act, name="Spring", edition_id=company.edition_id, **window)
