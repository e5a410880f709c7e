"""When a mentor can be booked. Pure: weekly rules in wall time and what is taken in, free slots in UTC out.

A rule says "Tuesdays, 14:00 to 17:00" on the mentor's own wall clock, so it keeps meaning that when the clocks
change. Where they skip its beginning or end, the next instant that exists counts; where they show it twice, the
first one does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Rule:
    """Free every week on this weekday (Monday is 0), from one wall time to another."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True, order=True)
class Slot:
    """A stretch of time in UTC, half-open."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Slot") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time: the first of two, and the next that exists where the clocks skip it."""
    wall = datetime.combine(day, at, tzinfo=zone)
    before, after = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if before <= after:  # an ordinary time, or the first of two
        return before
    # In a gap the two readings lie on either side of the change; close in on the second at which it happens.
    early, late = after, before
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == offset else (early, middle)
    return late.replace(microsecond=0)


def windows(rules: Iterable[Rule], zone: ZoneInfo, earliest: datetime, latest: datetime) -> Iterator[Slot]:
    """The rules as stretches of time in order, those that touch or overlap joined to one."""
    rules = list(rules)
    day, last_day = earliest.astimezone(zone).date(), latest.astimezone(zone).date()
    open_window: Slot | None = None
    while day <= last_day:
        todays = sorted((r for r in rules if r.weekday == day.weekday()), key=lambda rule: rule.starts)
        for rule in todays:
            window = Slot(instant(day, rule.starts, zone), instant(day, rule.ends, zone))
            if open_window and window.starts_at <= open_window.ends_at:
                open_window = Slot(open_window.starts_at, max(open_window.ends_at, window.ends_at))
                continue
            if open_window:
                yield open_window
            open_window = window
        day += timedelta(days=1)
    if open_window:
        yield open_window


def free_slots(
    rules: Iterable[Rule],
    zone: ZoneInfo,
    *,
    minutes: int,
    earliest: datetime,
    latest: datetime,
    taken: Iterable[Slot] = (),
) -> Iterator[Slot]:
    """Slots of `minutes` that begin at or after `earliest`, end by `latest` and meet nothing that is taken.

    Slots stand one after the other from the beginning of each window, so that the same times are offered every
    week. They come in order and as they are found: the next one costs little, six months of them a little more.
    """
    length = timedelta(minutes=minutes)
    taken = list(taken)
    for window in windows(rules, zone, earliest, latest):
        slot = Slot(window.starts_at, window.starts_at + length)
        while slot.ends_at <= min(window.ends_at, latest):
            if slot.starts_at >= earliest and not any(slot.overlaps(other) for other in taken):
                yield slot
            slot = Slot(slot.ends_at, slot.ends_at + length)
