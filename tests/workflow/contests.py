"""A competition with three entrants, and what tests ask of it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from tests.builders import a_competition, a_contested_case, judged_criteria, seat_judges
from tests.company import Company
from workflow import cases, competitions
from workflow.models import Competition, Entry
from workflow.vocabulary import CompetitionState, Stage

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


def in_contest(company: Company, contest: int, verb: Callable[..., Any], by: str, **given: Any) -> None:
    with company.door.competing(contest, now=company.now, by=company.ids[by]) as (act, found, field):
        verb(act, found, field, **given)


def hand_in(company: Company, contest: int, judge: str, case_id: int, **sheet: float) -> None:
    full = dict.fromkeys(judged_criteria(), 4.0) | sheet
    with company.door.competing(contest, now=company.now, by=company.ids[judge]) as (act, found, field):
        competitions.score(act, found, field, field[case_id], sheet=full)


def withdraw(company: Company, case_id: int) -> None:
    candidate = company.number(company.case(case_id).candidate_id)
    company.do(cases.withdraw, case_id, candidate, reason="")


def stages(company: Company, entrants: list[int]) -> list[Stage]:
    return [company.case(case_id).stage for case_id in entrants]


def places(company: Company, contest: int) -> list[int | None]:
    query = select(Entry.place).where(Entry.competition_id == contest).order_by(Entry.case_id)
    with company.reading() as db:
        return list(db.scalars(query))


def state(company: Company, contest: int) -> CompetitionState:
    with company.reading() as db:
        return db.get_one(Competition, contest).state


def rows(company: Company, *tables: type) -> list[int]:
    with company.reading() as db:
        return [len(db.scalars(select(table)).all()) for table in tables]
