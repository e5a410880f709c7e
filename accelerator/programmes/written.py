"""A programme written as its file: what `programme_file` reads, from what stands in the database.

Each room adds the tables that it owns in its own `programme_file.py`, beside what loads them:

    @written.table("perks")
    def perks_as_entries(programme): return [written.entry(PerkEntry, perk) for perk in …]

Loading what was written changes nothing.
"""

import re
from collections.abc import Callable
from typing import Any

import tomli_w
from django.db import models

from accelerator.programmes.entries import Entry
from accelerator.records.programmes import Programme
from accelerator.registry import discover

Table = Callable[[Programme], Any]
tables: dict[str, Table] = {}
LANGUAGE = re.compile(r"[a-z]{2}")


def table(name: str) -> Callable[[Table], Table]:
    """Decorate the function that gives this table of the file: an entry, or a list of them."""

    def register(write: Table) -> Table:
        tables[name] = write
        return write

    return register


def entry(kind: type[Entry], row: models.Model | None = None, **own: Any) -> dict[str, Any]:
    """What an entry of this kind says of the row; `own` are the keys that are no column of that name.

    A key that says what it would say by being left out is left out.
    """
    found = {}
    for name, field in kind.model_fields.items():
        value = own[name] if name in own else getattr(row, name)
        if field.is_required() or (value not in (None, "", [], {}) and value != field.default):
            found[name] = value
    return found


def text(programme: Programme) -> str:
    """The whole file, in TOML."""
    discover("programme_file")
    said = {name: _plain(write(programme), programme.language) for name, write in tables.items()}
    head = f"# {programme.name}, as it stands in Slipway. Loading this file changes nothing; change it, and see what would.\n\n"
    return head + tomli_w.dumps(
        {"format": 1, **{name: value for name, value in said.items() if value}}, multiline_strings=True
    )


def _plain(value: Any, language: str) -> Any:
    """Texts in the programme's language alone as strings; everything else as TOML has it."""
    if isinstance(value, dict):
        is_text = value and all(
            LANGUAGE.fullmatch(str(key)) and isinstance(words, str) for key, words in value.items()
        )
        if is_text and set(value) == {language}:
            return value[language]
        return {key: _plain(inner, language) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_plain(inner, language) for inner in value]
    return value
