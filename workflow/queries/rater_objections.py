"""A candidate's objections to raters and what HR has decided on them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import Employee, RaterObjection
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.vocabulary import RaterObjectionState


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """Whom a candidate does not want as a rater, why, and what was decided; counted from 1."""

    number: int
    person: Person
    reason: str
    filed_at: datetime
    state: RaterObjectionState
    decision_reason: str | None
    decided_at: datetime | None


def of_case(db: Session, case_id: int, reader_id: int) -> list[ObjectionLine]:
    """The objections of a case, less one to the reader himself."""
    shape = Shaped(
        "objection",
        ObjectionLine,
        RaterObjection.number,
        person_of("person", Employee),
        RaterObjection.reason,
        RaterObjection.filed_at,
        RaterObjection.state,
        RaterObjection.decision_reason,
        RaterObjection.decided_at,
    )
    query = select(shape).select_from(RaterObjection).join(Employee, Employee.id == RaterObjection.person_id)
    query = query.where(RaterObjection.case_id == case_id, RaterObjection.person_id != reader_id)
    return list(db.scalars(query.order_by(RaterObjection.number)))
