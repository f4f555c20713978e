"""What a panel costs the database does not grow with the number of entries it is to score."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.builders import a_competition, close_entries
from tests.company import JUDGES, MEMBERS, Company
from tests.databases import emptied_postgresql
from tests.workflow.contests import in_contest, put_forward
from workflow import judging, vacancies
from workflow.models import Employee

# Two panels of three judges and four of three; in both one judge sits in all.
_NAMED = {16: (*JUDGES, *MEMBERS[:2]), 60: (*JUDGES, *MEMBERS[:6])}


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Statements are counted on PostgreSQL, which takes many rows at once."""
    made = emptied_postgresql()
    yield made
    made.dispose()


def people(company: Company, *numbers: str) -> list[Employee]:
    with company.reading() as db:
        return [db.get_one(Employee, company.ids[number]) for number in numbers]


def test_seating_a_panel_and_replacing_a_judge_cost_the_same_for_16_entries_and_60(
    company: Company, statements: list[str]
) -> None:
    seated, replaced = [], []
    for size, judges in _NAMED.items():
        contest = a_competition(company)
        put_forward(company, *(f"N{size}-{number}" for number in range(size)))
        close_entries(company, contest)
        named, (old, new) = people(company, *judges), people(company, "J1", "T1")
        statements.clear()
        in_contest(company, contest, judging.seat_panel, "H1", judges=named)
        seated.append(len(statements))
        company.leaves("J1")
        statements.clear()
        in_contest(company, contest, vacancies.replace_judge, "H1", old=old, new=new)
        replaced.append(len(statements))
        company.returns("J1")
    assert seated[0] == seated[1]
    assert replaced[0] == replaced[1]
