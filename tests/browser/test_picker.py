"""Picking colleagues at a real browser: by keys, by mouse, and after the page has been swapped."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.people import PHONE, House, Person
from tests.browser.test_looks import RULES
from tests.builders import a_case
from tests.company import Company
from workflow.vocabulary import Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def opened(house: House, **how: tuple[int, int]) -> tuple[Person, Locator]:
    """Somebody before the field in which he names his substitute."""
    person = house.person("D1", **how)
    person.open("/absences")
    return person, person.page.locator("input[name=substitute]")


def test_a_colleague_is_picked_by_keys_alone(house: House, company: Company) -> None:
    person, field = opened(house)
    field.press_sequentially("person p")
    expect(field).to_have_attribute("aria-expanded", "true")
    person.page.keyboard.press("ArrowDown")
    person.page.keyboard.press("ArrowDown")
    marked = person.page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    expect(marked).to_have_attribute("aria-selected", "true")
    assert not Axe().run(person.page, options=RULES).response["violations"]
    person.page.keyboard.press("Enter")
    expect(field).to_have_value("Person P2 (P2)")
    expect(field).to_have_attribute("aria-expanded", "false")
    person.press("page.absences.name", until_on=company.now.date().isoformat())
    assert "Person P2" in person.words


def test_escape_leaves_what_was_typed(house: House) -> None:
    person, field = opened(house)
    field.press_sequentially("person p")
    expect(person.page.locator(".found").first).to_be_visible()
    person.page.keyboard.press("Escape")
    expect(person.page.locator(".found").first).to_be_hidden()
    expect(field).to_have_value("person p")


def test_on_a_phone_a_colleague_is_tapped(house: House) -> None:
    person, field = opened(house, size=PHONE)
    field.press_sequentially("p3")
    option = person.page.get_by_role("option", name="Person P3")
    box = option.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE[0]
    assert box["height"] >= 44
    option.click()
    expect(field).to_have_value("Person P3 (P3)")
    expect(field).to_be_focused()


def test_a_field_completes_itself_after_the_page_was_swapped_too(house: House, company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    person = house.person("D1")
    person.open(f"/cases/{case_id}")
    person.press("page.do.copy", person="person p")
    choice = person.page.locator(".unsure input").first
    expect(choice).to_be_visible()
    choice.check()
    field = person.page.locator("[name=person]:visible").first
    field.press("End")
    field.press_sequentially("4")
    expect(person.page.get_by_role("option", name="Person P4")).to_be_visible()
    expect(choice).not_to_be_checked()
