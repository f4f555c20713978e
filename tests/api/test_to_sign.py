"""What one is about to sign: told of nominations that wait for oneself, and of nothing else."""

import pytest
from sqlalchemy import func, select

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.api.test_standing_in import for_technicians
from tests.builders import a_case, a_contested_case
from tests.company import Company
from tests.workflow.absent import away
from tests.workflow.test_approvals import changed
from workflow import nominations
from workflow.models import Task
from workflow.vocabulary import Level, Stage


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def tasks_of(calls: Calls, number: str) -> dict[int, int]:
    """The tasks of somebody who is asked to sign, by their cases."""
    return {one["case"]: one["id"] for one in calls.inbox(number, "approve")}


def to_sign(calls: Calls, number: str, *tasks: int, status: int = 200) -> dict[str, list[dict[str, object]]]:
    told: dict[str, list[dict[str, object]]] = calls.get(
        number, f"/approvals?tasks={','.join(map(str, tasks))}", status=status
    )
    return told


def test_whoever_is_asked_to_sign_reads_who_for_which_post_and_what_speaks_for_each(
    company: Company, calls: Calls
) -> None:
    cases = [*for_technicians(company, "P1", "P2"), a_case(company, at=Stage.NOMINATED)]
    tasks = tasks_of(calls, "D1")
    told = to_sign(calls, "D1", *tasks.values())
    assert told["not_mine"] == []
    for case, one in zip(cases, told["items"], strict=True):
        read = calls.get("D1", f"/cases/{case}?brief=true")
        task = calls.get("D1", f"/tasks/{tasks[case]}")
        assert one == {
            "task": tasks[case],
            "statement": read["nomination"]["statement"],
            **{name: read[name] for name in ("candidate", "track", "level", "post")},
            **{name: task[name] for name in ("version", "due_at", "case", "on_behalf_of", "in_bulk")},
        }
    assert [one["in_bulk"] for one in told["items"]] == [True, True, False]


def test_what_does_not_wait_for_ones_signature_is_as_if_it_were_not_there(
    company: Company, calls: Calls
) -> None:
    mine, signed = for_technicians(company, "P1", "P2")
    others = a_case(company, at=Stage.NOMINATED, by="C")
    tasks = tasks_of(calls, "D1")
    (of_l1,) = tasks_of(calls, "L1").values()
    company.do(nominations.approve, signed, "D1")
    with company.reading() as db:
        unknown = (db.scalar(select(func.max(Task.id))) or 0) + 1
    asked = (tasks[mine], tasks[signed], of_l1, unknown, 2_147_483_648)
    told = to_sign(calls, "D1", *asked)
    assert [one["case"] for one in told["items"]] == [mine]
    assert told["not_mine"] == sorted(asked[1:])
    assert to_sign(calls, "C", of_l1) == {"items": [], "not_mine": [of_l1]}
    assert calls.get("C", f"/cases/{others}")["nomination"] is not None


def test_a_substitute_reads_for_whom_he_signs(company: Company, calls: Calls) -> None:
    for_technicians(company, "P1")
    away(company, "D1", "L2")
    (task,) = tasks_of(calls, "L2").values()
    (one,) = to_sign(calls, "L2", task)["items"]
    assert one["on_behalf_of"] == {"number": "D1", "name": "Person D1"}


def test_a_rival_is_told_nothing_of_what_he_was_asked_to_sign(company: Company, calls: Calls) -> None:
    changed(company, "L1", level=Level.INTERMEDIATE)
    case = a_contested_case(company, at=Stage.NOMINATED, by="C")
    task = tasks_of(calls, "L1")[case]
    assert [one["case"] for one in to_sign(calls, "L1", task)["items"]] == [case]
    a_contested_case(company, at=Stage.NOMINATED, candidate="L1", by="D1")
    assert to_sign(calls, "L1", task) == {"items": [], "not_mine": [task]}


@pytest.mark.parametrize("asked", ["", "one", "1,", "1,,2", "0", "-1", "1 ", "1,2;3", ",".join(["1"] * 21)])
def test_tasks_are_named_by_twenty_keys_at_most_with_commas_between(calls: Calls, asked: str) -> None:
    refused = calls.get("D1", f"/approvals?tasks={asked}", status=422)
    assert refused["code"] == "invalid_input"
