"""A released outcome and its explanation over HTTP."""

from typing import Any

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, a_competition, decide_competition, score_all, seat_judges
from tests.company import Company
from tests.workflow.contests import put_forward, withdraw
from tests.workflow.cycles import a_cycle, decide, join, release
from workflow import nominations, sweeps
from workflow.vocabulary import Choice, Stage


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def told(calls: Calls, by: str, case: int) -> dict[str, Any]:
    found: dict[str, Any] = calls.get(by, f"/cases/{case}/outcome")
    return found


def contested(company: Company, *scores: float) -> list[int]:
    """Cases whose competition is decided by these scores of all judges."""
    contest = a_competition(company)
    made = put_forward(company, *(f"N{number}" for number in range(len(scores))))
    seat_judges(company, contest)
    score_all(company, contest, dict(zip(made, scores, strict=True)))
    decide_competition(company, contest)
    return made


def test_whoever_waits_in_reserve_reads_why_and_until_when(company: Company, calls: Calls) -> None:
    _, case = contested(company, 5, 4)
    found = told(calls, "N1", case)
    assert found["decision"]["decided_by"]["number"] == "H1"
    assert found["decision"]["text"]
    assert found["competition"]["place"] == 2
    assert found["competition"]["reserve_until"] == calls.get("N1", f"/cases/{case}")["due_at"]


def test_whoever_is_called_up_reads_no_outcome_until_the_committee_has_decided(
    company: Company, calls: Calls
) -> None:
    first, second = contested(company, 5, 4)
    withdraw(company, first)
    sweeps.run(company.door, now=company.now)
    assert calls.get("N1", f"/cases/{second}")["stage"] == "committee"
    calls.get("N1", f"/cases/{second}/outcome", status=403)
    calls.get("N1", f"/cases/{second}/vote", status=403)


def test_a_candidate_reads_how_his_outcome_came_about(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOTICE)
    found = told(calls, "C", case)
    assert found["decision"]["decided_by"]["number"] == "M1"
    assert found["decision"]["internal_reason"] is None
    build_up = found["build_up"]
    parts = {part["name"]: (part["score"], part["weight"], part["points"]) for part in build_up["parts"]}
    assert parts == {"performance": (75, 45, 34), "review": (75, 55, 41)}
    assert (build_up["composite"], build_up["band"], build_up["missing"]) == (75, None, [])
    assert build_up["parts"][1]["messages"] == {"en": "360-degree review", "zh_Hans": "360度评价"}
    assert found["review"] == calls.get("C", f"/cases/{case}/review")["outcome"]
    assert found["vote"]["tally"] == calls.get("C", f"/cases/{case}/vote")["ballots"][-1]["shown"]
    assert found["vote"]["committee"] == "Promotion committee"
    assert found["competition"] is None


def test_his_rights_are_named_with_their_days_and_no_appeal_is_promised(
    company: Company, calls: Calls
) -> None:
    case = a_case(company, at=Stage.NOTICE)
    rights = {right["code"]: right for right in told(calls, "C", case)["rights"]}
    assert rights.keys() == {"explanation", "correction", "objections"}
    assert rights["objections"]["until"] == calls.get("C", f"/cases/{case}")["due_at"]
    assert "公示" in rights["objections"]["messages"]["zh_Hans"]
    assert rights["correction"]["until"] is None


def test_gaps_are_told_from_what_the_review_shows(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOTICE)
    gaps = told(calls, "C", case)["gaps"]
    shown = {item for part in told(calls, "C", case)["review"]["sources"] for item in part.get("items", {})}
    assert len(gaps) == 2
    assert all(gap["mean"] == 4.0 and gap["name"]["zh_Hans"] for gap in gaps)
    assert shown


@pytest.mark.parametrize(
    ("reader", "status"), [("C", 200), ("H1", 200), ("A1", 200), ("L1", 403), ("D1", 403), ("P1", 404)]
)
def test_the_outcome_is_for_the_candidate_hr_and_auditors(
    company: Company, calls: Calls, reader: str, status: int
) -> None:
    case = a_case(company, at=Stage.MENTORING)
    calls.get(reader, f"/cases/{case}/outcome", status=status)


def test_nobody_reads_it_before_its_release(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    cycle = a_cycle(company)
    join(company, cycle, case)
    decide(company, case, Choice.NO)
    for reader in ("C", "H1", "A1"):
        refused = calls.get(reader, f"/cases/{case}/outcome", status=403)
        assert refused["code"] == "part_not_released", reader
    release(company, cycle)
    assert told(calls, "C", case)["decision"]["text"]


def test_a_case_that_ended_early_has_no_build_up_but_its_reason_and_rights(
    company: Company, calls: Calls
) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    company.do(nominations.decline, case, "D1", reason="Too early.")
    found = told(calls, "C", case)
    assert found["decision"]["text"] == "Too early."
    assert (found["review"], found["competition"], found["vote"]["tally"]) == (None, None, None)
    assert (found["strengths"], found["gaps"], found["build_up"]["composite"]) == ([], [], None)
    assert [right["code"] for right in found["rights"]] == ["explanation", "correction"]


def test_who_missed_the_floor_of_a_competition_reads_by_how_much(company: Company, calls: Calls) -> None:
    made = contested(company, 4, 3.5, 2)
    below = told(calls, "N2", made[2])
    contest = below["competition"]
    assert (contest["score"], contest["floor"], contest["to_floor"]) == (25, 50, -25)
    assert (contest["place"], contest["to_line"]) == (None, None)
    assert [(one["name"], one["points"]) for one in contest["rounds"]] == [("sift", 7), ("interview", 18)]
    assert contest["rounds"][1]["messages"]["zh_Hans"]
    assert (below["build_up"]["composite"], below["build_up"]["missing"]) == (25, ["performance", "review"])
    assert below["build_up"]["band"] == {"low": 25, "high": 25}


def test_hr_reads_the_internal_reason_and_the_candidate_does_not(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOTICE)
    with company.on(case) as (_, found):
        found.internal_reason = "Between us."
    for_hr = told(calls, "H1", case)
    for_him = told(calls, "C", case)
    assert for_hr["decision"].pop("internal_reason") == "Between us."
    assert for_him["decision"].pop("internal_reason") is None
    assert for_hr == for_him


def test_it_costs_twelve_statements_at_most(company: Company, calls: Calls, statements: list[str]) -> None:
    case = a_case(company, at=Stage.NOTICE)
    told(calls, "H1", case)
    statements.clear()
    told(calls, "H1", case)
    assert len(statements) <= 12, "\n".join(one[:80] for one in statements)
