"""Whom HR has listed for a person's reviews."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.contacts import Listed
from workflow.models import Employee, ReviewContact, aliased
from workflow.queries.shaping import Shaped


def listed_for(db: Session, number: str) -> list[Listed]:
    """The list of the person with this number, superiors first; empty where nobody is listed."""
    return list(db.scalars(_lines().where(Employee.number == number)))


def _lines() -> Select[Any]:
    contact = aliased(Employee)
    shape = Shaped(
        "listed",
        Listed,
        ReviewContact.source,
        contact.number,
        ReviewContact.name,
        ReviewContact.email,
        ReviewContact.locale,
    )
    return (
        select(shape)
        .select_from(ReviewContact)
        .join(Employee, Employee.id == ReviewContact.employee_id)
        .outerjoin(contact, contact.id == ReviewContact.person_id)
        .where(ReviewContact.is_listed)
        .order_by(ReviewContact.source.desc(), ReviewContact.id)
    )
