"""A promotion cycle, cases that belong to it, and the release of what is decided in it."""

from datetime import timedelta

from sqlalchemy import select, update

from tests.builders import a_case, vote_all
from tests.company import Company
from workflow import committees, cycles, decisions
from workflow.models import PromotionCase, Task
from workflow.vocabulary import Choice, Stage, TaskKind, TaskState


def a_cycle(company: Company, *, quota: int | None = None) -> int:
    """An open cycle under the edition in force."""
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        today = company.now.date()
        return cycles.open_cycle(
            act,
            name="Spring",
            edition_id=company.edition_id,
            opens_on=today,
            closes_on=today + timedelta(days=60),
            quota=quota,
            opens_drafts=False,
        ).id


def join(company: Company, cycle: int, *cases: int) -> None:
    """Let cases belong to the cycle."""
    with company.door.acting(now=company.now) as act:
        act.execute(update(PromotionCase).where(PromotionCase.id.in_(cases)).values(cycle_id=cycle))


def a_case_of(company: Company, cycle: int, *, candidate: str = "C") -> int:
    """A case of the cycle before the committee."""
    case = a_case(company, at=Stage.COMMITTEE, candidate=candidate)
    join(company, cycle, case)
    return case


def a_voting_case_of_a_cycle(company: Company) -> tuple[int, ...]:
    """A case of a cycle on which the committee votes; the cycle's key comes second."""
    cycle = a_cycle(company)
    case = a_case_of(company, cycle)
    company.do(committees.open_ballot, case, "M1")
    return case, cycle


def decide(company: Company, case: int, choice: Choice = Choice.YES) -> None:
    """The committee votes alike and the chair signs."""
    if company.open_tasks(case, TaskKind.OPEN_BALLOT):
        company.do(committees.open_ballot, case, "M1")
    vote_all(company, case, choice)
    company.do(decisions.record_decision, case, "M1", text="As counted.")


def release(company: Company, cycle: int, by: str = "H1") -> None:
    """HR releases what is decided."""
    with company.door.releasing(cycle, now=company.now, by=company.ids[by]) as (act, found, waiting):
        decisions.release(act, found, waiting)


def release_tasks(company: Company) -> list[Task]:
    """Open tasks to release decisions."""
    query = select(Task).where(Task.kind == TaskKind.RELEASE_DECISIONS, Task.state == TaskState.OPEN)
    with company.reading() as db:
        return list(db.scalars(query))
