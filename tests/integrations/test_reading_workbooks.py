"""Workbooks are read as the CSV file that a spreadsheet program would make of them."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook

from integrations.organisation import read_rows
from workflow.errors import BadImport


def as_bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(*rows: Sequence[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return as_bytes(book)


def cells_of(data: bytes) -> list[tuple[str, ...]]:
    return [line.cells for line in read_rows(data)]


def reasons(data: bytes) -> list[tuple[int, str]]:
    with pytest.raises(BadImport) as refusal:
        read_rows(data)
    return [(problem["line"], problem["reason"]) for problem in refusal.value.facts["lines"]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("王芳", "王芳"),
        (" a ", "a"),
        (1001, "1001"),
        (4.0, "4"),
        (4.5, "4.5"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime.fromisoformat("2024-02-29"), "2024-02-29"),
        (datetime.fromisoformat("2024-02-29T09:30"), "2024-02-29 09:30:00"),
        (time(9, 30), "09:30:00"),
        ("0017", "0017"),
        ("=1+1", ""),
        ("#N/A", "#N/A"),
    ],
)
def test_a_cell_is_the_text_that_csv_would_give(value: Any, text: str) -> None:
    assert cells_of(workbook(["number", "value"], ["x", value])) == [("x", text)]


def test_zeros_that_only_the_format_shows_in_front_of_a_number_are_kept() -> None:
    book = Workbook()
    book.active.append(["number"])
    book.active.append([17])
    book.active["A2"].number_format = "00000"
    assert cells_of(as_bytes(book)) == [("00017",)]


def test_a_workbook_and_its_csv_file_say_the_same() -> None:
    rows = read_rows(workbook(["number", "name"], [1, "王芳"], [None, None], [2, None]))
    same = read_rows("number,name\n1,王芳\n,\n2,\n".encode())
    assert (rows.columns, list(rows), len(rows)) == (same.columns, list(same), len(same))
    assert [line.number for line in rows] == [2, 4]


def test_a_line_break_within_a_cell_moves_no_line() -> None:
    rows = read_rows(workbook(["number", "name"], [1, "a\nb"], [2, "c"]))
    assert [(line.number, line.cells[1]) for line in rows] == [(2, "a\nb"), (3, "c")]


def test_empty_cells_at_the_end_are_no_columns_and_cells_beyond_the_header_are_kept_for_the_check() -> None:
    assert cells_of(workbook(["number", None], [1, None, None], [2, None, "x"])) == [("1",), ("2", "", "x")]


def test_the_first_sheet_that_is_shown_is_read_and_named_where_there_are_others() -> None:
    book = Workbook()
    book.active.title = "Lists"
    book.active.append(["wrong"])
    book.active.sheet_state = "hidden"
    for title in ("People", "Old"):
        book.create_sheet(title).append(["number"])
    rows = read_rows(as_bytes(book))
    assert (rows.columns, rows.sheet) == (("number",), "People")
    assert read_rows(workbook(["number"])).sheet is None
    assert read_rows(b"number\n").sheet is None


def test_a_header_is_asked_for_as_in_a_csv_file() -> None:
    assert reasons(workbook()) == [(1, "no_header")]
    assert reasons(workbook([None], [1])) == [(1, "no_header")]
    assert reasons(workbook(["number", None, "number"])) == [(1, "column_without_name"), (1, "column_twice")]


def test_a_damaged_workbook_is_refused_in_one_sentence() -> None:
    whole = workbook(["number"], *([n] for n in range(500)))
    for damaged in (
        whole[:200],
        whole[: len(whole) // 2],
        whole.replace(b"xl/workbook.xml", b"xl/workbook.xmm"),
    ):
        assert reasons(damaged) == [(1, "workbook_damaged")]


def test_a_workbook_with_a_password_or_of_old_is_refused_in_another() -> None:
    assert reasons(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600) == [(1, "workbook_locked_or_old")]
