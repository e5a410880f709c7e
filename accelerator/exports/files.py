"""A table as a file. Rows are taken one after the other, so that ten thousand need no more memory than ten."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

from accelerator.exports import cells
from accelerator.exports.tables import ColumnTable

# Excel takes a file without this mark for one of its own country's letters, and breaks every é. Whatever else reads
# CSV knows the mark: LibreOffice, Numbers, Google Sheets, pandas, and Python as "utf-8-sig".
MARK = "\ufeff"
WIDTH, WIDEST = 16, 60  # of columns, in signs


class _Line:
    """What the csv module writes to: it keeps the one line that was written last."""

    def write(self, line: str) -> str:
        return line


def as_csv(table: ColumnTable, rows: Iterable[Any]) -> Iterator[bytes]:
    writer = csv.writer(_Line())
    yield (MARK + writer.writerow([cells.as_text(one) for one in table.headings()])).encode()
    for row in rows:
        texts = [cells.as_text(cells.plain(value, table.zone)) for value in table.values(row)]
        yield writer.writerow(texts).encode()


def as_xlsx(table: ColumnTable, rows: Iterable[Any], name: str) -> IO[bytes]:
    """The workbook as an open file. Each kind of value stays what it is, and a text is never read as something else."""
    from xlsxwriter import Workbook  # here alone: a web worker loads it with the first workbook

    file = TemporaryFile()  # noqa: SIM115  the answer closes it when it was sent
    # A row is written to disk when the next one begins.
    book = Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet(_sheet_name(name))
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = {
        "text": book.add_format({"valign": "top"}),
        # Whoever edits such a cell, or saves it as CSV, does not make a formula of it.
        "guarded": book.add_format({"valign": "top", "quote_prefix": True}),
        "moment": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"}),
        "day": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
    }
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, WIDEST if column.look == "wide" else WIDTH)
    for at, heading in enumerate(table.headings()):
        sheet.write_string(0, at, heading, head)
    sheet.freeze_panes(1, 1)
    last = 0
    for last, row in enumerate(rows, start=1):
        for at, value in enumerate(table.values(row)):
            _write(sheet, last, at, cells.plain(value, table.zone), formats)
    sheet.autofilter(0, 0, last, max(0, len(table.columns) - 1))
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, row: int, at: int, cell: cells.Cell, formats: dict[str, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime):
        sheet.write_datetime(row, at, cell, formats["moment"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, at, cell, formats["day"])
    elif isinstance(cell, int | float | Decimal):
        sheet.write_number(row, at, cell, formats["text"])
    else:
        text = cell if len(cell) <= cells.LONGEST else cell[: cells.LONGEST - 1] + "…"
        guarded = cells.may_be_a_formula(text)
        sheet.write_string(row, at, text, formats["guarded" if guarded else "text"])


def _sheet_name(name: str) -> str:
    """Spreadsheets take 31 signs, and not all of them."""
    kept = "".join(" " if sign in "[]:*?/\\'" else sign for sign in name).strip()
    return kept[:31].strip() or "Slipway"
