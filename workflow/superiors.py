"""Who stands above whom: the managers over a person, the people below, the head of the department."""

from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, literal, null, select, union_all

from workflow.act import Act
from workflow.kept_apart import are_apart
from workflow.models import Department, Employee, aliased

_ABOVE, _REPORT = aliased(Employee), aliased(Employee)  # an alias costs more to make than to use


def line_above(person_id: Any) -> Select[int, int]:
    """Query for everybody above a person as (employee, steps up), nearest first."""
    upward = select(Employee.manager_id.label("id"), literal(1).label("step")).where(Employee.id == person_id)
    line = upward.cte("line", recursive=True)
    line = line.union_all(
        select(_ABOVE.manager_id, line.c.step + 1).where(_ABOVE.id == line.c.id, line.c.step < 20)
    )
    return select(line.c.id, line.c.step).where(line.c.id.is_not(None)).order_by(line.c.step)


def people_below(person_id: Any) -> Select[int]:
    """Query for the keys of everybody who reports to a person, directly or through others."""
    downward = select(Employee.id).where(Employee.manager_id == person_id)
    tree = downward.cte("below", recursive=True)
    tree = tree.union(select(_REPORT.id).where(_REPORT.manager_id == tree.c.id))
    return select(tree.c.id)


def superiors(act: Act, person: Employee) -> list[Employee]:
    """Everybody above the person, nearest first, those who have left included."""
    line = line_above(person.id).subquery()
    query = select(Employee).join(line, line.c.id == Employee.id).order_by(line.c.step)
    return list(act.all(query))


def superiors_and_head(act: Act, person: Employee) -> tuple[list[Employee], Employee | None, set[int]]:
    """Everybody above the person, nearest first, the head of the department, and who of them is kept apart.

    The head is None where none is named; those kept apart from the person are given by their keys.
    """
    rows = act.execute(_above(), {"below": person.id, "department": person.department_id}).all()
    above = [employee for employee, step, _ in rows if step is not None]
    head = next((employee for employee, step, _ in rows if step is None), None)
    return above, head, {employee.id for employee, _, is_apart in rows if is_apart}


@cache
def _above() -> Select[Any]:
    """Everybody above a person with the steps up, and once more, without, the head of the department."""
    person = bindparam("below", type_=Integer)
    line = line_above(person).subquery()
    head = select(Department.head_id, null()).where(Department.id == bindparam("department"))
    # Two queries, for with an OR every employee would be looked at.
    people = union_all(select(line.c.id, line.c.step), head).subquery()
    return (
        select(Employee, people.c.step, are_apart(person, Employee.id))
        .join(people, people.c.id == Employee.id)
        .order_by(people.c.step)
    )
