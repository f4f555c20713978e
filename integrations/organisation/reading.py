"""From bytes to rows: a workbook, or encoding and separator of a text, and the header of either."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from integrations.organisation.people import Problem
from integrations.organisation.spreadsheets import Sheet, is_workbook, read_sheet
from workflow.errors import BadImport

SEPARATORS = (",", ";", "\t", "|")

_LONGEST_HEADER = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the line of the file on which it begins, and its cells without outer blanks."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """A readable file: its columns, and its records one after the other."""

    columns: tuple[str, ...]
    records: Callable[[], Iterator[Line]]
    count: int
    sheet: str | None = None  # which one was read of a workbook that has several

    def __len__(self) -> int:
        """Lines below the header, blank ones included: the most there can be to do."""
        return self.count

    def __iter__(self) -> Iterator[Line]:
        """Every record that is not blank; `BadImport` where quoting goes wrong."""
        return (line for line in self.records() if any(line.cells))


def read_rows(data: bytes) -> Rows:
    """Open a workbook (XLSX), or text in UTF-8 or GB18030 separated by comma, semicolon, tab or bar.

    Raises `BadImport` with every line whose bytes cannot be read, or with what is wrong with the workbook or
    with the header.
    """
    return _rows_of_sheet(read_sheet(data)) if is_workbook(data) else _rows_of_text(_decode(data))


def _rows_of_sheet(sheet: Sheet) -> Rows:
    columns = sheet.rows[0] if sheet.rows else ()
    _require_header(columns)
    # What a row leaves empty at its end has its separators in a text.
    lines = [
        Line(number, cells + ("",) * (len(columns) - len(cells)))
        for number, cells in enumerate(sheet.rows[1:], 2)
    ]
    return Rows(columns, lambda: iter(lines), len(lines), sheet.name if sheet.has_others else None)


def _rows_of_text(text: str) -> Rows:
    first_line = io.StringIO(text, newline=None).readline(_LONGEST_HEADER)
    separator = max(SEPARATORS, key=lambda mark: len(next(csv.reader([first_line], delimiter=mark), [])))
    columns = next(_records(text, separator), Line(1, ())).cells
    _require_header(columns)
    count = max(0, len(text.rstrip("\r\n").split("\n")) - 1)
    return Rows(columns, lambda: islice(_records(text, separator), 1, None), count)


def _decode(data: bytes) -> str:
    marked = data.startswith(codecs.BOM_UTF8)
    data = data.removeprefix(codecs.BOM_UTF8)
    beyond_ascii = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if not line.isascii()]
    problems = _unreadable(beyond_ascii, "utf-8")
    if not problems:
        return data.decode("utf-8")
    # Text in GB18030 is hardly ever valid UTF-8 by chance: a file that mostly is has a few damaged lines.
    if not marked and 2 * len(problems) > len(beyond_ascii):
        problems = _unreadable(beyond_ascii, "gb18030")
    if problems:
        raise BadImport(lines=problems)
    return data.decode("gb18030")


def _unreadable(lines: list[tuple[int, bytes]], encoding: str) -> list[Problem]:
    problems = []
    for number, line in lines:
        try:
            line.decode(encoding)
        except UnicodeDecodeError as error:
            byte = f"0x{line[error.start]:02x}"
            problems.append(Problem(line=number, column="", reason="bad_encoding", value=byte))
    return problems


def _records(text: str, separator: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield Line(begins, tuple(cell.strip() for cell in cells))
            begins = reader.line_num + 1
    except csv.Error:
        problem = Problem(line=begins, column="", reason="bad_quoting", value="")
        raise BadImport(lines=[problem]) from None


def _require_header(columns: tuple[str, ...]) -> None:
    if not any(columns):
        raise BadImport(lines=[Problem(line=1, column="", reason="no_header", value="")])
    if problems := list(_header_problems(columns)):
        raise BadImport(lines=problems)


def _header_problems(columns: tuple[str, ...]) -> Iterator[Problem]:
    for position, column in enumerate(columns):
        if not column:
            reason = "column_without_name"
        elif column in columns[:position]:
            reason = "column_twice"
        else:
            continue
        yield Problem(line=1, column=column, reason=reason, value=str(position + 1))
