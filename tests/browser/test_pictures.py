"""The pictures of the README and of docs/selection.md are taken here, so that they cannot show what is not there.

    SLIPWAY_PICTURES=1 .venv/bin/python -m pytest tests/browser/test_pictures.py tests/browser/test_managing.py tests/browser/test_mentoring.py

writes them to docs/pictures; otherwise they are only taken and looked at, the season with fewer startups.
"""

import os

import factories
import pytest
from django.core.management import call_command
from django.urls import reverse

from applications.models import Call
from rehearsal import casting, season, stops
from rehearsal.actors import arrivals


@pytest.fixture
def first_edition(db):
    """The real programme, three days before its deadline."""
    factories.at(factories.WHILE_OPEN)
    call_command("load_programme", "programmes/ai-startup-program.toml", verbosity=0)
    return Call.objects.select_related("programme", "window").get()


def test_the_public_page(visit, take, first_edition):
    take(visit(None, "/", height=1000), "public-page.png")


def test_how_the_five_are_chosen(visit, take, first_edition, settings):
    """The invented season, rehearsed from its opening to the morning on which the five are chosen."""
    settings.REHEARSAL = True  # the codes for signing in can be read
    cast = season.rehearsed_cast(first_edition)
    if os.environ.get("SLIPWAY_PICTURES") != "1":
        zone, window = first_edition.zone, first_edition.window
        local = (at.astimezone(zone).replace(tzinfo=None) for at in (window.opens_at, window.closes_at))
        cast = casting.generated(20, 8, season.SEED, *local)
    played = season.RehearsedSeason(first_edition, cast, seed=season.SEED)
    arrivals.open_season(played)
    played.walk(next(moment.at for moment in stops.moments(first_edition) if moment.key == "selection"))
    settings.REHEARSAL = False
    manager = played.manager().user

    page = visit(manager, reverse("selecting:ranking", args=[first_edition.pk]), height=900)
    assert page.get_by_role("row").count() > 2 * first_edition.seats
    take(page, "ranking.png")
    page.get_by_title("How this score comes about").nth(first_edition.seats - 1).click()
    take(page, "score.png")
    page = visit(manager, reverse("selecting:agreement", args=[first_edition.pk]), height=1500)
    page.get_by_role("heading", name="By reviewer").scroll_into_view_if_needed()
    take(page, "agreement.png")
