"""Days and moments as other tools write them. Pure.

"03/04/2023" is a day in March or in April: which of the two, the column tells by its other lines, or else whoever imports.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

_NUMBERS = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?!\d)")
_TIME = re.compile(r"(\d{1,2})[:h](\d{2})(?:[:](\d{2})(?:\.\d+)?)?\s*([ap])?\.?(?:m\b)?\.?", re.IGNORECASE)
_OFFSET = re.compile(r"\b(?:utc|gmt)\s*([+-]\d{1,2})?(?::?(\d{2}))?\b|(?<=\d)z$", re.IGNORECASE)
_WORDS = re.compile(
    r"(\d{1,2})?\.?\s*([a-zéû]{3,9})\.?\s*(\d{1,2})?(?:st|nd|rd|th)?,?\s*(\d{4})", re.IGNORECASE
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janv janvier januar", "feb february févr février februar", "mar march mars märz",
            "apr april avr avril", "may mai", "jun june juin juni", "jul july juil juillet juli",
            "aug august août", "sep sept september septembre", "oct october octobre oktober okt",
            "nov november novembre", "dec december décembre dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


def is_day_first(cells: Iterable[str]) -> bool | None:
    """What a column tells by a number that can be no month; None where it tells nothing."""
    for cell in cells:
        found = _NUMBERS.match(cell)
        if found and len(found[1]) < 3:
            if int(found[1]) > 12:
                return True
            if int(found[2]) > 12:
                return False
    return None


def is_read_in_two_ways(cells: Iterable[str]) -> bool:
    """Whether some day of a column could be read either way, and no line tells which."""
    cells = list(cells)
    numeric = [found for cell in cells if (found := _NUMBERS.match(cell)) and len(found[1]) < 3]
    return is_day_first(cells) is None and any(found[1] != found[2] for found in numeric)


def day(typed: str, *, day_first: bool) -> date | None:
    found = _day_and_rest(typed.strip(), day_first)
    return found[0] if found else None


def moment(typed: str, zone: tzinfo, *, day_first: bool) -> datetime | None:
    """The instant, on this clock unless the text names another; a day alone is its noon. None where it is no time."""
    typed = typed.strip()
    try:
        read = datetime.fromisoformat(typed) if len(typed) > 10 else None
    except ValueError:
        read = None
    if read is None:
        found = _day_and_rest(typed, day_first)
        if found is None:
            return None
        on, rest = found
        at = _time(rest)
        if at is None:
            return None
        read = datetime.combine(on, at)
        zone = _offset(rest) or zone
    if not 1990 <= read.year <= 2200:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)


def _day_and_rest(typed: str, day_first: bool) -> tuple[date, str] | None:
    try:
        if found := _NUMBERS.match(typed):
            return _from_numbers(found[1], found[2], found[3], day_first), typed[found.end() :]
        if found := _WORDS.search(typed):
            month = _MONTHS.get(found[2].lower())
            number = found[1] or found[3]
            if month and number:
                return date(int(found[4]), month, int(number)), typed[found.end() :]
    except ValueError:
        pass
    return None


def _from_numbers(first: str, second: str, third: str, day_first: bool) -> date:
    if len(first) == 4:
        return date(int(first), int(second), int(third))
    if len(third) != 4:
        raise ValueError("a year has four digits")
    number, month = (first, second) if day_first else (second, first)
    return date(int(third), int(month), int(number))


def _time(rest: str) -> time | None:
    if not rest.strip(" ,T"):
        return time(12)
    found = _TIME.search(rest)
    if not found:
        return None
    hour, half = int(found[1]), (found[4] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(found[2]), int(found[3] or 0))
    except ValueError:
        return None


def _offset(rest: str) -> tzinfo | None:
    found = _OFFSET.search(rest)
    if not found:
        return None
    hours, minutes = int(found[1] or 0), int(found[2] or 0)
    try:
        return timezone(timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes))
    except ValueError:
        return None
