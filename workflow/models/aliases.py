"""A table once more, to stand beside itself in one query."""

from typing import TypeVar

from sqlalchemy import FromClause, column, inspect
from sqlalchemy.orm import aliased as _aliased

from workflow.models.base import Base

Row = TypeVar("Row", bound=Base)


def aliased(model: type[Row], *, name: str | None = None) -> type[Row]:
    """An alias of a table, ready to be used by many threads at once."""
    made = _aliased(model, name=name)
    make_ready(inspect(made).selectable)
    return made


def make_ready(rows: FromClause) -> None:
    """Let SQLAlchemy find out which column stands for which before a second thread can ask.

    It does so at the first use, and whoever asks meanwhile is told that there is none: he gets the column of
    the table itself, and his query joins everything with everything.
    """
    rows.c.corresponding_column(column("of_another_table"))
