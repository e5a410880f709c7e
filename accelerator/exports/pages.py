"""A table on a page: its heads, each a link where the list can be ordered by it, and its lines."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import F, OrderBy

from accelerator.exports.tables import Column, ColumnTable, Look, Shown


class Head(NamedTuple):
    label: str
    look: Look
    url: str = ""  # which orders the list by this column, the other way round where it is
    sorted: str = ""  # as aria-sort says it


class ShownLine(NamedTuple):
    key: str  # by which an act names the row
    cells: list[Shown]


class Order(NamedTuple):
    """`name` is a column's, with a minus before it where the last come first."""

    column: Column
    is_descending: bool

    @classmethod
    def named(cls, name: str, table: ColumnTable) -> "Order":
        """By this column, or by the first where it names none that a list can be ordered by."""
        plain = name.removeprefix("-")
        for column in table.columns:
            if column.name == plain and column.order:
                return cls(column, name.startswith("-"))
        return cls(table.columns[0], False)

    @property
    def name(self) -> str:
        return f"{'-' if self.is_descending else ''}{self.column.name}"

    @property
    def fields(self) -> list[OrderBy]:
        """What is empty stands at the end either way."""
        return [OrderBy(F(name), self.is_descending, nulls_last=True) for name in self.column.order]


def heads(table: ColumnTable, order: Order, url_for: Callable[[str], str]) -> list[Head]:
    found = []
    for column in table.columns:
        is_this = column.name == order.column.name
        way = ("descending" if order.is_descending else "ascending") if is_this else ""
        turned = f"-{column.name}" if is_this and not order.is_descending else column.name
        url = url_for(turned) if column.order else ""
        found.append(Head(str(column.heading), column.look, url, way))
    return found


def lines(table: ColumnTable, rows: Iterable[Any], key: Callable[[Any], str]) -> list[ShownLine]:
    return [ShownLine(key(row), table.shown(row)) for row in rows]
