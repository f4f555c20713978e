"""Two people who have no say in each other's cases: relatives, or with a grievance open between them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, insert, or_, select, union_all

from workflow import journal
from workflow.act import Act
from workflow.errors import AlreadyExists, Invalid, NotFound, OwnCase
from workflow.models import Employee, KeptApart
from workflow.vocabulary import ApartBecause


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people by their keys, in any order, and what keeps them apart."""

    people: frozenset[int]
    because: ApartBecause

    @property
    def columns(self) -> dict[str, Any]:
        """The pair as it stands on file."""
        one, other = sorted(self.people)
        return {"one_id": one, "other_id": other, "because": self.because}


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
    return or_(KeptApart.because != ApartBecause.GRIEVANCE, ~_concerns(person_id))


def declare(act: Act, one: Employee, other: Employee, *, because: ApartBecause) -> KeptApart:
    """HR puts on file that two people are kept apart.

    Raises Invalid for one and the same person, AlreadyExists, OwnCase to one of the two.
    """
    if one.id == other.id:
        raise Invalid(reason="person_twice")
    pair = Pair(frozenset({one.id, other.id}), because)
    _refuse_own(act, pair.people)
    if act.first(select(KeptApart.id).filter_by(**pair.columns)) is not None:
        raise AlreadyExists(kind="kept_apart")
    declared = act.add(KeptApart(**pair.columns, declared_at=act.now))
    _record(act, "people_kept_apart", declared)
    return declared


def lift(act: Act, key: int) -> None:
    """HR takes a pair from the file; raises NotFound, OwnCase to one of the two."""
    found = act.first(select(KeptApart).where(KeptApart.id == key, is_known_to(act.person.id)))
    if found is None:
        raise NotFound(kind="kept_apart")
    _refuse_own(act, {found.one_id, found.other_id})
    _record(act, "people_apart_no_more", found)
    act.db.delete(found)


def declare_all(act: Act, pairs: Collection[Pair]) -> int:
    """Put many pairs on file at once; how many are new."""
    columns = (KeptApart.one_id, KeptApart.other_id, KeptApart.because)
    known = {Pair(frozenset({one, other}), because) for one, other, because in act.execute(select(*columns))}
    new = [{**pair.columns, "declared_at": act.now} for pair in dict.fromkeys(pairs) if pair not in known]
    if new:
        act.execute(insert(KeptApart), new)
    journal.record(act, "pairs_kept_apart", chain="kept_apart", given=len(pairs), added=len(new))
    return len(new)


def _concerns(person_id: int) -> ColumnElement[bool]:
    return or_(KeptApart.one_id == person_id, KeptApart.other_id == person_id)


def _refuse_own(act: Act, people: Collection[int]) -> None:
    if act.person.id in people:
        raise OwnCase(operation="keep_apart")


def _record(act: Act, action: str, pair: KeptApart) -> None:
    # Who is related to whom is personal: as a text it can be erased, as a fact of the chain it could not.
    named = select(Employee.number).where(Employee.id.in_((pair.one_id, pair.other_id)))
    numbers = act.all(named.order_by(Employee.number))
    journal.record(
        act, action, chain="kept_apart", text=f"{pair.because}: {' / '.join(numbers)}", key=pair.id
    )
