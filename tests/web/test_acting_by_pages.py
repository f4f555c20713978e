"""Pages act by the operations of the API: done, refused and explained as there, and nothing typed is lost."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.datastructures import MultiDict

from api.database import db
from tests.api.conftest import give_password
from tests.api.test_standing_in import for_technicians
from tests.builders import a_case
from tests.company import Company
from tests.web.browsing import Browser, filled
from tests.web.conftest import BrowserFor
from workflow.vocabulary import Stage, TaskKind

PASSWORD = "four words nobody guesses"


@pytest.fixture
def case_id(company: Company) -> int:
    """A nomination that waits for the head of department."""
    return a_case(company, at=Stage.NOMINATED)


def test_an_approver_approves_from_his_inbox(company: Company, browser_for: BrowserFor, case_id: int) -> None:
    browser = browser_for("D1")
    done = browser.send(browser.open("/inbox"), "Approve")
    assert done.path == "/inbox"
    assert done.alert == "Approved."
    assert "Nothing waits for you." in done.words
    assert company.open_tasks(case_id)[0].role == "hr"


def test_an_approver_returns_a_nomination_with_a_reason(
    company: Company, browser_for: BrowserFor, case_id: int
) -> None:
    browser = browser_for("D1")
    done = browser.send(browser.open("/inbox"), "Return to the author", reason="Name the customers.")
    assert done.alert == "Returned to the author."
    assert company.open_tasks(case_id)[0].kind is TaskKind.REVISE_NOMINATION


def test_what_is_refused_is_explained_and_what_was_typed_stands_there_again(
    company: Company, browser_for: BrowserFor, case_id: int
) -> None:
    browser = browser_for("D1")
    page = browser.open(f"/cases/{case_id}")
    refused = browser.send(page, "Hand over", to="P99", reason="I am <b>away</b>.", status=422)
    assert refused.path.startswith("/do/")
    assert "Nobody has this employee number." in refused.alert
    fields = filled(refused.soup, refused.form("Hand over"))
    assert (fields["to"], fields["reason"]) == ("P99", "I am <b>away</b>.")
    assert "<b>away" not in refused.answer.text


def test_a_refused_act_holds_one_connection_at_a_time(
    app: Flask, browser_for: BrowserFor, case_id: int
) -> None:
    """The API has looked for an earlier answer in the same request that then shows the page again."""
    browser = browser_for("D1")
    page = browser.open(f"/cases/{case_id}")
    with app.app_context():
        pool: Any = db.engine.pool
    held: list[int] = []
    event.listen(pool, "checkout", lambda *_: held.append(pool.checkedout()))
    browser.send(page, "Hand over", to="P99", reason="Away.", status=422)
    assert max(held) == 1 < len(held)


def test_of_two_who_act_on_the_same_the_later_is_told_and_sees_what_is_now(
    company: Company, browser_for: BrowserFor, case_id: int
) -> None:
    first, second = browser_for("D1"), browser_for("D1")
    seen = second.open(f"/cases/{case_id}")
    first.send(first.open("/inbox"), "Approve")
    late = second.send(seen, "Decline with this reason", reason="Too early.", status=409)
    assert late.alert != ""
    assert "HR" in late.words


def test_the_same_form_sent_twice_acts_once(company: Company, browser_for: BrowserFor, case_id: int) -> None:
    browser = browser_for("D1")
    page = browser.open("/inbox")
    once, twice = browser.send(page, "Approve"), browser.send(page, "Approve")
    assert (once.alert, twice.alert) == ("Approved.", "Approved.")
    assert company.open_tasks(case_id)[0].role == "hr"


@pytest.mark.parametrize("word", ["", "guessed"])
def test_a_form_that_no_page_of_the_session_has_shown_does_nothing(
    company: Company, browser_for: BrowserFor, case_id: int, word: str
) -> None:
    browser = browser_for("D1")
    form = browser.open("/inbox").form("Approve")
    fields = filled(browser.open("/inbox").soup, form)
    fields["_form"] = word
    shown = browser.post(str(form["action"]), fields)
    assert "nothing is lost" in shown.alert
    answer = browser.client.post(str(form["action"]), data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, "another site" in answer.text) == (403, True)
    assert company.open_tasks(case_id)[0].role is None


def test_a_form_of_another_session_does_nothing(
    company: Company, browser_for: BrowserFor, case_id: int
) -> None:
    other = browser_for("L1").open("/inbox")
    browser = browser_for("D1")
    form = browser.open("/inbox").form("Approve")
    fields = filled(browser.open("/inbox").soup, form)
    fields["_form"] = filled(other.soup, other.form("中文"))["_form"]
    assert "nothing is lost" in browser.post(str(form["action"]), fields).alert
    assert company.open_tasks(case_id)[0].role is None


def test_whoever_is_signed_out_in_the_middle_of_a_form_signs_in_and_loses_nothing(
    company: Company, browser_for: BrowserFor, case_id: int
) -> None:
    give_password(company, "D1", PASSWORD)
    browser = browser_for("D1")
    page = browser.open(f"/cases/{case_id}")
    company.later(hours=1)
    asked = browser.send(page, "Return to the author", reason="Name the customers.", status=401)
    assert "what you entered is kept" in asked.words
    wrong = browser.send(asked, "Sign in", number="D1", password="wrong", status=401)
    back = browser.send(wrong, "Sign in", number="D1", password=PASSWORD)
    assert company.open_tasks(case_id)[0].kind is TaskKind.APPROVE
    fields = filled(back.soup, back.form("退回给提名人"))
    assert fields["reason"] == "Name the customers."
    browser.post(f"/do/cases/{case_id}/approvals", fields)
    assert company.open_tasks(case_id)[0].kind is TaskKind.REVISE_NOMINATION


def test_a_page_of_another_site_cannot_have_a_form_wait_for_a_sign_in(
    client: FlaskClient, case_id: int
) -> None:
    answer = client.post(
        f"/do/cases/{case_id}/approvals",
        data={"decision": "approve"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "/do/x"])
def test_nothing_leads_away_from_the_house(company: Company, client: FlaskClient, path: str) -> None:
    give_password(company, "D1", PASSWORD)
    fields = {"number": "D1", "password": PASSWORD, "next": path}
    answer = client.post("/sign-in", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_signing_out_ends_the_session(browser_for: BrowserFor) -> None:
    browser = browser_for("D1")
    assert browser.send(browser.open("/inbox"), "Sign out").path == "/sign-in"
    assert browser.open("/inbox").path.startswith("/sign-in")


def test_the_language_is_switched_for_the_session(browser_for: BrowserFor) -> None:
    browser = browser_for("D1")
    page = browser.send(browser.open("/inbox"), "中文")
    assert (page.path, "等您处理" in page.words) == ("/inbox", True)


def test_a_draft_that_is_kept_quietly_is_answered_without_a_page(
    company: Company, browser_for: BrowserFor
) -> None:
    case_id = a_case(company, at=Stage.DRAFT)
    browser = browser_for("L1")
    word = filled(browser.open("/inbox").soup, browser.open("/inbox").form("Sign out"))["_form"]
    tag = browser.client.get(f"/api/v1/cases/{case_id}").headers["ETag"]
    quietly = {"_form": word, "_method": "PUT", "_tag": tag, "_quietly": "true"}
    answer = browser.client.post(f"/do/cases/{case_id}/nomination", data={**quietly, "statement": "So far."})
    assert (answer.status_code, answer.data) == (204, b"")
    assert company.case(case_id).statement == "So far."
    assert answer.headers["ETag"] == browser.client.get(f"/api/v1/cases/{case_id}").headers["ETag"]


def test_several_are_approved_at_once_with_a_summary_before_where_the_criteria_allow_it(
    company: Company, browser_for: BrowserFor
) -> None:
    cases = for_technicians(company, "P1", "P2")
    browser = browser_for("D1")
    page = browser.open("/inbox")
    ticked = [str(one["value"]) for one in page.soup.select("input[name=task]")]
    assert len(ticked) == len(cases)
    summary = browser.send(page, "Approve what is ticked", task=ticked)
    assert "Look once more" in summary.words
    done = browser.send(summary, "Approve 2", comment="Both have earned it.")
    assert done.words.count("approved") == len(cases)
    assert "Nothing waits for you." in browser.open("/inbox").words


def test_where_they_do_not_nothing_can_be_ticked(company: Company, browser_for: BrowserFor) -> None:
    for one in ("C", "P1"):
        a_case(company, at=Stage.NOMINATED, candidate=one)
    assert not browser_for("D1").open("/inbox").soup.select("input[name=task]")


def test_a_summary_says_what_is_to_be_decided_singly_and_how_many_wait_for_one_no_more(
    company: Company, browser_for: BrowserFor, case_id: int
) -> None:
    for_technicians(company, "P1", "P2")
    browser = browser_for("D1")
    tasks = [task.id for case in (case_id, case_id + 1, case_id + 2) for task in company.open_tasks(case)]
    browser.post("/do/approvals", _approval_of(browser, tasks[2]))
    summary = browser.open(f"/inbox/approving?tasks={','.join(map(str, tasks))}")
    assert "One of those you ticked is not shown" in summary.words
    assert summary.words.index("Approve 1") < summary.words.index("To be decided one by one")
    several = browser.open(f"/inbox/approving?tasks={tasks[1]},8888,9999,,x,{'9' * 30}")
    assert "2 of those you ticked are not shown" in several.words
    assert "None of them waits" in browser.open("/inbox/approving?tasks=9999,x").words


def _approval_of(browser: Browser, task: int) -> MultiDict[str, str]:
    summary = browser.open(f"/inbox/approving?tasks={task}")
    return filled(summary.soup, summary.form("Approve 1"))
