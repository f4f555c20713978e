"""The roles of whoever is calling, read together with who it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.hr_fields import holdings
from workflow.models import Department, Employee
from workflow.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Office:
    """A role that somebody holds, for all or for one department and all below it."""

    role: Role
    department: str | None


def with_offices(query: Select[*tuple[Any, ...]]) -> Select[Any]:
    """A query for an Employee, with a row for each of his roles, and one where he holds none."""
    held = holdings()
    return (
        query.add_columns(held.c.role, Department.name)
        .outerjoin(held, held.c.employee_id == Employee.id)
        .outerjoin(Department, Department.id == held.c.department_id)
        .order_by(held.c.role)
    )


def among(rows: Iterable[Any]) -> tuple[Office, ...]:
    """The roles in the rows of such a query."""
    return tuple(Office(role, department) for *_, role, department in rows if role is not None)


def of(db: Session, person: Employee) -> tuple[Office, ...]:
    """The roles of a person."""
    return among(db.execute(with_offices(select(Employee.id)).where(Employee.id == person.id)))
