"""Who works in HR, and for whom: for everybody, or for the people of one department and all below it."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)

from workflow.departments import lies_in, tree_below
from workflow.models import Employee, HrField, RoleHolding, aliased
from workflow.vocabulary import Role

_SERVED = aliased(Employee)  # an alias costs more to make than to use


def is_hr_to(person: Any, employee: Any) -> ColumnElement[bool]:
    """Condition on two keys of people: the one is HR to the other."""
    is_in_tree = lies_in(_department_of(employee), HrField.department_id)
    of_tree = exists().where(HrField.employee_id == person, is_in_tree)
    return or_(_is_hr_to_all(person), of_tree.correlate_except(HrField))


def serves(person_id: int, employee: Any) -> ColumnElement[bool]:
    """The same of one person and of many employees: what lies in his field is looked up once."""
    return or_(_is_hr_to_all(person_id), _department_of(employee).in_(_field(person_id)))


def people_served(person_id: int) -> Select[int]:
    """Query for the keys of everybody in the field of a person of HR."""
    return select(_SERVED.id).where(_SERVED.department_id.in_(_field(person_id)))


def works_in_hr(person: Any) -> ColumnElement[bool]:
    """Condition on a key of a person: he is HR to somebody."""
    of_tree = exists().where(HrField.employee_id == person)
    return or_(_is_hr_to_all(person), of_tree.correlate_except(HrField))


def people_in_hr() -> Select[int]:
    """Query for the keys of everybody who is HR to somebody."""
    everybody = union_all(
        select(RoleHolding.employee_id.label("id")).where(RoleHolding.role == Role.HR),
        select(HrField.employee_id.label("id")),
    ).subquery()
    return select(everybody.c.id)


def holdings() -> Subquery:
    """Every role that is held, as (employee, role, department): for one department, or None for all."""
    of_all = select(RoleHolding.employee_id, RoleHolding.role, null().label("department_id"))
    of_tree = select(HrField.employee_id, literal(Role.HR, RoleHolding.role.type), HrField.department_id)
    return union_all(of_all, of_tree).subquery("holding")


def _is_hr_to_all(person: Any) -> ColumnElement[bool]:
    of_all = exists().where(RoleHolding.employee_id == person, RoleHolding.role == Role.HR)
    return of_all.correlate_except(RoleHolding)


def _department_of(employee: Any) -> ScalarSelect[int]:
    department = select(_SERVED.department_id).where(_SERVED.id == employee)
    # Said in words, because people named further out than one level would be looked for in here.
    return department.correlate_except(_SERVED).scalar_subquery()


def _field(person_id: int) -> Select[int]:
    return tree_below(select(HrField.department_id).where(HrField.employee_id == person_id))
