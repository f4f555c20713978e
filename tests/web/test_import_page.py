"""The page on which HR tries out an organisation file and loads it, and how a file goes to the API."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from api.files import LARGEST_FILE
from tests.api.conftest import give_password
from tests.builders import a_case
from tests.company import Company
from tests.integrations.personnel_files import a_file, numbered
from tests.web.browsing import Browser, Page
from tests.web.conftest import BrowserFor
from workflow.models import Employee
from workflow.vocabulary import Stage

PASSWORD = "four words nobody guesses"
BAD = ({"employee_number": "N1"}, {"employee_number": "N2", "level": "emperor"})


def a_csv(*people: dict[str, str]) -> tuple[BytesIO, str]:
    """A file as a browser sends one."""
    return BytesIO(a_file(*people)), "people.csv"


def on_file(company: Company, *numbers: str) -> list[str]:
    with company.reading() as db:
        return sorted(db.scalars(select(Employee.number).where(Employee.number.in_(numbers))))


def load(hr: Browser, page: Page, file: Any, status: int = 200, **typed: Any) -> Page:
    return hr.send(page, "Load the file", file=file, status=status, **typed)


def test_a_file_is_tried_out_then_loaded(company: Company, browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    people = numbered("N1", "N2")
    tried = hr.send(hr.open("/desk/import"), "Try the file out", file=a_csv(*people))
    assert "Lines looked at: 2. Nothing has changed." in tried.alert
    assert "2 people new" in tried.words
    assert "Choose the same file once more" in tried.words
    assert on_file(company, "N1", "N2") == []
    assert "Lines loaded: 2." in load(hr, tried, a_csv(*people)).alert
    assert on_file(company, "N1", "N2") == ["N1", "N2"]


def test_every_bad_line_is_shown_and_refuses_the_file_unless_it_is_left_out(
    company: Company, browser_for: BrowserFor
) -> None:
    hr = browser_for("H1")
    tried = hr.send(hr.open("/desk/import"), "Try the file out", file=a_csv(*BAD))
    assert "line 3 level emperor" in tried.words.replace("It says ", "")
    refused = load(hr, tried, a_csv(*BAD), status=422)
    assert "nothing has changed" in refused.alert
    assert "line 3 level emperor" in refused.words
    assert "Choose the file once more" in refused.words
    assert on_file(company, "N1", "N2") == []
    load(hr, refused, a_csv(*BAD), skip_bad=["false", "true"])
    assert on_file(company, "N1", "N2") == ["N1"]


def test_what_a_case_has_set_is_shown_as_a_difference(company: Company, browser_for: BrowserFor) -> None:
    a_case(company, at=Stage.MENTORING)
    hr = browser_for("H1")
    file = a_csv({"employee_number": "C", "level": "intermediate", "manager_number": "L1"})
    tried = hr.send(hr.open("/desk/import"), "Try the file out", file=file)
    assert "What a case has set stays" in tried.words
    assert "C level senior intermediate" in tried.words


def test_what_stands_in_a_file_is_shown_as_text(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    file = a_csv({"employee_number": "N1", "level": "<script>alert(1)</script>"})
    tried = hr.send(hr.open("/desk/import"), "Try the file out", file=file)
    assert "<script>alert(1)</script>" in tried.words
    assert "<script>alert" not in tried.answer.text


@pytest.mark.parametrize(("content", "name"), [(b"", ""), (b"%PDF", "a.pdf"), (b"x", "a.xlsx")])
def test_what_is_no_table_is_refused(browser_for: BrowserFor, content: bytes, name: str) -> None:
    hr = browser_for("H1")
    file = (BytesIO(content), name)
    refused = hr.send(hr.open("/desk/import"), "Try the file out", file=file, status=422)
    assert "The file was not imported" in refused.alert
    assert "Bad lines:" in refused.words


def test_a_file_that_is_too_large_is_refused_on_a_page(browser_for: BrowserFor) -> None:
    sent = {"content_type": "multipart/form-data; boundary=b", "headers": {"Sec-Fetch-Site": "same-origin"}}
    body = b"--b\r\n" + b"x" * LARGEST_FILE
    refused = browser_for("H1").client.post("/do/organisation-imports", data=body, **sent)
    assert (refused.status_code, refused.mimetype) == (413, "text/html")
    assert "960 kB" in refused.text


def test_whoever_has_to_prove_himself_is_told_to_choose_the_file_again(
    company: Company, browser_for: BrowserFor
) -> None:
    give_password(company, "H1", PASSWORD)
    hr = browser_for("H1")
    company.later(minutes=20)
    page = hr.open("/desk/import")
    asked = load(hr, page, a_csv(*numbered("N1")), status=403, skip_bad=["false", "true"])
    back = hr.send(asked, "Confirm and go on", password=PASSWORD)
    assert "choose the file once more" in back.alert
    assert on_file(company, "N1") == []
    assert back.soup.select_one("input[name=skip_bad][checked]") is not None
    assert "Lines loaded: 1." in load(hr, back, a_csv(*numbered("N1"))).alert


def test_a_file_goes_nowhere_without_the_word_of_the_session(
    company: Company, browser_for: BrowserFor
) -> None:
    hr = browser_for("H1")
    fields = {"_form": "guessed", "dry_run": "false", "file": a_csv(*numbered("N1"))}
    hr.post("/do/organisation-imports", fields, status=403)
    assert on_file(company, "N1") == []


def test_files_are_for_hr(browser_for: BrowserFor) -> None:
    for number in ("L1", "A1", "X1"):
        browser_for(number).open("/desk/import", status=403)


def test_columns_with_other_names_are_named_and_unknown_ones_left_out_by_name(
    company: Company, browser_for: BrowserFor
) -> None:
    hr = browser_for("H1")
    theirs = a_file(*numbered("N1")).replace(b"employee_number", "工号".encode(), 1)
    header, _, rest = theirs.partition(b"\n")
    file = header.rstrip() + b",Desk\n" + rest.rstrip() + b",4th floor\n"
    page = hr.open("/desk/import")
    refused = hr.send(page, "Try the file out", file=(BytesIO(file), "hr.csv"), status=422)
    assert "Desk" in refused.words
    tried = hr.send(
        refused,
        "Try the file out",
        file=(BytesIO(file), "hr.csv"),
        names="employee_number：工号",
        skip_unknown=["false", "true"],
    )
    assert "1 people new" in tried.words
    assert "Columns that are not known, left out Desk" in tried.words
    wrong = hr.send(page, "Try the file out", file=a_csv(*numbered("N1")), names="staff: 工号", status=422)
    assert "none of our columns" in wrong.words
    assert "staff: 工号" in wrong.answer.text
    assert on_file(company, "N1") == []
