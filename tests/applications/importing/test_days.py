"""Days and moments as other tools write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.importing import days

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("2023-11-20 09:12:33", datetime(2023, 11, 20, 8, 12, 33)),
        ("2023-11-20T09:12:33Z", datetime(2023, 11, 20, 9, 12, 33)),
        ("2023-11-20T09:12:33.123+02:00", datetime(2023, 11, 20, 7, 12, 33, 123000)),
        ("2023-11-20", datetime(2023, 11, 20, 11)),
        ("20/11/2023 09:12:33", datetime(2023, 11, 20, 8, 12, 33)),
        ("20.11.2023, 09:12", datetime(2023, 11, 20, 8, 12)),
        ("2023/11/20 9:12:33 AM GMT+1", datetime(2023, 11, 20, 8, 12, 33)),
        ("2023/11/20 9:12:33 PM UTC", datetime(2023, 11, 20, 21, 12, 33)),
        ("20/11/2023 12:05am", datetime(2023, 11, 19, 23, 5)),
        ("20/11/2023 12:05 p.m.", datetime(2023, 11, 20, 11, 5)),
        ("Nov 20, 2023 9:12 AM", datetime(2023, 11, 20, 8, 12)),
        ("20 novembre 2023 14h30", datetime(2023, 11, 20, 13, 30)),
        ("Mon, 20 Nov 2023 09:12:33", datetime(2023, 11, 20, 8, 12, 33)),
    ],
)
def test_what_tools_write_is_read_on_the_clock_that_it_names(typed, at):
    assert days.moment(typed, PARIS, day_first=True) == at.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "typed", ["", "soon", "20/11/23", "31/02/2023", "2023-11-20 25:00", "0001-01-01 00:00:00", "12"]
)
def test_what_is_no_time_is_none(typed):
    assert days.moment(typed, PARIS, day_first=True) is None


def test_which_number_is_the_day_is_told_by_one_that_can_be_no_month():
    assert days.is_day_first(["03/04/2023", "13/04/2023"]) is True
    assert days.is_day_first(["03/04/2023", "04/13/2023"]) is False
    assert days.is_day_first(["03/04/2023", "2023-04-13", ""]) is None
    assert days.day("03/04/2023", day_first=True) == date(2023, 4, 3)
    assert days.day("03/04/2023", day_first=False) == date(2023, 3, 4)
    assert days.is_read_in_two_ways(["03/04/2023"])
    assert not days.is_read_in_two_ways(["04/04/2023", "2023-03-04"])


@given(st.text(alphabet="0123456789/:-. TZ+gmtAPNov", max_size=30), st.booleans())
def test_anything_is_a_moment_or_none(typed, day_first):
    found = days.moment(typed, PARIS, day_first=day_first)
    assert found is None or found.tzinfo
