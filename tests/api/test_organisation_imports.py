"""Organisation files over the API: tried out first, named line by line, loaded whole or not at all."""

import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from api.files import LARGEST_FILE, TABLES
from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from tests.integrations.personnel_files import a_file, numbered
from workflow import journal, keeping_apart
from workflow.models import Employee, RoleHolding
from workflow.vocabulary import ApartBecause, Role, Stage

CSV, XLSX = TABLES
PATH = "/api/v1/organisation-imports"


@pytest.fixture
def send(client_for: ClientFor) -> Any:
    """Lets somebody send a file."""

    def sent(data: bytes, query: str = "", by: str = "H1", kind: str = CSV) -> TestResponse:
        return client_for(by).post(f"{PATH}{query}", data=data, content_type=kind)

    return sent


def told(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.get_json()
    report: dict[str, Any] = answer.get_json()
    return report


def on_file(company: Company, *numbers: str) -> list[str]:
    with company.reading() as db:
        return list(db.scalars(select(Employee.number).where(Employee.number.in_(numbers))))


def a_workbook(*rows: list[str]) -> bytes:
    book, data = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


def test_a_file_is_tried_out_and_changes_nothing(company: Company, send: Any) -> None:
    report = told(send(a_file(*numbered("N1", "N2"))))
    assert (report["dry_run"], report["lines"], report["created"]) == (True, 2, 2)
    assert report["not_in_file"] == len(company.ids)
    assert on_file(company, "N1", "N2") == []
    with company.reading() as db:
        assert list(journal.verify(db)) == []


def test_the_same_file_is_loaded_and_a_second_time_changes_nothing(company: Company, send: Any) -> None:
    data = a_file(*numbered("N1", "N2"))
    assert told(send(data, "?dry_run=false"))["created"] == 2
    assert sorted(on_file(company, "N1", "N2")) == ["N1", "N2"]
    again = told(send(data, "?dry_run=false"))
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 2)


def test_a_workbook_is_read_as_well(company: Company, send: Any) -> None:
    rows = [line.split(",") for line in a_file(*numbered("N1")).decode().splitlines()]
    assert told(send(a_workbook(*rows), "?dry_run=false", kind=XLSX))["created"] == 1
    assert on_file(company, "N1") == ["N1"]


def test_every_bad_line_is_named_in_both_languages(company: Company, send: Any) -> None:
    data = a_file({"employee_number": "N1"}, {"employee_number": "N2", "level": "emperor"})
    (bad,) = told(send(data))["bad_lines"]
    assert (bad["line"], bad["column"], bad["value"]) == (3, "level", "emperor")
    assert set(bad["messages"]) == {"en", "zh_Hans"}
    refused = send(data, "?dry_run=false")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "bad_import")
    assert refused.get_json()["facts"]["lines"] == [bad]
    assert on_file(company, "N1", "N2") == []
    assert told(send(data, "?dry_run=false&skip_bad=true"))["created"] == 1
    assert on_file(company, "N1", "N2") == ["N1"]


@pytest.mark.parametrize("query", ["", "?dry_run=false"])
@pytest.mark.parametrize("data", [b"", b"number;who\n1;2", b"\xff\xfe\x00", b"PK\x03\x04 no workbook"])
def test_what_is_no_such_file_is_refused(send: Any, data: bytes, query: str) -> None:
    refused = send(data, query)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "bad_import")
    assert all(line["messages"] for line in refused.get_json()["facts"]["lines"])


def test_a_level_that_a_case_has_set_stays_and_is_reported(company: Company, send: Any) -> None:
    a_case(company, at=Stage.MENTORING)
    data = a_file({"employee_number": "C", "level": "intermediate", "manager_number": "L1"})
    report = told(send(data, "?dry_run=false"))
    (level,) = [line for line in report["differences"] if line["column"] == "level"]
    wanted = {"number": "C", "column": "level", "on_file": "senior", "in_import": "intermediate"}
    assert level == wanted


def test_nobody_comes_to_a_role_by_a_file(company: Company, send: Any, client_for: ClientFor) -> None:
    data = a_file({"employee_number": "H2", "roles": "hr admin auditor", "name": "Somebody"})
    report = told(send(data, "?dry_run=false"))
    assert (report["left_alone"], report["changed"]) == (["roles"], 1)
    with company.reading() as db:
        held = db.scalars(select(RoleHolding.role).where(RoleHolding.employee_id == company.ids["H2"]))
        assert list(held) == [Role.HR]


@pytest.mark.parametrize("query", ["", "?dry_run=false"])
@pytest.mark.parametrize("whom", ["H1", "P1"], ids=["oneself", "a relative"])
def test_nobody_writes_on_his_own_file_or_a_relatives(
    company: Company, send: Any, whom: str, query: str
) -> None:
    with company.door.acting(now=company.now, by=company.ids["H2"]) as act:
        people = (act.db.get_one(Employee, company.ids[number]) for number in ("H1", "P1"))
        keeping_apart.declare(act, *people, because=ApartBecause.RELATIVE)
    data = a_file({"employee_number": whom, "rating_2026H1": "5"}, {"employee_number": "N1"})
    refused = send(data, query)
    assert (refused.status_code, refused.get_json()["facts"]["reason"]) == (403, "file_about_oneself")
    assert on_file(company, "N1") == []
    assert told(send(data, query, by="H2"))["created"] == 1


def test_whoever_has_a_case_on_its_way_writes_on_nobodys_file(company: Company, send: Any) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["P1"], role=Role.HR))
    a_case(company, at=Stage.NOMINATED, candidate="P1")
    for query in ("", "?dry_run=false"):
        refused = send(a_file(*numbered("N1")), query, by="P1")
        assert (refused.status_code, refused.get_json()["code"]) == (403, "own_case")


def test_a_body_that_is_no_table_is_refused(send: Any) -> None:
    refused = send(b"{}", kind="application/json")
    assert (refused.status_code, refused.get_json()["code"]) == (415, "not_a_table")
    assert send(a_file(*numbered("N1")), kind="text/plain").status_code == 415


def test_a_file_that_is_too_large_is_refused(send: Any) -> None:
    refused = send(b"x" * (LARGEST_FILE + 1))
    assert (refused.status_code, refused.get_json()["code"]) == (413, "body_too_large")
    assert send(b"x" * (300 * 1024)).status_code == 422, "larger than any JSON may be"


def test_a_workbook_that_unpacks_to_too_much_is_refused(send: Any) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * (65 * 1024 * 1024))
    assert len(data.getvalue()) < LARGEST_FILE
    refused = send(data.getvalue(), kind=XLSX)
    assert [line["reason"] for line in refused.get_json()["facts"]["lines"]] == ["workbook_too_large"]


def test_no_other_route_takes_a_table(client_for: ClientFor) -> None:
    answer = client_for("H1").post("/api/v1/cycles", data=b"x", content_type=CSV)
    assert (answer.status_code, answer.get_json()["code"]) == (415, "unsupported_media_type")
