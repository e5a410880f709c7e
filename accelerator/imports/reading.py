"""Reading a table that somebody drops or pastes: CSV of any kind, or a workbook (XLSX, XLS, ODS)."""

from django.utils.translation import gettext as _

from accelerator.imports import texts, workbooks
from accelerator.imports.tables import NotATable, ReadTable, from_rows

LARGEST = 4_000_000  # octets


def read(data: bytes) -> ReadTable:
    """Raises NotATable with why, and what to do."""
    if len(data) > LARGEST:
        raise NotATable(
            _("It is larger than %(most)d MB. Please leave out what is not needed, or part it.")
            % {"most": LARGEST // 1_000_000}
        )
    if data.startswith(b"%PDF"):
        raise NotATable(_("This is a PDF. Please export the table itself, as CSV or XLSX."))
    if workbooks.is_one(data):
        return from_rows(workbooks.rows(data))
    return pasted(texts.decoded(data))


def pasted(text: str) -> ReadTable:
    """The same for what was copied from a spreadsheet, or the text of a CSV file."""
    return from_rows(texts.rows(text))
