"""How many statements a request may cost on PostgreSQL, who is calling included."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, answers, raters
from tests.company import Company
from tests.databases import emptied_postgresql
from tests.workflow.cycles import a_cycle, join
from workflow import committees
from workflow.vocabulary import Stage

STAGES = (Stage.NOMINATED, Stage.REVIEW, Stage.COMMITTEE, Stage.NOTICE, Stage.MENTORING, Stage.COMPLETED)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Statements are counted on PostgreSQL."""
    made = emptied_postgresql()
    yield made
    made.dispose()


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


@pytest.mark.parametrize("reader", ["H1", "A1", "C"])
@pytest.mark.parametrize("stage", STAGES)
def test_a_case_with_checklist_and_timeline_costs_ten(
    company: Company, calls: Calls, statements: list[str], stage: Stage, reader: str
) -> None:
    case = a_case(company, at=stage)
    calls.get(reader, f"/cases/{case}")
    statements.clear()
    told = calls.get(reader, f"/cases/{case}")
    assert told["timeline"]
    assert len(statements) <= 10, _listed(statements)


def test_an_inbox_page_costs_three(company: Company, calls: Calls, statements: list[str]) -> None:
    a_case(company, at=Stage.NOMINATED)
    calls.get("D1", f"/editions/{company.edition_id}")
    statements.clear()
    assert calls.get("D1", "/inbox")["items"]
    assert len(statements) <= 3, _listed(statements)


def test_an_agenda_costs_eight(company: Company, calls: Calls, statements: list[str]) -> None:
    for candidate in ("C", "P1", "P2"):
        a_case(company, at=Stage.COMMITTEE, candidate=candidate)
    calls.get("M2", f"/editions/{company.edition_id}")
    statements.clear()
    (post,) = calls.get("M2", "/committees/1/agenda")["items"]
    assert len(post["cases"]) == 3
    assert len(statements) <= 8, _listed(statements)


def test_a_list_of_cases_costs_three(company: Company, calls: Calls, statements: list[str]) -> None:
    for candidate in ("C", "P1", "P2"):
        a_case(company, at=Stage.NOMINATED, candidate=candidate)
    calls.get("H1", f"/editions/{company.edition_id}")
    statements.clear()
    assert len(calls.get("H1", "/cases")["items"]) == 3
    assert len(statements) <= 3, _listed(statements)


@pytest.mark.parametrize(("path", "least"), [("progress", 5), ("late-tasks", 4)])
def test_the_progress_of_a_cycle_costs_the_same_however_large_it_is(
    company: Company, calls: Calls, statements: list[str], path: str, least: int
) -> None:
    cycle = a_cycle(company)
    calls.get("H1", f"/cycles/{cycle}/{path}")
    for candidate in ("C", "P1", "P2"):
        join(company, cycle, a_case(company, at=Stage.NOMINATED, candidate=candidate))
        statements.clear()
        calls.get("H1", f"/cycles/{cycle}/{path}")
        assert len(statements) <= least, _listed(statements)


def test_an_approval_costs_fifteen_its_kept_answer_included(
    company: Company, calls: Calls, statements: list[str]
) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    calls.get("D1", f"/editions/{company.edition_id}")
    seen = calls.seen("D1", "POST", f"/cases/{case}/approvals")
    statements.clear()
    calls.post("D1", f"/cases/{case}/approvals", seen=seen, decision="approve")
    assert len(statements) <= 15, _listed(statements)


def test_an_approval_that_asks_the_next_superior_costs_fifteen(
    company: Company, calls: Calls, statements: list[str]
) -> None:
    case = a_case(company, at=Stage.NOMINATED, by="H1")
    calls.get("L1", f"/editions/{company.edition_id}")
    seen = calls.seen("L1", "POST", f"/cases/{case}/approvals")
    statements.clear()
    calls.post("L1", f"/cases/{case}/approvals", seen=seen, decision="approve")
    assert len(statements) <= 15, _listed(statements)


def test_a_review_costs_fourteen(company: Company, calls: Calls, statements: list[str]) -> None:
    case = a_case(company, at=Stage.REVIEW)
    rater = raters(company, case)[0]
    calls.get(rater, f"/editions/{company.edition_id}")
    seen = calls.seen(rater, "PUT", f"/cases/{case}/review/form")
    statements.clear()
    calls.put(rater, f"/cases/{case}/review/form", seen=seen, answers=answers(), status=204)
    assert len(statements) <= 14, _listed(statements)


def test_a_ballot_costs_fourteen(company: Company, calls: Calls, statements: list[str]) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    company.do(committees.open_ballot, case, "M1")
    calls.get("M3", f"/editions/{company.edition_id}")
    seen = calls.seen("M3", "PUT", f"/cases/{case}/ballot")
    statements.clear()
    calls.put("M3", f"/cases/{case}/ballot", seen=seen, choice="yes", status=204)
    assert len(statements) <= 14, _listed(statements)


def _listed(statements: list[str]) -> str:
    return "\n".join(" ".join(statement.split())[:90] for statement in statements)
