"""What stands in a calendar that somebody looks at, and whose calendars that may be besides their own.

The core knows no session and no event, so the rooms above hand them over in a `calendar_entries.py`, discovered at start:

    @showing.entries
    def events(looking): yield Appointment(…)       # what this person may see of it, asked anew each time

    @showing.subjects
    def startups(user): yield Subject(…)      # whose calendars they may look at today

A page and a feed show the same: both go through `seen_by`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from accelerator.records.people import User
from accelerator.registry import Registry

MILESTONE, HOLIDAY = "milestone", "holiday"

entries = Registry()
subjects = Registry()


@dataclass(frozen=True)
class Subject:
    """Whose calendar it is. `programme` is the one it is looked at in, by its slug."""

    kind: str
    key: str
    name: str
    programme: str = ""

    @property
    def reference(self) -> str:
        """As addresses and forms name it."""
        return f"{self.kind}:{self.key}" if self.key else self.kind


MINE = Subject("mine", "", "")


@dataclass(frozen=True)
class Looking:
    """Who looks at whose calendar, from when until when (exclusive).

    With `cancelled_since`, also what was cancelled from then on: a calendar that copies ours has to be told.
    """

    user: User
    subject: Subject
    since: datetime
    until: datetime
    cancelled_since: datetime | None = None


@dataclass(frozen=True)
class Appointment:
    """One thing in a calendar. `uid` is its for life, the same as in invitations; `url` is a path of ours.

    `title` says all to whoever reads it elsewhere, `short` what is enough on a page of ours. `zone` is the programme's.
    """

    uid: str
    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    url: str
    changed_at: datetime
    zone: tzinfo
    short: str = ""
    sequence: int = 0
    place: str = ""
    about: str = ""
    is_cancelled: bool = False
    is_whole_day: bool = False

    @property
    def about_in_short(self) -> str:
        """What a session is about; what an event is, its page says."""
        return self.about if self.kind == "session" else ""


def seen_by(looking: Looking) -> list[Appointment]:
    """Everything, in order."""
    found: list[Appointment] = [entry for contribute in entries for entry in contribute(looking)]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.uid))


def others_of(user: User) -> Iterator[Subject]:
    for contribute in subjects:
        yield from contribute(user)


def subject(user: User, reference: str) -> Subject | None:
    """The one of this name, while this person may look at it."""
    if reference in {"", MINE.reference}:
        return MINE
    return next((found for found in others_of(user) if found.reference == reference), None)
