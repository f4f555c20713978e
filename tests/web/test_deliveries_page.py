"""Messages on a page: what was sent to whom, and its second chance."""

import pytest

from notifications.reminders import DIGEST
from tests.api.test_deliveries import a_mail, a_withdrawn_case
from tests.company import Company
from tests.web.conftest import BrowserFor
from tests.workflow.test_mails_about_asking import telling


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
    assert "cancelled" in dropped.words
    assert hr.send(dropped, "Send again").alert == "It is sent again."
    assert "No message here." in hr.open("/desk/deliveries?state=dropped").words


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
