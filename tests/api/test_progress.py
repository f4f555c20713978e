"""How far a cycle is, as HR and auditors read it: figures, who is late, and nothing that is not told yet."""

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, a_contested_case, answers, raters
from tests.company import Company
from tests.workflow.cycles import a_case_of, a_cycle, decide, join, release
from tests.workflow.test_hr_of_a_department import hr_of, moved
from workflow import committees, reviews
from workflow.models import PromotionCase, RoleHolding
from workflow.vocabulary import Choice, Role, Stage

CONFIDENTIAL = ["cast_ballot", "confirm_score", "review", "score"]


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


@pytest.fixture
def cycle(company: Company) -> int:
    return a_cycle(company)


def counted(told: dict[str, list[dict[str, object]]], stage: str) -> tuple[object, object, object]:
    (line,) = [line for line in told["stages"] if line["stage"] == stage]
    return line["cases"], line["overdue"], line["stuck"]


def late_forms(calls: Calls, cycle: int) -> int | None:
    told = calls.get("H1", f"/cycles/{cycle}/progress")["confidential"]
    assert sorted(line["kind"] for line in told) == CONFIDENTIAL
    return {line["kind"]: line["tasks"] for line in told}["review"]


def test_cases_are_counted_by_stage_and_department(company: Company, calls: Calls, cycle: int) -> None:
    join(company, cycle, *(a_case(company, at=Stage.NOMINATED, candidate=one) for one in ("C", "P1")))
    join(company, cycle, a_case(company, at=Stage.REVIEW, candidate="P3"))
    moved(company, "P3", "Staff")
    a_case(company, candidate="P2")  # of no cycle
    told = calls.get("A1", f"/cycles/{cycle}/progress")
    assert counted(told, "nominated") == (2, 0, 0)
    assert counted(told, "review") == (1, 0, 0)
    by_department = {line["department"]["name"]: line["cases"] for line in told["departments"]}
    assert by_department == {"Service": 2, "Staff": 1}
    cells = {(cell["stage"], cell["department"]["name"]): cell["cases"] for cell in told["cells"]}
    assert cells == {("nominated", "Service"): 2, ("review", "Staff"): 1}


def test_what_is_overdue_is_counted_and_named_with_whom_it_lies(
    company: Company, calls: Calls, cycle: int
) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    join(company, cycle, case)
    assert calls.get("H1", f"/cycles/{cycle}/late-tasks")["items"] == []
    company.later(days=40)
    assert counted(calls.get("H1", f"/cycles/{cycle}/progress"), "nominated") == (1, 1, 0)
    (line,) = calls.get("H1", f"/cycles/{cycle}/late-tasks")["items"]
    assert (line["case"], line["kind"], line["person"]["number"]) == (case, "approve", "D1")
    assert line["due_at"] < company.now.isoformat()


def test_a_case_nobody_can_act_on_is_counted_as_stuck(company: Company, calls: Calls, cycle: int) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    join(company, cycle, case)
    for member in company.ids:
        if member.startswith("M"):
            company.leaves(member)
    company.later(days=60)
    with company.door.acting(now=company.now) as act:
        act.db.get_one(PromotionCase, case).stuck_reason = "quorum_impossible"
    assert counted(calls.get("H1", f"/cycles/{cycle}/progress"), "committee")[2] == 1


@pytest.mark.parametrize(
    ("missing", "is_told"), [("all", False), ("all but one", True), ("four", True), ("three", False)]
)
def test_late_forms_are_a_number_that_points_at_nobody(
    company: Company, calls: Calls, cycle: int, missing: str, is_told: bool
) -> None:
    case = a_case(company, at=Stage.REVIEW)
    join(company, cycle, case)
    asked = raters(company, case)
    late = {"all": len(asked), "all but one": len(asked) - 1, "four": 4, "three": 3}[missing]
    for rater in asked[late:]:
        company.do(reviews.submit_form, case, rater, answers=answers(4), evidence={})
    company.later(days=60)
    assert late_forms(calls, cycle) == (late if is_told else None)
    assert "review" not in kinds_late(calls, cycle)


def test_nobody_is_named_who_has_not_voted(company: Company, calls: Calls, cycle: int) -> None:
    case = a_case_of(company, cycle)
    company.do(committees.open_ballot, case, "M1")
    company.do(committees.cast_ballot, case, "M3", choice=Choice.YES)
    company.later(days=60)
    assert "cast_ballot" not in kinds_late(calls, cycle)


@pytest.mark.parametrize("choice", [Choice.YES, Choice.NO])
def test_before_the_release_a_decided_case_is_with_the_committee(
    company: Company, calls: Calls, cycle: int, choice: Choice
) -> None:
    decide(company, a_case_of(company, cycle), choice)
    for reader in ("H1", "A1"):
        told = calls.get(reader, f"/cycles/{cycle}/progress")
        assert [line["stage"] for line in told["stages"]] == ["committee"]
    release(company, cycle)
    stages = [line["stage"] for line in calls.get("H1", f"/cycles/{cycle}/progress")["stages"]]
    assert stages == ["notice" if choice is Choice.YES else "declined"]


def test_hr_of_a_department_counts_the_cases_of_its_own_people(
    company: Company, calls: Calls, cycle: int
) -> None:
    join(company, cycle, a_case(company, at=Stage.NOMINATED))
    other = a_case(company, at=Stage.NOMINATED, candidate="P3")
    join(company, cycle, other)
    moved(company, "P3", "Staff")
    hr_of(company, "T1", "Staff")
    company.later(days=40)
    told = calls.get("T1", f"/cycles/{cycle}/progress")
    assert [line["department"]["name"] for line in told["departments"]] == ["Staff"]
    assert {line["case"] for line in calls.get("T1", f"/cycles/{cycle}/late-tasks")["items"]} == {other}


def test_hr_people_read_neither_of_their_own_case_nor_of_their_rivals(
    company: Company, calls: Calls, cycle: int
) -> None:
    own = a_contested_case(company, at=Stage.NOMINATED, candidate="P1")
    rivals = a_contested_case(company, at=Stage.NOMINATED, candidate="P2")
    join(company, cycle, own, rivals)
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["P1"], role=Role.HR))
    company.later(days=40)
    assert calls.get("P1", f"/cycles/{cycle}/progress")["cells"] == []
    assert calls.get("P1", f"/cycles/{cycle}/late-tasks")["items"] == []
    assert counted(calls.get("H2", f"/cycles/{cycle}/progress"), "nominated")[0] == 2


@pytest.mark.parametrize("path", ["progress", "late-tasks"])
def test_a_cycle_there_is_not_is_not_found(calls: Calls, path: str) -> None:
    assert calls.get("H1", f"/cycles/99/{path}", status=404)["code"] == "not_found"


def kinds_late(calls: Calls, cycle: int) -> set[str]:
    return {line["kind"] for line in calls.get("A1", f"/cycles/{cycle}/late-tasks")["items"]}
