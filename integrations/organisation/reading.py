"""From bytes to rows: encoding, separator and header of a file that a person exported somewhere."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from integrations.organisation.people import Problem
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
    text: str
    separator: str

    def __len__(self) -> int:
        """Lines below the header, blank ones included: the most there can be to do."""
        return max(0, len(self.text.rstrip("\r\n").split("\n")) - 1)

    def __iter__(self) -> Iterator[Line]:
        """Every record that is not blank; `BadImport` where quoting goes wrong."""
        records = _records(self.text, self.separator)
        next(records)
        return (line for line in records if any(line.cells))


def read_rows(data: bytes) -> Rows:
    """Open a file in UTF-8 (with or without mark) or GB18030, separated by comma, semicolon, tab or bar.

    Raises `BadImport` with every line whose bytes cannot be read, or with what is wrong with the header.
    """
    text = _decode(data)
    first_line = io.StringIO(text, newline=None).readline(_LONGEST_HEADER)
    separator = max(SEPARATORS, key=lambda mark: len(next(csv.reader([first_line], delimiter=mark), [])))
    header = next(_records(text, separator), Line(1, ()))
    if not any(header.cells):
        raise BadImport(lines=[Problem(line=1, column="", reason="no_header", value="")])
    if problems := _header_problems(header):
        raise BadImport(lines=problems)
    return Rows(header.cells, text, separator)


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


def _header_problems(header: Line) -> list[Problem]:
    problems = []
    for position, column in enumerate(header.cells):
        if not column:
            reason = "column_without_name"
        elif column in header.cells[:position]:
            reason = "column_twice"
        else:
            continue
        problems.append(Problem(line=1, column=column, reason=reason, value=str(position + 1)))
    return problems
