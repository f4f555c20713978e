"""Whoever of HR has a stake in one entry neither runs the competition nor reads what is not told of it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from notifications.preview import week
from tests.builders import a_competition, a_contested_case, close_entries, score_all, seat_judges
from tests.company import Company
from tests.workflow.contests import in_contest, stages, three_entries
from tests.workflow.test_kept_apart import keep_apart
from tests.workflow.test_tasks_of_a_role import joins_hr, leaves_hr
from workflow import arrivals, placings, sweeps
from workflow.models import Employee, InboxRow, RoleHolding, Task
from workflow.queries.competitions import competition as competition_seen_by
from workflow.vocabulary import COMPETITION_TASKS, Role, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def is_given(company: Company, number: str, role: Role = Role.HR) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids[number], role=role))


def is_on_the_way(company: Company, number: str) -> None:
    """A nomination for the same post, which has not entered."""
    with company.door.acting(now=company.now) as act:
        person = act.db.get_one(Employee, company.ids[number])
        person.level = act.db.get_one(Employee, company.ids["C"]).level
    a_contested_case(company, at=Stage.NOMINATED, candidate=number, by="H0")


def scored(company: Company) -> int:
    contest, *entrants = three_entries(company)
    seat_judges(company, contest)
    score_all(company, contest, dict(zip(entrants, (5, 4, 3), strict=True)))
    return contest


def read_by(company: Company, contest: int, number: str) -> dict[str, tuple[object, ...]]:
    """What a person reads of each entry before the order of merit is signed."""
    with company.reading() as db:
        seen = competition_seen_by(db, contest, company.ids[number])
        return {
            line.candidate.number: (line.score, line.composite, line.place, line.shortlisted)
            for line in seen.entries
        }


def kept_apart(company: Company) -> str:
    keep_apart(company, "H2", "C", by="H1")
    return "H2"


def superior_kept_apart(company: Company) -> str:
    is_given(company, "D1")
    keep_apart(company, "D1", "C", by="H1")
    return "D1"


def on_the_way(company: Company) -> str:
    is_on_the_way(company, "H2")
    return "H2"


def entrant(company: Company) -> str:
    is_given(company, "P1")
    return "P1"


@pytest.mark.parametrize("stake", [kept_apart, superior_kept_apart, on_the_way, entrant])
def test_nothing_unreleased_of_any_entry_is_read_by_hr_with_a_stake_in_one(
    company: Company, stake: Callable[[Company], str]
) -> None:
    contest = scored(company)
    read = read_by(company, contest, stake(company))
    assert set(read.values()) <= {(None, None, None, None)}


def test_a_superior_in_hr_without_a_stake_is_hr(company: Company) -> None:
    contest = scored(company)
    assert set(read_by(company, contest, "D1").values()) == {(None, None, None, None)}
    is_given(company, "D1")
    assert read_by(company, contest, "D1") == read_by(company, contest, "H1")
    assert {place for _, _, place, _ in read_by(company, contest, "D1").values()} == {1, 2, 3}


def test_a_stake_in_one_competition_is_none_in_another(company: Company) -> None:
    contest = scored(company)
    keep_apart(company, "H2", "P8", by="H1")
    a_competition(company)
    assert read_by(company, contest, "H2") == read_by(company, contest, "H1")


def test_an_auditor_reads_every_entry_whoever_he_is_kept_apart_from(company: Company) -> None:
    contest = scored(company)
    is_given(company, "P8", Role.AUDITOR)
    keep_apart(company, "P8", "C", by="H1")
    assert read_by(company, contest, "P8") == read_by(company, contest, "H1")


def reminders_seen_by(company: Company, number: str) -> set[TaskKind]:
    with company.reading() as db:
        return {one.kind for one in week(db, db.get_one(Employee, company.ids[number]), company.now).items}


def test_hr_with_a_stake_in_a_competition_reads_no_reminder_of_it(company: Company) -> None:
    contest, *_ = three_entries(company)
    close_entries(company, contest)
    assert reminders_seen_by(company, "H2") == {TaskKind.SEAT_PANEL}
    keep_apart(company, "H2", "C", by="H1")
    assert reminders_seen_by(company, "H2") == set()
    assert reminders_seen_by(company, "H1") == {TaskKind.SEAT_PANEL}


def sweep(company: Company) -> None:
    sweeps.run(company.door, now=company.now)
    assert not any(sweeps.run(company.door, now=company.now).values())


def asked(company: Company) -> set[str]:
    """Who has what HR is asked about the competition in the inbox."""
    held = select(InboxRow.person_id).join(Task, Task.id == InboxRow.task_id)
    with company.reading() as db:
        people = db.scalars(held.where(Task.kind.in_(COMPETITION_TASKS), Task.case_id.is_(None))).all()
    return {company.number(person) for person in people}


def reasons(company: Company, entrants: list[int]) -> set[str | None]:
    return {company.case(case_id).stuck_reason for case_id in entrants}


def everybody_kept_apart(company: Company) -> None:
    joins_hr(company, "T1")
    keep_apart(company, "H1", "C", by="T1")
    keep_apart(company, "H2", "P1", by="T1")
    leaves_hr(company, "T1")


def the_only_one_on_the_way(company: Company) -> None:
    is_on_the_way(company, "H1")
    company.leaves("H2")


def test_whoever_is_on_the_way_to_the_post_is_asked_nothing_about_its_competition(company: Company) -> None:
    contest, *_ = three_entries(company)
    is_on_the_way(company, "H1")
    close_entries(company, contest)
    assert asked(company) == {"H2"}


@pytest.mark.parametrize("bar", [everybody_kept_apart, the_only_one_on_the_way])
def test_with_everybody_of_hr_barred_the_cases_are_stuck_until_somebody_unbiased_comes(
    company: Company, bar: Callable[[Company], None]
) -> None:
    contest, *entrants = three_entries(company)
    bar(company)
    close_entries(company, contest)
    sweep(company)
    assert (asked(company), reasons(company, entrants)) == (set(), {"nobody_in_role"})
    is_given(company, "P8")
    sweep(company)
    assert (asked(company), reasons(company, entrants)) == ({"P8"}, {None})
    assert not any(company.open_tasks(case_id, TaskKind.UNBLOCK) for case_id in entrants)


def test_who_signs_the_order_of_merit_comes_once_everybody_was_barred(company: Company) -> None:
    contest, *entrants = three_entries(company)
    seat_judges(company, contest)
    score_all(company, contest, dict(zip(entrants, (5, 4, 3), strict=True)))
    everybody_kept_apart(company)
    sweep(company)
    assert reasons(company, entrants) == {"nobody_in_role"}
    is_given(company, "P8")
    in_contest(company, contest, placings.decide, "P8", reason="By merit.")
    assert Stage.COMPETITION not in stages(company, entrants)
    assert reasons(company, entrants) == {None}
    sweep(company)
    assert Stage.COMPETITION not in stages(company, entrants)


def test_set_going_again_while_everybody_is_barred_a_case_is_stuck_again(company: Company) -> None:
    contest, *entrants = three_entries(company)
    everybody_kept_apart(company)
    close_entries(company, contest)
    sweep(company)
    company.do(arrivals.retry, entrants[2], "H1")
    sweep(company)
    assert reasons(company, entrants) == {"nobody_in_role"}
