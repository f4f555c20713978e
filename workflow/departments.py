"""The tree of departments: whether somebody works in one of them or in one below it."""

from sqlalchemy import ColumnElement, or_, select

from workflow.models import Department


def lies_in(department: ColumnElement[int], tree: ColumnElement[int | None]) -> ColumnElement[bool]:
    """Condition: a department is `tree` itself or lies below it; in the tree of none lies everything."""
    pairs = select(Department.id.label("top"), Department.id.label("below")).cte("tree", recursive=True)
    pairs = pairs.union(select(pairs.c.top, Department.id).where(Department.parent_id == pairs.c.below))
    within = select(pairs.c.below).where(pairs.c.top == tree, pairs.c.below == department)
    return or_(tree.is_(None), within.exists())
