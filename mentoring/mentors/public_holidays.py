"""Public holidays by country and region, as PyPI's `holidays` knows them.

A country is an ISO 3166-1 code, NONE for none, or nothing for the country of the time zone. The packages are loaded when
the first holiday is asked for.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from accelerator import countries
from accelerator.locales import reader_locale
from mentoring.mentors.availability import Slot, whole_day

NONE = "none"


@cache
def supported() -> frozenset[str]:
    import holidays

    return frozenset(holidays.list_supported_countries()) & countries.CODES


def country_of(zone: ZoneInfo) -> str:
    """Europe/Paris → FR; nothing where a zone is of no country."""
    from babel.core import get_global

    return get_global("zone_territories").get(zone.key, "")


@cache
def regions(country: str) -> dict[str, str]:
    """By their code, what they are called; a region without a name of its own is its code."""
    import holidays

    if country not in supported():
        return {}
    known = holidays.country_holidays(country)
    names = {code: code for code in known.subdivisions}
    for alias, code in known.subdivisions_aliases.items():
        if len(alias) > len(names.get(code, alias)):
            names[code] = alias
    return dict(sorted(names.items(), key=lambda item: item[1]))


@cache
def _of_year(country: str, region: str, year: int, language: str) -> dict[date, str]:
    import holidays

    known = holidays.country_holidays(country, subdiv=region or None, years=year)
    spoken = next((tag for tag in known.supported_languages if tag.split("_")[0] == language), None)
    if spoken is not None:
        known = holidays.country_holidays(country, subdiv=region or None, years=year, language=spoken)
    return dict(sorted(known.items()))


def between(country: str, region: str, zone: ZoneInfo, first: date, last: date) -> Iterator[tuple[date, str]]:
    """Each holiday from one day to another, both included, with its name in the reader's language."""
    code = country or country_of(zone)
    if code not in supported():
        return
    region = region if region in regions(code) else ""
    for year in range(first.year, last.year + 1):
        for day, name in _of_year(code, region, year, reader_locale().language).items():
            if first <= day <= last:
                yield day, name


def stretches(
    country: str, region: str, zone: ZoneInfo, earliest: datetime, latest: datetime
) -> list[tuple[Slot, str]]:
    """The same as stretches of time in that zone; from two days before, as free time is looked for."""
    first = earliest.astimezone(zone).date() - timedelta(days=2)
    found = between(country, region, zone, first, latest.astimezone(zone).date())
    return [(whole_day(day, zone), name) for day, name in found]
