"""The tree of departments: whether somebody works in one of them or below it, and what lies below."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select

from workflow.models import Department


def lies_in(department: Any, tree: Any) -> ColumnElement[bool]:
    """Condition: a department is `tree` itself or lies below it; in the tree of none lies everything."""
    pairs = select(Department.id.label("top"), Department.id.label("below")).cte(
        "tree", recursive=True, nesting=True
    )
    pairs = pairs.union(select(pairs.c.top, Department.id).where(Department.parent_id == pairs.c.below))
    within = exists().where(pairs.c.top == tree, pairs.c.below == department)
    return or_(tree.is_(None), within.correlate_except(pairs))


def tree_below(tops: Any) -> Select[int]:
    """Query for the keys of some departments and of all that lie below them."""
    tree = (
        select(Department.id).where(Department.id.in_(tops)).cte("departments", recursive=True, nesting=True)
    )
    tree = tree.union(select(Department.id).where(Department.parent_id == tree.c.id))
    return select(tree.c.id)
