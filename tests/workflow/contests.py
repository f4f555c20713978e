"""A competition with three entrants, and what tests ask of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select

from tests.builders import a_competition, a_contested_case, judged_criteria, seat_judges
from tests.company import Company
from workflow import cases, judging
from workflow.act import Act
from workflow.models import Competition, Department, Employee, Entry, PromotionCase, Task
from workflow.vocabulary import (
    CompetitionState,
    Level,
    Nominator,
    Role,
    Stage,
    TaskKind,
    TaskState,
    Track,
)

ENTRANTS = ("C", "P1", "P2")
Contest = tuple[Company, int, list[int]]


def three_entries(company: Company) -> tuple[int, ...]:
    return a_competition(company), *(a_contested_case(company, candidate=number) for number in ENTRANTS)


def three_judged_entries(company: Company) -> tuple[int, ...]:
    made = three_entries(company)
    seat_judges(company, made[0])
    return made


def three_waiting(company: Company) -> tuple[int, ...]:
    return tuple(a_contested_case(company, candidate=number) for number in ENTRANTS)


def put_forward(company: Company, *numbers: str, department: str = "Service") -> list[int]:
    """New people whose cases come straight to the competition stage; nothing but judges' scores counts."""
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        unit = act.db.scalars(select(Department).where(Department.name == department)).one()
        return [_put_forward(act, company, number, unit) for number in numbers]


def _put_forward(act: Act, company: Company, number: str, unit: Department) -> int:
    person = act.add(
        Employee(
            number=number,
            name=f"Person {number}",
            department_id=unit.id,
            site_id=1,
            track=Track.PROFESSIONAL,
            level=Level.INTERMEDIATE,
            post="service_engineer",
            level_since=date(2023, 1, 1),
            hired_on=date(2019, 1, 1),
        )
    )
    company.ids[number] = person.id
    case = act.add(
        PromotionCase(
            candidate_id=person.id,
            target_track=Track.MANAGEMENT,
            target_level=Level.SENIOR,
            target_post="regional_manager",
            edition_id=company.edition_id,
            nominated_as=Nominator.HR,
            nominated_by_id=act.person.id,
            opened_at=act.now,
            is_contested=True,
            stage=Stage.COMPETITION,
        )
    )
    case.candidate = person
    cases.enter_first(act, case)
    return case.id


def in_contest(company: Company, contest: int, verb: Callable[..., Any], by: str, **given: Any) -> None:
    with company.door.competing(contest, now=company.now, by=company.ids[by]) as (act, found, field):
        verb(act, found, field, **given)


def hand_in(company: Company, contest: int, judge: str, case_id: int, **sheet: float) -> None:
    with company.door.competing(contest, now=company.now, by=company.ids[judge]) as (act, found, field):
        full = dict.fromkeys(judged_criteria(found.round_number), 4.0) | sheet
        judging.score(act, found, field, field[case_id], sheet=full)


def entry_of(company: Company, case_id: int) -> Entry:
    with company.reading() as db:
        return db.scalars(select(Entry).where(Entry.case_id == case_id)).one()


def withdraw(company: Company, case_id: int) -> None:
    candidate = company.number(company.case(case_id).candidate_id)
    company.do(cases.withdraw, case_id, candidate, reason="")


def stages(company: Company, entrants: list[int]) -> list[Stage]:
    return [company.case(case_id).stage for case_id in entrants]


def places(company: Company, contest: int) -> list[int | None]:
    query = select(Entry.place).where(Entry.competition_id == contest).order_by(Entry.case_id)
    with company.reading() as db:
        return list(db.scalars(query))


def round_reached(company: Company, contest: int) -> int:
    with company.reading() as db:
        return db.get_one(Competition, contest).round_number


def state(company: Company, contest: int) -> CompetitionState:
    with company.reading() as db:
        return db.get_one(Competition, contest).state


def competition_tasks(company: Company) -> list[TaskKind]:
    open_for_hr = select(Task.kind).where(
        Task.case_id.is_(None), Task.role == Role.HR, Task.state == TaskState.OPEN
    )
    with company.reading() as db:
        return list(db.scalars(open_for_hr.order_by(Task.id)))


def rows(company: Company, *tables: type) -> list[int]:
    with company.reading() as db:
        return [len(db.scalars(select(table)).all()) for table in tables]
