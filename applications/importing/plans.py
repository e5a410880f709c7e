"""What importing a table would bring, line by line: shown first, and done as it was shown."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from accelerator.imports.tables import ReadLine, ReadTable


class LineFate(StrEnum):
    NEW = "new"
    HERE = "here"  # there already; nothing is done
    OUT = "out"  # left out, as it says itself
    WRONG = "wrong"  # to be mended first


@dataclass
class PlannedLine:
    """One line of the table and what becomes of it, in words."""

    number: int
    name: str = ""
    email: str = ""
    fate: LineFate = LineFate.NEW
    problems: list[str] = field(default_factory=list)  # each says the column, and what to do
    notes: list[str] = field(default_factory=list)  # imported all the same
    said: dict[str, Any] = field(default_factory=dict)  # everything else that is imported
    received_at: datetime | None = None

    def is_wrong(self, sentence: str) -> None:
        self.fate = LineFate.WRONG
        self.problems.append(sentence)

    def rests(self, fate: LineFate, sentence: str) -> None:
        """Nothing is done with it; why is not for mending."""
        if self.fate is LineFate.NEW:
            self.fate = fate
            self.notes = [sentence]


@dataclass(frozen=True)
class ImportPlan:
    lines: list[PlannedLine]

    def of(self, fate: LineFate) -> list[PlannedLine]:
        return [line for line in self.lines if line.fate is fate]

    @property
    def new(self) -> list[PlannedLine]:
        return self.of(LineFate.NEW)

    @property
    def fingerprint(self) -> str:
        """Of everything that would be done, to be given back with the act."""
        done = [
            [line.number, line.name, line.email, line.said, line.received_at and line.received_at.isoformat()]
            for line in self.new
        ]
        written = json.dumps(done, sort_keys=True, ensure_ascii=False, default=str)
        return sha256(written.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Wishes:
    """How a table is read: what each column says, and what its signs mean."""

    columns: Mapping[str, str]  # heading → key of a target
    options: Mapping[str, Any]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Wishes":
        return cls(document.get("columns", {}), document.get("options", {}))

    def headings(self, target: str) -> list[str]:
        return [heading for heading, said in self.columns.items() if said == target]


class ReadCells:
    """The cells of one line by what they say."""

    def __init__(self, table: ReadTable, line: ReadLine, wishes: Wishes):
        self._at = {heading: at for at, heading in enumerate(table.headings)}
        self._line, self._wishes = line, wishes

    def all(self, target: str) -> Sequence[str]:
        return [
            self._line.cells[self._at[heading]]
            for heading in self._wishes.headings(target)
            if heading in self._at
        ]

    def one(self, target: str) -> str:
        return next(filter(None, self.all(target)), "")

    def heading(self, target: str) -> str:
        return next(iter(self._wishes.headings(target)), "")
