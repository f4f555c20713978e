"""What has gone wrong with rights in systems like this one; each number is that of another product."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import TestResponse

from tests.api.calls import API, Calls
from tests.api.conftest import ClientFor
from tests.api.routes import UNKNOWN, fitting, of_cases, on_file, told
from tests.builders import a_case, a_competition, a_contested_case
from tests.company import Company
from workflow import committees
from workflow.models import Department, RoleHolding, Seat
from workflow.permissions import ALLOWED, Operation
from workflow.relations import Relation
from workflow.vocabulary import Role, Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
STAGES = (Stage.NOMINATED, Stage.REVIEW, Stage.COMMITTEE, Stage.MENTORING)


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


@pytest.mark.parametrize("stage", STAGES)
def test_other_peoples_documents_are_read(app: Flask, company: Company, calls: Calls, stage: Stage) -> None:
    # Horilla CVE-2026-40865, Frappe HR CVE-2026-45081
    case_id = a_case(company, at=stage)
    reading = [path for method, path in of_cases(app) if method == "GET"]
    assert len(reading) >= 15
    for path in reading:
        hidden = calls.raw("T1", "GET", path.format(case=case_id))
        assert told(hidden) == told(calls.raw("T1", "GET", path.format(case=UNKNOWN))), path
        assert hidden.status_code == 404, path


@pytest.mark.parametrize("stage", STAGES)
def test_other_peoples_documents_are_written(
    app: Flask, company: Company, calls: Calls, stage: Stage
) -> None:
    # Horilla CVE-2026-40866
    case_id = a_case(company, at=stage)
    calls.get("T1", "/inbox")
    before = on_file(company)
    writing = [(method, path) for method, path in of_cases(app) if method != "GET"]
    assert len(writing) >= 35
    for method, path in writing:
        body = fitting(calls, "T1", method, path)
        refused = calls.raw("T1", method, path.format(case=case_id), body)
        assert told(refused) == told(calls.raw("T1", method, path.format(case=UNKNOWN), body)), (method, path)
    assert on_file(company) == before


def everything_to(company: Company, number: str) -> None:
    """Somebody is all at once: HR, auditor, head of the department, member of the committee."""
    key = company.ids[number]
    with company.door.acting(now=company.now) as act:
        act.execute(
            insert(RoleHolding), [{"employee_id": key, "role": role} for role in (Role.HR, Role.AUDITOR)]
        )
        act.db.get_one(Department, 1).head_id = key
        term = {"from_on": company.now.date(), "until_on": company.now.date().replace(year=2030)}
        act.add(Seat(committee_id=1, employee_id=key, **term))


@pytest.mark.parametrize("stage", STAGES)
def test_somebody_approves_his_own(app: Flask, company: Company, calls: Calls, stage: Stage) -> None:
    # Horilla CVE-2026-24039, GitLab CVE-2026-6063
    everything_to(company, "C")
    case_id = a_case(company, at=stage)
    if stage is Stage.COMMITTEE:
        company.do(committees.open_ballot, case_id, "M1")
    own = {
        Operation.WITHDRAW,  # what the candidate may do to his own case
        *(one for one, allowed in ALLOWED.items() if Relation.CANDIDATE in allowed),
    }
    views = app.view_functions
    for method, path in of_cases(app):
        if method == "GET" or operation_of(app, views, method, path) in own:
            continue
        before = on_file(company)
        answer = calls.raw("C", method, path.format(case=case_id), fitting(calls, "C", method, path))
        assert answer.status_code in (403, 404, 409), (method, path, answer.get_json())
        assert on_file(company) == before, (method, path)


def operation_of(app: Flask, views: dict[str, Any], method: str, path: str) -> Operation:
    endpoint, _ = app.url_map.bind("").match(API + path.format(case=1), method=method)
    view = views[endpoint]
    found: Operation = getattr(getattr(view, "view_class", None), method.lower(), view).operation
    return found


_ONE_OF = {"because": "relative", "role": "hr", "locale": "en"}  # what a path takes of few words


def is_asked_to_sign_in(answer: TestResponse) -> bool:
    """Programs are told by a problem, people are led to the page."""
    if answer.status_code == 303:
        return answer.headers["Location"].startswith("/sign-in")
    return (answer.status_code, answer.get_json()["code"]) == (401, "sign_in_required")


def test_something_is_served_to_whoever_is_not_signed_in(app: Flask, client: FlaskClient) -> None:
    # Horilla CVE-2025-48869 and CVE-2026-24036, unauthenticated files and drafts; Indico CVE-2026-28352
    closed = 0
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            view = app.view_functions[rule.endpoint]
            operation = getattr(getattr(view, "view_class", None), method.lower(), view).operation
            if Relation.ANYBODY in ALLOWED[operation]:
                continue
            values = {name: _ONE_OF.get(name, 1) for name in rule.arguments}
            with app.test_request_context():
                url = app.url_map.bind("").build(rule.endpoint, values, method=method)
            answer = client.open(url, method=method)
            assert is_asked_to_sign_in(answer), (method, url)
            closed += 1
    assert closed >= 80


def test_searches_lists_and_links_tell_of_what_is_hidden(company: Company, calls: Calls) -> None:
    # HotCRP CVE-2026-55493, Zulip CVE-2026-40300, Frappe CVE-2026-66003
    contest = a_competition(company)
    a_case(company, at=Stage.NOTICE)
    a_contested_case(company, candidate="P1")
    peers = calls.post(
        "P2",
        "/cases",
        status=201,
        candidate="P3",
        track="professional",
        level="senior",
        post="senior_service_engineer",
        statement="She is the best of us.",
    )["id"]
    for query in ("", "?candidate=C", "?candidate=P1", "?candidate=P3", "?stage=notice", "?stage=draft"):
        assert calls.get("T1", f"/cases{query}")["items"] == [], query
    assert calls.get("T1", f"/competitions/{contest}")["entries"] == []
    assert [
        task for task in range(1, 60) if calls.raw("T1", "GET", f"/tasks/{task}").status_code != 404
    ] == []
    # Nobody but the nominator, and the candidate, knows of what a colleague has begun.
    for number in ("L1", "D1", "H1", "A1"):
        assert calls.raw(number, "GET", f"/cases/{peers}").status_code == 404
        assert calls.get(number, "/cases?candidate=P3")["items"] == []


def test_people_are_found_by_counting_up(company: Company, calls: Calls) -> None:
    # Indico CVE-2025-53640
    a_case(company, at=Stage.MENTORING)
    for noun in ("cases", "tasks"):
        answers = {told(calls.raw("T1", "GET", f"/{noun}/{key}")) for key in (*range(1, 40), UNKNOWN)}
        assert len(answers) == 1, noun
    (page,) = [calls.get("T1", "/employees?q=Person C")["items"]]
    assert "@" not in str(page)
    assert not {"email", "hired_on", "under_sanction", "roles"} & set(page[0])
