"""Who works in HR, and for whom: for everybody, or for the people of one department and all below it."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, exists, literal, null, or_, select, union_all

from workflow.departments import lies_in, tree_below
from workflow.models import Employee, HrField, RoleHolding, aliased
from workflow.vocabulary import Role

_SERVED = aliased(Employee)  # an alias costs more to make than to use


def is_hr_to(person: Any, employee: Any) -> ColumnElement[bool]:
    """Condition on two keys of people: the one is HR to the other."""
    of_all = exists().where(RoleHolding.employee_id == person, RoleHolding.role == Role.HR)
    # Said in words, because people named further out than one level would be looked for in here.
    department = select(_SERVED.department_id).where(_SERVED.id == employee).correlate_except(_SERVED)
    is_in_tree = lies_in(department.scalar_subquery(), HrField.department_id)
    of_tree = exists().where(HrField.employee_id == person, is_in_tree)
    return or_(of_all.correlate_except(RoleHolding), of_tree.correlate_except(HrField))


def people_served(person: Any) -> Select[int]:
    """Query for the keys of everybody to whom a person is HR by department, as `is_hr_to` says."""
    fields = select(HrField.department_id).where(HrField.employee_id == person)
    return select(_SERVED.id).where(_SERVED.department_id.in_(tree_below(fields)))


def works_in_hr(person: Any) -> ColumnElement[bool]:
    """Condition on a key of a person: he is HR to somebody."""
    of_all = exists().where(RoleHolding.employee_id == person, RoleHolding.role == Role.HR)
    of_tree = exists().where(HrField.employee_id == person)
    return or_(of_all.correlate_except(RoleHolding), of_tree.correlate_except(HrField))


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
