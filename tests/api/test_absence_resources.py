"""Absences over HTTP: naming a substitute, acting on behalf, and what both are told."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from notifications import reminders
from notifications.letters import write
from notifications.models import Delivery
from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from workflow.vocabulary import Stage


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def nominated(company: Company) -> int:
    return a_case(company, at=Stage.NOMINATED, by="C")


def away(company: Company, calls: Calls, by: str, *, status: int = 201, **given: Any) -> Any:
    days = {"from_on": company.now.date(), "until_on": company.now.date() + timedelta(days=14)}
    body = {name: day.isoformat() for name, day in days.items()} | {"substitute": "L2"} | given
    return calls.post(by, "/absences", status=status, **body)


def test_a_substitute_sees_for_whom_and_signs_on_behalf(company: Company, calls: Calls) -> None:
    case = nominated(company)
    calls.get("L2", f"/cases/{case}", status=404)
    away(company, calls, "L1")
    (task,) = calls.inbox("L2", "approve")
    assert task["on_behalf_of"]["number"] == "L1"
    assert calls.get("L2", f"/tasks/{task['id']}")["on_behalf_of"]["number"] == "L1"
    (own,) = calls.inbox("L1", "approve")
    assert (own["id"], own["on_behalf_of"]) == (task["id"], None)
    told = set(calls.get("L2", f"/cases/{case}")["acts"])
    assert ("approve" in told, told & {"hand_over", "add_signer"}) == (True, set())
    calls.post("L2", f"/cases/{case}/approvals", decision="approve", reason="Ready.")
    step = calls.get("L2", f"/cases/{case}/approvals")["items"][0]
    assert (step["approver"]["number"], step["on_behalf_of"]["number"]) == ("L2", "L1")
    lines = calls.get("L1", f"/cases/{case}/timeline")["items"]
    signed = next(line for line in lines if line["action"] == "approval_signed")
    assert (signed["actor"]["number"], signed["on_behalf_of"]["number"]) == ("L2", "L1")


def test_several_nominations_are_refused_one_by_one_as_for_anybody(company: Company, calls: Calls) -> None:
    nominated(company)
    away(company, calls, "L1")
    (task,) = calls.inbox("L2", "approve")
    (answer,) = calls.post("L2", "/approvals", tasks=[{"task": task["id"], "version": 1}])["items"]
    assert (answer["is_approved"], answer["problem"]["code"]) == (False, "not_in_bulk")


def test_only_those_concerned_and_hr_know_of_an_absence(company: Company, calls: Calls) -> None:
    key = away(company, calls, "L1")["id"]
    for reader, known in (("L1", [key]), ("L2", [key]), ("D1", [key]), ("H1", [key]), ("C", []), ("A1", [])):
        assert [line["id"] for line in calls.get(reader, "/absences")["items"]] == known
    unseen = calls.raw("C", "DELETE", f"/absences/{key}")
    unknown = calls.raw("C", "DELETE", f"/absences/{key + 1}")
    assert (unseen.status_code, unseen.data) == (404, unknown.data)
    assert calls.raw("H1", "DELETE", f"/absences/{key}").status_code == 204
    assert calls.raw("L1", "DELETE", f"/absences/{key}").status_code == 422


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"absent": "D1"}, 403),
        ({"substitute": "L1"}, 422),
        ({"substitute": "X1"}, 422),
        ({"substitute": "nobody"}, 422),
        ({"kind": "cast_ballot"}, 403),
        ({"until_on": "9999-12-31"}, 422),
        ({"from_on": "0001-01-01"}, 422),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    company: Company, calls: Calls, given: dict[str, str], status: int
) -> None:
    away(company, calls, "L1", status=status, **given)
    assert calls.get("H1", "/absences")["items"] == []


def test_a_substitute_is_reminded_too_and_told_for_whom(company: Company, calls: Calls) -> None:
    nominated(company)
    away(company, calls, "L1")
    company.later(days=8)
    with company.door.acting(now=company.now) as act:
        reminders.sweep(act)
    with company.reading() as db:
        digests = {
            one.person_id: one for one in db.scalars(select(Delivery).where(Delivery.kind == "digest"))
        }
        texts = [
            write(db, digests[company.ids[number]], base_url="https://x.test", now=company.now).text
            for number in ("L1", "L2")
        ]
    assert ["Person L1" in text.partition("\n")[2] for text in texts] == [False, True]
