from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from accelerator import wording
from accelerator.people.forms import time_zones

PARIS = ZoneInfo("Europe/Paris")
CLOSES = datetime(2023, 12, 1, 23, tzinfo=UTC)  # 2 December, midnight in Paris


def paris(*parts):
    return datetime(*parts, tzinfo=PARIS)


def test_an_exclusive_deadline_is_said_as_its_last_minute():
    assert wording.deadline(CLOSES, PARIS) == "Friday 1 December 2023, 23:59 Paris time"


def test_a_moment_is_said_on_the_wall_clock_of_its_zone_with_the_zone_named():
    assert (
        wording.moment(paris(2024, 1, 18, 10), "Asia/Tokyo") == "Thursday 18 January 2024, 18:00 Tokyo time"
    )
    assert wording.moment(paris(2024, 1, 18, 10), "America/New_York").endswith("04:00 New York time")
    assert wording.zone_name("UTC") == "UTC"


@pytest.mark.parametrize(
    ("zone", "english", "french"),
    [
        ("Europe/Paris", "Paris time", "heure : Paris"),
        ("Europe/London", "London time", "heure : Londres"),
        ("Africa/Cairo", "Cairo time", "heure : Le Caire"),
        ("America/Sao_Paulo", "São Paulo time", "heure : São Paulo"),
        ("America/Port-au-Prince", "Port-au-Prince time", "heure : Port-au-Prince"),
        ("US/Eastern", "New York time", "heure : New York"),
        ("Asia/Tel_Aviv", "Tel Aviv time", "heure : Tel Aviv"),
        ("America/Montreal", "Montreal time", "heure : Montreal"),
        ("UTC", "UTC", "UTC"),
        ("Etc/Zulu", "UTC", "UTC"),
        ("Etc/GMT", "GMT", "GMT"),
        ("Etc/GMT+0", "GMT", "GMT"),
        ("Etc/GMT-3", "UTC+3", "UTC+3"),
        ("Etc/GMT+11", "UTC−11", "UTC−11"),
        ("CET", "CET", "CET"),
    ],
)
def test_a_zone_is_named_by_its_city_in_the_readers_language(zone, english, french):
    assert wording.zone_name(zone) == english
    with translation.override("fr"):
        assert wording.zone_name(zone) == french


def test_the_last_zone_of_all_is_anywhere_on_earth():
    assert wording.zone_name("Etc/GMT+12") == "anywhere on earth (UTC−12)"
    assert wording.deadline(datetime(2023, 12, 2, 12, tzinfo=UTC), "Etc/GMT+12") == (
        "Friday 1 December 2023, 23:59 anywhere on earth (UTC−12)"
    )


def test_a_deadline_anywhere_on_earth_is_said_where_the_programme_is_too():
    """Read as UTC+12, “GMT+12” was a day too early."""
    call = SimpleNamespace(zone=ZoneInfo(wording.zone_key(" AoE ")), zone_beside=ZoneInfo("Europe/Paris"))
    closes_at = datetime(2024, 8, 17, 12, tzinfo=UTC)
    assert wording.deadline(closes_at, call) == (
        "Friday 16 August 2024, 23:59 anywhere on earth (UTC−12) · Saturday 13:59 in Paris"
    )
    brussels = SimpleNamespace(zone=ZoneInfo("Europe/Brussels"), zone_beside=ZoneInfo("Europe/Paris"))
    assert wording.deadline(closes_at, brussels) == "Saturday 17 August 2024, 13:59 Brussels time"


@pytest.mark.parametrize("written", ["AoE", "aoe", "anywhere on earth", "Etc/GMT+12"])
def test_anywhere_on_earth_is_a_zone_however_it_is_written(written):
    assert wording.zone_key(written) == "Etc/GMT+12"


@pytest.mark.parametrize("language", ["en-gb", "fr"])
def test_every_zone_has_a_name_without_marks_of_machines(language):
    zones = available_timezones()
    assert zones >= {zone for zone, _label in time_zones()}
    with translation.override(language):
        said = {zone: wording.zone_name(zone) for zone in zones}
    assert not {zone for zone, name in said.items() if not name.strip() or set("_/") & set(name)}


def test_every_zone_that_keeps_its_own_city_exists():
    assert available_timezones() >= wording.OWN_CITY | wording.NO_CITY


def test_a_zone_may_be_named_or_held_by_what_it_belongs_to():
    class Programme:
        zone = PARIS

    assert wording.as_zone(Programme()) == wording.as_zone("Europe/Paris") == PARIS


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (paris(2023, 11, 8, 9), "in 23 days"),
        (paris(2023, 11, 28, 10), "in 3 days"),
        (paris(2023, 11, 28, 23, 30), "in 3 days"),
        (paris(2023, 11, 29, 0, 30), "in 2 days"),
        (paris(2023, 11, 30, 10), "in 38 hours"),
        (paris(2023, 12, 1, 21), "in 3 hours"),
        (paris(2023, 12, 1, 23), "in 60 minutes"),
        (paris(2023, 12, 1, 23, 59), "in 1 minute"),
        (paris(2023, 12, 1, 23, 59, 30), "in less than a minute"),
        (CLOSES, ""),
        (paris(2023, 12, 5), ""),
    ],
)
def test_time_left_is_counted_to_the_last_minute_in_the_nights_people_sleep(now, words):
    assert wording.until(CLOSES, now, PARIS) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (paris(2025, 12, 1, 10), "in 24 months"),
        (paris(2024, 6, 20, 17), "in 7 months"),
        (paris(2024, 1, 27, 10), "in 2 months"),
        (paris(2024, 1, 26, 10), "in 59 days"),
        (paris(2023, 11, 30, 10), "in 2 days"),
        (paris(2023, 11, 30, 9, 59, 59), "in 47 hours"),
        (paris(2023, 11, 28, 12), "in 2 hours"),
        (paris(2023, 11, 28, 11, 59), "in 119 minutes"),
        (paris(2023, 11, 28, 10, 40), "in 40 minutes"),
        (paris(2023, 11, 28, 9), "60 minutes ago"),
        (paris(2023, 11, 28, 10), "in less than a minute"),
        (paris(2023, 11, 28, 9, 59, 30), "less than a minute ago"),
        (paris(2023, 11, 28, 8), "2 hours ago"),
        (paris(2023, 11, 25, 10), "3 days ago"),
    ],
)
def test_distances_point_forwards_and_backwards(at, words):
    assert wording.distance(at, paris(2023, 11, 28, 10), PARIS) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (paris(2024, 6, 20, 17), "dans 7 mois"),
        (paris(2023, 12, 1, 10), "dans 3 jours"),
        (paris(2023, 11, 29, 10), "dans 24 heures"),
        (paris(2023, 11, 28, 10, 1), "dans 1 minute"),
        (paris(2023, 11, 25, 10), "il y a 3 jours"),
        (paris(2023, 11, 28, 8), "il y a 2 heures"),
        (paris(2023, 11, 28, 9), "il y a 60 minutes"),
    ],
)
def test_distances_are_said_in_the_readers_language(at, words):
    with translation.override("fr"):
        assert wording.distance(at, paris(2023, 11, 28, 10), PARIS) == words


def test_a_deadline_is_soon_from_four_days_before_until_it_is_over():
    assert not wording.is_soon(CLOSES, CLOSES - timedelta(days=5))
    assert wording.is_soon(CLOSES, CLOSES - timedelta(days=3))
    assert not wording.is_soon(CLOSES, CLOSES)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (paris(2023, 11, 8, 9), paris(2023, 12, 2), "8 November – 1 December 2023"),
        (paris(2023, 12, 2), paris(2023, 12, 19), "2 – 18 December 2023"),
        (paris(2023, 12, 20), paris(2024, 1, 3), "20 December 2023 – 2 January 2024"),
        (paris(2024, 1, 8), paris(2024, 1, 9), "8 January 2024"),
    ],
)
def test_a_half_open_period_is_said_by_its_first_and_last_day(start, end, words):
    assert wording.period(start, end, PARIS) == words


def test_days_are_said_with_or_without_an_instant():
    assert wording.day(date(2023, 12, 21)) == "Thursday 21 December 2023"
    assert wording.day(CLOSES, PARIS, year=False) == "Saturday 2 December"
    assert wording.short_day(paris(2024, 1, 18, 10), PARIS) == "18 Jan"
    assert wording.hours(paris(2024, 1, 18, 10), paris(2024, 1, 18, 10, 45), PARIS) == "10:00–10:45"


@pytest.mark.parametrize(
    ("language", "last", "two", "three"),
    [
        ("en-gb", "Scaleway", "Meta and Scaleway", "Meta, Hugging Face and Scaleway"),
        ("en", "Scaleway", "Meta and Scaleway", "Meta, Hugging Face and Scaleway"),
        ("fr", "Scaleway", "Meta et Scaleway", "Meta, Hugging Face et Scaleway"),
        ("en-gb", "{0} & {1}", "Meta and {0} & {1}", "Meta, Hugging Face and {0} & {1}"),
    ],
)
def test_lists_are_joined_as_the_readers_language_joins_them(language, last, two, three):
    with translation.override(language):
        assert wording.list_of(["Meta", "Hugging Face", last]) == three
        assert wording.list_of(word for word in ["Meta", last]) == two
        assert wording.list_of(["Meta"]) == "Meta"
        assert wording.list_of([]) == ""


def test_words_of_a_list_may_be_lazy():
    with translation.override("fr"):
        assert wording.list_of([gettext_lazy("Monday"), gettext_lazy("Friday")]) == "lundi et vendredi"
        assert wording.list_of([gettext_lazy("Monday")]) == "lundi"


def test_names_and_sizes():
    assert wording.initials("Anne-Marie du Plessis") == "AP"
    assert wording.initials("Zoé") == "Z"
    assert wording.initials("") == "·"
    assert wording.file_size(4_210_000) == "4.2 MB"
    assert wording.file_size(12) == "1 kB"
