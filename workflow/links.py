"""What links a person to cases, said once: to ask it of one case, or to find the cases by it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, SelectBase, and_, exists, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import SQLColumnExpression
from sqlalchemy.sql.functions import FunctionElement

from workflow.models import PromotionCase

Way = ColumnElement[bool] | Sequence[SQLColumnExpression[bool]] | Select[int]
"""What a case says by itself, what rows beside it say together, or whose cases they are."""


class Link:
    """That one of some ways leads from a person to a case, while something is so and unless others are."""

    def __init__(
        self,
        *ways: Way,
        while_so: Sequence[ColumnElement[bool]] = (),
        unless: Sequence[ColumnElement[bool]] = (),
    ) -> None:
        """Keep the ways, each of which has an index by the person, and what holds for them all."""
        self._ways, self._while_so = ways, while_so
        self._not = [~one for one in unless]

    def holds(self) -> ColumnElement[bool]:
        """Condition on PromotionCase: it is linked."""
        return and_(*self._while_so, or_(*map(_is_so, self._ways)), *self._not)

    def cases(self) -> list[Select[int]]:
        """Queries for the keys of all cases that are linked, one for each way."""
        return [self._found(*_told(way)) for way in self._ways]

    def _found(self, *told: SQLColumnExpression[bool]) -> Select[int]:
        found = select(PromotionCase.id).where(*told, *self._while_so, *self._not)
        return found.correlate(None)  # cases of its own, wherever it stands


class is_one_of(FunctionElement[bool]):  # noqa: N801 -- functions of SQL are written so
    """Condition on a column: its value is among the few that a query finds.

    PostgreSQL, which cannot know that they are few, is kept from weighing whether to read all rows instead.
    """

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, found: SelectBase) -> None:
        """Keep both, of which the second has to be in brackets."""
        super().__init__(column, found.scalar_subquery())

    def self_group(self, against: object = None) -> "is_one_of":
        """Stand among others as it is: compared with 1, SQLite would not use an index for it."""
        return self


def _is_so(way: Way) -> ColumnElement[bool]:
    if isinstance(way, Select):
        return PromotionCase.candidate_id.in_(way)
    # Said in words, because cases named further out than one level would be looked for in here.
    return way if isinstance(way, ColumnElement) else exists().where(*way).correlate(PromotionCase)


def _told(way: Way) -> Sequence[SQLColumnExpression[bool]]:
    if isinstance(way, Select):
        return (is_one_of(PromotionCase.candidate_id, way),)
    return (way,) if isinstance(way, ColumnElement) else way


@compiles(is_one_of)
def _in(element: is_one_of, compiler: SQLCompiler, **how: Any) -> str:
    column, found = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN {found}"


@compiles(is_one_of, "postgresql")
def _in_an_array(element: is_one_of, compiler: SQLCompiler, **how: Any) -> str:
    column, found = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} = ANY (ARRAY{found})"
