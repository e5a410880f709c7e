"""Free time against an oracle that walks through every minute and knows no arithmetic of clocks: all zones, 2024 to 2030.

The oracle asks only what the wall clock shows at each minute. A day begins, and a rule begins and ends, at the first
minute at which the wall clock shows that time or a later one.
"""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.mentors.availability import DAY, Exceptional, Rule, Slot, free_slots, whole_day

MINUTE = timedelta(minutes=1)
BACKWARD = {"posixrules", "Factory", "localtime"}
NAMES = sorted(name for name in zoneinfo.available_timezones() if "/" in name and name not in BACKWARD)


@cache
def changes(name: str) -> list[date]:
    """The days of 2024 to 2030 on which the clocks of this zone change."""
    zone, found = ZoneInfo(name), []
    day = datetime(2024, 1, 1, tzinfo=UTC)
    while day.year < 2031:
        if day.astimezone(zone).utcoffset() != (day + DAY).astimezone(zone).utcoffset():
            found.append(day.date())
        day += DAY
    return found


class Oracle:
    """What is offered, found minute by minute."""

    def __init__(self, zone: ZoneInfo, first: datetime, last: datetime):
        self.minutes = [first + n * MINUTE for n in range(int((last - first) / MINUTE))]
        self.walls = [at.astimezone(zone).replace(tzinfo=None) for at in self.minutes]

    def begins(self, day: date, at: time) -> datetime:
        wanted = datetime.combine(day, at)
        return next(minute for minute, wall in zip(self.minutes, self.walls, strict=True) if wall >= wanted)

    def during(self, day: date, starts: time, ends: time) -> set[datetime]:
        first = self.begins(day, starts)
        last = self.begins(day if starts < ends else day + DAY, ends)
        return {first + n * MINUTE for n in range(max(0, int((last - first) / MINUTE)))}

    def free(self, rules, exceptions, closed, days) -> set[datetime]:
        weekly, off, extra = set(), set(), set()
        for day in days:
            for rule in rules:
                if rule.weekday == day.weekday():
                    weekly |= self.during(day, rule.starts, rule.ends)
            for one in exceptions:
                if one.first_day <= day <= one.last_day:
                    (off if one.is_off else extra).update(self.during(day, one.starts, one.ends))
            if day in closed:
                off |= self.during(day, time(0), time(0))
        return (weekly - off) | extra

    def slots(self, free, days, *, minutes, buffer, earliest, latest, taken) -> list[datetime]:
        midnights = {self.begins(day, time(0)) for day in days}
        found, at, seen_midnight, since = [], None, False, None
        for minute in self.minutes:
            if minute not in free:
                at, seen_midnight = None, False
                continue
            if minute in midnights and (at is None or seen_midnight or minute == since):
                at, seen_midnight = None, False
            if at is None:
                at, since, seen_midnight = minute, minute, minute in midnights
            elif minute in midnights:
                seen_midnight = True
            if minute < at or (minute - at) % (MINUTE * (minutes + buffer)):
                continue
            whole = [minute + n * MINUTE for n in range(minutes)]
            cut = [m for m in whole[1:] if m in midnights and seen_midnight]
            meets = any(taken_from < minute + minutes * MINUTE and minute < to for taken_from, to in taken)
            if (
                not cut
                and set(whole) <= free
                and minute >= earliest
                and whole[-1] + MINUTE <= latest
                and not meets
            ):
                found.append(minute)
        return found


@st.composite
def weeks(draw):
    """A zone, a day near a change of its clocks as often as not, and what a mentor says of their time."""
    name = draw(st.sampled_from(NAMES))
    near = st.sampled_from(changes(name)) if changes(name) else st.nothing()
    day = draw(near | st.dates(date(2024, 1, 5), date(2030, 12, 20)))
    quarters = st.integers(0, 95).map(lambda n: time(n // 4, 15 * (n % 4)))
    hours = st.tuples(quarters, quarters).filter(lambda pair: pair[0] != pair[1] or pair[0] == time(0))
    rules = st.lists(st.tuples(st.integers(0, 6), hours).map(lambda r: Rule(r[0], *r[1])), max_size=5)
    around = st.integers(-1, 2).map(lambda n: day + n * DAY)
    whole = st.just((time(0), time(0)))
    exceptions = st.lists(
        st.tuples(around, st.integers(0, 2), st.booleans(), hours | whole).map(
            lambda e: Exceptional(e[0], e[0] + e[1] * DAY, e[2], *e[3])
        ),
        max_size=2,
    )
    moments = st.lists(st.integers(0, 3 * 24 * 60), max_size=2)
    return name, day, draw(rules), draw(exceptions), draw(st.sets(around, max_size=1)), draw(moments)


@settings(max_examples=120, deadline=None)
@given(weeks(), st.integers(15, 180), st.sampled_from([0, 10, 30]), st.integers(0, 24 * 60 - 1))
def test_what_is_offered_is_what_the_wall_clock_allows(week, minutes, buffer, hour):
    name, day, rules, exceptions, closed, moments = week
    zone = ZoneInfo(name)
    earliest = datetime.combine(day, time(0), tzinfo=UTC) - DAY + hour * MINUTE
    latest = earliest + 3 * DAY
    taken = [(earliest + m * MINUTE, earliest + (m + 40) * MINUTE) for m in moments]
    offered = free_slots(
        rules,
        zone,
        minutes=minutes,
        earliest=earliest,
        latest=latest,
        taken=[Slot(*one) for one in taken],
        buffer_minutes=buffer,
        closed=[whole_day(one, zone) for one in closed],
        exceptions=exceptions,
    )
    oracle = Oracle(zone, earliest - 5 * DAY, latest + 5 * DAY)
    first, last = earliest.astimezone(zone).date() - 3 * DAY, latest.astimezone(zone).date() + 2 * DAY
    days = [first + n * DAY for n in range((last - first).days + 1)]
    free = oracle.free(rules, exceptions, closed, days)
    expected = oracle.slots(
        free, days, minutes=minutes, buffer=buffer, earliest=earliest, latest=latest, taken=taken
    )
    assert [slot.starts_at for slot in offered] == expected
