"""A table of columns. What a page shows and what a file holds are the same columns of the same rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.functional import Promise

from accelerator import wording

# What a cell may hold. Several words stand in one cell of a file, and each by itself on a page.
Value = str | int | float | Decimal | date | datetime | Promise | Sequence[str] | None


class Look(StrEnum):
    """How a cell stands on a page; the first column of a table names its row."""

    TEXT = ""
    LONG = "wide"
    NUMBER = "number"
    WHEN = "when"
    STATE = "state"


class Narrowing(NamedTuple):
    """A word of a cell that narrows the list to those that share it."""

    label: str
    url: str


@dataclass(frozen=True)
class Column:
    """One column: `value` of a row is what a file holds; a page may show it as a link, a pill or words that narrow."""

    name: str
    heading: str | Promise
    value: Callable[[Any], Value]
    look: Look = Look.TEXT
    link: Callable[[Any], str] | None = None
    pill: Callable[[Any], str] | None = None
    narrows: Callable[[Any], list[Narrowing]] | None = None
    order: tuple[str, ...] = ()  # fields by which the list can be ordered, where it can
    is_inside: bool = False  # about a person, or for those who run the programme: in no file for partners


@dataclass(frozen=True)
class Shown:
    """A cell as `components/listed.html` shows it."""

    heading: str
    look: Look
    text: str = ""
    url: str = ""
    pill: str = ""
    narrows: list[Narrowing] = field(default_factory=list)


@dataclass(frozen=True)
class ColumnTable:
    """Columns in their order. Times in it are of one zone, which the heads of a file name."""

    columns: tuple[Column, ...]
    zone: tzinfo

    def only(self, names: Iterable[str]) -> "ColumnTable":
        """These columns alone, in the table's order, and always the first, which names the row."""
        wanted = set(names)
        first, *others = self.columns
        return replace(self, columns=(first, *(one for one in others if one.name in wanted)))

    def for_partners(self) -> "ColumnTable":
        """Without what is about people and what stays with those who run the programme."""
        return replace(self, columns=tuple(one for one in self.columns if not one.is_inside))

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def headings(self) -> list[str]:
        return [str(column.heading) for column in self.columns]

    def values(self, row: Any) -> list[Value]:
        return [column.value(row) for column in self.columns]

    def shown(self, row: Any) -> list[Shown]:
        return [self._shown(column, row) for column in self.columns]

    def _shown(self, column: Column, row: Any) -> Shown:
        return Shown(
            heading=str(column.heading),
            look=column.look,
            text=in_words(column.value(row), self.zone),
            url=column.link(row) if column.link else "",
            pill=column.pill(row) if column.pill else "",
            narrows=column.narrows(row) if column.narrows else [],
        )


def in_words(value: Value, zone: tzinfo) -> str:
    """A value as a page says it."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return wording.short_day(value, zone)
    if isinstance(value, int | float | Decimal):
        return wording.number(float(value)) if not isinstance(value, int) else str(value)
    if isinstance(value, str | Promise):
        return str(value)
    return ", ".join(value)
