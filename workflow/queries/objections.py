"""The objections to a decision: all of them for HR and auditors, his own for whoever has raised one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from workflow.models import Employee, Objection, aliased
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.relations import Relation
from workflow.vocabulary import ObjectionState, Stage

_READ_ALL = frozenset({Relation.HR, Relation.AUDITOR})


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """One objection and what was said to it."""

    id: int
    objector: Person
    text: str
    raised_at: datetime
    state: ObjectionState
    step: Stage | None
    reason: str | None
    decided_at: datetime | None
    decided_by: Person | None


def of_case(case_id: int, person_id: int, mine: frozenset[Relation]) -> Select[Any]:
    """Query for the ObjectionLines that a person may read, ordered by `Objection.id`."""
    decider = aliased(Employee)
    shape = Shaped(
        "objection",
        ObjectionLine,
        Objection.id,
        person_of("objector", Employee),
        Objection.text,
        Objection.raised_at,
        Objection.state,
        Objection.step,
        Objection.reason,
        Objection.decided_at,
        person_of("decided_by", decider),
    )
    query = (
        select(shape)
        .select_from(Objection)
        .join(Employee, Employee.id == Objection.objector_id)
        .outerjoin(decider, decider.id == Objection.decided_by_id)
        .where(Objection.case_id == case_id)
    )
    return query if mine & _READ_ALL else query.where(Objection.objector_id == person_id)
