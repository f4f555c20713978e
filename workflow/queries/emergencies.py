"""Who has asked to read a case that is not his, who has granted it, and until when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from workflow.models import EmergencyAccess, Employee, PromotionCase, aliased
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.relations import seen_as_staff

_ASKED_BY, _GRANTED_BY = aliased(Employee), aliased(Employee)


@dataclass(frozen=True, slots=True)
class AccessLine:
    """That somebody wants to read a case, or may until an instant, and when he first has."""

    id: int
    case_id: int
    asked_by: Person
    asked_at: datetime
    reason: str
    granted_by: Person | None
    ends_at: datetime | None
    read_at: datetime | None


def accesses_known_to(person_id: int) -> Select[Any]:
    """Query for what a person has asked for, and for what HR and auditors of a case may know of."""
    shape = Shaped(
        "access",
        AccessLine,
        EmergencyAccess.id,
        EmergencyAccess.case_id,
        person_of("asked_by", _ASKED_BY),
        EmergencyAccess.asked_at,
        EmergencyAccess.reason,
        person_of("granted_by", _GRANTED_BY),
        EmergencyAccess.ends_at,
        EmergencyAccess.read_at,
    )
    return (
        select(shape)
        .select_from(EmergencyAccess)
        .join(PromotionCase, PromotionCase.id == EmergencyAccess.case_id)
        .join(_ASKED_BY, _ASKED_BY.id == EmergencyAccess.asked_by_id)
        .outerjoin(_GRANTED_BY, _GRANTED_BY.id == EmergencyAccess.granted_by_id)
        .where(or_(EmergencyAccess.asked_by_id == person_id, seen_as_staff(person_id)))
    )


def access(db: Session, person_id: int, access_id: int) -> AccessLine:
    """One of those a person knows of."""
    found: AccessLine = db.scalars(accesses_known_to(person_id).where(EmergencyAccess.id == access_id)).one()
    return found
