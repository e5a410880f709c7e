"""The days of a call as people say them, in its zone."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from applications.calls import order
from applications.calls.models import Call
from applications.setup.wall_times import MINUTE

A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class SeasonOnTheWall:
    """All of them; the last minute is the last that is in time."""

    opens_on: date
    opens_at: time
    last_day: date
    last_minute: time
    reviews_due_on: date
    decision_on: date
    starts_on: date
    ends_on: date

    def later(self, weeks: int) -> "SeasonOnTheWall":
        """Every day so many whole weeks on, so that weekdays and times stay."""
        by = weeks * A_WEEK
        return replace(
            self,
            opens_on=self.opens_on + by,
            last_day=self.last_day + by,
            reviews_due_on=self.reviews_due_on + by,
            decision_on=self.decision_on + by,
            starts_on=self.starts_on + by,
            ends_on=self.ends_on + by,
        )


def season_of(call: Call) -> SeasonOnTheWall:
    opens = call.window.opens_at.astimezone(call.zone)
    last = (call.window.closes_at - MINUTE).astimezone(call.zone)
    return SeasonOnTheWall(
        opens.date(), opens.time(), last.date(), last.time(), *(getattr(call, name) for name in order.DAYS)
    )
