"""Weekly rules to free slots: tables of cases around the clock changes of 2024, and properties for any zone."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.mentors.availability import Rule, Slot, free_slots, instant

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")
SUNDAY, MONDAY, TUESDAY = 6, 0, 1


def utc(*parts) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def starts(rules, zone, earliest, latest, minutes=60, taken=()):
    found = free_slots(rules, zone, minutes=minutes, earliest=earliest, latest=latest, taken=taken)
    return [slot.starts_at for slot in found]


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        (PARIS, date(2024, 1, 15), time(10), utc(2024, 1, 15, 9)),
        (PARIS, date(2024, 3, 31), time(1, 59), utc(2024, 3, 31, 0, 59)),
        (PARIS, date(2024, 3, 31), time(2, 30), utc(2024, 3, 31, 1)),  # skipped: 03:00 is next
        (PARIS, date(2024, 3, 31), time(3), utc(2024, 3, 31, 1)),
        (PARIS, date(2024, 10, 27), time(2, 30), utc(2024, 10, 27, 0, 30)),  # the first of two
        (PARIS, date(2024, 10, 27), time(3), utc(2024, 10, 27, 2)),
        (NEW_YORK, date(2024, 3, 10), time(2, 15), utc(2024, 3, 10, 7)),
        (NEW_YORK, date(2024, 3, 11), time(9), utc(2024, 3, 11, 13)),
    ],
)
def test_a_wall_time_is_one_instant_even_where_the_clocks_change(zone, day, at, expected):
    assert instant(day, at, zone) == expected


def test_slots_fill_the_window_and_nothing_hangs_over_its_end():
    rules = [Rule(TUESDAY, time(14), time(17))]
    found = starts(rules, PARIS, utc(2024, 1, 15), utc(2024, 1, 17), minutes=50)
    assert found == [utc(2024, 1, 16, 13), utc(2024, 1, 16, 13, 50), utc(2024, 1, 16, 14, 40)]


def test_an_afternoon_in_paris_stays_an_afternoon_after_the_clocks_change():
    rules = [Rule(TUESDAY, time(14), time(15))]
    assert starts(rules, PARIS, utc(2024, 3, 25), utc(2024, 4, 4)) == [
        utc(2024, 3, 26, 13),
        utc(2024, 4, 2, 12),
    ]


def test_in_the_three_weeks_between_the_clock_changes_new_york_is_an_hour_nearer():
    rules = [Rule(TUESDAY, time(9), time(10))]
    found = starts(rules, NEW_YORK, utc(2024, 3, 4), utc(2024, 4, 4))
    assert [at.astimezone(PARIS).hour for at in found] == [15, 14, 14, 14, 15]


def test_a_window_wholly_inside_the_skipped_hour_offers_nothing():
    rules = [Rule(SUNDAY, time(2), time(3))]
    assert starts(rules, PARIS, utc(2024, 3, 30), utc(2024, 4, 1), minutes=15) == []


def test_the_repeated_hour_can_be_booked_twice():
    rules = [Rule(SUNDAY, time(2), time(3))]
    assert starts(rules, PARIS, utc(2024, 10, 26), utc(2024, 10, 28)) == [
        utc(2024, 10, 27, 0),
        utc(2024, 10, 27, 1),
    ]


def test_notice_and_horizon_are_half_open():
    rules = [Rule(MONDAY, time(9), time(12))]
    nine, ten, eleven, noon = (utc(2024, 1, 15, hour) for hour in (8, 9, 10, 11))
    assert starts(rules, PARIS, nine, noon) == [nine, ten, eleven]
    assert starts(rules, PARIS, nine + timedelta(microseconds=1), noon - timedelta(microseconds=1)) == [ten]


def test_what_is_taken_on_either_side_is_not_offered_but_its_neighbours_are():
    rules = [Rule(MONDAY, time(9), time(12))]
    taken = [Slot(utc(2024, 1, 15, 9), utc(2024, 1, 15, 10)), Slot(utc(2024, 1, 15, 7), utc(2024, 1, 15, 8))]
    assert starts(rules, PARIS, utc(2024, 1, 15), utc(2024, 1, 16), taken=taken) == [
        utc(2024, 1, 15, 8),
        utc(2024, 1, 15, 10),
    ]


def test_rules_that_touch_or_overlap_are_one_window():
    rules = [
        Rule(MONDAY, time(10), time(11)),
        Rule(MONDAY, time(9), time(10, 15)),
        Rule(MONDAY, time(11), time(12)),
    ]
    found = starts(rules, PARIS, utc(2024, 1, 15), utc(2024, 1, 16), minutes=90)
    assert found == [utc(2024, 1, 15, 8), utc(2024, 1, 15, 9, 30)]


def test_the_evening_of_the_day_before_counts_where_its_date_is_still_yesterday():
    rules = [Rule(MONDAY, time(22), time(23, 30))]
    found = starts(
        rules, ZoneInfo("Pacific/Auckland"), utc(2024, 1, 15, 9, 30), utc(2024, 1, 15, 11), minutes=30
    )
    assert found == [utc(2024, 1, 15, 9, 30), utc(2024, 1, 15, 10)]


zones = st.sampled_from(
    ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", "America/St_Johns"]
).map(ZoneInfo)
quarters = st.integers(0, 95).map(lambda n: time(n // 4, 15 * (n % 4)))
rules = st.lists(
    st.tuples(st.integers(0, 6), quarters, quarters).filter(lambda r: r[1] < r[2]).map(lambda r: Rule(*r)),
    max_size=6,
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 1), timezones=st.just(UTC))


def is_shown_twice(wall) -> bool:
    """In the repeated hour a window simply runs on, from the first showing of its beginning."""
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


@given(
    rules,
    zones,
    st.integers(15, 180),
    moments,
    st.integers(1, 20),
    st.lists(st.integers(0, 20 * 24 * 60), max_size=4),
)
def test_every_slot_lies_in_a_rule_and_meets_nothing(rules, zone, minutes, earliest, days, taken):
    latest = earliest + timedelta(days=days)
    taken = [Slot(earliest + timedelta(minutes=m), earliest + timedelta(minutes=m + 40)) for m in taken]
    found = list(free_slots(rules, zone, minutes=minutes, earliest=earliest, latest=latest, taken=taken))
    assert found == sorted(found)
    assert not any(slot.overlaps(following) for slot, following in pairwise(found))
    for slot in found:
        assert slot.ends_at - slot.starts_at == timedelta(minutes=minutes)
        assert earliest <= slot.starts_at
        assert slot.ends_at <= latest
        assert not any(slot.overlaps(other) for other in taken)
        for minute in range(minutes):
            wall = (slot.starts_at + timedelta(minutes=minute)).astimezone(zone)
            inside = any(r.weekday == wall.weekday() and r.starts <= wall.time() < r.ends for r in rules)
            assert inside or is_shown_twice(wall)
