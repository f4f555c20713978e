"""Who is away and who stands in, as far as a person may know it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from workflow.hr_fields import is_hr_to
from workflow.models import Absence, Employee, aliased
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.vocabulary import TaskKind

_ABSENT, _SUBSTITUTE, _NAMER = (aliased(Employee) for _ in range(3))


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """That somebody does the tasks of another, of one kind or of all, from one day to another."""

    id: int
    absent: Person
    substitute: Person
    kind: TaskKind | None
    from_on: date
    until_on: date
    named_by: Person
    named_at: datetime
    ended_at: datetime | None


def absences_known_to(person_id: int) -> Select[Any]:
    """Query for the absences of a person, of his reports, those in which he stands in; HR knows of all."""
    shape = Shaped(
        "absence",
        AbsenceLine,
        Absence.id,
        person_of("absent", _ABSENT),
        person_of("substitute", _SUBSTITUTE),
        Absence.kind,
        Absence.from_on,
        Absence.until_on,
        person_of("named_by", _NAMER),
        Absence.named_at,
        Absence.ended_at,
    )
    is_near = or_(
        *(column == person_id for column in (Absence.absent_id, Absence.substitute_id, _ABSENT.manager_id))
    )
    return (
        select(shape)
        .select_from(Absence)
        .join(_ABSENT, _ABSENT.id == Absence.absent_id)
        .join(_SUBSTITUTE, _SUBSTITUTE.id == Absence.substitute_id)
        .join(_NAMER, _NAMER.id == Absence.named_by_id)
        .where(or_(is_near, is_hr_to(person_id, Absence.absent_id)))
    )


def absence(db: Session, person_id: int, absence_id: int) -> AbsenceLine:
    """One absence of which the person knows."""
    found: AbsenceLine = db.scalars(absences_known_to(person_id).where(Absence.id == absence_id)).one()
    return found
