"""Weekly rules to free slots: tables of cases around the clock changes of 2024. For any zone: test_free_time.py."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from mentoring.mentors.availability import DAY, Exceptional, Rule, Slot, free_slots, instant, whole_day

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")
SUNDAY, MONDAY, TUESDAY = 6, 0, 1


def utc(*parts) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def starts(rules, zone, earliest, latest, minutes=60, taken=(), **more):
    found = free_slots(rules, zone, minutes=minutes, earliest=earliest, latest=latest, taken=taken, **more)
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


def test_hours_may_last_until_midnight_and_over_it():
    until = starts([Rule(MONDAY, time(22), time(0))], PARIS, utc(2024, 1, 15), utc(2024, 1, 17))
    assert until == [utc(2024, 1, 15, 21), utc(2024, 1, 15, 22)]
    over = starts([Rule(MONDAY, time(23), time(2))], PARIS, utc(2024, 1, 15), utc(2024, 1, 17))
    assert over == [utc(2024, 1, 15, 22), utc(2024, 1, 15, 23), utc(2024, 1, 16)]


def test_what_began_yesterday_evening_still_counts_after_midnight():
    rules = [Rule(MONDAY, time(23), time(2))]
    assert starts(rules, PARIS, utc(2024, 1, 15, 23, 30), utc(2024, 1, 17)) == [utc(2024, 1, 16)]


def test_a_whole_week_of_hours_is_offered_alike_whenever_one_looks():
    rules = [Rule(day, time(0), time(0)) for day in range(7)]
    until = utc(2024, 1, 20)
    early, late = (set(starts(rules, PARIS, utc(2024, 1, day), until, minutes=50)) for day in (1, 9))
    assert late == {at for at in early if at >= utc(2024, 1, 9)}


JANUARY_16 = date(2024, 1, 16)


def test_a_day_off_and_a_week_off_offer_nothing_and_the_weeks_around_them_do():
    rules = [Rule(TUESDAY, time(14), time(15))]
    off = [Exceptional(JANUARY_16, JANUARY_16 + 6 * DAY, is_off=True)]
    found = starts(rules, PARIS, utc(2024, 1, 8), utc(2024, 1, 25), exceptions=off)
    assert found == [utc(2024, 1, 9, 13), utc(2024, 1, 23, 13)]


def test_hours_off_leave_the_others_of_the_day():
    rules = [Rule(TUESDAY, time(14), time(18))]
    off = [Exceptional(JANUARY_16, JANUARY_16, True, time(15), time(16))]
    found = starts(rules, PARIS, utc(2024, 1, 15), utc(2024, 1, 18), exceptions=off)
    assert found == [utc(2024, 1, 16, 13), utc(2024, 1, 16, 15), utc(2024, 1, 16, 16)]


def test_extra_hours_are_offered_even_on_a_day_off_and_on_a_holiday():
    extra = Exceptional(JANUARY_16, JANUARY_16, False, time(9), time(10))
    for day in ({"exceptions": [Exceptional(JANUARY_16, JANUARY_16, True), extra]}, {"exceptions": [extra]}):
        found = starts(
            [Rule(TUESDAY, time(14), time(15))],
            PARIS,
            utc(2024, 1, 15),
            utc(2024, 1, 18),
            closed=[whole_day(JANUARY_16, PARIS)],
            **day,
        )
        assert found == [utc(2024, 1, 16, 8)]


def test_a_buffer_stands_between_slots():
    rules = [Rule(MONDAY, time(9), time(12))]
    found = starts(rules, PARIS, utc(2024, 1, 15), utc(2024, 1, 16), minutes=45, buffer_minutes=15)
    assert found == [utc(2024, 1, 15, hour) for hour in (8, 9, 10)]
