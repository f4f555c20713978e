"""Reminders to come on a page: HR looks at the week."""

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from tests.web.conftest import BrowserFor
from workflow.vocabulary import Stage


def test_hr_sees_who_is_reminded_tomorrow_of_what(
    company: Company, browser_for: BrowserFor, client_for: ClientFor
) -> None:
    hr = browser_for("H1")
    assert "Nothing is sent on 2 Mar 2026" in hr.open("/desk/reminders").words
    case = a_case(company, at=Stage.NOMINATED)
    page = hr.open("/desk/reminders")
    assert f"Person D1 D1 Approve the nomination Person C · case {case} own task" in page.words
    told = Calls(client_for).get("H1", "/reminders")
    assert [one["person"]["number"] for one in told["items"]] == ["D1"]
    assert "Nothing is sent on 2 Mar 2026" in hr.open("/desk/reminders?on=2026-03-02").words
    hr.open("/desk/reminders?on=never", status=422)


def test_it_is_for_hr_alone(browser_for: BrowserFor) -> None:
    for number in ("L1", "A1", "X1"):
        browser_for(number).open("/desk/reminders", status=403)
