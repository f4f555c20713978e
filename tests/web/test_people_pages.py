"""People on pages, for HR: found, kept apart, and listed as contacts of somebody's reviews."""

import pytest
from sqlalchemy import select, update

from notifications.bounces import OF_CUSTOMERS
from tests.company import Company
from tests.web.browsing import filled
from tests.web.conftest import BrowserFor
from workflow import data_gaps
from workflow.models import Employee, HrField, Task


def test_hr_finds_people_by_part_of_a_name_or_number(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    found = hr.send(hr.open("/desk/people"), "Search", q="L")
    assert [link.get_text() for link in found.soup.select("tbody a")] == ["Person L1", "Person L2"]
    assert "Nobody is found." in hr.send(found, "Search", q="%").words


def test_two_people_are_kept_apart_and_no_more(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    kept = hr.send(hr.open("/desk/people"), "Keep apart", one="P1", other="P2", because="grievance")
    assert "Person P1 P1 – Person P2 P2" in kept.words
    assert "open grievance" in kept.words
    lifted = hr.send(kept, "Take off the file")
    assert lifted.alert == "They are kept apart no more."
    assert "Nobody is kept apart." in lifted.words


def test_a_pair_that_is_refused_keeps_what_was_typed(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    page = hr.open("/desk/people")
    refused = hr.send(page, "Keep apart", one="P1", other="nobody", because="relative", status=422)
    fields = filled(refused.soup, refused.form("Keep apart"))
    assert (fields["one"], fields["other"], fields["because"]) == ("P1", "nobody", "relative")
    assert refused.alert != ""


def test_hr_lists_whom_the_reviews_of_somebody_can_ask(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    page = hr.open("/desk/people/C")
    customer = {
        "items__1__source": "customer",
        "items__1__name": "Wang <Trading>",
        "items__1__email": "wang@example.com",
        "items__1__locale": "zh_Hans",
    }
    saved = hr.send(page, "Save the list", items__0__source="peer", items__0__person="T1", **customer)
    assert saved.alert == "The list is saved."
    fields = filled(saved.soup, saved.form("Save the list"))
    assert (fields["items.0.person"], fields["items.1.name"]) == ("Person T1 (T1)", "Wang <Trading>")
    emptied = hr.send(saved, "Save the list", items__0__source="", items__0__person="")
    assert filled(emptied.soup, emptied.form("Save the list"))["items.0.name"] == "Wang <Trading>"


def test_a_person_is_shown_with_his_manager_by_name(browser_for: BrowserFor) -> None:
    page = browser_for("H1").open("/desk/people/C")
    assert page.link("Person L1") == "/desk/people/L1"


def test_of_two_who_change_a_list_the_later_is_told(browser_for: BrowserFor) -> None:
    first, second = browser_for("H1"), browser_for("H2")
    seen = second.open("/desk/people/C")
    first.send(first.open("/desk/people/C"), "Save the list", items__0__source="peer", items__0__person="T1")
    late = second.send(seen, "Save the list", status=412, items__0__source="superior", items__0__person="L2")
    assert late.alert != ""
    assert filled(late.soup, late.form("Save the list"))["items.0.person"] == "L2"


def test_a_wrong_line_is_marked_where_it_stands(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    typed = {"items__0__source": "customer", "items__0__name": "Wang", "items__0__email": "no address"}
    refused = hr.send(hr.open("/desk/people/C"), "Save the list", status=422, **typed)
    fault = refused.soup.select_one("[name='items.0.email']")
    assert fault is not None
    assert fault.get("aria-invalid") == "true"


def test_nobody_keeps_the_list_for_his_own_reviews(browser_for: BrowserFor) -> None:
    assert "Save the list" not in browser_for("H1").open("/desk/people/H1").words


@pytest.mark.parametrize("path", ["/desk/people", "/desk/people/C"])
def test_people_are_looked_up_here_by_hr_alone(browser_for: BrowserFor, path: str) -> None:
    for number in ("L1", "A1", "X1"):
        browser_for(number).open(path, status=403)
    browser_for("H1").open("/desk/people/nobody", status=404)


def test_looking_people_up_costs_the_same_for_any_number(
    company: Company, browser_for: BrowserFor, statements: list[str]
) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).values(post="one that no edition knows, " + Employee.number))
    hr = browser_for("H1")
    for path in ("/desk/people", "/desk/people/C"):
        hr.open(path)
        statements.clear()
        hr.open(path)
        assert len(statements) <= 10, "\n".join(" ".join(one.split())[:90] for one in statements)


def test_a_task_about_an_address_of_a_customer_leads_whoever_may_see_it_to_the_list_it_stands_on(
    company: Company, browser_for: BrowserFor
) -> None:
    with company.door.acting(now=company.now) as act:
        person = act.db.get_one(Employee, company.ids["C"])
        act.add(HrField(employee_id=company.ids["T1"], department_id=person.department_id))
        data_gaps.report(act, [(OF_CUSTOMERS, person)], edition_id=company.edition_id)
        (task,) = act.all(select(Task.id))
    page = browser_for("H1").open(f"/data-gaps/{task}")
    assert page.link("Person C") == "/desk/people/C"
    assert "Put the address right on the list of each of these people" in page.words
    of_department = browser_for("T1").open(f"/data-gaps/{task}")
    assert "Person C" in of_department.words
    assert of_department.soup.select_one("main a[href^='/desk/people']") is None
