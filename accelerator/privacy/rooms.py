"""What the rooms keep about a person. The core knows no application or session, so each room says it.

A room does so in an `own_data.py`, which is discovered at start; every function takes the person and now:

    @rooms.kept
    def applications(user, now): yield Kept(_("…"), …)         # lines of the page *My data*

    @rooms.read
    def readings(user, now): yield ReadBy(…)                   # who opened what is theirs

    @rooms.exported
    def own_goals(user, now): yield OwnPart("goals.json", …)   # what goes into a copy of their data

    @rooms.own_messages
    def about_own_goals(user): return Q(…)                     # mails to them that speak of nobody else's affairs

    @rooms.consents
    def to_applications(user, now): yield Consent(…)           # what they agreed to, and can take back
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accelerator.files.models import StoredFile
from accelerator.registry import Registry

kept = Registry()
read = Registry()
consents = Registry()
exported = Registry()
own_messages = Registry()


@dataclass(frozen=True)
class Kept:
    """One thing that is kept about somebody, what is in it, and until when, as a sentence."""

    what: str
    contents: str
    until: str


@dataclass(frozen=True)
class ReadBy:
    """Somebody opened what is theirs, told by role and day: who it was is no business of theirs."""

    about: str
    day: date
    role: str
    what: str
    times: int = 1


@dataclass(frozen=True)
class Consent:
    """What somebody agreed to or not, in the words that stood there, and the address that changes it."""

    about: str
    words: str
    is_given: bool
    since: str
    effect: str
    url: str


@dataclass(frozen=True)
class OwnPart:
    """A part of the copy of somebody's data: a name in the ZIP, and what is written there as JSON."""

    name: str
    data: Any


@dataclass(frozen=True)
class OwnFile:
    """A file of theirs, under its name in the ZIP."""

    name: str
    file: StoredFile
