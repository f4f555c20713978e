"""Messages on a page: what was sent to whom, and its second chance."""

import pytest

from notifications.models import DeliveryState
from notifications.reminders import DIGEST
from tests.api.conftest import ClientFor
from tests.api.test_deliveries import a_chat_message, a_mail, a_withdrawn_case
from tests.company import Company
from tests.web.browsing import Browser
from tests.web.conftest import BrowserFor
from tests.workflow.test_mails_about_asking import telling
from translations import LOCALES


@pytest.fixture(autouse=True)
def told(company: Company) -> None:
    """What happens is told by mail."""
    telling(company)


def test_hr_cancels_a_message_and_sends_it_after_all(company: Company, browser_for: BrowserFor) -> None:
    a_withdrawn_case(company)
    hr = browser_for("H1")
    page = hr.open("/desk/deliveries?state=pending")
    assert "withdrawn Person C" in page.words.replace("To ", "")
    assert hr.send(page, "Do not send").alert == "It will not be sent."
    dropped = hr.open("/desk/deliveries?state=dropped")
    assert "It was cancelled here." in dropped.words
    assert hr.send(dropped, "Send again").alert == "It is sent again."
    assert "No message here." in hr.open("/desk/deliveries?state=dropped").words


def test_what_warns_somebody_cannot_be_stopped_and_the_page_does_not_offer_it(
    company: Company, browser_for: BrowserFor
) -> None:
    a_mail(company, "password_changed", "P1")
    page = browser_for("H1").open("/desk/deliveries?state=pending")
    assert "Your password has been changed" in page.words
    assert "Always sent" in page.words
    assert "Do not send" not in page.words


def test_a_search_finds_what_went_to_somebody_by_one_way_in_a_time(
    company: Company, browser_for: BrowserFor
) -> None:
    a_mail(company, "password_changed", "P1")
    a_mail(company, "token_made", "P2")
    hr, today = browser_for("H1"), company.now.date().isoformat()
    for query, found in (
        (f"person=P1&channel=mail&from={today}&to={today}", {"P1"}),
        ("kind=token_made", {"P2"}),
        ("channel=chat", set()),
        ("person=C", set()),
        ("to=2025-01-01", set()),
        ("", {"P1", "P2"}),
    ):
        words = hr.open(f"/desk/deliveries?{query}").words
        assert {number for number in ("P1", "P2") if f"Person {number}" in words} == found, query


def test_every_kind_of_mail_that_can_be_looked_for_has_its_words(browser_for: BrowserFor) -> None:
    words = browser_for("H1").open("/desk/deliveries").words
    assert "Promotion case …: withdrawn" in words
    assert ".subject" not in words


@pytest.mark.parametrize("locale", LOCALES)
def test_no_two_kinds_that_can_be_looked_for_read_the_same(client_for: ClientFor, locale: str) -> None:
    client = client_for("H1")
    with client.session_transaction() as session:
        session["language"] = locale
    page = Browser(client).open("/desk/deliveries")
    words = [one.get_text() for one in page.soup.select("select#kind option")]
    assert len(words) > 50
    assert [one for one in words if words.count(one) > 1] == []


def test_a_failure_is_told_in_words(company: Company, browser_for: BrowserFor) -> None:
    a_mail(company, "password_changed", "P1", DeliveryState.DEAD)
    page = browser_for("H1").open("/desk/deliveries")
    assert "The mail server has refused it: 550 no such person" in page.words


def test_a_chat_message_that_only_a_newer_version_knows_is_called_that(
    company: Company, browser_for: BrowserFor
) -> None:
    a_chat_message(company, "case.flown")
    words = browser_for("H1").open("/desk/deliveries").words
    assert "A message of a newer version Person H2" in words
    assert "case.flown" not in words


def test_who_gets_a_digest_is_told_to_nobody(company: Company, browser_for: BrowserFor) -> None:
    a_mail(company, DIGEST, "P1")
    page = browser_for("H1").open("/desk/deliveries")
    assert "Daily digests waiting 1" in page.words
    assert "Person P1" not in page.words


def test_administrators_read_of_no_case(company: Company, browser_for: BrowserFor) -> None:
    a_withdrawn_case(company)
    a_mail(company, "password_changed")
    page = browser_for("X1").open("/desk/deliveries")
    assert "Your password has been changed Person P1" in page.words
    assert "Person C" not in page.words
    assert "Mails about cases waiting 2" in page.words


def test_messages_are_for_hr_and_administrators(browser_for: BrowserFor) -> None:
    for number in ("L1", "A1"):
        browser_for(number).open("/desk/deliveries", status=403)
    browser_for("H1").open("/desk/deliveries?state=lost", status=422)


def test_the_list_costs_the_same_however_long_it_is(
    company: Company, browser_for: BrowserFor, statements: list[str]
) -> None:
    hr = browser_for("H1")
    for candidate in ("C", "P1"):
        a_withdrawn_case(company, candidate)
        statements.clear()
        hr.open("/desk/deliveries")
        assert len(statements) <= 5, "\n".join(" ".join(one.split())[:90] for one in statements)
