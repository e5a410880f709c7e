"""A table as it was read: headings and lines, each with the number under which its owner finds it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST_LINES = 3_000
MOST_COLUMNS = 300
LONGEST_CELL = 50_000  # signs


class NotATable(Exception):
    """What came cannot be read as a table; the words say why and what to do."""


@dataclass(frozen=True)
class ReadLine:
    """One line of a table: `number` as an editor or a spreadsheet counts it, and a cell for each heading."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ReadTable:
    """Headings, each with a name of its own, and the lines that say something."""

    headings: tuple[str, ...]
    lines: tuple[ReadLine, ...]

    def column(self, heading: str) -> list[str]:
        at = self.headings.index(heading)
        return [line.cells[at] for line in self.lines]


def from_rows(rows: Iterator[tuple[int, Sequence[str]]]) -> ReadTable:
    """Of numbered rows of texts, the first that says something holds the headings.

    Empty rows and columns are left out, a row that is too short is filled up, and whatever has no heading of its own gets
    one. Raises NotATable where nothing is left, or too much.
    """
    found: list[tuple[int, list[str]]] = []
    for number, row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        _check_size(cells, number, len(found))
        found.append((number, cells))
    if not found:
        raise NotATable(_("There is nothing in it."))
    (_number, named), lines = found[0], found[1:]
    if not lines:
        raise NotATable(_("It has headings, and no line below them."))
    width = max(len(cells) for _number, cells in found)
    full = [(number, cells + [""] * (width - len(cells))) for number, cells in lines]
    named = named + [""] * (width - len(named))
    kept = [at for at in range(width) if named[at] or any(cells[at] for _number, cells in full)]
    return ReadTable(
        _told_apart([" ".join(named[at].split()) or _("Column %(n)d") % {"n": at + 1} for at in kept]),
        tuple(ReadLine(number, tuple(cells[at] for at in kept)) for number, cells in full),
    )


def _check_size(cells: list[str], number: int, before: int) -> None:
    if before > MOST_LINES:
        raise NotATable(
            _("It has more than %(most)d lines. Please part it into several files.") % {"most": MOST_LINES}
        )
    if len(cells) > MOST_COLUMNS:
        words = {"number": number, "most": MOST_COLUMNS}
        raise NotATable(_("Line %(number)d has more than %(most)d columns. Is it a table?") % words)
    if any(len(cell) > LONGEST_CELL for cell in cells):
        words = {"number": number, "most": LONGEST_CELL}
        raise NotATable(_("In line %(number)d a cell has more than %(most)d signs.") % words)


def _told_apart(headings: list[str]) -> tuple[str, ...]:
    """“Name” and again “Name” become “Name” and “Name (2)”."""
    taken = set(headings)
    seen: set[str] = set()
    found = []
    for heading in headings:
        name, number = heading, 2
        while name in seen or (name != heading and name in taken):
            name, number = f"{heading} ({number})", number + 1
        seen.add(name)
        found.append(name)
    return tuple(found)
