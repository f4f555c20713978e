"""Every error leaves as a problem with a stable code and sentences in both languages."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as ConnectionsTaken

from api.problems import HTTP_CODES, STATUSES, problem, status_of
from tests.api.conftest import ClientFor
from translations import LOCALES, say
from workflow.checklist import CHECKS
from workflow.errors import Busy, GuardsNotMet, Invalid, NotFound, Refusal
from workflow.process import Guard
from workflow.rules.verdict import not_met


def every_refusal(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    yield kind
    for below in kind.__subclasses__():
        yield from every_refusal(below)


def is_said(key: str) -> bool:
    # A code without a sentence speaks for itself; placeholders are all known facts.
    facts = {"minimum": 3, "maximum": 7}
    return all(say(key, locale, **facts) != key for locale in LOCALES)


@pytest.mark.parametrize("kind", list(every_refusal()), ids=lambda kind: kind.code)
def test_every_refusal_has_a_sentence_in_both_languages(kind: type[Refusal]) -> None:
    assert is_said(f"error.{kind.code}")


@pytest.mark.parametrize("code", list(HTTP_CODES.values()))
def test_every_error_of_http_has_a_sentence_in_both_languages(code: str) -> None:
    assert is_said(f"error.{code}")


@pytest.mark.parametrize("guard", list(CHECKS))
def test_every_guard_has_a_question_in_both_languages(guard: Guard) -> None:
    assert is_said(f"guard.{guard}")


def test_statuses_follow_the_tree() -> None:
    names = {kind.code: status_of(kind).value for kind in every_refusal()}
    assert names["not_found"] == 404
    assert names["own_case"] == names["session_required"] == 403
    assert names["wrong_credentials"] == 401
    assert names["ballot_closed"] == names["case_already_open"] == 409
    assert names["stale_version"] == 412
    assert names["guards_not_met"] == names["form_incomplete"] == 422
    assert names["database_gone"] == 503
    assert set(STATUSES) <= set(every_refusal())


def test_what_belongs_to_others_answers_like_what_does_not_exist(client_for: ClientFor) -> None:
    wanted = {"name": "script", "scopes": ["read"]}
    key = client_for("H1").post("/api/v1/tokens", json=wanted).get_json()["id"]
    person = client_for("C")
    of_another, unknown = (person.delete(f"/api/v1/tokens/{number}") for number in (key, 999))
    assert of_another.status_code == unknown.status_code == 404
    assert of_another.data == unknown.data
    assert unknown.content_type == "application/problem+json"


def test_an_unknown_route_is_a_problem_too(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_a_key_beyond_every_table_is_unknown(client_for: ClientFor) -> None:
    assert client_for("C").get("/api/v1/editions/99999999999999999999").status_code == 404


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.patch("/api/v1/session")
    assert answer.status_code == 405
    assert {"GET", "POST", "DELETE"} <= {name.strip() for name in answer.headers["Allow"].split(",")}


def test_a_problem_speaks_the_language_of_the_person(client: FlaskClient, client_for: ClientFor) -> None:
    chinese = client_for("C").get("/api/v1/editions/999", headers={"Accept-Language": "en"}).get_json()
    assert chinese["detail"] == chinese["messages"]["zh_Hans"]
    asked = client.get("/api/v1/session", headers={"Accept-Language": "zh-CN"}).get_json()
    assert asked["detail"] == asked["messages"]["zh_Hans"]
    default = client.get("/api/v1/session").get_json()
    assert default["detail"] == default["messages"]["en"]


def test_a_reason_is_said_after_the_refusal(app: Flask) -> None:
    def refuse() -> None:
        raise Invalid(reason="password_too_short", minimum=12)

    app.view_functions["health.healthz"] = refuse
    told = app.test_client().get("/healthz").get_json()
    assert told["messages"]["en"].endswith("A password has at least 12 characters.")
    assert told["messages"]["zh_Hans"].endswith("密码至少须有12个字符。")


def test_days_are_for_programs_in_facts_and_in_words_in_sentences(app: Flask) -> None:
    def refuse() -> None:
        running = not_met("period_running", decided_from=date(2027, 4, 9))
        raise GuardsNotMet(checklist={Guard.PERIOD_IS_ENDING: running})

    app.view_functions["health.healthz"] = refuse
    (line,) = app.test_client().get("/healthz").get_json()["facts"]["checklist"]
    assert line["facts"] == {"decided_from": "2027-04-09"}
    assert line["messages"]["zh_Hans"] == "自2027年4月9日起方可作出决定。"

    def refuse_too() -> None:
        raise Invalid(reason="not_a_later_day", earliest=date(2027, 4, 9))

    app.view_functions["health.healthz"] = refuse_too
    told = app.test_client().get("/healthz").get_json()
    assert told["facts"]["earliest"] == "2027-04-09"
    assert told["messages"]["en"].endswith("the first is 9 Apr 2027.")


def test_unmet_guards_come_as_a_checklist(app: Flask) -> None:
    def refuse() -> None:
        raise GuardsNotMet(checklist={Guard.VOTE_CARRIED: not_met("vote", result="deferred")})

    app.view_functions["health.healthz"] = refuse
    (line,) = app.test_client().get("/healthz").get_json()["facts"]["checklist"]
    assert (line["guard"], line["answer"], line["reason"]) == ("vote_carried", "not_met", "vote")
    assert line["facts"] == {"result": "deferred"}
    assert set(line["messages"]) == set(line["question"]) == set(line["by_whom"]) == set(LOCALES)


@pytest.mark.parametrize(
    "trouble",
    [
        OperationalError("SELECT 1", {}, Exception("database is locked")),
        ConnectionsTaken("QueuePool limit of size 15 overflow 0 reached"),
    ],
)
def test_a_database_that_has_no_time_asks_to_come_again(app: Flask, trouble: Exception) -> None:
    def refuse() -> None:
        raise trouble

    app.view_functions["health.healthz"] = refuse
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()["code"]) == (503, Busy.code)
    assert int(answer.headers["Retry-After"]) > 0


def test_a_fault_of_ours_tells_no_details(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise RuntimeError("inner workings")

    app.view_functions["health.healthz"] = fail
    answer = app.test_client().get("/healthz", headers={"X-Request-ID": "request-1234"})
    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal_error")
    assert b"inner workings" not in answer.data
    assert "request-1234" in caplog.text


def test_what_is_not_found_carries_no_facts(app: Flask) -> None:
    with app.test_request_context():
        assert problem("not_found", status_of(NotFound)).get_json()["facts"] == {}


def test_every_answer_names_its_request(client: FlaskClient) -> None:
    named = client.get("/healthz", headers={"X-Request-ID": "abcdefgh-1"})
    assert named.headers["X-Request-ID"] == "abcdefgh-1"
    unfit = client.get("/healthz", headers={"X-Request-ID": "no spaces please"})
    assert len(unfit.headers["X-Request-ID"]) == 32


def test_the_service_is_ready_while_its_database_answers(client: FlaskClient) -> None:
    assert client.get("/readyz").get_json() == {"status": "ok"}
