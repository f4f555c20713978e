"""A case before the committee, and what tests ask of its votes."""

from sqlalchemy import select

from tests.builders import a_case
from tests.company import Company
from tests.remembering import remembered
from workflow import committees
from workflow.models import Recusal, Vote
from workflow.vocabulary import Choice, Stage, TaskKind

YES, NO, DEFER, ABSTAIN = Choice
TIED = (YES, YES, YES, NO, NO, NO, ABSTAIN)
Convened = tuple[Company, int]


def convened_case(company: Company) -> tuple[int, ...]:
    return (a_case(company, at=Stage.COMMITTEE),)


@remembered
def voting_case(company: Company) -> tuple[int, ...]:
    (case_id,) = convened_case(company)
    company.do(committees.open_ballot, case_id, "M1")
    return (case_id,)


def votes(company: Company, case_id: int) -> list[Vote]:
    """Every vote of the present round, first to last."""
    query = select(Vote).where(Vote.round_id == company.case(case_id).round_id).order_by(Vote.number)
    with company.reading() as db:
        return list(db.scalars(query))


def recusals(company: Company, case_id: int) -> dict[str, str]:
    """Who is kept out of the case, and why."""
    with company.reading() as db:
        rows = db.scalars(select(Recusal).where(Recusal.case_id == case_id)).all()
    return {company.number(row.employee_id): row.conflict for row in rows}


def recuse(company: Company, case_id: int, *members: str) -> None:
    """Members declare an interest, one after the other."""
    for member in members:
        company.do(committees.recuse, case_id, member, reason="We are friends.")


def cast(company: Company, case_id: int, choice: Choice, *members: str) -> None:
    """Members vote alike."""
    for member in members:
        company.do(committees.cast_ballot, case_id, member, choice=choice)


def holders(company: Company, case_id: int, kind: TaskKind) -> list[str]:
    """For whom a task of this kind waits."""
    return sorted(company.number(task.assignee_id) for task in company.open_tasks(case_id, kind))
