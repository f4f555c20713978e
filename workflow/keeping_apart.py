"""HR keeps on file which two people have no say in each other's cases."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from workflow import journal
from workflow.act import Act
from workflow.errors import AlreadyExists, Invalid, NotFound, OwnCase
from workflow.kept_apart import is_known_to
from workflow.models import Employee, KeptApart
from workflow.permissions import require_no_case_on_its_way
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


def declare(act: Act, one: Employee, other: Employee, *, because: ApartBecause) -> KeptApart:
    """HR puts on file that two people are kept apart.

    Raises Invalid for one and the same person, AlreadyExists, OwnCase to one of the two and to whoever has
    a case on its way, since it says who may decide on others.
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


def lift(act: Act, one: Employee, other: Employee, *, because: ApartBecause) -> None:
    """HR takes a pair from the file; raises NotFound, OwnCase as `declare`."""
    if one.id == other.id:
        raise NotFound(kind="kept_apart")
    pair = Pair(frozenset({one.id, other.id}), because)
    on_file = select(KeptApart).filter_by(**pair.columns)
    found = act.first(on_file.where(is_known_to(act.person.id)))
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


def _refuse_own(act: Act, people: Collection[int]) -> None:
    if act.person.id in people:
        raise OwnCase(operation="keep_apart")
    require_no_case_on_its_way(act.db, act.by)


def _record(act: Act, action: str, pair: KeptApart) -> None:
    # Who is related to whom is personal: as a text it can be erased, as a fact of the chain it could not.
    named = select(Employee.number).where(Employee.id.in_((pair.one_id, pair.other_id)))
    numbers = act.all(named.order_by(Employee.number))
    journal.record(
        act, action, chain="kept_apart", text=f"{pair.because}: {' / '.join(numbers)}", key=pair.id
    )
