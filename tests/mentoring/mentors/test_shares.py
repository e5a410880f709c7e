"""How much of a mentor there is for one startup: a table of what is full, by the mentor's own calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mentoring.mentors.shares import Given, Share, Shares, Terms

PARIS, TOKYO = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Tokyo")
ROOMY = Terms(42, 0, 20, 60, 200, 20, 200)
TUESDAY = datetime(2024, 1, 16, 13, tzinfo=UTC)
WEEK = timedelta(days=7)


def full(terms: dict, given, at=TUESDAY, zone=PARIS):
    return Shares(Terms(**{**vars(ROOMY), **terms}), zone, given).full(at)


@pytest.mark.parametrize(
    ("terms", "booked", "is_own", "expected"),
    [
        ({"startup_per_week": 2}, [0, 1], True, (Share.STARTUP_WEEK, date(2024, 1, 15))),
        ({"startup_per_week": 2}, [0, 1], False, None),
        ({"startup_per_week": 2}, [0, 7], True, None),
        ({"startup_in_all": 2}, [-30, 60], True, (Share.STARTUP_IN_ALL, None)),
        ({"startup_in_all": 2}, [-30, 60], False, None),
        ({"most_per_day": 1}, [0], False, (Share.DAY, date(2024, 1, 16))),
        ({"most_per_day": 1}, [1], False, None),
        ({"most_per_week": 2}, [-1, 5], False, (Share.WEEK, date(2024, 1, 15))),
        ({"most_per_week": 2}, [-1, 6], False, None),
        ({"most_per_month": 2}, [-15, 15], False, (Share.MONTH, date(2024, 1, 1))),
        ({"most_per_month": 2}, [-16, 15], False, None),
    ],
)
def test_a_share_is_full_once_it_is_reached_and_not_before(terms, booked, is_own, expected):
    given = [Given(TUESDAY + timedelta(days=days), is_own) for days in booked]
    assert full(terms, given) == expected


def test_days_and_weeks_are_those_of_the_mentors_own_calendar():
    sunday_evening = datetime(2024, 1, 14, 16, tzinfo=UTC)  # Monday, 01:00 in Tokyo
    given = [Given(sunday_evening, is_own=True)]
    assert full({"startup_per_week": 1}, given) is None
    assert full({"startup_per_week": 1}, given, zone=TOKYO) == (Share.STARTUP_WEEK, date(2024, 1, 15))
