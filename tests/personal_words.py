"""Looks through the journal for what could not be erased from it: names, numbers, addresses, typed words."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import Employee, JournalEntry, JournalText, PlanItem, PromotionCase, ReviewContact

_SHORTEST = 4  # what is shorter may be a code by chance


def personal_words(db: Session) -> list[str]:
    """One sentence for each fact of the journal that says who somebody is, or what somebody has typed."""
    people = _people(db)
    numbers = set(db.scalars(select(Employee.number)))
    typed = _typed(db)
    found = []
    for action, facts in db.execute(select(JournalEntry.action, JournalEntry.facts)):
        for word in _words(facts):
            is_code = word in numbers and not word.isdigit()
            if is_code or word in typed or any(name in word for name in people):
                found.append(f"{action} says {word!r}")
    return found


def _people(db: Session) -> set[str]:
    columns = (Employee.name, Employee.email, ReviewContact.name, ReviewContact.email)
    return {word for column in columns for word in db.scalars(select(column)) if word}


def _typed(db: Session) -> set[str]:
    columns = (JournalText.text, PromotionCase.statement, PromotionCase.outcome_text, PlanItem.title)
    typed = {word for column in columns for word in db.scalars(select(column)) if word}
    # What reads like a code may be one: random people type constants of the product too.
    return {word for word in typed if len(word) >= _SHORTEST and not (word.isascii() and word.isidentifier())}


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
