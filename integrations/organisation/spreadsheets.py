"""From a workbook to the cells that the same sheet would give as CSV."""

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integrations.organisation.people import Problem
from workflow.errors import BadImport

Cells = tuple[str, ...]

_MOST_UNPACKED = 64 * 1024 * 1024
_ZIP = b"PK\x03\x04"
# What Excel writes in the format of old, and also around a workbook with a password.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its name, whether there are others, and the text of its rows."""

    name: str
    has_others: bool
    rows: tuple[Cells, ...]


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are no text but a spreadsheet, readable or not."""
    return data.startswith((_ZIP, _COMPOUND))


def read_sheet(data: bytes) -> Sheet:
    """The first sheet that is not hidden, by the values last calculated; nothing is calculated here.

    Raises `BadImport` for a workbook that is damaged, has a password, is older than XLSX, or too large.
    """
    if data.startswith(_COMPOUND):
        raise _refused("workbook_locked_or_old")
    try:
        _require_bounded(data)
        return _first_sheet(data)
    except BadImport:
        raise
    except Exception:  # whatever a damaged part makes the library stumble over
        raise _refused("workbook_damaged") from None


def _require_bounded(data: bytes) -> None:
    # A small file can unpack to more than the machine holds.
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        if sum(part.file_size for part in parts.infolist()) > _MOST_UNPACKED:
            raise _refused("workbook_too_large")


def _first_sheet(data: bytes) -> Sheet:
    from openpyxl import load_workbook  # noqa: PLC0415 -- slow to come, and few files are workbooks

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        sheet = [*shown, *book.worksheets][0]
        # Programs that write workbooks often give the size of a sheet wrong.
        sheet.reset_dimensions()
        rows = tuple(_without_end(tuple(map(_text, row))) for row in sheet.rows)
        return Sheet(sheet.title, len(book.worksheets) > 1, rows)
    finally:
        book.close()


def _text(cell: Any) -> str:
    match cell.value:
        case None:
            text = ""
        case bool(value):
            text = str(value).upper()
        case int(value):
            text = str(value).zfill(_digits(cell.number_format))
        case float(value):
            text = f"{value:.15g}"
        case datetime() as value:
            text = str(value).removesuffix(" 00:00:00")
        case value:
            text = str(value).strip()
    return text


def _digits(number_format: str) -> int:
    # Numbers of employees are often shown with zeros in front that are not in the value.
    return len(number_format) if set(number_format) == {"0"} else 0


def _without_end(cells: Cells) -> Cells:
    """The cells up to the last one with anything in it; the rest is format."""
    filled = [position for position, cell in enumerate(cells, 1) if cell]
    return cells[: filled[-1]] if filled else ()


def _refused(reason: str) -> BadImport:
    return BadImport(lines=[Problem(line=1, column="", reason=reason, value="")])
