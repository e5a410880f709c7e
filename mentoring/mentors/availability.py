"""When a mentor can be booked. Pure: rules in wall time and what is taken in, free slots in UTC out.

A rule says "Tuesdays, 14:00 to 17:00" on the mentor's own wall clock, so it keeps meaning that when the clocks
change. Where they skip its beginning or end, the next instant that exists counts; where they show it twice, the
first one does. A rule that ends at or before the time at which it begins ends on the next day.

Free time is (weekly rules − days off − closed days) ∪ extra hours. What is taken (sessions, events) hides slots and
moves none, so that the same times are offered every week.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MIDNIGHT = time(0)


@dataclass(frozen=True)
class Rule:
    """Free every week on this weekday (Monday is 0), from one wall time to another."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True)
class Exceptional:
    """Other than every week, on each of these days: off, or free from one wall time to another as well."""

    first_day: date
    last_day: date
    is_off: bool
    starts: time = MIDNIGHT
    ends: time = MIDNIGHT  # like a rule's: midnight is the end of the day

    @property
    def is_whole_day(self) -> bool:
        return self.starts == self.ends == MIDNIGHT


@dataclass(frozen=True, order=True)
class Slot:
    """A stretch of time in UTC, half-open."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Slot") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def widened(self, by: timedelta) -> "Slot":
        return Slot(self.starts_at - by, self.ends_at + by)


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


def stretch(day: date, starts: time, ends: time, zone: ZoneInfo) -> Slot:
    """From one wall time of this day to another, which is of the next day where it is no later."""
    return Slot(instant(day, starts, zone), instant(day if starts < ends else day + DAY, ends, zone))


def whole_day(day: date, zone: ZoneInfo) -> Slot:
    return stretch(day, MIDNIGHT, MIDNIGHT, zone)


def minutes_of(starts: time, ends: time) -> int:
    """How long a rule lasts by the clock on the wall, on a day without a change of it."""
    minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    return minutes if minutes > 0 else minutes + 24 * 60


def windows(
    rules: Iterable[Rule],
    zone: ZoneInfo,
    earliest: datetime,
    latest: datetime,
    *,
    closed: Iterable[Slot] = (),
    exceptions: Iterable[Exceptional] = (),
) -> Iterator[Slot]:
    """The free time as stretches in order, those that touch or overlap joined to one.

    A stretch that has lasted since the midnight before begins anew at midnight, so that what is offered on a day does
    not depend on how many free days precede it. For the same reason the walk begins two days early.
    """
    rules, exceptions = list(rules), list(exceptions)
    days = list(_days(earliest.astimezone(zone).date() - 2 * DAY, latest.astimezone(zone).date()))
    weekly = [
        stretch(day, r.starts, r.ends, zone) for day in days for r in rules if r.weekday == day.weekday()
    ]
    shut, extra = list(closed), list[Slot]()
    for exception in exceptions:
        first, last = max(exception.first_day, days[0]), min(exception.last_day, days[-1])
        stretches = [stretch(day, exception.starts, exception.ends, zone) for day in _days(first, last)]
        (shut if exception.is_off else extra).extend(stretches)
    for window in _joined([*_without(weekly, shut), *extra]):
        yield from _begun_anew(window, zone)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _without(stretches: list[Slot], shut: list[Slot]) -> Iterator[Slot]:
    """What is left of these when the others are cut out."""
    for whole in stretches:
        rest = whole.starts_at
        for hole in sorted(hole for hole in shut if hole.overlaps(whole)):
            if rest < hole.starts_at:
                yield Slot(rest, hole.starts_at)
            rest = max(rest, hole.ends_at)
        if rest < whole.ends_at:
            yield Slot(rest, whole.ends_at)


def _joined(stretches: list[Slot]) -> Iterator[Slot]:
    window: Slot | None = None
    for one in sorted(stretches):
        if window and one.starts_at <= window.ends_at:
            window = Slot(window.starts_at, max(window.ends_at, one.ends_at))
            continue
        if window:
            yield window
        window = one
    if window:
        yield window


def _begun_anew(window: Slot, zone: ZoneInfo) -> Iterator[Slot]:
    """In pieces: a new one at each midnight but the first."""
    day = window.starts_at.astimezone(zone).date()
    if instant(day, MIDNIGHT, zone) < window.starts_at:
        day += DAY
    begins, midnight = window.starts_at, instant(day + DAY, MIDNIGHT, zone)
    while midnight < window.ends_at:
        yield Slot(begins, midnight)
        day += DAY
        begins, midnight = midnight, instant(day + DAY, MIDNIGHT, zone)
    yield Slot(begins, window.ends_at)


def free_slots(
    rules: Iterable[Rule],
    zone: ZoneInfo,
    *,
    minutes: int,
    earliest: datetime,
    latest: datetime,
    taken: Iterable[Slot] = (),
    buffer_minutes: int = 0,
    closed: Iterable[Slot] = (),
    exceptions: Iterable[Exceptional] = (),
) -> Iterator[Slot]:
    """Slots of `minutes` that begin at or after `earliest`, end by `latest` and meet nothing that is taken.

    Slots stand one after the other from the beginning of each window, the buffer between them, so that the same times
    are offered every week.
    """
    if earliest >= latest:
        return
    length, step = timedelta(minutes=minutes), timedelta(minutes=minutes + buffer_minutes)
    taken = list(taken)
    for window in windows(rules, zone, earliest, latest, closed=closed, exceptions=exceptions):
        slot = Slot(window.starts_at, window.starts_at + length)
        while slot.ends_at <= min(window.ends_at, latest):
            if slot.starts_at >= earliest and not any(slot.overlaps(other) for other in taken):
                yield slot
            slot = Slot(slot.starts_at + step, slot.starts_at + step + length)
