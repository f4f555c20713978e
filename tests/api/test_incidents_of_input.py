"""What has gone wrong with input in systems like this one; each number is that of another product."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from tests.api.calls import API, Calls
from tests.api.conftest import ClientFor
from tests.api.routes import on_file
from tests.builders import a_case
from tests.company import Company
from tests.databases import fresh_sqlite
from workflow.editions import reading
from workflow.errors import BadEdition
from workflow.models import Employee
from workflow.vocabulary import Stage

ROOT = Path(__file__).parents[2]
PACKAGES = ("workflow", "notifications", "api", "web", "integrations", "server")
SMUGGLED = {
    "id": 1,
    "stage": "completed",
    "version": 99,
    "is_contested": False,
    "released_at": "2026-01-01T00:00:00+00:00",
    "candidate_id": 1,
    "role": "hr",
    "is_active": True,
    "on_behalf_of": 1,
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """What comes in is looked at before any database."""
    made = fresh_sqlite(tmp_path)
    yield made
    made.dispose()


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def writes(case: int) -> list[tuple[str, str, str, dict[str, Any]]]:
    new_case = {"candidate": "P1", "track": "professional", "level": "senior"}
    return [
        ("L1", "POST", "/cases", {**new_case, "post": "senior_service_engineer"}),
        ("L1", "PUT", f"/cases/{case}/nomination", {"statement": "Words.", "evidence": {}}),
        ("D1", "POST", f"/cases/{case}/approvals", {"decision": "approve"}),
        ("C", "POST", f"/cases/{case}/withdrawal", {"reason": "Not now."}),
        ("H1", "POST", f"/cases/{case}/waivers", {"rule": "trainings", "reason": "Trained abroad."}),
        ("C", "POST", "/me/corrections", {"rule": "trainings", "text": "Two in May."}),
        ("C", "POST", "/tokens", {"name": "phone", "scopes": ["read"]}),
        ("H1", "PUT", "/employees/C/contacts", {"items": []}),
    ]


def test_fields_that_nobody_asked_for_are_taken_over(company: Company, calls: Calls) -> None:
    # Frappe CVE-2026-62315, mass assignment
    case_id = a_case(company, at=Stage.NOMINATED)
    for by in ("L1", "D1", "C", "H1"):
        calls.get(by, "/inbox")
    before = on_file(company)
    for by, method, path, body in writes(case_id):
        for name, value in SMUGGLED.items():
            answer = calls.raw(by, method, path, {**body, name: value})
            assert answer.status_code == 422, (path, name)
            found = answer.get_json()["facts"]["fields"]
            assert {"path": name, "reason": "unknown_field"}.items() <= found[0].items(), (path, name)
    assert on_file(company) == before


FORMULAS = (
    "!!python/object/apply:os.system ['true']",
    "!!python/name:os.system",
    "=1+1",
    "'{{ 7 * 7 }}'",
    "__import__('os')",
)


@pytest.mark.parametrize("value", FORMULAS)
def test_criteria_are_evaluated_as_formulas(value: str) -> None:
    # Horilla CVE-2025-48868
    document = reading.shipped()["default"].replace("median_rating: 3", f"median_rating: {value}")
    assert value in document
    with pytest.raises(BadEdition):
        reading.read(reading.canonical(reading.resolve(document, reading.shipped())))


def test_a_spreadsheet_holds_a_formula() -> None:
    # Kimai CVE-2026-42267. One file writes tables and quotes their cells: `test_journal_resources`.
    writers = ("csv.writer", "DictWriter", "xlsxwriter", "text/csv", "Workbook(")
    found = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for word in writers
        if word in path.read_text("utf-8")
    }
    assert found == {"api/tables.py"}


def test_a_name_becomes_script_in_an_answer(company: Company, calls: Calls) -> None:
    # Horilla CVE-2025-59832, seen from the API: JSON that no browser takes for a page
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "C").values(name="<script>alert(1)</script>"))
    answer = calls.raw("H1", "GET", "/employees/C")
    assert answer.get_json()["name"] == "<script>alert(1)</script>"
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


PATHS = (
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/pyproject.toml",
    "....//....//pyproject.toml",
    "/etc/passwd",
    "..\\..\\pyproject.toml",
    "%252e%252e%252fpyproject.toml",
)


@pytest.mark.parametrize("place", ["/api/docs/", "/static/", f"{API}/review-links/", f"{API}/employees/"])
@pytest.mark.parametrize("path", PATHS)
def test_a_path_leads_out_of_its_folder(client_for: ClientFor, place: str, path: str) -> None:
    # Frappe CVE-2025-68953
    with client_for("H1").get(place + path) as answer:
        assert answer.status_code in (404, 410, 308), answer.status_code
        assert b"root:" not in answer.data
        assert b"[project]" not in answer.data


def test_an_answer_reflects_a_header_of_the_request(client: FlaskClient) -> None:
    """A name of a request that breaks out of its header is replaced."""
    for name in ("x" * 65, "a b", "abc<script>", "abcdefgh;drop"):
        answer = client.get("/healthz", headers={"X-Request-ID": name})
        assert answer.headers["X-Request-ID"] != name
