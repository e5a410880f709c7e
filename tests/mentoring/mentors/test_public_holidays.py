"""Public holidays: of the country of one's zone unless one says otherwise, and named in the reader's language."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from mentoring.mentors import public_holidays

PARIS = ZoneInfo("Europe/Paris")
FRENCH_2024 = "01-01 04-01 05-01 05-08 05-09 05-20 07-14 08-15 11-01 11-11 12-25".split()


def days(country="", region="", zone=PARIS, first=date(2024, 1, 1), last=date(2024, 12, 31)):
    return [f"{day:%m-%d}" for day, _name in public_holidays.between(country, region, zone, first, last)]


def test_the_zone_says_the_country_and_a_country_of_ones_own_says_it_better():
    assert days() == FRENCH_2024
    assert days("US") != FRENCH_2024
    assert "07-04" in days(zone=ZoneInfo("America/New_York"))
    assert "12-26" in days(region="57")  # Moselle
    assert days("none") == days(zone=ZoneInfo("UTC")) == days("XX") == []


def test_a_region_that_the_country_does_not_have_counts_as_none():
    assert days("FR", "CA") == FRENCH_2024


def test_both_ends_are_included_also_over_the_end_of_a_year():
    assert days(first=date(2023, 12, 25), last=date(2024, 1, 1)) == ["12-25", "01-01"]


@pytest.mark.parametrize(("language", "name"), [("en", "Easter Monday"), ("fr", "Lundi de Pâques")])
def test_they_are_named_in_the_readers_language(language, name):
    easter = date(2024, 4, 1)
    with translation.override(language):
        assert list(public_holidays.between("FR", "", PARIS, easter, easter)) == [(easter, name)]


def test_regions_have_names():
    assert public_holidays.regions("FR")["57"] == "Moselle"
    assert public_holidays.regions("nowhere") == {}
