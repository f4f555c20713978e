"""Input is taken literally or not at all."""

import json
from contextlib import suppress
from unicodedata import normalize

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from api.refusals import NotJson
from api.strict import DEEPEST, parse
from tests.api.conftest import ClientFor
from tests.company import Company
from workflow.models import Employee

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.just("key"), inner),
    max_leaves=20,
)


@given(_VALUES)
def test_what_strict_json_can_say_is_read_as_it_was_meant(value: object) -> None:
    composed = json.loads(normalize("NFC", json.dumps(value, ensure_ascii=False)))
    assert parse(json.dumps(value).encode()) == composed


def test_texts_are_read_in_one_form_however_they_were_typed() -> None:
    typed = {"Zoe\u0308": ["Zoe\u0308", {"name": "e\u0301"}]}
    assert parse(json.dumps(typed).encode()) == {"Zo\u00eb": ["Zo\u00eb", {"name": "\u00e9"}]}
    with pytest.raises(NotJson):
        parse(json.dumps({"Zoe\u0308": 1, "Zo\u00eb": 2}).encode())


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200f", "\u061c", "\n", "\t", "\x1b", "\x7f"])
def test_names_hold_no_sign_that_nobody_sees(client_for: ClientFor, sign: str) -> None:
    wanted = {"name": f"script{sign}tpircs", "scopes": ["read"]}
    answer = client_for("C").post("/api/v1/tokens", json=wanted)
    assert answer.status_code == 422
    assert answer.get_json()["facts"]["fields"][0]["reason"] == "control_character"


def test_yes_is_not_one(company: Company, client_for: ClientFor) -> None:
    days = {"opens_on": "2026-03-02", "closes_on": "2026-04-30"}
    wanted = {"name": "Spring", "edition": company.edition_id, "opens_drafts": 1, **days}
    assert client_for("H1").post("/api/v1/cycles", json=wanted).status_code == 422


def test_what_is_sought_is_found_however_it_was_typed(company: Company, client_for: ClientFor) -> None:
    with company.door.acting(now=company.now) as act:
        act.db.get_one(Employee, company.ids["C"]).name = "Zo\u00eb"
    found = client_for("C").get("/api/v1/employees", query_string={"q": "Zoe\u0308"}).get_json()["items"]
    assert [line["number"] for line in found] == ["C"]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(NotJson):
        parse(body)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "unreadable"),
        (b"{", "unreadable"),
        (b"\xff", "unreadable"),
        ("﻿{}".encode(), "unreadable"),
        (b'{"a": 1, "a": 2}', "name_twice"),
        (b"NaN", "number_out_of_range"),
        (b"-Infinity", "number_out_of_range"),
        (b"1e999", "number_out_of_range"),
        (b"9007199254740993", "number_out_of_range"),
        (b"9" * 10_000, "number_out_of_range"),
        (b'"\\u0000"', "control_character"),
        (b'{"\\ud800": 1}', "control_character"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "nested_too_deep"),
        (b"[" * 100_000, "nested_too_deep"),
    ],
    ids=range(14),
)
def test_a_strict_reader_refuses(body: bytes, reason: str) -> None:
    with pytest.raises(NotJson) as refusal:
        parse(body)
    assert refusal.value.facts == {"reason": reason}


def sent(person: FlaskClient, body: bytes, content_type: str = "application/json") -> tuple[int, str]:
    answer = person.post("/api/v1/tokens", data=body, content_type=content_type)
    return answer.status_code, answer.get_json()["code"]


def test_bodies_are_json_of_a_bounded_size(client_for: ClientFor) -> None:
    person = client_for("C")
    assert sent(person, b"{") == (400, "not_json")
    assert sent(person, b"{}", "text/plain") == (415, "unsupported_media_type")
    assert sent(person, b'"' + b"x" * 256 * 1024 + b'"') == (413, "body_too_large")


def test_every_faulty_field_is_named_with_its_reason(client_for: ClientFor) -> None:
    wanted = {"name": 1, "scopes": ["everything"], "days": True, "admin": True}
    answer = client_for("C").post("/api/v1/tokens", json=wanted)
    assert answer.status_code == 422
    told = {fault["path"]: fault["reason"] for fault in answer.get_json()["facts"]["fields"]}
    assert told == {
        "name": "wrong_kind",
        "scopes[0]": "not_one_of",
        "days": "wrong_kind",
        "admin": "unknown_field",
    }


def test_a_body_of_the_wrong_shape_is_refused(client_for: ClientFor) -> None:
    person = client_for("C")
    assert sent(person, b"[]") == (422, "invalid_input")
    assert sent(person, b"null") == (422, "invalid_input")


def test_unknown_query_arguments_are_refused(client_for: ClientFor) -> None:
    person = client_for("C")
    assert person.get("/api/v1/employees?departement=1").status_code == 422
    assert person.get("/api/v1/session?verbose=1").status_code == 422


def test_a_body_nobody_reads_must_be_empty(client_for: ClientFor) -> None:
    person = client_for("C")
    assert person.delete("/api/v1/session", json={"everywhere": True}).status_code == 422
    assert person.delete("/api/v1/session", json={}).status_code == 204


def test_addresses_hold_no_nul(client_for: ClientFor) -> None:
    person = client_for("C")
    assert person.get("/api/v1/employees/%00").status_code == 422
    assert person.get("/api/v1/employees?q=%00").status_code == 422
