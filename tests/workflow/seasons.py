"""Cycles for the tests: opened by HR, and their first day brought about by the clock."""

from datetime import date, timedelta

from sqlalchemy import select

from tests.company import Company
from workflow import cycles, sweeps
from workflow.models import Cycle, Employee, PromotionCase


def a_cycle(company: Company, name: str = "Spring", *, days: int = 30, opens_drafts: bool = True) -> int:
    """A cycle whose first day is today."""
    today = company.now.date()
    return opened(company, name, today, today + timedelta(days=days), opens_drafts=opens_drafts)


def opened(company: Company, name: str, opens_on: date, closes_on: date, *, opens_drafts: bool = True) -> int:
    """A cycle with these days."""
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        return cycles.open_cycle(
            act,
            name=name,
            edition_id=company.edition_id,
            opens_on=opens_on,
            closes_on=closes_on,
            opens_drafts=opens_drafts,
        ).id


def a_begun_cycle(company: Company) -> int:
    """A cycle whose drafts the clock has opened."""
    cycle_id = a_cycle(company)
    tick(company)
    return cycle_id


def tick(company: Company) -> None:
    """The clock does what is due."""
    sweeps.run(company.door, now=company.now)


def draft_of(company: Company, number: str) -> PromotionCase:
    """The only case of a person."""
    with company.reading() as db:
        return db.scalars(
            select(PromotionCase).where(PromotionCase.candidate_id == company.ids[number])
        ).one()


def counts(company: Company, cycle_id: int) -> dict[str, int]:
    """What has become of whom, as far as it is anybody."""
    with company.reading() as db:
        found = db.get_one(Cycle, cycle_id).draft_counts
        return {outcome: count for outcome, count in found.items() if count}


def changed(company: Company, number: str, **fields: object) -> None:
    """What is on file about somebody changes."""
    with company.door.acting(now=company.now) as act:
        person = act.db.get_one(Employee, company.ids[number])
        for name, value in fields.items():
            setattr(person, name, value)
