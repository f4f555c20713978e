"""Roles given by two people, webhooks whose secret is told once, and accesses in an emergency, on pages."""

import pytest

from notifications.channels import guard
from tests.api.conftest import give_password
from tests.builders import a_case
from tests.company import Company
from tests.web.conftest import BrowserFor
from workflow.models import RoleHolding
from workflow.vocabulary import Role, Stage

PASSWORD = "four words nobody guesses"


def holds(company: Company, number: str, role: Role) -> bool:
    with company.reading() as db:
        return db.get(RoleHolding, (company.ids[number], role)) is not None


def test_a_role_is_proposed_by_one_and_confirmed_by_another(
    company: Company, browser_for: BrowserFor
) -> None:
    admin, hr = browser_for("X1"), browser_for("H1")
    page = admin.send(admin.open("/administration"), "Propose", nth=-1, _number="T1", _role="auditor")
    assert "Proposed." in page.alert
    assert "Person T1 T1 is to become: Auditor" in page.words
    assert not holds(company, "T1", Role.AUDITOR)
    assert "somebody else confirms" in page.words
    done = hr.send(hr.open("/administration"), "Confirm")
    assert "It counts from now on" in done.alert
    assert holds(company, "T1", Role.AUDITOR)


def test_a_role_is_taken_by_two_and_a_proposal_is_ended_by_one(
    company: Company, browser_for: BrowserFor
) -> None:
    admin = browser_for("X1")
    take = [button.get_text() for button in admin.open("/administration").soup.select("td button")]
    place = next(place for place, text in enumerate(take) if "Person H2" in text)
    proposed = admin.send(admin.open("/administration"), "Propose to take it", nth=place)
    assert "is to lose: HR" in proposed.words
    ended = admin.send(proposed, "End the proposal")
    assert ended.alert == "The proposal is ended."
    assert "Waits for a second person" not in ended.words
    assert holds(company, "H2", Role.HR)


def test_a_role_for_nobody_is_refused_with_what_was_typed(browser_for: BrowserFor) -> None:
    admin = browser_for("X1")
    page = admin.send(
        admin.open("/administration"), "Propose", nth=-1, status=404, _number="P99", _role="admin"
    )
    assert page.alert != ""
    field = page.soup.select_one("input[name=_number]")
    assert field is not None
    assert field["value"] == "P99"


def test_the_secret_of_a_webhook_is_shown_once(
    browser_for: BrowserFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "checked", lambda url, _internal: url)
    admin = browser_for("X1")
    page = admin.open("/administration")
    shown = admin.send(page, "Subscribe an address", url="https://hooks.example/a", events=["case.opened"])
    secret = shown.soup.select_one("main .note code")
    assert secret is not None
    assert secret.get_text().startswith("whsec_")
    again = admin.open("/administration")
    assert secret.get_text() not in again.answer.text
    assert "https://hooks.example/a" in again.words
    assert admin.send(again, "End it").alert == "The subscription is ended."


def test_hr_and_auditors_read_who_holds_which_role_and_others_do_not(browser_for: BrowserFor) -> None:
    for number in ("H1", "A1"):
        page = browser_for(number).open("/administration")
        assert "Person X1 X1 Administrator" in page.words
        assert "Give a role" not in page.words
    browser_for("L1").open("/administration", status=403)


def test_a_case_is_read_in_an_emergency_that_a_second_person_grants(
    company: Company, browser_for: BrowserFor
) -> None:
    give_password(company, "A1", PASSWORD)
    case = a_case(company, at=Stage.NOMINATED)
    admin, auditor = browser_for("X1"), browser_for("A1")
    admin.open(f"/cases/{case}", status=404)
    asked = admin.send(
        admin.open("/desk/emergencies"), "Ask", _case=str(case), reason="A letter is <i>lost</i>."
    )
    assert "waits for a second person" in asked.words
    assert "A letter is <i>lost</i>." in asked.words
    company.later(minutes=20)
    wants_proof = auditor.send(auditor.open("/desk/emergencies"), "Allow reading", status=403)
    granted = auditor.send(wants_proof, "Confirm and go on", password=PASSWORD)
    assert "Granted for an hour" in granted.alert
    assert "Person C" in admin.open(f"/cases/{case}").words
    assert "open now" in auditor.open("/desk/emergencies").words


def test_the_pages_of_administration_cost_little(browser_for: BrowserFor, statements: list[str]) -> None:
    admin = browser_for("X1")
    for path, most in (("/administration", 6), ("/desk/emergencies", 3)):
        admin.open(path)
        statements.clear()
        admin.open(path)
        assert len(statements) <= most, "\n".join(" ".join(one.split())[:90] for one in statements)
