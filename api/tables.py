"""Tables to take along: CSV that is written as it is read, and in which no cell is a formula."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from typing import Any

from flask import Response
from sqlalchemy import Engine, Select
from sqlalchemy.orm import Session

from api.database import db

CSV = "text/csv"
Cells = Sequence[Any]
_AT_ONCE = 500
# How a cell begins that a spreadsheet would calculate; those of full width are read so in Chinese editions.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def table(name: str, head: Sequence[str], query: Select[Any], cells: Callable[[Any], Cells]) -> Response:
    """The rows a query finds as a file of this name, which is sent while it is read."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    lines = _lines(db.engine, head, query, cells)
    return Response(lines, content_type=f"{CSV}; charset=utf-8", headers=headers)


def _lines(
    engine: Engine, head: Sequence[str], query: Select[Any], cells: Callable[[Any], Cells]
) -> Iterator[str]:
    yield "\ufeff" + _written([head])  # the mark by which spreadsheets know UTF-8
    with Session(engine) as reading:
        for rows in reading.scalars(query.execution_options(yield_per=_AT_ONCE)).partitions():
            yield _written([cells(row) for row in rows])


def _written(rows: Sequence[Cells]) -> str:
    page = StringIO()
    csv.writer(page).writerows([_harmless(cell) for cell in row] for row in rows)
    return page.getvalue()


def _harmless(cell: Any) -> str:
    if cell is None or isinstance(cell, int):
        return "" if cell is None else str(cell)
    text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False, sort_keys=True)
    return f"'{text}" if text.startswith(_FORMULA) else text
