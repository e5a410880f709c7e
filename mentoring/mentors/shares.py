"""How much of a mentor there is for one startup, and for all of them. Pure: what is booked in, what is full out.

Days, weeks (Monday to Sunday) and months are those of the mentor's own calendar.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo


class Share(Enum):
    """What can be full, in the order in which it is told."""

    STARTUP_IN_ALL = "startup_in_all"
    STARTUP_WEEK = "startup_per_week"
    DAY = "most_per_day"
    WEEK = "most_per_week"
    MONTH = "most_per_month"


@dataclass(frozen=True)
class Terms:
    """How a mentor can be booked: the programme's terms with the mentor's own on top of them."""

    horizon_days: int
    buffer_minutes: int
    most_per_day: int
    most_per_week: int
    most_per_month: int
    startup_per_week: int
    startup_in_all: int


@dataclass(frozen=True)
class Given:
    """A booked session of the mentor; `is_own` when it is with the startup that asks."""

    starts_at: datetime
    is_own: bool


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


class Shares:
    """What is left for one startup that asks."""

    def __init__(self, terms: Terms, zone: ZoneInfo, given: Iterable[Given]):
        self.terms, self.zone = terms, zone
        self._count: Counter[tuple[Share, date | None]] = Counter()
        for session in given:
            for share, key in self._keys(session.starts_at):
                if session.is_own or share not in (Share.STARTUP_IN_ALL, Share.STARTUP_WEEK):
                    self._count[share, key] += 1

    def _keys(self, at: datetime) -> Iterable[tuple[Share, date | None]]:
        day = at.astimezone(self.zone).date()
        yield Share.STARTUP_IN_ALL, None
        yield Share.STARTUP_WEEK, monday_of(day)
        yield Share.DAY, day
        yield Share.WEEK, monday_of(day)
        yield Share.MONTH, day.replace(day=1)

    def most(self, share: Share) -> int:
        return getattr(self.terms, share.value)

    def full(self, at: datetime) -> tuple[Share, date | None] | None:
        """The first share that a session at this moment would exceed, with the day on which it begins."""
        for share, key in self._keys(at):
            if self._count[share, key] >= self.most(share):
                return share, key
        return None
