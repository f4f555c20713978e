"""The internal competition before it is judged: announcement, entries and a panel without a stake."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_competition, close_entries, seat_judges
from tests.company import JUDGES, Company
from tests.workflow.begun import begun, nothing
from tests.workflow.contests import (
    Contest,
    competition_tasks,
    in_contest,
    places,
    rows,
    state,
    three_entries,
    three_judged_entries,
    three_waiting,
)
from workflow import judging, placings
from workflow.errors import Conflicted, Invalid, OwnCase, StageMoved, TooFewJudges
from workflow.models import Competition, RoleHolding
from workflow.vocabulary import CompetitionState, Level, Role, TaskKind


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with begun(tmp_path, nothing) as (company, _):
        yield company


@pytest.fixture
def entered(tmp_path: Path) -> Iterator[Contest]:
    with begun(tmp_path, three_entries) as (company, (contest, *entrants)):
        yield company, contest, entrants


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[Contest]:
    with begun(tmp_path, three_judged_entries) as (company, (contest, *entrants)):
        yield company, contest, entrants


def test_a_case_enters_the_competition_that_is_already_announced(entered: Contest) -> None:
    company, _, (case_id, *_) = entered
    assert company.case(case_id).stuck_reason is None
    assert places(company, 1) == [None, None, None]
    assert competition_tasks(company) == []
    close_entries(company, 1)
    assert competition_tasks(company) == [TaskKind.SEAT_PANEL]


def test_without_an_announced_competition_cases_are_stuck_until_there_is_one(tmp_path: Path) -> None:
    with begun(tmp_path, three_waiting) as (company, entrants):
        for case_id in entrants:
            assert company.case(case_id).stuck_reason == "no_competition_announced"
            assert len(company.open_tasks(case_id, TaskKind.UNBLOCK)) == 1
        contest = a_competition(company)
        assert places(company, contest) == [None, None, None]
        for case_id in entrants:
            assert company.case(case_id).stuck_reason is None
            assert company.open_tasks(case_id) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"post": "technical_expert"},
        {"level": Level.INTERMEDIATE},
        {"seats": 0},
        {"days": -1},
        {"opens_on": date(2026, 3, 1)},
        {"department_id": 99},
    ],
    ids=["post", "step", "seats", "dates", "past", "department"],
)
def test_only_a_post_that_asks_for_a_competition_is_announced(
    company: Company, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        a_competition(company, **wrong)
    assert rows(company, Competition) == [0]


@pytest.mark.parametrize(
    "panel", [("J1", "J2"), ("J1", "J2", "J2"), ("J1", "J2", "J3", "M1", "M2", "M3", "M4", "M5")]
)
def test_a_panel_has_three_to_seven_judges(entered: Contest, panel: tuple[str, ...]) -> None:
    company, contest, entrants = entered
    with pytest.raises(TooFewJudges):
        seat_judges(company, contest, panel)
    assert state(company, contest) is CompetitionState.CLOSED
    assert company.open_tasks(entrants[0], TaskKind.SCORE) == []


def test_a_judge_with_a_stake_is_refused_with_who_and_why(entered: Contest) -> None:
    company, contest, (case_id, *_) = entered
    company.leaves("J1")
    with pytest.raises(Conflicted) as refused:
        seat_judges(company, contest, ("J1", "J2", "J3", "L1", "P1"))
    people = refused.value.facts["people"]
    assert {"person": "J1", "conflicts": ["left"]} in people
    assert {"person": "L1", "case": case_id} in [
        {key: one[key] for key in one if key != "conflicts"} for one in people
    ]
    assert next(one["conflicts"] for one in people if one["person"] == "L1")[0] == "line_manager"
    assert "rival" in next(one["conflicts"] for one in people if one["person"] == "P1")
    assert not any("rater" in one["conflicts"] for one in people)


def test_a_panel_is_seated_once(judged: Contest) -> None:
    company, contest, entrants = judged
    assert len(company.open_tasks(entrants[0], TaskKind.SCORE)) == len(JUDGES)
    with pytest.raises(StageMoved):
        seat_judges(company, contest)


def test_a_competition_without_entries_gets_no_panel(company: Company) -> None:
    with pytest.raises(Invalid, match="too_few_entries"):
        seat_judges(company, a_competition(company))


def test_an_entrant_who_works_for_hr_neither_seats_the_panel_nor_decides(entered: Contest) -> None:
    company, contest, _ = entered
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["P2"], role=Role.HR))
    with pytest.raises(OwnCase):
        in_contest(company, contest, judging.seat_panel, "P2", judges=[])
    with pytest.raises(OwnCase):
        in_contest(company, contest, placings.decide, "P2", reason="Mine.")
