"""A panel whose judges leave or are late: made whole again by HR, or smaller, never a dead end."""

import pytest
from sqlalchemy import select

from tests.builders import a_competition, a_contested_case, score_all, seat_judges
from tests.company import JUDGES, Company
from tests.workflow.contests import (
    ENTRANTS,
    competition_tasks,
    hand_in,
    in_contest,
    places,
    round_reached,
    rows,
    three_entries,
)
from workflow import arrivals, cases, sweeps, vacancies
from workflow.errors import Conflicted, NotFound, OwnCase, ScoringClosed
from workflow.models import Employee, Entry, Judge, SealedScore
from workflow.vocabulary import Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

FOUR = (*JUDGES, "T1")


def contest_with(company: Company, judges: tuple[str, ...]) -> tuple[int, list[int]]:
    contest, *entrants = three_entries(company)
    seat_judges(company, contest, judges)
    return contest, entrants


def hand_in_all(company: Company, contest: int, entrants: list[int], *judges: str) -> None:
    for judge in judges:
        for case_id in entrants:
            hand_in(company, contest, judge, case_id)


def sweep(company: Company) -> None:
    sweeps.run(company.door, now=company.now)


def panel(company: Company) -> set[str]:
    with company.reading() as db:
        return {company.number(person) for person in db.scalars(select(Judge.employee_id))}


def awaited(company: Company) -> set[str]:
    """Numbers of the judges in whose place HR is to name others."""
    query = select(Judge.employee_id).where(Judge.successor_until.is_not(None))
    with company.reading() as db:
        return {company.number(person) for person in db.scalars(query)}


def replace(company: Company, contest: int, old: str, new: str, by: str = "H1") -> None:
    with company.reading() as db:
        people = {
            "old": db.get_one(Employee, company.ids[old]),
            "new": db.get_one(Employee, company.ids[new]),
        }
    in_contest(company, contest, vacancies.replace_judge, by, **people)


def test_a_case_is_not_entered_twice_in_one_round(company: Company) -> None:
    _, entrants = contest_with(company, JUDGES)
    company.leaves("J1")
    sweep(company)
    company.later(days=7)
    sweep(company)
    for case_id in entrants:
        company.do(arrivals.retry, case_id, "H1")
    assert rows(company, Entry) == [len(ENTRANTS)]
    assert {company.case(case_id).stuck_reason for case_id in entrants} == {None}


def test_a_case_without_a_competition_enters_one_at_the_retry(company: Company) -> None:
    case_id = a_contested_case(company)
    contest = a_competition(company)
    with company.on(case_id) as (act, case):
        cases.mark_stuck(act, case, "somebody_has_left")
    company.do(arrivals.retry, case_id, "H1")
    assert places(company, contest) == [None]


def test_hr_is_asked_for_another_where_a_judge_leaves_before_handing_in_everything(company: Company) -> None:
    contest, entrants = contest_with(company, FOUR)
    hand_in(company, contest, "T1", entrants[0])
    hand_in_all(company, contest, entrants, *JUDGES)
    company.leaves("T1")
    sweep(company)
    assert competition_tasks(company) == [TaskKind.REPLACE_JUDGE]
    assert round_reached(company, contest) == 1
    replace(company, contest, "T1", "M1")
    assert competition_tasks(company) == []
    hand_in_all(company, contest, entrants, "M1")
    assert round_reached(company, contest) == 2
    assert panel(company) == {*JUDGES, "M1"}


def test_a_late_judge_is_replaced_once_the_time_is_over(company: Company) -> None:
    contest, entrants = contest_with(company, FOUR)
    hand_in_all(company, contest, entrants, *JUDGES)
    sweep(company)
    assert competition_tasks(company) == []
    company.later(days=60)
    sweep(company)
    sweep(company)
    assert competition_tasks(company) == [TaskKind.REPLACE_JUDGE]
    assert (panel(company), round_reached(company, contest)) == (set(FOUR), 1)
    replace(company, contest, "T1", "M1")
    assert competition_tasks(company) == []
    assert {task.assignee_id for case_id in entrants for task in company.open_tasks(case_id)} == {
        company.ids["M1"]
    }


def test_a_late_judge_who_hands_in_after_all_stays(company: Company) -> None:
    contest, entrants = contest_with(company, FOUR)
    hand_in_all(company, contest, entrants, *JUDGES[1:])
    company.later(days=60)
    sweep(company)
    hand_in_all(company, contest, entrants, "J1")
    assert awaited(company) == {"T1"}
    hand_in_all(company, contest, entrants, "T1")
    assert (awaited(company), competition_tasks(company)) == (set(), [])
    assert (panel(company), round_reached(company, contest)) == (set(FOUR), 2)


def test_where_hr_names_nobody_in_time_the_others_go_on_if_they_are_enough(company: Company) -> None:
    contest, entrants = contest_with(company, FOUR)
    hand_in(company, contest, "T1", entrants[0])
    hand_in_all(company, contest, entrants, *JUDGES)
    company.later(days=60)
    sweep(company)
    company.later(days=7)
    sweep(company)
    assert (panel(company), competition_tasks(company)) == (set(JUDGES), [])
    assert round_reached(company, contest) == 2
    assert rows(company, SealedScore) == [0]
    asked = {task.assignee_id for case_id in entrants for task in company.open_tasks(case_id, TaskKind.SCORE)}
    assert asked == {company.ids[judge] for judge in JUDGES}


def test_where_too_few_judges_would_be_left_the_cases_are_stuck(company: Company) -> None:
    contest, entrants = contest_with(company, JUDGES)
    hand_in_all(company, contest, entrants, "J2", "J3")
    company.later(days=60)
    sweep(company)
    company.later(days=7)
    sweep(company)
    sweep(company)
    assert panel(company) == set(JUDGES)
    for case_id in entrants:
        assert company.case(case_id).stuck_reason == "judge_missing"
        assert len(company.open_tasks(case_id, TaskKind.UNBLOCK)) == 1
    hand_in_all(company, contest, entrants, "J1")
    assert (round_reached(company, contest), competition_tasks(company)) == (2, [])
    assert {company.case(case_id).stuck_reason for case_id in entrants} == {None}


def test_hr_replaces_a_judge_and_the_new_one_writes_every_sheet(company: Company) -> None:
    contest, entrants = contest_with(company, JUDGES)
    hand_in_all(company, contest, entrants, "J2", "J3")
    hand_in(company, contest, "J1", entrants[0])
    company.later(days=60)
    sweep(company)
    company.later(days=7)
    sweep(company)
    replace(company, contest, "J1", "T1")
    sweep(company)
    assert panel(company) == {"J2", "J3", "T1"}
    for case_id in entrants:
        assert company.case(case_id).stuck_reason is None
        (task,) = company.open_tasks(case_id)
        assert task.assignee_id == company.ids["T1"]
        assert task.due_at > company.now
    hand_in_all(company, contest, entrants, "T1")
    assert round_reached(company, contest) == 2


@pytest.mark.parametrize("new", ["L1", "P1", "J2", "M7"])
def test_a_new_judge_has_no_stake_and_no_seat_yet(company: Company, new: str) -> None:
    contest, _ = contest_with(company, JUDGES)
    company.leaves("M7")
    company.leaves("J1")
    with pytest.raises(Conflicted):
        replace(company, contest, "J1", new)
    assert panel(company) == set(JUDGES)


def test_only_a_judge_is_replaced_by_others_than_entrants_and_while_sheets_are_sealed(
    company: Company,
) -> None:
    contest, entrants = contest_with(company, JUDGES)
    with pytest.raises(NotFound):
        replace(company, contest, "M1", "T1")
    with pytest.raises(OwnCase):
        replace(company, contest, "J1", "T1", by="C")
    score_all(company, contest, dict.fromkeys(entrants, 4))
    with pytest.raises(ScoringClosed):
        replace(company, contest, "J1", "T1")
    assert company.case(entrants[0]).stage is Stage.COMPETITION
