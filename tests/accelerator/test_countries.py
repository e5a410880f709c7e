import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from django.utils import translation

from accelerator import countries

ROOT = Path(__file__).resolve().parents[2]


def names(language: str) -> list[str]:
    with translation.override(language):
        return [name for _code, name in countries.choices()]


def neighbours(language: str, first: str, count: int = 2) -> list[str]:
    found = names(language)
    return found[found.index(first) :][:count]


def test_what_may_be_chosen_is_iso_3166_as_the_time_zone_database_lists_it_and_kosovo():
    table = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    official = {line.split("\t")[0] for line in table.splitlines() if line and not line.startswith("#")}
    assert len(official) == 249
    assert official | {"XK"} == countries.CODES


@pytest.mark.parametrize("language", ["en-gb", "en", "fr"])
def test_every_country_is_offered_once_under_a_name_of_its_own(language):
    with translation.override(language):
        offered = countries.choices()
        assert all(countries.name(code) == name for code, name in offered)
    assert {code for code, _name in offered} == countries.CODES
    assert len(offered) == len({name for _code, name in offered}) == 250


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en-gb",
            ["Germany", "Côte d’Ivoire", "Türkiye", "Kosovo", "Hong Kong", "Palestine", "United States"],
        ),
        ("fr", ["Allemagne", "Côte d’Ivoire", "Turquie", "Kosovo", "Hong Kong", "Palestine", "États-Unis"]),
    ],
)
def test_a_country_is_named_in_the_readers_language(language, expected):
    with translation.override(language):
        assert [countries.name(code) for code in ["DE", "CI", "TR", "XK", "HK", "PS", "US"]] == expected


def test_what_is_no_country_comes_back_as_it_is():
    assert [countries.name(code) for code in ["", "EU", "QQ", "001"]] == ["", "EU", "QQ", "001"]


def test_english_sorts_accents_under_their_letters():
    assert names("en-gb")[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    assert neighbours("en-gb", "Costa Rica") == ["Costa Rica", "Côte d’Ivoire"]
    assert neighbours("en-gb", "Tunisia", 3) == ["Tunisia", "Türkiye", "Turkmenistan"]
    assert names("en-gb")[-1] == "Zimbabwe"


def test_french_sorts_accents_under_their_letters():
    assert names("fr")[:2] == ["Afghanistan", "Afrique du Sud"]
    assert neighbours("fr", "Dominique", 6) == [
        "Dominique", "Égypte", "Émirats arabes unis", "Équateur", "Érythrée", "Espagne",
    ]  # fmt: skip
    assert neighbours("fr", "Hongrie", 3) == ["Hongrie", "Île Bouvet", "Île Christmas"]
    assert neighbours("fr", "Guinée", 3) == ["Guinée", "Guinée équatoriale", "Guinée-Bissau"]


@pytest.mark.parametrize("language", ["tlh", "qq-no-such", "x"])
def test_a_language_that_nobody_knows_reads_the_sites_own(language):
    with translation.override(language):
        assert countries.name("DE") == "Germany"
    with translation.override(None):
        assert countries.name("DE") == "Germany"


def test_words_of_languages_are_loaded_when_they_are_asked_for():
    """Not by what merely imports them, as commands do that name no country and no time."""
    program = (
        "import sys, django; from django.conf import settings; settings.configure(LANGUAGE_CODE='en-gb')\n"
        "from accelerator import countries, wording; early = 'babel' in sys.modules\n"
        "print(early, countries.name('DE'), 'babel' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "False Germany True", done.stderr
