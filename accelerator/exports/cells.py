"""What stands in a cell of a file, so that a spreadsheet reads a text as a text, whatever somebody typed into a form.

A spreadsheet takes a text that begins with =, +, - or @ for a formula, and a formula can fetch addresses and start
programs on the desk of whoever opens the file. So such a text gets an apostrophe before it, which spreadsheets know as
"a text follows". What is a number by its kind stays one, and so does a text of digits alone: "-12.5" and
"+33 6 12 34 56 78" start nothing.
"""

import re
from datetime import date, datetime, tzinfo
from decimal import Decimal

from django.utils.functional import Promise

from accelerator.exports.tables import Value

LONGEST = 32_767  # signs in a cell of a workbook
# Some readers drop spaces, line ends and invisible signs before they look at the first sign; some read the wide forms
# of East Asian keyboards as the plain ones.
_STARTS = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫]|[\t\r\n]")
# Where lists are parted by semicolons, as in France, a spreadsheet reads our commas as text and parts a cell at what it
# holds: at a semicolon, a tab, the end of a line. A dash before a word, as in a list of points, starts nothing there.
_STARTS_INSIDE = re.compile(
    r"([;\t\r\n][\s\u00ad\u200b-\u200f\u2060\ufeff]*)(?=[=@＝＠﹦﹫]|[+\-＋－﹢﹣][^;\r\n]*[|(!=@])"
)
_DIGITS = re.compile(r"[+-]?[\d][\d .,]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
BETWEEN = "; "  # several words in one cell

Cell = str | int | float | Decimal | date | datetime | None


def plain(value: Value, zone: tzinfo) -> Cell:
    """A value as a cell can hold it: several words joined, a moment on the table's clock, no control signs."""
    if value is None or isinstance(value, bool):
        return None if value is None else int(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None, microsecond=0)
    if isinstance(value, int | float | Decimal | date):
        return value
    text = str(value) if isinstance(value, str | Promise) else BETWEEN.join(map(str, value))
    return _CONTROL.sub("", text)


def may_be_a_formula(text: str) -> bool:
    return bool(_STARTS.match(text)) and not _DIGITS.fullmatch(text)


def as_text(cell: Cell) -> str:
    """A cell in a file of texts, such as CSV, in which nothing but its first sign tells a formula from a text."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, str):
        inside = _STARTS_INSIDE.sub(r"\1'", cell)
        return f"'{inside}" if may_be_a_formula(cell) else inside
    return str(cell)
