"""A table written as text: CSV as the tools and spreadsheets of all countries write it, or what is pasted from one."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from accelerator.imports.tables import NotATable

_BEGINS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SEPARATORS = ",;\t|"
_SAMPLE = 200  # rows by which the separator is told
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|table|\?xml)", re.IGNORECASE)
_SAYS_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
Rows = list[tuple[int, Sequence[str]]]


def decoded(data: bytes) -> str:
    """By its mark, by the zeros that UTF-16 has between plain letters, as UTF-8, or as the Windows of Western Europe wrote."""
    for mark, encoding in _BEGINS.items():
        if data.startswith(mark):
            return _decoded(data, encoding)
    head = data[:400]
    if head[1::2].count(0) > len(head) / 4:
        return _decoded(data, "utf-16-le")
    if head[0::2].count(0) > len(head) / 4:
        return _decoded(data, "utf-16-be")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _decoded(data, "cp1252")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise NotATable(
            _("Its letters are in an encoding that we do not know. Please save it as CSV in UTF-8.")
        ) from None


def rows(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Each row with the number of the line in which it begins; quoted cells may hold line ends."""
    text = text.removeprefix("\ufeff")
    if _CONTROL.search(text):
        raise NotATable(_("This is no text. Please give a table as CSV or XLSX."))
    if _MARKUP.match(text):
        raise NotATable(_("This is a web page, not a table. Please export it as CSV or XLSX."))
    first = 1
    if said := _SAYS_SEPARATOR.match(text):  # Excel's own way to name it
        text, first = text[said.end() :], 2
        yield from _parsed(text, said[1], first)
        return
    yield from _best(text)


def _best(text: str) -> Rows:
    """As parted by the sign that parts most rows into equally many cells; by tabs where two do, since nobody writes them."""
    found: list[tuple[tuple[float, bool, int], Rows]] = []
    refusals: list[NotATable] = []
    for separator in _SEPARATORS:
        if separator not in text:
            continue
        try:
            parsed = _parsed(text, separator, 1)
        except NotATable as refusal:
            refusals.append(refusal)
            continue
        widths = Counter(len(row) for _number, row in parsed[:_SAMPLE] if any(row))
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        if width > 1:
            found.append(((count / widths.total(), separator == "\t", width), parsed))
    if found:
        return max(found, key=lambda one: one[0])[1]
    if refusals:
        raise refusals[0]
    return _parsed(text, ",", 1)


def _parsed(text: str, separator: str, first: int) -> Rows:
    """Strictly where that goes; else as spreadsheets read it, a quotation mark inside of a cell included."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    try:
        return _read(lines, separator, first, strict=True)
    except csv.Error as error:
        if "end of data" in str(error):
            raise NotATable(
                _("A quotation mark is opened in it and never closed. Please export it again.")
            ) from None
    try:
        return _read(lines, separator, first, strict=False)
    except csv.Error:
        raise NotATable(_("It cannot be read as a table. Please export it again as CSV or XLSX.")) from None


def _read(lines: list[str], separator: str, first: int, *, strict: bool) -> Rows:
    reader = csv.reader(lines, delimiter=separator, strict=strict)
    found: Rows = []
    begins = first
    for row in reader:
        found.append((begins, row))
        begins = first + reader.line_num
    return found
