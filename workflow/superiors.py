"""Who stands above whom: the managers over a person, the people below, the head of the department."""

from typing import Any

from sqlalchemy import Select, literal, select

from workflow.act import Act
from workflow.models import Employee, aliased

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
