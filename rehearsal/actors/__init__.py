"""What the cast does and when. Each module yields `(moment, act, replans)`; an act looks before it does anything."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from rehearsal.actors import asking, founders, helped, latecomers, leavers, members, mentors, panel, writing

if TYPE_CHECKING:
    from rehearsal.season import RehearsedSeason

Plan = Iterator[tuple[datetime, Callable[[datetime], object], bool]]


def everybody(season: "RehearsedSeason") -> Plan:
    """The acts of a whole season, in no particular order."""
    for room in (founders, writing, latecomers, asking, panel, leavers, members, helped, mentors):
        yield from room.plan(season)
