"""Before the release nobody outside the committee can tell whether a case was carried or not."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from notifications.models import Delivery
from tests.api.calls import Calls
from tests.api.worlds import seen_by, world
from tests.company import Company
from tests.workflow.cycles import a_voting_case_of_a_cycle, decide, release
from tests.workflow.seasons import a_cycle
from tests.workflow.test_agenda import two_before_the_committee
from workflow import sweeps
from workflow.models import PromotionCase, RoleHolding
from workflow.vocabulary import Choice, Nominator, Role, Stage

OBSERVERS = ("C", "L1", "D1", "P8", "P2", "T1", "X1")  # P8 has nominated; T1 is a stranger, X1 administrator


def nominated_by_a_peer(company: Company) -> tuple[int, ...]:
    case, cycle = a_voting_case_of_a_cycle(company)
    with company.on(case) as (act, found):
        found.nominated_by_id, found.nominated_as = company.ids["P8"], Nominator.PEER
        found.consented_at = act.now
        act.db.flush()
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["D1"], role=Role.ADMIN))
    return case, cycle


def paths(case: int, cycle: int) -> list[str]:
    of_case = (
        "",
        "/checklist",
        "/timeline",
        "/vote",
        "/review",
        "/vote/reasons",
        "/approvals",
        "/eligibility",
    )
    stages = [f"/cases?stage={stage}" for stage in Stage]
    of_all = ["/cases", f"/cases?cycle={cycle}", "/cases?mine=true", "/inbox", "/notices", "/cycles"]
    of_cycle = [f"/cycles/{cycle}/decisions", "/committees", "/committees/1/agenda", "/stuck-cases"]
    of_cycle += [f"/cycles/{cycle}/progress", f"/cycles/{cycle}/late-tasks"]
    return [*(f"/cases/{case}{noun}" for noun in of_case), *stages, *of_all, *of_cycle, "/tasks/1"]


def told_in(kind: str, folder: Path, choice: Choice) -> tuple[list[Any], list[Any]]:
    """What the observers see and who was written to: before the decision, after it, after a while."""
    seen, sent = [], []
    with world(kind, folder, nominated_by_a_peer) as (company, calls, (case, cycle)):
        seen.append(seen_by(calls, OBSERVERS, paths(case, cycle)))
        decide(company, case, choice)
        for _ in range(2):
            sweeps.run(company.door, now=company.now)
            seen.append(seen_by(calls, OBSERVERS, paths(case, cycle)))
            sent.append(deliveries(company))
            company.later(hours=5)
    return seen, sent


def deliveries(company: Company) -> list[tuple[Any, ...]]:
    columns = (Delivery.kind, Delivery.person_id, Delivery.channel, Delivery.entry_id)
    with company.reading() as db:
        return [tuple(row) for row in db.execute(select(*columns).order_by(Delivery.id))]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_carried_or_not_looks_the_same_until_the_release(kind: str, tmp_path: Path) -> None:
    carried, wrote = told_in(kind, tmp_path / "carried", Choice.YES)
    not_carried, wrote_not = told_in(kind, tmp_path / "not carried", Choice.NO)
    assert carried == not_carried
    assert wrote == wrote_not
    # Nor does anything show that there is a decision at all.
    assert carried[1] == carried[0]
    assert wrote == [[], []]


def test_the_observers_are_asked_for_something(tmp_path: Path) -> None:
    with world("sqlite", tmp_path / "one", nominated_by_a_peer) as (company, calls, (case, cycle)):
        seen = seen_by(calls, OBSERVERS, paths(case, cycle))
        assert company.case(case).stage is Stage.COMMITTEE
    statuses = {body[:3] for body in seen.values()}
    assert statuses == {b"200", b"403", b"404"}


def test_with_the_release_everybody_concerned_is_told(tmp_path: Path) -> None:
    with world("sqlite", tmp_path / "one", nominated_by_a_peer) as (company, calls, (case, cycle)):
        decide(company, case)
        assert calls.get("C", f"/cases/{case}")["outcome"] is None
        release(company, cycle)
        told = calls.get("C", f"/cases/{case}")
        assert (told["stage"], told["outcome"]["text"]) == ("notice", "As counted.")
        assert told["outcome"]["decided_by"]["number"] == "M1"
        actions = [line["action"] for line in told["timeline"]]
        assert {"decision_signed", "decision_recorded", "vote_closed"} <= set(actions)
        readers = {person for kind, person, *_ in deliveries(company) if kind == "decision_recorded"}
        assert readers == {company.ids["C"], company.ids["P8"]}


def test_a_judge_of_its_competition_cannot_tell_that_a_case_is_decided(
    company: Company, calls: Calls
) -> None:
    case, _ = two_before_the_committee(company)
    cycle = a_cycle(company)
    with company.on(case) as (_, found):
        found.cycle_id = cycle
    before = calls.get("J1", f"/cases/{case}")
    assert "recuse" not in before["acts"]
    decide(company, case)
    assert company.case(case).pending is not None
    assert calls.get("J1", f"/cases/{case}") == before
    assert "recuse" in {one["act"] for one in calls.get("M2", f"/cases/{case}")["withheld"]}


def test_a_deferral_tells_no_more_than_the_new_stage(tmp_path: Path) -> None:
    with world("sqlite", tmp_path / "one", nominated_by_a_peer) as (company, calls, (case, _)):
        decide(company, case, Choice.DEFER)
        for reader in ("C", "L1", "P8"):
            told = calls.get(reader, f"/cases/{case}")
            assert (told["stage"], told["outcome"]) == ("review", None)
            assert "As counted." not in str(told)
            assert "case_deferred" not in str(told)
        assert {row[0] for row in deliveries(company)} == set()


def test_hr_members_and_auditors_see_what_waits(company: Company, calls: Calls) -> None:
    case, cycle = a_voting_case_of_a_cycle(company)
    decide(company, case)
    assert calls.get("H1", f"/cycles/{cycle}/decisions") == {
        "cycle": cycle,
        "recorded": 1,
        "undecided": 0,
        "released": 0,
    }
    (task,) = calls.inbox("H1", "release_decisions")
    assert (task["cycle"], task["case"], task["competition"]) == (cycle, None, None)
    told = calls.post("H1", f"/cycles/{cycle}/release")
    assert (told["recorded"], told["released"]) == (0, 1)
    assert calls.inbox("H1", "release_decisions") == []
    with company.reading() as db:
        assert db.get_one(PromotionCase, case).stage is Stage.NOTICE
    assert calls.post("H1", f"/cycles/{cycle}/release", status=422)["facts"]["reason"] == "nothing_to_release"
    for stranger in ("C", "M1", "A1", "X1"):
        calls.post(stranger, f"/cycles/{cycle}/release", status=403)
    calls.get("A1", f"/cycles/{cycle}/decisions")
    for stranger in ("C", "M1", "X1"):
        calls.get(stranger, f"/cycles/{cycle}/decisions", status=403)
    calls.get("H1", "/cycles/99/decisions", status=404)
    calls.post("H1", "/cycles/99/release", status=404)


@pytest.fixture
def calls(client_for: Any) -> Calls:
    return Calls(client_for)
