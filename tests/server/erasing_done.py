"""Erases in a company, and looks at what is left: words, figures, a case that is over and told."""

from collections import Counter
from typing import Any

from sqlalchemy import func, select

from server import erasing
from tests.builders import a_case, answers, approve_all, drive_on, evidence, raters
from tests.company import PEERS, Company
from workflow import rater_objections, reviews
from workflow.models import (
    Base,
    CareerStep,
    Employee,
    Entry,
    PromotionCase,
    ReviewAnswer,
    ReviewOutcome,
    StageRound,
    Task,
    Vote,
)
from workflow.retention import DataClass
from workflow.vocabulary import Stage

YEAR = 366
Found = dict[str, Any]


def erase(company: Company, number: str | None = None) -> Counter[DataClass]:
    with company.door.acting(now=company.now) as act:
        return erasing.erase(act, number)


def strings(company: Company) -> str:
    """Every text of every table but the catalogue of criteria."""
    found = []
    with company.reading() as db:
        for table in Base.metadata.sorted_tables:
            if table.name == "criteria_edition":
                continue
            found += [repr(tuple(row)) for row in db.execute(select(table))]
    return "\n".join(found)


def figures(company: Company) -> list[Any]:
    """What statistics are made of: counts, outcomes, scores, days, without persons."""
    queries = (
        select(PromotionCase.id, PromotionCase.stage, PromotionCase.decided_at, PromotionCase.ended_at),
        select(StageRound.id, StageRound.stage, StageRound.opened_at, StageRound.closed_at),
        select(ReviewOutcome.round_id, ReviewOutcome.score),
        select(ReviewAnswer.item, ReviewAnswer.value, func.count()).group_by(
            ReviewAnswer.item, ReviewAnswer.value
        ),
        select(Vote.id, Vote.result, Vote.entitled),
        select(Entry.id, Entry.composite, Entry.place),
        select(CareerStep.case_id, CareerStep.to_level),
        select(Task.kind, Task.state, func.count()).group_by(Task.kind, Task.state),
    )
    with company.reading() as db:
        return [sorted(map(repr, db.execute(query).all())) for query in queries]


def a_told_case(company: Company) -> int:
    """A completed case in which people have written about each other."""
    case_id = a_case(company, at=Stage.NOMINATED)
    unwanted = company.ids["P1"]
    with company.on(case_id, "C") as (act, case):
        rater_objections.object_to(act, case, act.db.get_one(Employee, unwanted), reason="We quarrelled.")
    approve_all(company, case_id)
    rater = next(number for number in raters(company, case_id) if number in PEERS)
    company.do(reviews.submit_form, case_id, rater, answers=answers(5), evidence=evidence(5))
    drive_on(company, case_id, Stage.COMPLETED)
    return case_id


def leave(company: Company, number: str = "C", *, days: int = 3 * YEAR) -> None:
    """Somebody leaves, which the next run notices, and so many days go by."""
    company.leaves(number)
    erase(company)
    company.later(days=days)


WRITTEN = ("Keeps promises to customers.", "We quarrelled.", evidence(5)["diagnoses"])
