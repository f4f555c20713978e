"""Who holds which role, and what has been proposed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.hr_fields import holdings
from workflow.models import Department, Employee, RoleHolding, RoleProposal, aliased
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.vocabulary import Role

_AUTHOR = aliased(Employee)  # an alias costs more to make than to use


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """A role somebody holds: for everybody, or for the people of one department; in vain once he has left."""

    person: Person
    role: Role
    department: str | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """That somebody is to hold a role, or to hold it no more, once a second person confirms it."""

    person: Person
    role: Role
    is_given: bool
    proposed_by: Person
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class Roles:
    """All roles that are held, and all proposals."""

    holdings: list[HoldingLine]
    proposals: list[ProposalLine]


@dataclass(frozen=True, slots=True)
class RoleStanding:
    """Whether one person holds one role, and what has been proposed about it."""

    is_held: bool
    proposal: ProposalLine | None


def roles(db: Session) -> Roles:
    """Everything about roles, in two statements."""
    held = holdings()
    shape = Shaped(
        "holding",
        HoldingLine,
        person_of("person", Employee),
        held.c.role,
        Department.name.label("department"),
        Employee.is_active,
    )
    query = (
        select(shape)
        .join(held, held.c.employee_id == Employee.id)
        .outerjoin(Department, Department.id == held.c.department_id)
        .order_by(held.c.role, Employee.number, Department.name)
    )
    return Roles(list(db.scalars(query)), _proposals(db))


def standing(db: Session, person: Employee, role: Role) -> RoleStanding:
    """What there is to say about one person and one role."""
    about = [line for line in _proposals(db) if (line.person.number, line.role) == (person.number, role)]
    is_held = db.get(RoleHolding, (person.id, role), populate_existing=True) is not None
    return RoleStanding(is_held, about[0] if about else None)


def _proposals(db: Session) -> list[ProposalLine]:
    shape = Shaped(
        "proposal",
        ProposalLine,
        person_of("person", Employee),
        RoleProposal.role,
        RoleProposal.is_given,
        person_of("proposed_by", _AUTHOR),
        RoleProposal.proposed_at,
    )
    query = (
        select(shape)
        .select_from(RoleProposal)
        .join(Employee, Employee.id == RoleProposal.employee_id)
        .join(_AUTHOR, _AUTHOR.id == RoleProposal.proposed_by_id)
    )
    return list(db.scalars(query.order_by(RoleProposal.proposed_at, Employee.number)))
