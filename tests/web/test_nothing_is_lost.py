"""Whatever comes between a form and its act, what was typed is not lost, and nothing is done unasked."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.conftest import ClientFor, give_password
from tests.builders import a_case
from tests.company import Company
from tests.web.browsing import Browser, filled
from tests.web.conftest import BrowserFor
from workflow.vocabulary import Stage

PASSWORD = "four words nobody guesses"
REASON = "Name the customers, and what each of them gained."


@pytest.fixture
def case_id(company: Company) -> int:
    """A nomination that waits for the head of department."""
    return a_case(company, at=Stage.NOMINATED)


def test_who_comes_second_reads_again_what_he_had_typed(
    company: Company, browser_for: BrowserFor, case_id: int
) -> None:
    first, second = browser_for("D1"), browser_for("D1")
    seen = second.open(f"/cases/{case_id}")
    first.send(first.open("/inbox"), "Approve")
    late = second.send(seen, "Decline with this reason", reason=REASON, status=409)
    assert "What you had typed" in late.words
    assert REASON in late.words


def test_a_form_from_before_a_new_sign_in_is_shown_again_and_does_nothing(
    company: Company, browser_for: BrowserFor, client_for: ClientFor, case_id: int
) -> None:
    browser = browser_for("D1")
    page = browser.open(f"/cases/{case_id}")
    browser.client = client_for("D1")
    again = browser.send(page, "Return to the author", reason=REASON)
    fields = filled(again.soup, again.form("退回给提名人"))
    assert fields["reason"] == REASON
    assert company.open_tasks(case_id)[0].version == 1


def test_submitting_keeps_what_was_typed_on_the_same_page(company: Company, browser_for: BrowserFor) -> None:
    case_id = a_case(company, at=Stage.DRAFT)
    browser = browser_for("L1")
    page = browser.open(f"/cases/{case_id}/nomination")
    form = page.form("Submit the nomination")
    fields = filled(page.soup, form)
    fields["statement"] = REASON
    fields["_then"] = f"cases/{case_id}/submission"
    sent = browser.post(str(form["action"]), fields)
    assert (sent.path, sent.alert) == (f"/cases/{case_id}", "The nomination is on its way.")
    assert (company.case(case_id).statement, company.case(case_id).stage) == (REASON, Stage.NOMINATED)


def test_submitting_twice_by_one_form_is_said_to_be_done_already(
    company: Company, browser_for: BrowserFor
) -> None:
    case_id = a_case(company, at=Stage.DRAFT)
    browser, other = browser_for("L1"), browser_for("L1")
    page = browser.open(f"/cases/{case_id}/nomination")
    form = page.form("Submit the nomination")
    fields = {**filled(page.soup, form), "statement": REASON, "_then": f"cases/{case_id}/submission"}
    later = other.open(f"/cases/{case_id}/nomination")
    browser.post(str(form["action"]), fields)
    again = browser.post(str(form["action"]), fields)
    assert (again.path, again.alert) == (
        f"/cases/{case_id}",
        "That was done already; nothing was done twice.",
    )
    stale = other.send(later, "Submit the nomination", status=412, statement="Written elsewhere.")
    assert "Written elsewhere." in stale.answer.text
    assert company.case(case_id).statement == REASON


def test_a_page_that_shows_a_token_makes_no_second_when_it_is_loaded_anew(browser_for: BrowserFor) -> None:
    browser = browser_for("L1")
    page = browser.open("/security")
    form = page.form("Make a token", 0)
    fields = {**filled(page.soup, form), "name": "reports", "scopes": "read"}
    browser.post(str(form["action"]), fields)
    again = browser.post(str(form["action"]), fields)
    assert again.alert == "That was done already; nothing was done twice."
    assert len(browser.client.get("/api/v1/tokens").get_json()["items"]) == 1


def test_a_mistyped_first_code_leaves_the_secret_to_try_again(browser_for: BrowserFor) -> None:
    browser = browser_for("L1")
    begun = browser.send(browser.open("/security"), "Set it up")
    secret = begun.soup.select("main code")[0].get_text()
    wrong = browser.send(begun, "Confirm", code="123456", status=401)
    assert wrong.soup.select("main code")[0].get_text() == secret
    assert wrong.form("Confirm")


def test_whoever_signs_in_another_way_is_shown_his_form(
    company: Company, browser_for: BrowserFor, client: FlaskClient, case_id: int
) -> None:
    stranger = Browser(client)
    asked = stranger.post(f"/do/cases/{case_id}/approvals", _kept_fields(case_id), status=401)
    kept = filled(asked.soup, asked.form("Sign in"))["_kept"]
    still = stranger.post("/resume", {"_kept": kept}, status=401)
    assert "what you entered is kept" in still.words
    there = browser_for("D1").post("/resume", {"_kept": kept})
    assert filled(there.soup, there.form("Return to the author"))["reason"] == REASON


def _kept_fields(case_id: int) -> dict[str, str]:
    return {"_from": f"/cases/{case_id}", "_which": "return", "decision": "return", "reason": REASON}


def test_an_old_browser_says_by_its_origin_where_a_form_comes_from(
    app: Flask, client: FlaskClient, case_id: int
) -> None:
    app.config["BASE_URL"] = "https://promotion.example.com"  # of https only the proxy knows
    path, headers = f"/do/cases/{case_id}/approvals", {"Origin": "https://promotion.example.com"}
    own = client.post(path, data=_kept_fields(case_id), headers=headers)
    assert (own.status_code, REASON in own.text) == (401, True)
    foreign = client.post(path, data=_kept_fields(case_id), headers={"Origin": "https://evil.example"})
    assert (foreign.status_code, foreign.headers["Location"]) == (303, "/sign-in")


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_no_way_to_sign_in_leads_elsewhere(client: FlaskClient, wanted: str) -> None:
    page = client.get("/sign-in", query_string={"next": wanted})
    assert "evil" not in page.text
    assert "javascript" not in page.text.replace("passkeys.js", "")


_KEPT = ('["\\ud800",[]]', "[" * 80_000, "{}", "[1,2]", '["x",[["a","\\ud800"]]]', "null")
_HUGE = f"deviation.{'9' * 5000}.case"


@pytest.mark.parametrize(
    "name", ["deviation.².case", _HUGE, ".".join("a" * 1200), "a..b", ".", "statement.x", ""]
)
def test_no_name_of_a_field_breaks_anything(browser_for: BrowserFor, case_id: int, name: str) -> None:
    browser = browser_for("D1")
    word = filled(browser.open("/inbox").soup, browser.open("/inbox").form("Sign out"))["_form"]
    for path in ("votes", "nomination", "approvals"):
        fields = {"_form": word, name: "1", "statement": "x"}
        answer = browser.client.post(f"/do/cases/{case_id}/{path}", data=fields)
        assert answer.status_code < 500, (path, name)


@pytest.mark.parametrize("kept", _KEPT)
def test_no_kept_form_breaks_anything(company: Company, browser_for: BrowserFor, kept: str) -> None:
    give_password(company, "D1", PASSWORD)
    browser = browser_for("D1")
    word = filled(browser.open("/inbox").soup, browser.open("/inbox").form("Sign out"))["_form"]
    fields = {"_kept": kept, "number": "D1", "password": PASSWORD, "_form": word}
    for path in ("/sign-in", "/prove", "/resume"):
        answer = browser.client.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code < 500, path


@pytest.mark.parametrize("place", ["/", "//x", "/corrections", "/nowhere", "/do/x"])
def test_a_refusal_is_told_wherever_its_form_says_it_stands(
    browser_for: BrowserFor, case_id: int, place: str
) -> None:
    browser = browser_for("D1")
    word = filled(browser.open("/inbox").soup, browser.open("/inbox").form("Sign out"))["_form"]
    fields = {"_form": word, "_from": place, "person": "nobody"}
    refused = browser.post(f"/do/cases/{case_id}/copies", fields, status=422)
    assert "Nobody has this employee number." in refused.words


def test_what_is_kept_holds_no_password(company: Company, browser_for: BrowserFor) -> None:
    browser = browser_for("D1")
    page = browser.open("/security")
    company.later(hours=1)
    asked = browser.send(page, "Change the password", old=PASSWORD, new="quite another phrase", status=401)
    kept = json.loads(filled(asked.soup, asked.form("Sign in"))["_kept"])
    assert {"old", "new"} & {name for name, _ in kept[1]} == set()
    assert PASSWORD not in asked.answer.text
