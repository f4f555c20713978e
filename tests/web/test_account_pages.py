"""Pages about oneself: signing in, substitutes, what is on file; how whoever must prove himself goes on."""

import re

import pyotp
import pytest

from tests.api.conftest import give_password
from tests.builders import a_case
from tests.company import Company
from tests.web.browsing import Page, filled
from tests.web.conftest import BrowserFor
from workflow.vocabulary import Stage

PASSWORD = "four words nobody guesses"


@pytest.fixture(autouse=True)
def with_a_password(company: Company) -> None:
    """L1 signs in with a password."""
    give_password(company, "L1", PASSWORD)


def codes(page: Page) -> list[str]:
    """What stands on a page in the type of machines."""
    return [one.get_text() for one in page.soup.select("main code")]


def test_a_token_is_shown_once_and_revoked_from_the_page(browser_for: BrowserFor) -> None:
    browser = browser_for("L1")
    shown = browser.send(browser.open("/security"), "Make a token", name="reports", scopes=["read"], nth=0)
    (token,) = codes(shown)
    asked = {"Authorization": f"Bearer {token}"}
    assert browser.client.application.test_client().get("/api/v1/inbox", headers=asked).status_code == 200
    again = browser.open("/security")
    assert token not in again.answer.text
    assert browser.send(again, "Revoke").alert == "The token opens nothing any more."
    assert browser.client.application.test_client().get("/api/v1/inbox", headers=asked).status_code == 401


def test_a_token_without_a_scope_is_refused_with_what_was_typed(browser_for: BrowserFor) -> None:
    browser = browser_for("L1")
    page = browser.open("/security")
    form = page.form("Make a token")
    refused = browser.post(str(form["action"]), {**filled(page.soup, form), "name": "reports"}, status=422)
    assert filled(refused.soup, refused.form("Make a token"))["name"] == "reports"


def test_whoever_must_prove_himself_is_asked_and_what_he_wanted_is_done(
    company: Company, browser_for: BrowserFor
) -> None:
    browser = browser_for("L1")
    company.later(minutes=20)
    asked = browser.send(browser.open("/security"), "Set it up", status=403)
    assert "Is it still you?" in asked.words
    wrong = browser.send(asked, "Confirm and go on", password="wrong", status=403)
    assert wrong.alert != ""
    done = browser.send(wrong, "Confirm and go on", password=PASSWORD)
    assert "Read this picture" in done.words
    assert done.soup.select_one("main svg path") is not None


def test_a_second_factor_is_set_up_and_asked_for(company: Company, browser_for: BrowserFor) -> None:
    browser = browser_for("L1")
    begun = browser.send(browser.open("/security"), "Set it up")
    code = pyotp.TOTP(codes(begun)[0]).at(company.now)
    confirmed = browser.send(begun, "Confirm", code=code)
    assert len(codes(confirmed)) >= 8
    stranger = browser_for("L1")
    stranger.client.delete_cookie("jinsheng")
    asked = stranger.send(
        stranger.open("/sign-in"), "登录" if False else "Sign in", number="L1", password=PASSWORD, status=401
    )
    assert asked.soup.find("input", {"name": "code"}) is not None


def test_a_password_is_changed(company: Company, browser_for: BrowserFor) -> None:
    browser = browser_for("L1")
    weak = browser.send(
        browser.open("/security"), "Change the password", old=PASSWORD, new="short", status=422
    )
    assert "at least 12" in weak.alert
    assert PASSWORD not in weak.answer.text
    changed = browser.send(weak, "Change the password", old=PASSWORD, new="quite another four words")
    assert changed.path == "/security"
    assert browser.open("/inbox").path == "/inbox"


def test_a_substitute_is_named_and_the_absence_ended(company: Company, browser_for: BrowserFor) -> None:
    a_case(company, at=Stage.NOMINATED)
    browser = browser_for("D1")
    day = company.now.date().isoformat()
    named = browser.send(browser.open("/absences"), "Name the substitute", substitute="L2", until_on=day)
    assert "L2" in named.words
    assert "for " in browser_for("L2").open("/inbox").words
    ended = browser.send(named, "End it now")
    assert ended.alert == "It has ended."
    assert "Nothing waits for you." in browser_for("L2").open("/inbox").words


def test_an_unknown_substitute_is_explained_beside_what_was_typed(browser_for: BrowserFor) -> None:
    browser = browser_for("D1")
    refused = browser.send(
        browser.open("/absences"),
        "Name the substitute",
        substitute="P99",
        until_on="2026-03-20",
        status=422,
    )
    assert "Nobody has this employee number." in refused.alert
    fields = filled(refused.soup, refused.form("Name the substitute"))
    assert (fields["substitute"], fields["until_on"]) == ("P99", "2026-03-20")


def test_a_wrong_value_is_reported_and_answered_by_hr(company: Company, browser_for: BrowserFor) -> None:
    browser = browser_for("L1")
    told = browser.send(browser.open("/my-data"), "Tell HR", rule="trainings", text="One is missing.")
    assert "One is missing." in told.words
    hr = browser_for("H1")
    task = next(
        str(one["href"]) for one in hr.open("/inbox").soup.select("main a") if "data-gaps" in str(one["href"])
    )
    done = hr.send(hr.open(task), "The value is right as it is", reason="The file has both.", nth=0)
    assert done.path == "/inbox"
    assert "The file has both." in browser.open("/corrections").words


def test_ones_own_data_come_at_once_while_the_sign_in_is_fresh(browser_for: BrowserFor) -> None:
    browser = browser_for("L1")
    file = browser.open(browser.open("/my-data").link("Download")).answer
    assert "attachment" in file.headers["Content-Disposition"]


def test_ones_own_data_are_taken_along_after_a_proof(company: Company, browser_for: BrowserFor) -> None:
    browser = browser_for("L1")
    company.later(minutes=20)
    way = browser.open("/my-data").link("Download")
    asked = browser.open(way, status=403)
    file = browser.send(asked, "Confirm and go on", password=PASSWORD).answer
    assert re.search("attachment", file.headers["Content-Disposition"])
    assert file.get_json()["person"][0]["number"] == "L1"


def test_a_substitute_can_be_named_for_one_kind_of_task(browser_for: BrowserFor) -> None:
    kinds = browser_for("L1").open("/absences").soup.select("select[name=kind] option")
    assert "Approve the nomination" in [one.get_text() for one in kinds]
