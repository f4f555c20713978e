"""The people and the cases around a vote: several short lists in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, Select, Text, cast, literal, select, union_all
from sqlalchemy.orm import Session

from workflow import places
from workflow.models import Committee, Elector, Employee, PassedOver, PromotionCase, Recusal, StageRound
from workflow.queries.shaping import Person

_NO_KEY, _NO_WORDS, _UNTICKED = literal(None, Integer()), literal(None, Text()), literal(False, Boolean())


class Listed(StrEnum):
    """What a list is of."""

    RECUSALS = auto()
    REGISTER = auto()
    BETTER_PLACED = auto()
    PASSES_OVER = auto()
    PASSED_OVER_BECAUSE = auto()
    OTHER_COMMITTEES = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: whom it names, the key of what it names, what is written, what is ticked."""

    key: int | None
    person: Person | None
    words: str | None
    is_ticked: bool


def lists(db: Session, queries: Mapping[Listed, Select[Any]]) -> dict[Listed, list[Line]]:
    """What these queries find, each in its order; one statement."""
    if not queries:
        return {}
    rows = db.execute(union_all(*(query.add_columns(literal(kind)) for kind, query in queries.items())))
    found: dict[Listed, list[Line]] = {kind: [] for kind in queries}
    for _, key, number, name, words, is_ticked, kind in sorted(rows, key=lambda row: (row[0], row[2])):
        person = Person(number, name) if number else None
        found[Listed(kind)].append(Line(key, person, words, bool(is_ticked)))
    return found


def recusals(case_id: int) -> Select[Any]:
    """Members kept out of a case, why, and whether they have said so themselves."""
    query = _line(Recusal.id, Employee, words=Recusal.conflict, is_ticked=Recusal.is_declared)
    return query.join(Recusal, Recusal.employee_id == Employee.id).where(Recusal.case_id == case_id)


def register(vote_id: int) -> Select[Any]:
    """Who is entitled to vote, and whether he has."""
    query = _line(literal(0), Employee, is_ticked=Elector.has_voted)
    return query.join(Elector, Elector.employee_id == Employee.id).where(Elector.vote_id == vote_id)


def better_placed(case_id: int) -> Select[Any]:
    """The undecided cases before one in the order of merit."""
    query = _line(PromotionCase.id, Employee, key=PromotionCase.id)
    query = query.join(PromotionCase, PromotionCase.candidate_id == Employee.id)
    return query.where(PromotionCase.id.in_(places.before(case_id)))


def passes_over(round_id: int) -> Select[Any]:
    """The cases that the vote of a round puts behind its own, and why."""
    query = _line(PassedOver.case_id, Employee, key=PassedOver.case_id, words=PassedOver.reason)
    query = query.join(PromotionCase, PromotionCase.candidate_id == Employee.id)
    return query.join(PassedOver, PassedOver.case_id == PromotionCase.id).where(
        PassedOver.round_id == round_id
    )


def passed_over_because(case_id: int, is_told: ColumnElement[bool]) -> Select[Any]:
    """Why votes on other cases, of which `is_told`, have put a case behind them."""
    query = _line(PassedOver.round_id, None, words=PassedOver.reason).select_from(PassedOver)
    query = query.join(StageRound, StageRound.id == PassedOver.round_id)
    query = query.join(PromotionCase, PromotionCase.id == StageRound.case_id)
    return query.where(PassedOver.case_id == case_id, is_told)


def other_committees(committee_id: int | None) -> Select[Any]:
    """The committees to which a case can be referred from the one that it is with."""
    query = _line(Committee.id, None, key=Committee.id, words=Committee.name)
    return query.where(Committee.id.is_distinct_from(committee_id))


def _line(
    place: Any, person: Any, *, key: Any = _NO_KEY, words: Any = _NO_WORDS, is_ticked: Any = _UNTICKED
) -> Select[Any]:
    named = (literal(""), literal("")) if person is None else (person.number, person.name)
    return select(place, key, *named, cast(words, Text), is_ticked)
