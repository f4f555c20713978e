"""Whom HR has listed for a person's reviews."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.contacts import Listed
from workflow.models import Employee, ReviewContact, aliased
from workflow.queries.shaping import Person, Shaped, person_of


def listed_for(db: Session, number: str) -> list[Listed]:
    """The list of the person with this number, superiors first; empty where nobody is listed."""
    return list(db.scalars(_lines().where(Employee.number == number)))


def named_in(db: Session, listed: Sequence[Listed]) -> list[Person]:
    """The colleagues of a list, by number."""
    numbers = [line.person for line in listed if line.person is not None]
    if not numbers:
        return []
    named = select(person_of("person", Employee)).where(Employee.number.in_(numbers))
    return list(db.scalars(named.order_by(Employee.number)))


def refused_for(db: Session, number: str) -> Sequence[Any]:
    """The customers of that list whose address takes no mail, since when and what was said."""
    columns = (ReviewContact.email, ReviewContact.refused_at, ReviewContact.refused_because)
    query = select(*columns).join(Employee, Employee.id == ReviewContact.employee_id)
    of_list = (ReviewContact.is_listed, ReviewContact.refused_at.is_not(None), Employee.number == number)
    return db.execute(query.where(*of_list).order_by(ReviewContact.id)).all()


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
