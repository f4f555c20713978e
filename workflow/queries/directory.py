"""Whom words may mean: by name, number or department, among those who work here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from workflow.models import Department, Employee
from workflow.queries.shaping import Shaped

MOST = 20
_A_SIGN_IS_A_WORD = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Colleague:
    """What everybody may know of anybody who works here; who is kept apart from whom is none of it."""

    number: str
    name: str
    post: str
    department: str


_SHAPE = Shaped("colleague", Colleague, Employee.number, Employee.name, Employee.post, Department.name)


def says_enough(sought: str) -> bool:
    """Whether words are enough to look for: two signs, or one Chinese one, which is a word."""
    bare = sought.strip()
    return len(bare) > 1 or _A_SIGN_IS_A_WORD.fullmatch(bare) is not None


def found(db: Session, sought: str) -> Sequence[Colleague]:
    """Those whom every one of the words fits, the best first, in one statement; never more than MOST."""
    query = (
        select(_SHAPE)
        .join(Department, Department.id == Employee.department_id)
        .where(Employee.is_active, *(_fits(word) for word in sought.split()))
        .order_by(_distance(sought.strip()), Employee.name, Employee.number)
    )
    return db.scalars(query.limit(MOST)).all()


def _fits(word: str) -> ColumnElement[bool]:
    return or_(
        Employee.name.icontains(word, autoescape=True),
        Employee.number.istartswith(word, autoescape=True),
        Department.name.icontains(word, autoescape=True),
    )


def _distance(sought: str) -> ColumnElement[int]:
    whole = func.lower(sought)
    return case(
        (func.lower(Employee.number) == whole, 0),
        (func.lower(Employee.name) == whole, 1),
        (Employee.name.istartswith(sought, autoescape=True), 2),
        (Employee.name.icontains(sought, autoescape=True), 3),
        else_=4,
    )
