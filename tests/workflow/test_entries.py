"""Entries of a competition: days that bind, a population, too few applicants, extension, cancellation."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from notifications.messages import announce
from notifications.models import Delivery
from tests.builders import a_competition, close_entries, seat_judges
from tests.company import Company
from tests.workflow.contests import (
    competition_tasks,
    in_contest,
    places,
    put_forward,
    state,
)
from workflow import arrivals, competitions, judging, sweeps
from workflow.errors import Invalid, OwnCase, ReasonMissing, StageMoved
from workflow.models import Competition, Department, Employee, RoleHolding
from workflow.store import Door
from workflow.vocabulary import CompetitionState, Level, Role, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def sweep(company: Company) -> dict[str, int]:
    done = {name: count for name, count in sweeps.run(company.door, now=company.now).items() if count}
    assert not any(sweeps.run(company.door, now=company.now).values())
    return done


def test_a_case_enters_while_the_competition_is_open_and_is_due_when_it_closes(company: Company) -> None:
    contest = a_competition(company)
    (case_id,) = put_forward(company, "N1")
    assert places(company, contest) == [None]
    with company.reading() as db:
        closes_at = db.get_one(Competition, contest).closes_at
    due = company.case(case_id).round
    assert due is not None
    assert due.due_at == closes_at
    # Midnight of the announcer's site, which lies in China.
    assert (closes_at.hour, closes_at.minute) == (16, 0)


def test_a_case_that_comes_early_waits_until_the_competition_opens(company: Company) -> None:
    tomorrow = company.now.date() + timedelta(days=1)
    contest = a_competition(company, opens_on=tomorrow, days=3)
    (case_id,) = put_forward(company, "N1")
    assert company.case(case_id).stuck_reason is None
    assert places(company, contest) == []
    assert sweep(company) == {}
    company.later(days=1)
    assert sweep(company) == {"cases_entered": 1}
    assert places(company, contest) == [None]


def test_a_case_that_comes_late_is_stuck_until_the_next_one(company: Company) -> None:
    first = a_competition(company)
    put_forward(company, "N1", "N2")
    close_entries(company, first)
    (late,) = put_forward(company, "N3")
    assert company.case(late).stuck_reason == "no_competition_announced"
    assert len(company.open_tasks(late, TaskKind.UNBLOCK)) == 1
    second = a_competition(company)
    assert (places(company, first), places(company, second)) == ([None, None], [None])


def test_only_the_tree_of_its_department_may_enter(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        service = act.db.scalars(select(Department).where(Department.name == "Service")).one()
        act.add(Department(name="Lifts", parent_id=service.id))
        tree = service.id
    contest = a_competition(company, department_id=tree)
    put_forward(company, "N1")
    put_forward(company, "N2", department="Lifts")
    (stranger,) = put_forward(company, "N3", department="Staff")
    assert places(company, contest) == [None, None]
    assert company.case(stranger).stuck_reason == "no_competition_announced"
    assert sweep(company) == {}


def test_everybody_of_the_population_at_the_level_below_is_told_once(company: Company) -> None:
    with company.reading() as db:
        service = db.scalars(select(Department.id).where(Department.name == "Service")).one()
        below = select(Employee.id).where(
            Employee.department_id == service, Employee.level == Level.INTERMEDIATE
        )
        expected = set(db.scalars(below))
    listening = Door(company.door.engine, announce=announce)
    company.door = listening
    a_competition(company, department_id=service)
    with company.reading() as db:
        told = list(db.scalars(select(Delivery.person_id).where(Delivery.kind == "competition_announced")))
    assert len(told) == len(expected)
    assert set(told) == expected


def test_without_a_last_day_the_working_days_of_the_edition_run(company: Company) -> None:
    contest = a_competition(company, closes_on=None)
    with company.reading() as db:
        assert db.get_one(Competition, contest).closes_on == date(2026, 3, 16)


def test_with_enough_entries_the_clock_closes_them_and_hr_seats_the_panel(company: Company) -> None:
    contest = a_competition(company)
    put_forward(company, "N1", "N2")
    assert sweep(company) == {}
    with pytest.raises(StageMoved):
        in_contest(company, contest, judging.seat_panel, "H1", judges=[])
    company.later(days=1)
    assert sweep(company) == {"entries_closed": 1}
    assert state(company, contest) is CompetitionState.CLOSED
    assert competition_tasks(company) == [TaskKind.SEAT_PANEL]


@pytest.mark.parametrize("numbers", [(), ("N1",)], ids=["nobody", "one"])
def test_with_too_few_entries_hr_decides(company: Company, numbers: tuple[str, ...]) -> None:
    contest = a_competition(company)
    put_forward(company, *numbers)
    company.later(days=1)
    assert sweep(company) == {"entries_closed": 1}
    assert competition_tasks(company) == [TaskKind.DECIDE_ENTRIES]
    with pytest.raises(Invalid, match="too_few_entries"):
        seat_judges(company, contest)
    later = company.now.date() + timedelta(days=7)
    in_contest(company, contest, competitions.extend, "H1", closes_on=later)
    assert competition_tasks(company) == []
    put_forward(company, "N2", "N3")
    close_entries(company, contest)
    assert competition_tasks(company) == [TaskKind.SEAT_PANEL]


def test_an_extension_takes_in_who_came_late(company: Company) -> None:
    contest = a_competition(company)
    put_forward(company, "N1")
    close_entries(company, contest)
    (late,) = put_forward(company, "N2")
    later = company.now.date() + timedelta(days=7)
    in_contest(company, contest, competitions.extend, "H1", closes_on=later)
    assert places(company, contest) == [None, None]
    assert company.case(late).stuck_reason is None


@pytest.mark.parametrize("days", [-1, 0])
def test_a_competition_is_extended_to_a_later_day_only(company: Company, days: int) -> None:
    contest = a_competition(company, days=3)
    day = company.now.date() + timedelta(days=3 + days)
    with pytest.raises(Invalid, match="not_a_later_day"):
        in_contest(company, contest, competitions.extend, "H1", closes_on=day)
    company.later(days=30)
    with pytest.raises(Invalid, match="not_a_later_day"):
        in_contest(company, contest, competitions.extend, "H1", closes_on=day + timedelta(days=5))


def test_the_cases_of_a_cancelled_competition_wait_for_the_next(company: Company) -> None:
    contest = a_competition(company)
    (case_id,) = put_forward(company, "N1")
    close_entries(company, contest)
    with pytest.raises(ReasonMissing):
        in_contest(company, contest, competitions.cancel, "H1", reason=" ")
    in_contest(company, contest, competitions.cancel, "H1", reason="Only one applicant.")
    assert state(company, contest) is CompetitionState.CANCELLED
    assert competition_tasks(company) == []
    case = company.case(case_id)
    assert (case.stage, case.stuck_reason) == (Stage.COMPETITION, "no_competition_announced")
    following = a_competition(company)
    assert places(company, following) == [None]


def test_once_judges_score_a_competition_is_neither_extended_nor_cancelled(company: Company) -> None:
    contest = a_competition(company)
    put_forward(company, "N1", "N2")
    seat_judges(company, contest)
    with pytest.raises(StageMoved):
        in_contest(company, contest, competitions.cancel, "H1", reason="Too late.")
    with pytest.raises(StageMoved):
        in_contest(company, contest, competitions.extend, "H1", closes_on=date(2027, 1, 1))


def test_an_entrant_of_hr_decides_nothing_about_the_entries(company: Company) -> None:
    contest = a_competition(company)
    put_forward(company, "N1")
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["N1"], role=Role.HR))
    with pytest.raises(OwnCase):
        in_contest(company, contest, competitions.cancel, "N1", reason="Mine.")


def test_a_case_that_has_entered_goes_on_when_it_is_freed(company: Company) -> None:
    contest = a_competition(company)
    (case_id,) = put_forward(company, "N1")
    with company.on(case_id) as (act, case):
        arrivals.cases.mark_stuck(act, case, "somebody_has_left")
    company.do(arrivals.retry, case_id, "H1")
    assert places(company, contest) == [None]
