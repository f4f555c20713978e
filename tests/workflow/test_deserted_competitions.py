"""A competition whose entrants have all left ends, and nobody is asked anything about it any more."""

import pytest

from tests.builders import a_competition, close_entries, score_all, score_round, seat_judges
from tests.company import JUDGES, Company
from tests.workflow.contests import competition_tasks, put_forward, state, withdraw
from workflow import sweeps
from workflow.vocabulary import CompetitionState, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def everybody_leaves(company: Company, entrants: list[int]) -> None:
    for case_id in entrants:
        withdraw(company, case_id)
    sweeps.run(company.door, now=company.now)
    assert not any(sweeps.run(company.door, now=company.now).values())


def is_over(company: Company, contest: int, entrants: list[int]) -> bool:
    waits = [*competition_tasks(company), *(task for one in entrants for task in company.open_tasks(one))]
    return state(company, contest) is CompetitionState.CANCELLED and not waits


def test_before_the_panel_is_seated(company: Company) -> None:
    contest = a_competition(company)
    entrants = put_forward(company, "N0", "N1")
    close_entries(company, contest)
    assert competition_tasks(company) == [TaskKind.SEAT_PANEL]
    everybody_leaves(company, entrants)
    assert is_over(company, contest, entrants)


def test_while_hr_decides_on_too_few_entries(company: Company) -> None:
    contest = a_competition(company)
    entrants = put_forward(company, "N0")
    close_entries(company, contest)
    assert competition_tasks(company) == [TaskKind.DECIDE_ENTRIES]
    everybody_leaves(company, entrants)
    assert is_over(company, contest, entrants)


def test_while_judges_score(company: Company) -> None:
    contest = a_competition(company)
    entrants = put_forward(company, "N0", "N1")
    seat_judges(company, contest)
    everybody_leaves(company, entrants)
    assert is_over(company, contest, entrants)


def test_while_the_shortlist_waits_to_be_signed(company: Company) -> None:
    contest = a_competition(company)
    entrants = put_forward(company, *(f"N{number}" for number in range(6)))
    seat_judges(company, contest)
    score_round(company, contest, {case: 5 - 0.5 * index for index, case in enumerate(entrants)}, JUDGES)
    assert competition_tasks(company) == [TaskKind.SIGN_SHORTLIST]
    everybody_leaves(company, entrants)
    assert is_over(company, contest, entrants)


def test_while_the_order_of_merit_waits_to_be_signed(company: Company) -> None:
    contest = a_competition(company)
    entrants = put_forward(company, "N0", "N1")
    seat_judges(company, contest)
    score_all(company, contest, dict.fromkeys(entrants, 4))
    assert competition_tasks(company) == [TaskKind.WRITE_DECISION]
    everybody_leaves(company, entrants)
    assert is_over(company, contest, entrants)


def test_where_nobody_has_entered_hr_still_decides(company: Company) -> None:
    contest = a_competition(company)
    close_entries(company, contest)
    everybody_leaves(company, [])
    assert competition_tasks(company) == [TaskKind.DECIDE_ENTRIES]
    assert state(company, contest) is CompetitionState.CLOSED


def test_while_entries_are_open_others_may_still_come(company: Company) -> None:
    contest = a_competition(company, days=3)
    everybody_leaves(company, put_forward(company, "N0", "N1"))
    assert state(company, contest) is CompetitionState.ANNOUNCED
