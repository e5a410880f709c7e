"""A time of day as people type it: 14:00, 1400, 14h, 14h30, 2 pm, 5.30 p.m., noon, midnight, 24:00."""

import re
from datetime import time

NAMED = {"noon": 12, "midday": 12, "midi": 12, "midnight": 0, "minuit": 0}
_TIME = re.compile(r"(\d{1,2}?)\s*[:.h]?\s*(\d{2})?\s*([ap])?(?:\.?\s*m\.?)?")


def time_of_day(typed: str, *, may_be_end: bool = False) -> time | None:
    """None for what is no time of day. With `may_be_end` 24:00 is one, too: midnight, when a day is over."""
    words = typed.strip().lower()
    if words in NAMED:
        return time(NAMED[words])
    said = _TIME.fullmatch(words)
    if said is None or (words.endswith(("m", "m.")) and not said[3]):
        return None
    hour, minute, half = int(said[1]), int(said[2] or 0), said[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if may_be_end and (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
