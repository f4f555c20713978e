"""Which mails come to oneself, on a page; and the way out of digests that mail programs take."""

from flask.testing import FlaskClient
from sqlalchemy import select

from api.signing import NO_DIGEST, handle_for, signed
from notifications.models import UnwantedMail
from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.company import Company
from tests.web.conftest import SECRET, BrowserFor


def unwanted(company: Company) -> list[tuple[int, str]]:
    with company.reading() as db:
        found = db.execute(
            select(UnwantedMail.employee_id, UnwantedMail.topic).order_by(UnwantedMail.topic)
        ).all()
    return [tuple(row) for row in found]  # type: ignore[misc]


def link(company: Company, number: str = "L1") -> str:
    return f"/unsubscribe/{signed(SECRET, handle_for(company.ids[number]), NO_DIGEST)}"


def test_topics_are_switched_off_and_on_again(company: Company, browser_for: BrowserFor) -> None:
    browser = browser_for("L1")
    page = browser.open("/preferences")
    assert "Decisions about me and answers I have a right to" in page.words
    saved = browser.send(page, "Save", digest="false", copies="false")
    assert saved.alert == "Saved."
    assert unwanted(company) == [(company.ids["L1"], "copies"), (company.ids["L1"], "digest")]
    boxes = saved.soup.find_all("input", type="checkbox", checked=True)
    assert {box["name"] for box in boxes} == {
        *("own_case", "other_cases", "requests", "overtaken", "absences", "competitions"),
    }
    browser.send(saved, "Save", digest="true", copies="true")
    assert unwanted(company) == []


def test_what_concerns_rights_is_refused_with_the_reason(company: Company, client_for: ClientFor) -> None:
    answer = Calls(client_for).raw("L1", "PUT", "/me/preferences", {"rights": False, "digest": False})
    assert (answer.status_code, answer.get_json()["facts"]["reason"]) == (422, "always_sent")
    assert unwanted(company) == []


def test_a_scanner_that_follows_the_link_changes_nothing(company: Company, client: FlaskClient) -> None:
    page = client.get(link(company))
    assert (page.status_code, unwanted(company)) == (200, [])
    assert "Send me no more digests" in page.text


def test_a_mail_program_ends_the_digests_and_nothing_else_by_one_click(
    company: Company, client: FlaskClient
) -> None:
    for _ in range(2):
        done = client.post(link(company), data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    assert unwanted(company) == [(company.ids["L1"], "digest")]


def test_a_link_that_was_not_made_here_ends_nothing(company: Company, client: FlaskClient) -> None:
    of_a_review = f"/unsubscribe/{signed(SECRET, handle_for(1))}"
    for path in (link(company)[:-1] + "_", of_a_review, "/unsubscribe/x"):
        assert client.post(path).status_code == 404
    assert unwanted(company) == []
