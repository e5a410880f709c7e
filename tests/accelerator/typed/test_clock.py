"""Times of day as people type them."""

from datetime import time

import pytest

from accelerator.typed.clock import time_of_day


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        *[
            (typed, time(14))
            for typed in ("14:00", "1400", "14h", "14", " 14.00 ", "2pm", "2 PM", "2 p.m.", "14H00")
        ],
        *[(typed, time(17, 30)) for typed in ("17h30", "17:30", "5:30pm", "5.30 pm", "530pm", "1730")],
        *[(typed, time(9)) for typed in ("9", "9am", "9 a.m.", "09:00", "9h", "900")],
        *[(typed, time(12)) for typed in ("noon", "midi", "12pm", "12")],
        *[(typed, time(0)) for typed in ("midnight", "Minuit", "12am", "0:00", "00:00")],
        *[
            (typed, None)
            for typed in ("13pm", "0am", "24:00", "25", "9:75", "9xm", "9m", "soon", "", "pm", "9 apples")
        ],
    ],
)
def test_a_time_is_read_as_it_is_meant(typed, expected):
    assert time_of_day(typed) == expected


def test_a_day_may_end_at_24_and_does_not_begin_then():
    assert [time_of_day(typed, may_be_end=True) for typed in ("24:00", "24h", "24")] == [time(0)] * 3
    assert time_of_day("24:01", may_be_end=True) is None
