"""Who may read an edition of the criteria, and under which something new begins."""

from datetime import date

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import Session

from workflow.editions.library import edition_in_force
from workflow.errors import Invalid
from workflow.models import CriteriaEdition, Cycle, RoleHolding
from workflow.vocabulary import EditionState, Role


def is_known_to(person_id: int) -> ColumnElement[bool]:
    """Condition on CriteriaEdition: a person may read it; what is only put forward, HR and auditors may."""
    roles = (Role.HR, Role.AUDITOR)
    is_staff = exists().where(RoleHolding.employee_id == person_id, RoleHolding.role.in_(roles))
    return or_(CriteriaEdition.state != EditionState.DRAFT, is_staff)


def edition_for(db: Session, *, on: date, cycle_id: int | None, edition_id: int | None) -> int:
    """The edition asked for, else that of the cycle, else the one in force on the day.

    Raises Invalid for an edition that is not in use and for a cycle that is not open on the day.
    """
    if cycle_id is not None:
        cycle = db.get(Cycle, cycle_id)
        if cycle is None or not cycle.opens_on <= on <= cycle.closes_on:
            raise Invalid(reason="cycle_not_open", cycle=cycle_id)
        if edition_id not in (None, cycle.edition_id):
            raise Invalid(reason="edition_of_another_cycle", edition=cycle.edition_id)
        return cycle.edition_id
    row = edition_in_force(db, on) if edition_id is None else db.get(CriteriaEdition, edition_id)
    if row is None or row.state is not EditionState.PUBLISHED:
        raise Invalid(reason="edition_not_in_use")
    return row.id
