"""Judging a competition: sealed sheets, the order of merit, its cut, and entrants who withdraw."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.builders import decide_competition, score_all, score_round
from tests.company import JUDGES
from tests.workflow.begun import begun
from tests.workflow.contests import (
    Contest,
    hand_in,
    in_contest,
    places,
    rows,
    stages,
    state,
    three_judged_entries,
    withdraw,
)
from workflow import placings, sweeps
from workflow.errors import Invalid, NotFound, ReasonMissing, ScoringClosed, StageMoved
from workflow.models import PerformanceRecord, RoundKey, Score, SealedScore
from workflow.vocabulary import CompetitionState, Stage, TaskState


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[Contest]:
    with begun(tmp_path, three_judged_entries) as (company, (contest, *entrants)):
        yield company, contest, entrants


def test_sheets_stay_sealed_and_can_be_changed_until_the_last_is_in(judged: Contest) -> None:
    company, contest, entrants = judged
    sheets = [(judge, case_id) for judge in JUDGES for case_id in entrants]
    for judge, case_id in sheets[:-1]:
        hand_in(company, contest, judge, case_id)
    hand_in(company, contest, "J1", entrants[0], expertise=3.5)
    assert rows(company, Score, SealedScore) == [0, len(sheets) - 1]
    with company.reading() as db:
        assert not any(b"expertise" in sheet.sealed for sheet in db.scalars(select(SealedScore)))
    hand_in(company, contest, *sheets[-1])
    assert rows(company, SealedScore, RoundKey) == [0, 0]
    with company.reading() as db:
        assert db.scalars(select(Score.value).where(Score.criterion == "expertise")).all().count(3.5) == 1


def test_opened_sheets_cannot_be_changed(judged: Contest) -> None:
    company, contest, entrants = judged
    score_all(company, contest, dict.fromkeys(entrants, 4))
    with pytest.raises(ScoringClosed):
        hand_in(company, contest, "J1", entrants[0], expertise=5)


def test_only_a_judge_hands_in_a_sheet_and_only_a_whole_one(judged: Contest) -> None:
    company, contest, (case_id, *_) = judged
    with pytest.raises(NotFound):
        hand_in(company, contest, "M1", case_id)
    with pytest.raises(Invalid) as refused:
        hand_in(company, contest, "J1", case_id, expertise=6, charm=3)
    assert [fault["reason"] for fault in refused.value.facts["faults"]] == [
        "unknown_criterion",
        "not_one_to_five",
    ]
    assert rows(company, SealedScore) == [0]


def test_the_order_of_merit_goes_by_the_composite_not_by_the_judges_alone(judged: Contest) -> None:
    company, contest, (first, second, third) = judged
    with company.door.acting(now=company.now) as act:
        better = PerformanceRecord.employee_id == company.ids["P1"]
        act.execute(update(PerformanceRecord).where(better).values(overall=5))
    score_all(company, contest, {first: 4, second: 3.8, third: 3})
    assert places(company, contest) == [2, 1, 3]
    decide_competition(company, contest)
    assert stages(company, [first, second, third]) == [Stage.RESERVE, Stage.COMMITTEE, Stage.RESERVE]


def test_equals_at_the_cut_go_on_together(judged: Contest) -> None:
    company, contest, entrants = judged
    score_all(company, contest, dict(zip(entrants, (4, 4, 3), strict=True)))
    decide_competition(company, contest)
    assert places(company, contest) == [1, 1, 3]
    assert stages(company, entrants) == [Stage.COMMITTEE, Stage.COMMITTEE, Stage.RESERVE]


def test_below_the_floor_a_case_is_declined_with_the_signed_reason(judged: Contest) -> None:
    company, contest, entrants = judged
    score_all(company, contest, dict(zip(entrants, (5, 3, 2.9), strict=True)))
    decide_competition(company, contest)
    assert stages(company, entrants) == [Stage.COMMITTEE, Stage.RESERVE, Stage.DECLINED]
    declined = company.case(entrants[-1])
    assert (declined.outcome_text, declined.decided_by_id) == ("By order of merit.", company.ids["H1"])


def test_nothing_is_decided_while_sheets_are_sealed_or_without_a_reason(judged: Contest) -> None:
    company, contest, entrants = judged
    with pytest.raises(StageMoved):
        decide_competition(company, contest)
    score_all(company, contest, dict.fromkeys(entrants, 4))
    with pytest.raises(ReasonMissing):
        in_contest(company, contest, placings.decide, "H1", reason=" ")
    assert state(company, contest) is CompetitionState.SCORED


def test_whoever_withdraws_while_judges_score_does_not_hold_up_the_others(judged: Contest) -> None:
    company, contest, (first, second, third) = judged
    score_round(company, contest, {first: 3, second: 4})
    withdraw(company, third)
    assert sweeps.run(company.door, now=company.now)["sheets_opened"] == 1
    score_round(company, contest, {first: 3, second: 4})
    assert places(company, contest) == [2, 1, None]
    assert sweeps.run(company.door, now=company.now)["sheets_opened"] == 0
    decide_competition(company, contest)
    assert stages(company, [first, second, third]) == [Stage.RESERVE, Stage.COMMITTEE, Stage.WITHDRAWN]


def test_whoever_withdraws_before_the_decision_leaves_the_place_to_the_next(judged: Contest) -> None:
    company, contest, entrants = judged
    score_all(company, contest, dict(zip(entrants, (5, 4, 3), strict=True)))
    withdraw(company, entrants[0])
    decide_competition(company, contest)
    assert stages(company, entrants) == [Stage.WITHDRAWN, Stage.COMMITTEE, Stage.RESERVE]


def test_a_competition_that_everybody_left_is_cancelled(judged: Contest) -> None:
    company, contest, entrants = judged
    for case_id in entrants:
        withdraw(company, case_id)
    sweeps.run(company.door, now=company.now)
    assert state(company, contest) is CompetitionState.CANCELLED
    assert not any(
        task.state is TaskState.OPEN for case_id in entrants for task in company.open_tasks(case_id)
    )
