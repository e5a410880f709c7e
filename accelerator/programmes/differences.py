"""What a programme file changes, in sentences: read before it is loaded, and kept of a load."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

MOST_SIGNS = 60  # of a value that is shown


def named(row: models.Model) -> str:
    """The kind of thing and its name: question “Deck”."""
    return _("%(kind)s “%(name)s”") % {"kind": row._meta.verbose_name, "name": _short(str(row))}


def added(row: models.Model) -> str:
    return _("New: %(what)s.") % {"what": named(row)}


def removed(row: models.Model) -> str:
    return _("Removed: %(what)s.") % {"what": named(row)}


def changed(row: models.Model, before: dict[str, Any]) -> Iterator[str]:
    """One sentence for each column that is another now."""
    for column, value in before.items():
        name = getattr(row._meta.get_field(column), "verbose_name", column)
        if column == "position":
            yield _("%(what)s stands in another place.") % {"what": _capital(named(row))}
        else:
            yield _("%(what)s: %(column)s was %(before)s, becomes %(after)s.") % {
                "what": _capital(named(row)),
                "column": name,
                "before": _value(value),
                "after": _value(getattr(row, column)),
            }


def new_version(what: str, number: int) -> str:
    return _("Version %(number)s of the %(what)s.") % {"number": number, "what": what}


def _value(value: Any) -> str:
    if value in (None, "", [], {}):
        return _("empty")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
        value = " / ".join(value.values())  # a text by language
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) else f"“{_short(str(value))}”"


def _short(text: str) -> str:
    """The beginning: enough to know it again."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_SIGNS else f"{line[: MOST_SIGNS - 1].rstrip()}…"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
