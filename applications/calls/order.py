"""What the days and numbers of a call can be, whoever sets them: its form in the dashboard, and the programme file."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

# Number of a call → the least and the most it can be.
BOUNDS = {
    "seats": (1, 500),
    "reserve": (0, 500),
    "reviews_per_application": (1, 20),
    "offer_days": (1, 60),
}
DAYS = ("reviews_due_on", "decision_on", "starts_on", "ends_on")  # as they follow each other


class WrongWayRound(NamedTuple):
    """Two days that stand the wrong way round, by their names, and the day that comes first."""

    earlier: str
    later: str
    first: date


def out_of_order(days: Mapping[str, date]) -> WrongWayRound | None:
    """The first two of these days, given in the order of a season, of which the second is before the first.

    The programme takes longer than a day: `ends_on` is after `starts_on`.
    """
    for (earlier, first), (later, second) in pairwise(days.items()):
        if second < first or (later == "ends_on" and second == first):
            return WrongWayRound(earlier, later, first)
    return None
