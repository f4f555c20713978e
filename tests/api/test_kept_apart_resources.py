"""Who is kept apart from whom over HTTP: kept by HR, a relative told to the two, a grievance to neither."""

from typing import Any

import pytest
from sqlalchemy import update

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from workflow.models import Employee
from workflow.vocabulary import Level, Stage


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def keep_apart(calls: Calls, one: str, other: str, because: str = "relative", by: str = "H1") -> Any:
    return calls.post(by, "/kept-apart", status=201, one=one, other=other, because=because)


def pairs(calls: Calls, by: str) -> list[tuple[str, str, str]]:
    items = calls.get(by, "/kept-apart")["items"]
    return [(item["one"]["number"], item["other"]["number"], item["because"]) for item in items]


def lift(calls: Calls, one: str, other: str, because: str = "relative", by: str = "H2") -> int:
    return calls.raw(by, "DELETE", f"/kept-apart/{one}/{other}/{because}").status_code


def relatives(calls: Calls, by: str) -> list[str]:
    return [line["number"] for line in calls.get(by, "/me/relatives")["items"]]


def test_hr_keeps_the_pairs(calls: Calls) -> None:
    told = keep_apart(calls, "P1", "C")
    assert (told["one"]["number"], told["other"]["number"], told["because"]) == ("C", "P1", "relative")
    assert told["declared_at"].startswith("2026-03-02T03:00:00")
    keep_apart(calls, "P1", "P2", "grievance")
    assert pairs(calls, "H2") == [("C", "P1", "relative"), ("P1", "P2", "grievance")]
    assert lift(calls, "P1", "C") == 204
    assert pairs(calls, "H2") == [("P1", "P2", "grievance")]
    assert lift(calls, "P1", "C") == 404


def test_two_relatives_read_of_each_other_and_nobody_hears_of_a_grievance(calls: Calls) -> None:
    keep_apart(calls, "C", "P1")
    keep_apart(calls, "C", "P2", "grievance")
    assert {number: relatives(calls, number) for number in ("C", "P1", "P2", "L1")} == {
        "C": ["P1"],
        "P1": ["C"],
        "P2": [],
        "L1": [],
    }


@pytest.mark.parametrize("number", ["C", "P1", "L1", "A1", "X1"])
def test_nobody_but_hr_can_tell_that_a_pair_exists(calls: Calls, number: str) -> None:
    keep_apart(calls, "C", "P1")
    calls.get(number, "/kept-apart", status=403)
    calls.post(number, "/kept-apart", status=403, one="C", other="P1", because="relative")
    answers = [calls.raw(number, "DELETE", f"/kept-apart/C/{other}/relative") for other in ("P1", "P2")]
    assert [(answer.status_code, answer.data) for answer in answers] == [(403, answers[0].data)] * 2
    assert pairs(calls, "H1") == [("C", "P1", "relative")]


def test_a_person_of_hr_reads_of_no_grievance_of_his_own_and_settles_nothing_for_himself(
    calls: Calls,
) -> None:
    keep_apart(calls, "H2", "C", "grievance")
    keep_apart(calls, "H2", "P1")
    assert pairs(calls, "H2") == [("P1", "H2", "relative")]
    assert lift(calls, "H2", "C", "grievance") == 404
    assert lift(calls, "H2", "P1") == 403
    refused = calls.post("H2", "/kept-apart", status=403, one="H2", other="P3", because="relative")
    assert refused["code"] == "own_case"
    assert len(pairs(calls, "H1")) == 2


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"one": "C", "other": "C", "because": "relative"}, "person_twice"),
        ({"one": "C", "other": "NOBODY", "because": "relative"}, "person_unknown"),
    ],
)
def test_a_pair_that_cannot_be_is_refused(calls: Calls, given: dict[str, str], reason: str) -> None:
    assert calls.post("H1", "/kept-apart", status=422, **given)["facts"]["reason"] == reason


def test_a_pair_is_declared_once(calls: Calls) -> None:
    keep_apart(calls, "C", "P1")
    again = calls.post("H1", "/kept-apart", status=409, one="P1", other="C", because="relative")
    assert again["code"] == "already_exists"


def test_the_case_of_a_relative_is_not_there_for_a_person_of_hr(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    keep_apart(calls, "H2", "C")
    unseen, unknown = (calls.raw("H2", "GET", f"/cases/{key}") for key in (case, case + 999))
    assert (unseen.status_code, unseen.data) == (404, unknown.data)
    calls.post("H2", f"/cases/{case}/waivers", status=404, rule="trainings", reason="x")
    assert calls.get("H2", "/cases")["items"] == []
    assert [line["id"] for line in calls.get("H1", "/cases")["items"]] == [case]


def test_nothing_about_a_case_tells_a_colleague_who_is_related_to_whom(
    company: Company, calls: Calls
) -> None:
    for number in ("L1", "M3"):
        keep_apart(calls, "C", number)
    case = a_case(company, at=Stage.COMMITTEE, by="C")
    readers = ("C", "D1", "M1", "H1", "A1")
    told = [
        calls.raw(reader, "GET", f"/cases/{case}{part}").get_data(as_text=True)
        for reader in readers
        for part in ("", "/timeline", "/approvals", "/vote", "/checklist")
    ]
    assert not any(word in text for text in told for word in ("relative", "kept_apart", "grievance"))
    recusals = calls.get("M1", f"/cases/{case}/vote")["recusals"]
    assert [(one["member"]["number"], one["conflict"]) for one in recusals] == [("M3", "confidential")]


def test_nobody_with_a_case_on_its_way_says_who_may_decide_on_others(company: Company, calls: Calls) -> None:
    keep_apart(calls, "C", "P1")
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "H2").values(level=Level.INTERMEDIATE))
    a_case(company, at=Stage.NOMINATED, candidate="H2", by="H2")
    refused = calls.post("H2", "/kept-apart", status=403, one="P3", other="J1", because="grievance")
    assert refused["code"] == "own_case"
    assert lift(calls, "C", "P1") == 403
    assert lift(calls, "C", "P1", by="H1") == 204


def test_nobody_is_a_pair_with_himself(calls: Calls) -> None:
    assert lift(calls, "P1", "P1") == 404
