"""People are named in forms as people know them: by name, by number, or chosen from a list."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.datastructures import MultiDict

from tests.builders import a_case
from tests.company import Company
from tests.web.browsing import Browser, Page, filled
from tests.web.conftest import BrowserFor
from web.picking import SEVERAL, settled
from workflow.models import Employee
from workflow.vocabulary import Stage

NAMES = {
    "L2": "陈伟",
    "L1": "王伟2",
    "P1": "陈卫国",
    "P2": "Anna Weber",
    "P3": "Anna Weber",
    "P4": "Bo <i>Ek</i>",
}


@pytest.fixture
def head(company: Company, browser_for: BrowserFor) -> Browser:
    """The head of the department, before whom a nomination lies, among people with names."""
    with company.door.acting(now=company.now) as act:
        for number, name in NAMES.items():
            act.execute(update(Employee).where(Employee.number == number).values(name=name))
    return browser_for("D1")


@pytest.fixture
def case_id(company: Company) -> int:
    return a_case(company, at=Stage.NOMINATED)


def hand_over(head: Browser, case_id: int, to: str, status: int = 200) -> Page:
    page = head.open(f"/cases/{case_id}")
    return head.send(page, "Hand over", to=to, reason="I am away.", status=status)


def choices(page: Page) -> dict[str, tuple[str, str]]:
    """Whom one can choose: names by number, with the field that takes the choice."""
    found = page.soup.select("fieldset.unsure input[type=radio]")
    return {str(one["value"]): (str(one["name"]), one.find_parent("label").get_text(" ")) for one in found}


@pytest.mark.parametrize("to", ["L2", "陈伟", " 陈伟 ", "陈伟 (L2)", "anything (L2)", "陈伟（L2）"])
def test_a_number_or_a_whole_name_is_enough(company: Company, head: Browser, case_id: int, to: str) -> None:
    assert hand_over(head, case_id, to).alert == "The task is handed over."
    assert company.number(company.open_tasks(case_id)[0].assignee_id) == "L2"


@pytest.mark.parametrize(
    ("to", "numbers"),
    [
        ("Anna Weber", ["P2", "P3"]),
        ("weber", ["P2", "P3"]),
        ("陈", ["L2", "P1"]),
        ("卫国", ["P1"]),
        ("陈维", ["L2", "P1"]),
        ("anna weber-long", ["P2", "P3"]),
    ],
)
def test_what_may_mean_several_comes_back_with_a_list_and_nothing_is_done(
    company: Company, head: Browser, case_id: int, to: str, numbers: list[str]
) -> None:
    asked = hand_over(head, case_id, to, status=422)
    assert "Nothing has been done yet" in asked.alert
    assert sorted(choices(asked)) == numbers
    fields = filled(asked.soup, asked.form("Hand over"))
    assert (fields["to"], fields["reason"]) == (to, "I am away.")
    assert company.number(company.open_tasks(case_id)[0].assignee_id) == "D1"


def test_whoever_is_chosen_from_the_list_is_meant(company: Company, head: Browser, case_id: int) -> None:
    asked = hand_over(head, case_id, "陈", status=422)
    field, said = choices(asked)["L2"]
    assert "陈伟" in said
    done = head.send(asked, "Hand over", **{field: "L2"})
    assert done.alert == "The task is handed over."
    assert company.number(company.open_tasks(case_id)[0].assignee_id) == "L2"


def test_a_choice_counts_for_what_was_typed_alone(company: Company, head: Browser, case_id: int) -> None:
    asked = hand_over(head, case_id, "Anna Weber", status=422)
    field, _ = choices(asked)["P2"]
    head.send(asked, "Hand over", **{field: "P2", "to": "陈伟"})
    assert company.number(company.open_tasks(case_id)[0].assignee_id) == "L2"


def test_a_choice_is_kept_where_the_act_is_refused(head: Browser, case_id: int) -> None:
    asked = hand_over(head, case_id, "Anna Weber", status=422)
    field, _ = choices(asked)["P2"]
    refused = head.send(asked, "Hand over", status=422, **{field: "P2", "reason": ""})
    assert filled(refused.soup, refused.form("Hand over"))["to"] == "Anna Weber (P2)"


def test_of_whom_nobody_has_heard_is_said_so(head: Browser, case_id: int) -> None:
    asked = hand_over(head, case_id, "Zork", status=422)
    assert "Nobody is found for “Zork”." in asked.words
    assert filled(asked.soup, asked.form("Hand over"))["reason"] == "I am away."


def test_a_name_may_have_a_figure(head: Browser) -> None:
    assert "王伟2 L1" in head.open("/nominate?candidate=王伟2").words


def test_a_number_of_letters_alone_is_one_too(
    company: Company, head: Browser, browser_for: BrowserFor
) -> None:
    page = head.open("/nominate?candidate=Person C (C)")
    assert "Person C C" in page.words


def test_an_unknown_number_is_refused_by_the_act_itself(head: Browser, case_id: int) -> None:
    assert "Nobody has this employee number." in hand_over(head, case_id, "P99", status=422).alert


def test_no_form_looks_up_more_people_than_a_form_can_need(head: Browser, statements: list[str]) -> None:
    form = head.open("/absences")
    fields = filled(form.soup, form.form("Name the substitute"))
    for place in range(300):
        fields.add("_person", f"stranger{place}")
        fields.add(f"stranger{place}", "Zork")
    statements.clear()
    head.post("/do/absences", fields, status=422)
    assert len(statements) < 60


def test_nobody_who_was_typed_is_dropped() -> None:
    typed = ", ".join(f"P{place}" for place in range(99))
    meant, doubts = settled(MultiDict({SEVERAL: "members", "members": typed}))
    assert (meant["members"], doubts) == (typed, {})


def test_names_that_no_form_looks_up_any_more_are_asked_for_by_number(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    names = ", ".join(f"Zork {letter * 2}" for letter in "abcdefghijkl")
    asked = hr.send(hr.open("/committees"), "Seat a committee", members=names, status=422)
    assert asked.words.count("Nobody is found for") == 10
    assert "Too many names to look up: enter the employee number of “Zork kk”." in asked.words
    assert filled(asked.soup, asked.form("Seat a committee"))["members"] == names


def test_names_are_shown_as_they_are_written(head: Browser, case_id: int) -> None:
    asked = hand_over(head, case_id, "<i>Ek", status=422)
    assert not asked.soup.select("main i")
    assert "Bo <i>Ek</i>" in choices(asked)["P4"][1]


def test_what_is_typed_is_completed_from_the_list_of_colleagues(head: Browser) -> None:
    answer = head.client.get("/colleagues", query_string={"q": "anna"})
    options = BeautifulSoup(answer.text, "html.parser").select("[role=listbox] > [role=option]")
    assert [one["data-value"] for one in options] == ["Anna Weber (P2)", "Anna Weber (P3)"]
    assert "Service" in options[0].get_text()
    assert head.client.get("/colleagues?q=a").status_code == 422


def test_nobody_unknown_looks_people_up(client: FlaskClient) -> None:
    assert client.get("/colleagues?q=anna").status_code == 303


def test_a_page_that_is_asked_for_somebody_takes_his_name(head: Browser, case_id: int) -> None:
    page = head.open("/nominate?candidate=Anna Weber")
    field, _ = choices(page)["P3"]
    looked = head.send(page, "Look up", **{field: "P3"})
    assert "Anna Weber P3" in looked.words
    assert not choices(looked)
    assert "Person C" in head.open("/cases?candidate=person c").words
    assert "Person C" not in head.open("/cases?candidate=陈伟").words


def test_several_are_named_with_commas_between_them(
    company: Company, head: Browser, browser_for: BrowserFor
) -> None:
    hr = browser_for("H1")
    page = hr.open("/committees")
    fields = {"name": "Ad hoc", "from_on": "2026-03-02", "until_on": "2026-12-31", "chair": "Person M1"}
    members = "Person M1, 陈伟；Anna Weber, P5 M4"
    asked = hr.send(page, "Seat a committee", members=members, status=422, **fields)
    assert sorted(choices(asked)) == ["P2", "P3"]
    assert filled(asked.soup, asked.form("Seat a committee"))["members"] == members
    field, _ = choices(asked)["P2"]
    seated = hr.send(asked, "Seat a committee", **{field: "P2"})
    assert all(name in seated.words for name in ("Person M1", "陈伟 L2", "Anna Weber P2", "Person M4"))


def test_whoever_stands_in_the_path_of_an_act_is_named_too(head: Browser, browser_for: BrowserFor) -> None:
    admin = browser_for("X1")
    page = admin.open("/administration")
    done = admin.send(page, "Propose", nth=-1, _number="陈伟", _role="auditor")
    assert "陈伟" in done.words
