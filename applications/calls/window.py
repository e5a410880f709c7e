"""Open for whom, until when. Pure: instants in, answers out. Intervals are half-open, compared in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo


class State(Enum):
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


class ImpossibleTime(ValueError):
    """The wall clock skips this time, or shows it twice, on that day in that zone."""


def state(opens_at: datetime, closes_at: datetime, now: datetime) -> State:
    if now < opens_at:
        return State.COMING
    return State.OPEN if now < closes_at else State.CLOSED


def latest(closes_at: datetime, *extended_until: datetime | None) -> datetime:
    """The deadline that holds: the latest of what was advertised and what was granted since."""
    return max([closes_at, *(until for until in extended_until if until is not None)])


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time. Raises ImpossibleTime where a clock change skips or repeats it."""
    local = datetime.combine(day, at, tzinfo=zone)
    early, late = local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if early != late:
        kind = "does not exist" if early > late else "happens twice"
        raise ImpossibleTime(
            f"{local:%Y-%m-%d %H:%M} {kind} in {zone.key}: the clocks change. Choose another time."
        )
    return early


def end_of_day(last_day: date, zone: ZoneInfo) -> datetime:
    """The exclusive end of a last whole day: the following midnight, or the day's first instant where that is skipped."""
    following = last_day + timedelta(days=1)
    return datetime.combine(following, time(0), tzinfo=zone).astimezone(UTC)


def last_day(closes_at: datetime, zone: ZoneInfo) -> date:
    """The last day as people mean it: the day of the minute before the exclusive end."""
    return (closes_at - timedelta(minutes=1)).astimezone(zone).date()


def reminder_moment(
    closes_at: datetime,
    zone: ZoneInfo,
    *,
    days_before: int | None = None,
    at: time | None = None,
    hours_before: int | None = None,
) -> datetime:
    """When a reminder is due: days before the last day at a wall time, or hours before the instant.

    A wall time that the clocks skip moves to the next valid instant; of one shown twice the first counts.
    """
    if hours_before is not None:
        return closes_at - timedelta(hours=hours_before)
    local = datetime.combine(
        last_day(closes_at, zone) - timedelta(days=days_before or 0), at or time(0), tzinfo=zone
    )
    return local.astimezone(UTC)
