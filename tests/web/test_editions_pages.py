"""Editions of the criteria on pages: put forward by one, published by another, read by everybody."""

import pytest

from tests.api.conftest import give_password
from tests.company import Company
from tests.web.browsing import Page, filled
from tests.web.conftest import BrowserFor
from workflow.editions.reading import shipped

PASSWORD = "four words nobody guesses"
TEXT = shipped()["default"].replace('version: "2026.1"', 'version: "2026.2"')


@pytest.fixture
def draft(browser_for: BrowserFor) -> Page:
    """The page of an edition that one of HR has put forward."""
    hr = browser_for("H1")
    return hr.send(hr.open("/desk/editions"), "Put forward", text=TEXT)


def test_an_edition_put_forward_by_one_is_published_by_another(
    company: Company, browser_for: BrowserFor, draft: Page
) -> None:
    give_password(company, "H2", PASSWORD)
    assert draft.path == "/desk/editions/2"
    assert "waits for a second person" in draft.words
    first, second = browser_for("H1"), browser_for("H2")
    own = first.open(draft.path).words
    assert "Put forward by Person H1" in own
    assert "two people answer for it" in own
    assert "Publish" not in own.split("Take it back")[0]
    company.later(minutes=20)
    asked = second.send(second.open(draft.path), "Publish", status=403)
    done = second.send(asked, "Confirm and go on", password=PASSWORD)
    assert (done.path, done.alert) == (draft.path, "The edition is published.")
    assert "waits for a second person" not in done.words


def test_an_edition_put_forward_is_taken_back(browser_for: BrowserFor, draft: Page) -> None:
    hr = browser_for("H1")
    gone = hr.send(hr.open(draft.path), "Take it back")
    assert (gone.path, gone.alert) == ("/desk/editions", "The edition is taken back.")
    assert "2026.2" not in gone.words


def test_what_is_wrong_with_an_edition_is_listed_and_its_text_stays(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    wrong = "unknown: <b>\n" + TEXT
    refused = hr.send(hr.open("/desk/editions"), "Put forward", status=422, text=wrong)
    assert "unknown is not a known field" in refused.words
    assert filled(refused.soup, refused.form("Put forward"))["text"].startswith("unknown: <b>\n")


def test_everybody_reads_what_a_published_edition_says_and_a_draft_is_for_hr(
    browser_for: BrowserFor, draft: Page
) -> None:
    reader = browser_for("C")
    page = reader.open("/desk/editions/1")
    assert "Senior service engineer" in page.words
    assert page.link("The ladders of this edition") == "/ladders?edition=1"
    assert "2026.2" not in reader.open("/desk/editions").words
    assert "Put an edition forward" not in reader.open("/desk/editions").words
    reader.open(draft.path, status=404)
    assert "waits for a second person" not in browser_for("A1").open(draft.path).words


def test_editions_cost_little(browser_for: BrowserFor, statements: list[str]) -> None:
    reader = browser_for("H1")
    for path in ("/desk/editions", "/desk/editions/1"):
        reader.open(path)
        statements.clear()
        reader.open(path)
        assert len(statements) <= 5, "\n".join(" ".join(one.split())[:90] for one in statements)
