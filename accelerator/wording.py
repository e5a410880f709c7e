"""How moments and quantities are said to people: pure functions, no database and no clock.

Intervals in Slipway are half-open, so a deadline is stored as the first instant that is too late
(2 December, 00:00). People are always told the last minute that is not (1 December, 23:59): everything
that shows a deadline goes through `last_minute`.
"""

import math
import re
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accelerator.locales import reader_locale

if TYPE_CHECKING:
    from babel import Locale

MINUTE = timedelta(minutes=1)
SOON = timedelta(days=4)
ANYWHERE_ON_EARTH = "Etc/GMT+12"  # where it is still the day of a deadline when that is over everywhere else
# The CLDR has these under another city of the same time, and CET under Brussels; whoever lives by one reads its name.
OWN_CITY = {
    "Africa/Timbuktu", "America/Ensenada", "America/Montreal", "America/Rosario", "America/Thunder_Bay",
    "America/Yellowknife", "Asia/Chongqing", "Asia/Harbin", "Asia/Tel_Aviv", "Australia/Canberra", "Europe/Belfast",
}  # fmt: skip
NO_CITY = {"CET", "EET", "EST", "HST", "MET", "MST", "WET", "CST6CDT", "EST5EDT", "MST7MDT", "PST8PDT"}
# The CLDR writes a title, “Paris Time”, and these words stand in sentences.
REGION_FORMATS = {"en": "%s time"}
Unit = Literal["month", "day", "hour", "minute"]
# The lengths that Babel gives them; what counts as a month is told by `_amount`.
SECONDS: dict[Unit, int] = {"month": 30 * 86_400, "day": 86_400, "hour": 3_600, "minute": 60}


# --- Zones and moments ------------------------------------------------------------------------------------


def as_zone(zone) -> tzinfo:
    """A time zone from its name, from a tzinfo, or from anything that has a `zone` (a programme, a call, a user)."""
    zone = getattr(zone, "zone", zone)
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def zone_key(written: str) -> str:
    """The key of a time zone as people write it: AoE, or anywhere on earth, is the last zone of all."""
    words = " ".join(written.split())
    return ANYWHERE_ON_EARTH if words.casefold() in {"aoe", "anywhere on earth"} else words


def zone_name(zone) -> str:
    """`Europe/Paris` as people say it: Paris time."""
    key = str(as_zone(zone))
    if key == ANYWHERE_ON_EARTH:
        return _("anywhere on earth (UTC−12)")
    if offset := re.fullmatch(r"Etc/GMT([+-])([1-9]\d?)", key):  # whose sign is the other way round
        return f"UTC{'−' if offset[1] == '+' else '+'}{offset[2]}"
    if key.startswith("UTC") or key in NO_CITY:
        return key
    return _time_of_city(key, reader_locale())


@cache
def _city(key: str, locale: "Locale") -> str:
    from babel.dates import get_timezone_location

    own = key.rpartition("/")[2].replace("_", " ")
    return own if key in OWN_CITY else get_timezone_location(key, locale=locale, return_city=True)


@cache
def _time_of_city(key: str, locale: "Locale") -> str:
    city = _city(key, locale)
    if city in {"UTC", "GMT"}:
        return city
    return (REGION_FORMATS.get(locale.language) or locale.zone_formats["region"]) % city


def last_minute(closes_at: datetime) -> datetime:
    """The last minute that is still in time, of an exclusive instant."""
    return closes_at - MINUTE


def _local(at: datetime | date, zone) -> datetime | date:
    """An instant on its zone's wall clock; a day as it is."""
    return at.astimezone(as_zone(zone)) if isinstance(at, datetime) else at


def day(at: datetime | date, zone=None, *, weekday=True, year=True) -> str:
    """Friday 1 December 2023."""
    return date_format(_local(at, zone), ("l " if weekday else "") + "j F" + (" Y" if year else ""))


def short_day(at: datetime | date, zone=None) -> str:
    """1 Dec, for tables and drawings."""
    return date_format(_local(at, zone), "j M")


def wall_time(at: datetime, zone) -> str:
    """23:59."""
    return date_format(_local(at, zone), "H:i")


def moment(at: datetime, zone, *, weekday=True, year=True) -> str:
    """Friday 1 December 2023, 14:00 Paris time."""
    return _("%(day)s, %(time)s %(zone)s") % {
        "day": day(at, zone, weekday=weekday, year=year),
        "time": wall_time(at, zone),
        "zone": zone_name(zone),
    }


def deadline(closes_at: datetime, zone) -> str:
    """An exclusive instant in words: Friday 1 December 2023, 23:59 Paris time.

    A call in a zone of its own says its programme's beside it, for whoever cannot work it out: Friday 16 August 2024,
    23:59 anywhere on earth (UTC−12) · Saturday 13:59 in Paris.
    """
    last = last_minute(closes_at)
    return " · ".join(part for part in (moment(last, zone), in_another_place(last, zone)) if part)


def in_another_place(at: datetime, zone, reader=None) -> str:
    """A moment of something in a zone of its own as its programme sees it, or the reader: Saturday 13:59 in Paris.

    "" where the wall clocks agree, and for whatever has no zone of its own.
    """
    beside = getattr(zone, "zone_beside", None)
    if beside is None:
        return ""
    here, there = at.astimezone(as_zone(zone)), at.astimezone(as_zone(reader or beside))
    if there.utcoffset() == here.utcoffset():
        return ""
    day_there = date_format(there, "l") if there.date() != here.date() else ""
    return " ".join(part for part in (day_there, date_format(there, "H:i"), _place(reader or beside)) if part)


def _place(zone) -> str:
    """`Europe/Paris` as where one is: in Paris."""
    key = str(as_zone(zone))
    if "/" not in key or key.startswith("Etc/"):
        return zone_name(zone)
    return _("in %(city)s") % {"city": _city(key, reader_locale())}


def hours(start: datetime, end: datetime, zone) -> str:
    """Both ends of a meeting: 10:00–10:45."""
    return f"{wall_time(start, zone)}–{wall_time(end, zone)}"


def period(start: datetime, end: datetime, zone, *, year=True, short=False) -> str:
    """A half-open interval as its first and last day: 8 November – 1 December 2023; short: 8 Nov – 1 Dec."""
    zone = as_zone(zone)
    first, last = start.astimezone(zone).date(), last_minute(end).astimezone(zone).date()
    month = "j M" if short else "j F"
    closing = date_format(last, f"{month} Y" if year else month)
    if first == last:
        return closing
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {closing}"
    return f"{date_format(first, f'{month} Y' if year and first.year != last.year else month)} – {closing}"


# --- Distances in time ------------------------------------------------------------------------------------


def _amount(length: timedelta, nights: int) -> tuple[int, Unit]:
    """From two days on the nights between are counted, as people do, not periods of 24 hours."""
    seconds = int(length.total_seconds())
    if nights >= 60:
        return round(nights / 30.44), "month"
    if seconds >= 48 * 3600:
        return nights, "day"
    if seconds >= 2 * 3600:
        return seconds // 3600, "hour"
    return seconds // 60, "minute"


def _away(length: timedelta, nights: int, *, ago: bool = False) -> str:
    from babel.dates import format_timedelta

    count, unit = _amount(length, nights)
    if not count:
        return _("less than a minute ago") if ago else _("in less than a minute")
    return format_timedelta(
        (-count if ago else count) * SECONDS[unit],
        granularity=unit,
        threshold=math.inf,  # 60 minutes stay minutes
        add_direction=True,
        locale=reader_locale(),
    )


def _nights(earlier: datetime, later: datetime, zone) -> int:
    zone = as_zone(zone)
    return (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days


def distance(at: datetime, now: datetime, zone) -> str:
    """How far away a moment is: in 3 days, in 26 hours, 40 minutes ago."""
    if at >= now:
        return _away(at - now, _nights(now, at, zone))
    return _away(now - at, _nights(at, now, zone), ago=True)


def until(closes_at: datetime, now: datetime, zone) -> str:
    """How far away an exclusive end is, its days counted to the last minute; nothing when it is over."""
    if now >= closes_at:
        return ""
    return _away(closes_at - now, _nights(now, last_minute(closes_at), zone))


def is_soon(closes_at: datetime, now: datetime) -> bool:
    """Near enough to be said in the signal colour, and not over."""
    return timedelta(0) < closes_at - now <= SOON


# --- Other words ------------------------------------------------------------------------------------------


def list_of(words) -> str:
    """Meta, Hugging Face and Scaleway."""
    from babel.lists import format_list

    return format_list([str(word) for word in words], locale=reader_locale())


def initials(name: str) -> str:
    """Two letters that stand for a person in a list."""
    parts = [part for part in name.replace("-", " ").split() if part[0].isalpha()]
    return "".join(part[0] for part in parts[:1] + parts[1:][-1:]).upper() or "·"


def number(amount: float) -> str:
    """A number that somebody gave: 2021, and from five digits on in groups that mean the same everywhere: 12 000."""
    whole, point, decimals = str(amount).partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u202f") if len(whole.lstrip("-")) > 4 else whole
    return f"{grouped}{point}{decimals}"


def signed(amount: float, digits: int = 2) -> str:
    """A change: +0.31 or −0.31; what rounds to nothing has no sign."""
    said = f"{amount:+.{digits}f}"
    return said.replace("-", "−") if float(said) else said[1:]


def chance(share: float) -> str:
    """A share from 0 to 1 in hundredths: 61 %; never "0 %" or "100 %" for what is not quite."""
    hundredths = round(100 * float(share))
    if hundredths == 0 and share > 0:
        return _("<\u00a01\u00a0%")
    if hundredths == 100 and share < 1:
        return _(">\u00a099\u00a0%")
    return _("%(hundredths)s\u00a0%%") % {"hundredths": hundredths}


def file_size(octets: int) -> str:
    """840 kB, 4.2 MB: in thousands, as file managers show it."""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))} kB"
    return f"{octets / 1_000_000:.1f} MB"
