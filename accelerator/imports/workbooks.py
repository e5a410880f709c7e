"""A table in a workbook: the first sheet that says something, each cell as the text that a person would type."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accelerator.imports.tables import MOST_COLUMNS, MOST_LINES, NotATable

ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LARGEST_UNPACKED = 100_000_000  # octets
_MIDNIGHT = time(0)


def is_one(data: bytes) -> bool:
    return data.startswith((ZIP, OLD))


def rows(data: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """Each row with its number in the sheet. Raises NotATable for what is no workbook, or too large a one."""
    from python_calamine import CalamineError, load_workbook  # a web worker loads it with the first

    if data.startswith(ZIP):
        _check_unpacked(data)
    try:
        book = load_workbook(io.BytesIO(data))
        sheets = [book.get_sheet_by_index(at) for at in range(min(len(book.sheet_names), 20))]
        filled = next((sheet for sheet in sheets if sheet.height), None)
        if filled is None:
            return
        _check_dimensions(filled)
        above = filled.start[0] if filled.start else 0
        found = filled.to_python(skip_empty_area=False, nrows=above + MOST_LINES + 2)
    except CalamineError:
        raise _unreadable() from None
    except NotATable:
        raise
    except BaseException as error:  # its panics are no Exceptions
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise _unreadable() from None
    for number, row in enumerate(found, start=1):
        yield number, [_as_typed(cell) for cell in row]


def _unreadable() -> NotATable:
    return NotATable(
        _(
            "This workbook cannot be opened; it may be protected by a password. Please save it again as XLSX or CSV."
        )
    )


def _check_unpacked(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise _unreadable() from None
    if size > LARGEST_UNPACKED:
        raise NotATable(_("This workbook is too large. Please save the one sheet as CSV."))


def _check_dimensions(sheet: Any) -> None:
    last = sheet.end or (0, 0)
    if last[0] > 4 * MOST_LINES or last[1] >= MOST_COLUMNS:
        raise NotATable(
            _("This sheet is larger than %(lines)d lines and %(columns)d columns. Please part it.")
            % {"lines": MOST_LINES, "columns": MOST_COLUMNS}
        )


def _as_typed(cell: Any) -> str:
    """Days and times as ISO 8601, whole numbers without a point."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return str(cell.date()) if cell.time() == _MIDNIGHT else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
