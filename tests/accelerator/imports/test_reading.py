"""Tables as other tools write them: read as lines with their numbers, or refused in a sentence."""

import csv
import io
import zipfile
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from accelerator.imports import reading
from accelerator.imports.tables import LONGEST_CELL, MOST_COLUMNS, MOST_LINES, NotATable

TYPEFORM = (
    '#,"What is your startup called?",Email,"Pitch, in short",Submitted At,Token\n'
    '1,Kestrel,noor@kestrel.example,"Two lines:\nand a ""quote""",2023-11-20 09:12:33,abc\n'
    "2,Parlure,ana@parlure.example,Short,2023-11-21 10:00:00,def\n"
)
GERMAN = "Name;E-Mail;Umsatz\r\nMöwe;ute@moewe.example;1.234,5\r\n\r\nSpatz;jan@spatz.example;0,5\r\n"


def read(text: str, encoding: str = "utf-8"):
    return reading.read(text.encode(encoding))


def test_quoted_line_ends_stay_in_their_cell_and_lines_keep_their_number():
    table = read(TYPEFORM)
    assert table.headings[:3] == ("#", "What is your startup called?", "Email")
    assert [line.number for line in table.lines] == [2, 4]
    assert table.lines[0].cells[3] == 'Two lines:\nand a "quote"'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_semicolons_and_every_usual_encoding_are_recognised(encoding):
    table = read(GERMAN, encoding)
    assert table.headings == ("Name", "E-Mail", "Umsatz")
    assert [(line.number, line.cells[0]) for line in table.lines] == [(2, "Möwe"), (4, "Spatz")]


def test_what_is_pasted_from_a_spreadsheet_has_tabs():
    table = reading.pasted("Startup\tOwner, with comma\nKestrel\tnoor@kestrel.example, office\n")
    assert table.headings == ("Startup", "Owner, with comma")
    assert table.lines[0].cells == ("Kestrel", "noor@kestrel.example, office")


def test_excels_own_line_with_the_separator_is_no_heading():
    table = read("sep=|\nName|Mail\nA;B;C|a@b.example\n")
    assert table.headings == ("Name", "Mail")
    assert table.lines[0].number == 3


def test_headings_that_are_there_twice_or_missing_are_told_apart():
    table = read("Name,Email,Name,,Name (2),\nA,b@c.example,D,E,F,\n")
    assert table.headings == ("Name", "Email", "Name (3)", "Column 4", "Name (2)")


def test_a_line_that_is_short_is_filled_up_and_one_that_is_long_gets_a_heading():
    table = read("Name,Email,Site\nA,a@b.example\nB,b@b.example,x,more\n")
    assert table.headings == ("Name", "Email", "Site", "Column 4")
    assert [line.cells for line in table.lines] == [
        ("A", "a@b.example", "", ""),
        ("B", "b@b.example", "x", "more"),
    ]


def test_one_column_alone_is_a_table():
    table = read("Email\na@b.example\nc@d.example\n")
    assert table.column("Email") == ["a@b.example", "c@d.example"]


def test_a_quotation_mark_inside_of_a_cell_is_read_as_spreadsheets_do():
    table = read('Name,Size\n"Kestrel" Ltd,15" screens\n')
    assert table.lines[0].cells == ("Kestrel Ltd", '15" screens')


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "nothing in it"),
        (b" \n ,,\n", "nothing in it"),
        (b"Name,Email\n", "no line below"),
        (b"%PDF-1.7 \n", "PDF"),
        (b"<!DOCTYPE html><table>", "web page"),
        (b"\x89PNG\r\n\x1a\n" + bytes(8), "no text"),
        (b"PK\x03\x04 broken", "cannot be opened"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "cannot be opened"),
        (b'Name,Email\n"Kestrel,noor@kestrel.example\n', "never closed"),
        (b"Name,Email\n\x81\x8d\xff,x\n", "encoding"),
        (b"Name,Email\n" + b"a,b\n" * (MOST_LINES + 1), f"more than {MOST_LINES} lines"),
        (b"," * MOST_COLUMNS + b"x\n", "columns"),
        (b"Name,Text\nA," + b"x" * (LONGEST_CELL + 1), "signs"),
        (b"x" * (reading.LARGEST + 1), "MB"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(data, said):
    with pytest.raises(NotATable, match=said):
        reading.read(data)


# --- Workbooks ------------------------------------------------------------------------------------------
def workbook(rows, *, first_sheet_empty: bool = False) -> bytes:
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        if first_sheet_empty:
            book.add_worksheet("Notes")
        sheet = book.add_worksheet("Answers")
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if hasattr(cell, "year"):
                    sheet.write_datetime(at, place, cell, moment)
                elif cell is not None:
                    sheet.write(at, place, cell)
    return file.getvalue()


def test_a_workbook_gives_what_a_person_would_type():
    rows = [
        [],
        ["Name", "When", "Team", "Share", "Ready"],
        ["Kestrel", datetime(2023, 11, 20, 9, 12), 4, 0.5, True],
        [],
        ["Parlure", datetime(2023, 11, 21), None, 12345678901, False],
    ]
    table = reading.read(workbook(rows, first_sheet_empty=True))
    assert table.headings == ("Name", "When", "Team", "Share", "Ready")
    assert [line.number for line in table.lines] == [3, 5]
    assert table.lines[0].cells == ("Kestrel", "2023-11-20 09:12:00", "4", "0.5", "yes")
    assert table.lines[1].cells == ("Parlure", "2023-11-21", "", "12345678901", "no")


def test_an_open_document_is_read_too():
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in (("Name", "Email"), ("Möwe", "ute@moewe.example"))
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        packed.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{manifest}"/>')
        packed.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
            f'<table:table table:name="A">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    assert reading.read(file.getvalue()).lines[0].cells == ("Möwe", "ute@moewe.example")


def test_a_workbook_that_grows_when_it_is_opened_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(11):
            packed.writestr(f"xl/{number}.xml", bytes(10_000_000))
    with pytest.raises(NotATable, match="too large"):
        reading.read(file.getvalue())


# --- Anything at all ------------------------------------------------------------------------------------
def read_or_refuse(data: bytes) -> None:
    try:
        table = reading.read(data)
    except NotATable:
        return
    assert table.lines
    assert len(set(table.headings)) == len(table.headings)
    assert all(len(line.cells) == len(table.headings) for line in table.lines)
    numbers = [line.number for line in table.lines]
    assert numbers == sorted(set(numbers))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_refused(data):
    read_or_refuse(data)


@given(st.text(alphabet='ab",;\t|\r\n é=', max_size=200), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_text_with_the_signs_of_tables_is_a_table_or_refused(text, encoding):
    read_or_refuse(text.encode(encoding, "replace"))


SOUND = workbook([["Name", "Email"], ["Kestrel", "noor@kestrel.example"]])


@settings(max_examples=150)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_workbook_is_a_table_or_refused(damage):
    damaged = bytearray(SOUND)
    for place, octet in damage:
        damaged[int(place * len(damaged))] = octet
    read_or_refuse(bytes(damaged))


@given(
    st.lists(
        st.lists(st.text(alphabet='ab",;\n é', min_size=1, max_size=8), min_size=3, max_size=3),
        min_size=2,
        max_size=6,
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_was_written_as_csv_is_read_as_it_was(rows, separator):
    written = io.StringIO()
    named = [["first", "second", "third"], *rows]
    csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(named)
    table = reading.pasted(written.getvalue())
    expected = [tuple(cell.strip() for cell in row) for row in rows if any(cell.strip() for cell in row)]
    if table.headings[:3] == ("first", "second", "third"):
        assert [line.cells for line in table.lines] == expected
