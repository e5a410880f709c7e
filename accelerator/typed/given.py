"""What a page, a script or an address names in a parameter. Anybody can send anything there: what makes no sense is
nothing, never a failure of ours."""

import json
from typing import Any, TypeVar

_LONGEST_NUMBER = 9  # digits; it fits into an integer of the database
Document = TypeVar("Document", dict, list)


def number(text: str | None) -> int | None:
    """A count, a place or a key: digits alone."""
    if text and len(text) <= _LONGEST_NUMBER and text.isascii() and text.isdigit():
        return int(text)
    return None


def document(text: str | None, kind: type[Document]) -> Document | None:
    """A list or a dictionary in JSON; None where it is mangled, nested without end, or something else."""
    try:
        found: Any = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, kind) else None
