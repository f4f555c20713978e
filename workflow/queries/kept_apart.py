"""Who is kept apart from whom: for HR, and for each person the own relatives."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow import kept_apart
from workflow.models import Employee, KeptApart, aliased
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.vocabulary import ApartBecause

# In what order pairs are listed: a count of them would tell of those that are withheld.
PAIR = (KeptApart.one_id, KeptApart.other_id, KeptApart.because)


@dataclass(frozen=True, slots=True)
class PairLine:
    """Two people who have no say in each other's cases, and why."""

    one: Person
    other: Person
    because: ApartBecause
    declared_at: datetime


def pairs_known_to(person_id: int) -> Select[Any]:
    """Query for every pair a person of HR may know of."""
    one, other = aliased(Employee), aliased(Employee)
    shape = Shaped(
        "pair",
        PairLine,
        person_of("one", one),
        person_of("other", other),
        KeptApart.because,
        KeptApart.declared_at,
    )
    return (
        select(shape)
        .select_from(KeptApart)
        .join(one, one.id == KeptApart.one_id)
        .join(other, other.id == KeptApart.other_id)
        .where(kept_apart.is_known_to(person_id))
    )


def relatives_of(db: Session, person_id: int) -> list[Person]:
    """The relatives of a person on file; what else keeps him apart from others is not told."""
    theirs = kept_apart.apart_from({person_id}, because=ApartBecause.RELATIVE)
    query = select(person_of("relative", Employee)).where(Employee.id.in_(theirs))
    return list(db.scalars(query.order_by(Employee.number)))
