"""Who is kept informed of a case without a part in it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import CaseCopy, Employee, aliased
from workflow.queries.shaping import Person, Shaped, person_of

_BY = aliased(Employee)  # an alias costs more to make than to use


@dataclass(frozen=True, slots=True)
class CopyLine:
    """Somebody who is kept informed, at whose wish and since when."""

    person: Person
    by: Person
    at: datetime


def copies(db: Session, case_id: int) -> list[CopyLine]:
    """Everybody who is kept informed of a case, the first on top."""
    shape = Shaped("line", CopyLine, person_of("person", Employee), person_of("by", _BY), CaseCopy.at)
    query = (
        select(shape)
        .select_from(CaseCopy)
        .join(Employee, Employee.id == CaseCopy.person_id)
        .join(_BY, _BY.id == CaseCopy.by_id)
        .where(CaseCopy.case_id == case_id)
        .order_by(CaseCopy.at, CaseCopy.person_id)
    )
    return list(db.scalars(query))
