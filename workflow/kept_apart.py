"""Two people who have no say in each other's cases: relatives, or with a grievance open between them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union_all

from workflow.models import KeptApart
from workflow.vocabulary import ApartBecause


def are_apart(one: Any, other: Any) -> ColumnElement[bool]:
    """Condition on two keys of people: the two are kept apart, whatever the reason."""
    straight = and_(KeptApart.one_id == one, KeptApart.other_id == other)
    crossed = and_(KeptApart.one_id == other, KeptApart.other_id == one)
    # Said in words, because people named further out than one level would be looked for in here.
    return exists().where(or_(straight, crossed)).correlate_except(KeptApart)


def apart_from(people: Collection[int], *, because: ApartBecause | None = None) -> Select[int]:
    """Query for the keys of everybody who is kept apart from one of these people, for any or one reason."""
    reasons = list(ApartBecause) if because is None else [because]
    found = union_all(
        *(
            select(there.label("person")).where(here.in_(people), KeptApart.because.in_(reasons))
            for here, there in (
                (KeptApart.one_id, KeptApart.other_id),
                (KeptApart.other_id, KeptApart.one_id),
            )
        )
    ).subquery()
    return select(found.c.person)


def is_known_to(person_id: int) -> ColumnElement[bool]:
    """Condition on KeptApart: a person of HR may know of it; the two do not hear of a grievance."""
    is_one_of_them = or_(KeptApart.one_id == person_id, KeptApart.other_id == person_id)
    return or_(KeptApart.because != ApartBecause.GRIEVANCE, ~is_one_of_them)
