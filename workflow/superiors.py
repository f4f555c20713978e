"""Who stands above whom: the line of managers over a person, and who holds a role."""

from collections.abc import Sequence

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import aliased

from workflow.act import Act
from workflow.models import Department, Employee, RoleHolding
from workflow.vocabulary import Role


def line_above(person_id: int) -> Select[int, int]:
    """Query for everybody above a person as (employee, steps up), nearest first."""
    upward = select(Employee.manager_id.label("id"), literal(1).label("step")).where(Employee.id == person_id)
    line = upward.cte("line", recursive=True)
    above = aliased(Employee)
    line = line.union_all(
        select(above.manager_id, line.c.step + 1).where(above.id == line.c.id, line.c.step < 20)
    )
    return select(line.c.id, line.c.step).where(line.c.id.is_not(None)).order_by(line.c.step)


def people_below(person_id: int) -> Select[int]:
    """Query for the keys of everybody who reports to a person, directly or through others."""
    downward = select(Employee.id).where(Employee.manager_id == person_id)
    tree = downward.cte("below", recursive=True)
    report = aliased(Employee)
    tree = tree.union(select(report.id).where(report.manager_id == tree.c.id))
    return select(tree.c.id)


def superiors(act: Act, person: Employee) -> list[Employee]:
    """Everybody above the person, nearest first, those who have left included."""
    line = line_above(person.id).subquery()
    query = select(Employee).join(line, line.c.id == Employee.id).order_by(line.c.step)
    return list(act.all(query))


def department_head(act: Act, person: Employee) -> Employee | None:
    """The head of the person's department, or None where none is named."""
    return act.first(
        select(Employee)
        .join(Department, Department.head_id == Employee.id)
        .where(Department.id == person.department_id)
    )


def holders(act: Act, role: Role) -> Sequence[Employee]:
    """Active people who hold a role, in the order of their numbers."""
    return act.all(
        select(Employee)
        .join(RoleHolding, RoleHolding.employee_id == Employee.id)
        .where(RoleHolding.role == role, Employee.is_active)
        .order_by(Employee.id)
    )
