"""The dashboard's search: each room finds what it keeps, in its `finding.py`, which is discovered at start.

    @search.finders
    def calls(request, words): yield search.FoundOfKind(_("Calls"), hits)

A finder looks only into what the reader may see, asks as much for one hit as for a thousand, and gives at most one more
than `AT_MOST`, so that the page can say that there are others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from accelerator.registry import Registry

AT_MOST = 5  # of each kind
LONGEST = 100  # signs

finders = Registry()  # functions of the request and the words that yield FoundOfKind


@dataclass(frozen=True)
class Hit:
    """One thing, and where it is."""

    words: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class FoundOfKind:
    """What there is of one kind. `more` is the address of the whole list, where one can be narrowed down so."""

    kind: str
    hits: Sequence[Hit]
    more: str = ""

    @property
    def shown(self) -> Sequence[Hit]:
        return self.hits[:AT_MOST]

    @property
    def has_more(self) -> bool:
        return len(self.hits) > AT_MOST


def typed(words: str) -> str:
    """As it is looked for; "" where nothing in it can be."""
    words = " ".join(words.replace("\0", " ").split())[:LONGEST]
    return words if any(sign.isalnum() for sign in words) else ""


def find(request: HttpRequest, words: str) -> list[FoundOfKind]:
    """Whatever has these words, kind by kind."""
    found = [one for look in finders for one in look(request, words)]
    return [one for one in found if one.hits]
