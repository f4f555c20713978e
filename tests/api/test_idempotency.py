"""Whoever repeats a request is told what it did; nothing is done twice, and nothing is half kept."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select
from werkzeug.test import TestResponse

from api import idempotency
from api.idempotency import WITHOUT_KEY
from api.models import KeptAnswer
from server.clock import beat
from tests.api.conftest import ClientFor
from tests.builders import a_case, raters
from tests.company import Company
from workflow.models import Cycle
from workflow.vocabulary import Stage

CYCLES = "/api/v1/cycles"
SAME = {"Idempotency-Key": "same"}


def wanted(company: Company, name: str = "Spring") -> dict[str, Any]:
    opens = company.now.date()
    closes = opens + timedelta(days=60)
    return {
        "name": name,
        "edition": company.edition_id,
        "opens_on": opens.isoformat(),
        "closes_on": closes.isoformat(),
    }


def cycles(company: Company) -> int:
    with company.reading() as db:
        return db.scalar(select(func.count()).select_from(Cycle)) or 0


def kept(company: Company) -> list[KeptAnswer]:
    with company.reading() as db:
        return list(db.scalars(select(KeptAnswer)))


def keyless(app: Flask, person: FlaskClient) -> FlaskClient:
    """The same person, whose program knows nothing of keys."""
    bare = FlaskClient(app, app.response_class)
    cookie = person.get_cookie("jinsheng")
    assert cookie is not None
    bare.set_cookie(cookie.key, cookie.value)
    return bare


def test_every_post_needs_a_key_or_stands_in_the_table_of_those_without(
    app: Flask, client_for: ClientFor
) -> None:
    person = keyless(app, client_for("H1"))
    without = set()
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        path = re.sub(r"<[^>]+>", "x", re.sub(r"<int:\w+>", "1", rule.rule))
        answer = person.post(path, json={}, headers={"If-Match": '"1"'})
        if (answer.get_json(silent=True) or {}).get("code") != "idempotency_key_missing":
            view = getattr(app.view_functions[rule.endpoint], "view_class", None)
            method = getattr(view, "post", app.view_functions[rule.endpoint])
            without.add(method.operation)
        else:
            assert answer.status_code == 400
    assert without == set(WITHOUT_KEY)


def test_a_repeat_is_told_what_the_first_was_told(company: Company, client_for: ClientFor) -> None:
    person = client_for("H1")
    first, again = (person.post(CYCLES, json=wanted(company), headers=SAME) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.data, first.content_type) == (again.data, again.content_type)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert cycles(company) == 1


def test_a_case_is_found_again_by_whoever_nominates_twice(company: Company, client_for: ClientFor) -> None:
    given = {"candidate": "C", "edition": company.edition_id, "track": "professional", "level": "senior"}
    given |= {"post": "senior_service_engineer"}
    first, again = (client_for("L1").post("/api/v1/cases", json=given, headers=SAME) for _ in range(2))
    assert first.status_code == 201, first.text
    assert first.headers["Location"] == again.headers["Location"]


def test_a_signature_is_not_called_late_when_it_comes_twice(company: Company, client_for: ClientFor) -> None:
    path = f"/api/v1/cases/{a_case(company, at=Stage.NOMINATED)}/approvals"
    signed = {"decision": "approve", "reason": "Yes."}
    answers = [client_for("D1").post(path, json=signed, headers=SAME) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    other = client_for("D1").post(path, json=signed, headers={"Idempotency-Key": "other"})
    assert other.get_json()["code"] == "task_closed"


@pytest.mark.parametrize("other", [{"name": "Autumn"}, {"name": ""}])
def test_another_request_under_the_same_key_does_nothing(
    company: Company, client_for: ClientFor, other: dict[str, str]
) -> None:
    person = client_for("H1")
    person.post(CYCLES, json=wanted(company), headers=SAME)
    refused = person.post(CYCLES, json=wanted(company) | other, headers=SAME)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "idempotency_key_reused")
    assert cycles(company) == 1


def test_the_same_act_on_another_case_is_another_request(company: Company, client_for: ClientFor) -> None:
    one, other = (a_case(company, at=Stage.NOMINATED, candidate=who) for who in ("C", "P1"))
    signed = {"decision": "approve", "reason": "Yes."}
    assert (
        client_for("D1").post(f"/api/v1/cases/{one}/approvals", json=signed, headers=SAME).status_code == 200
    )
    refused = client_for("D1").post(f"/api/v1/cases/{other}/approvals", json=signed, headers=SAME)
    assert refused.get_json()["code"] == "idempotency_key_reused"


def test_a_key_is_somebodys_own(company: Company, client_for: ClientFor) -> None:
    answers = [client_for(who).post(CYCLES, json=wanted(company, who), headers=SAME) for who in ("H1", "H2")]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert cycles(company) == 2


def test_of_a_refusal_nothing_is_kept(company: Company, client_for: ClientFor) -> None:
    person = client_for("H1")
    assert person.post(CYCLES, json=wanted(company, ""), headers=SAME).status_code == 422
    assert kept(company) == []
    assert person.post(CYCLES, json=wanted(company), headers=SAME).status_code == 201


@pytest.mark.parametrize("key", ["", "two words", "x" * 101, "键"])
def test_a_key_has_a_form(company: Company, client_for: ClientFor, key: str) -> None:
    given = {"Idempotency-Key": key.encode().decode("latin-1")}
    refused = client_for("H1").post(CYCLES, json=wanted(company), headers=given)
    assert (refused.status_code, refused.get_json()["code"]) == (400, "idempotency_key_missing")


def test_sixty_four_requests_under_one_key_are_one_act(company: Company, client_for: ClientFor) -> None:
    people = [client_for("H1") for _ in range(64)]
    together = Barrier(len(people))

    def post(person: FlaskClient) -> TestResponse:
        together.wait()
        return person.post(CYCLES, json=wanted(company), headers=SAME)

    with ThreadPoolExecutor(len(people)) as threads:
        answers = list(threads.map(post, people))
    told = Counter((answer.status_code, answer.get_json().get("code")) for answer in answers)
    assert {answer.headers.get("Retry-After") for answer in answers if answer.status_code == 409} <= {"1"}
    assert set(told) <= {(201, None), (409, "idempotency_key_in_use")}
    assert len({answer.data for answer in answers if answer.status_code == 201}) == 1
    assert cycles(company) == 1


def test_another_process_that_was_faster_is_believed(
    company: Company, client_for: ClientFor, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_running", _Forgetful())  # other processes share no memory
    people = [client_for("H1") for _ in range(8)]
    together = Barrier(len(people))

    def post(person: FlaskClient) -> TestResponse:
        together.wait()
        return person.post(CYCLES, json=wanted(company), headers=SAME)

    with ThreadPoolExecutor(len(people)) as threads:
        answers = list(threads.map(post, people))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == cycles(company) == 1


class _Forgetful(set[Any]):
    def __contains__(self, _place: object) -> bool:
        return False


def test_nothing_is_done_whose_answer_cannot_be_kept(
    app: Flask, company: Company, client_for: ClientFor
) -> None:
    person = client_for("H1")

    def pull_the_plug(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO kept_answer"):
            raise OSError("no power")

    event.listen(Engine, "before_cursor_execute", pull_the_plug)
    try:
        assert person.post(CYCLES, json=wanted(company), headers=SAME).status_code == 500
    finally:
        event.remove(Engine, "before_cursor_execute", pull_the_plug)
    assert cycles(company) == 0
    assert person.post(CYCLES, json=wanted(company), headers=SAME).status_code == 201


def test_of_a_secret_act_only_the_status_is_kept(company: Company, client_for: ClientFor) -> None:
    case = a_case(company, at=Stage.REVIEW)
    rater, path = client_for(raters(company, case)[0]), f"/api/v1/cases/{case}/review/refusal"
    for _ in range(2):
        assert rater.post(path, json={"reason": "We never met."}, headers=SAME).status_code == 204
    (row,) = kept(company)
    assert (row.body, row.until) == ("", company.now.date() + timedelta(days=31))
    assert "met" not in f"{row.headers}{row.digest}"


def test_an_answer_is_kept_for_thirty_days(company: Company, client_for: ClientFor) -> None:
    client_for("H1").post(CYCLES, json=wanted(company), headers=SAME)
    begun = company.now
    for days, rows in ((30, 1), (32, 0)):
        beat(company.door, lambda days=days: begun + timedelta(days=days))
        assert len(kept(company)) == rows


def test_whoever_has_stepped_aside_is_told_so_again(company: Company, client_for: ClientFor) -> None:
    path = f"/api/v1/cases/{a_case(company, at=Stage.COMMITTEE)}/recusals"
    for _ in range(2):
        answer = client_for("M7").post(path, json={"reason": "An old friend."}, headers=SAME)
        assert answer.status_code == 204
