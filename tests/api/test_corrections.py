"""Somebody reports a wrong value on his own file, at any time; HR answers, and he is told."""

import pytest
from sqlalchemy import select

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.company import Company
from tests.workflow.test_mails_about_asking import mail, telling
from workflow.models import JournalEntry


@pytest.fixture
def calls(company: Company, client_for: ClientFor) -> Calls:
    return Calls(client_for)


@pytest.fixture
def company(company: Company) -> Company:
    """Everybody hears of what concerns him."""
    telling(company)
    return company


def report(calls: Calls, by: str = "P1") -> int:
    told = calls.post(by, "/me/corrections", status=201, rule="hired_on", text="It was 2018.")
    return int(told["task"])


def test_whoever_has_reported_is_told_that_hr_has_corrected_it(company: Company, calls: Calls) -> None:
    task = report(calls)
    (line,) = calls.get("P1", "/me/corrections")["items"]
    assert (line["task"], line["text"]) == (task, "hired_on: It was 2018.")
    assert (line["state"], line["is_corrected"]) == ("open", None)
    calls.post("H1", f"/data-gaps/{task}/completion", status=204)
    (line,) = calls.get("P1", "/me/corrections")["items"]
    assert (line["state"], line["is_corrected"], line["reason"]) == ("done", True, None)
    letter = mail(company, "P1", "correction_made")
    assert "hired_on: It was 2018." in letter.text
    assert "https://x.example/corrections" in letter.text


def test_hr_leaves_a_value_as_it_is_with_a_reason(company: Company, calls: Calls) -> None:
    task = report(calls)
    empty = calls.post("H1", f"/data-gaps/{task}/refusal", status=422, reason="  ")
    assert empty["code"] == "reason_missing"
    calls.post("H1", f"/data-gaps/{task}/refusal", status=204, reason="The contract says 2019.")
    (line,) = calls.get("P1", "/me/corrections")["items"]
    assert (line["is_corrected"], line["reason"]) == (False, "The contract says 2019.")
    (own,) = calls.get("P1", "/me/data")["corrections"]
    assert (own["text"], own["reason"]) == (line["text"], line["reason"])
    letter = mail(company, "P1", "correction_refused")
    assert "The contract says 2019." in letter.text
    late = calls.post("H2", f"/data-gaps/{task}/completion", status=409)
    assert late["code"] == "task_closed"


def test_only_hr_answers_and_nobody_of_hr_his_own(calls: Calls) -> None:
    task = report(calls)
    for by in ("P1", "A1", "L1"):
        calls.post(by, f"/data-gaps/{task}/refusal", status=403, reason="No.")
    own = report(calls, "H1")
    calls.post("H1", f"/data-gaps/{own}/refusal", status=404, reason="No.")
    calls.post("H2", f"/data-gaps/{own}/refusal", status=204, reason="No.")


def test_what_others_have_reported_is_not_listed(calls: Calls) -> None:
    report(calls)
    assert calls.get("P2", "/me/corrections")["items"] == []
    assert calls.get("H1", "/me/corrections")["items"] == []


def test_the_way_from_the_mail_leads_to_the_list(client_for: ClientFor) -> None:
    assert client_for("P1").get("/corrections").headers["Location"] == "/my-data"


def test_the_journal_keeps_no_word_of_it(company: Company, calls: Calls) -> None:
    task = report(calls)
    calls.post("H1", f"/data-gaps/{task}/refusal", status=204, reason="The contract says 2019.")
    with company.reading() as db:
        entries = db.scalars(select(JournalEntry).where(JournalEntry.chain == "organisation"))
        told = {entry.action: entry.facts for entry in entries}
    keys = {"person": company.ids["P1"], "task": task}
    assert told == {"correction_asked": keys, "correction_refused": keys}
