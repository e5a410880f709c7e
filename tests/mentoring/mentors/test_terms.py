"""A programme's terms of booking: on their page and in the programme file, on record, and never from an old page."""

from pathlib import Path

import factories
import pytest
from django.urls import reverse
from factories_cohort import JANUARY, make_cohort_cast

from accelerator.models import HistoryEntry
from accelerator.programmes import programme_file, written
from mentoring.models import BookingTerms

FILE = Path(__file__).parents[2] / "programmes" / "small-programme.toml"
GIVEN = {
    "horizon_days": 30,
    "buffer_minutes": 10,
    "most_per_day": 3,
    "most_per_week": 6,
    "most_per_month": 12,
    "startup_per_week": 1,
    "startup_in_all": 8,
    "country": "DE",
    "region": "Bayern",
}


@pytest.fixture
def cast(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def test_a_manager_sets_what_holds_where_a_mentor_says_nothing_else(cast, signed_in):
    programme, client = cast.mentor_profile.programme, signed_in(cast.manager)
    path = reverse("mentoring_dashboard:booking_terms", args=[programme.slug])
    seen = client.get(path).context["seen"]
    assert client.post(path, GIVEN | {"seen": seen}).status_code == 302
    terms = BookingTerms.objects.get(programme=programme)
    assert (terms.startup_per_week, terms.country, terms.region) == (1, "DE", "BY")
    entry = HistoryEntry.objects.get(action="programme.booking_terms_changed")
    assert entry.actor == cast.manager
    mentor = type(cast.mentor_profile).objects.get(pk=cast.mentor_profile.pk)
    assert mentor.terms.most_per_day == 3
    stale = client.post(path, GIVEN | {"seen": seen, "most_per_day": 9}).content.decode()
    assert "Look at it again" in stale
    terms.refresh_from_db()
    assert terms.most_per_day == 3


@pytest.mark.parametrize(("field", "typed"), [("horizon_days", ""), ("most_per_day", "0"), ("country", "XX")])
def test_terms_that_cannot_be_are_refused(cast, signed_in, field, typed):
    path = reverse("mentoring_dashboard:booking_terms", args=[cast.mentor_profile.programme.slug])
    assert signed_in(cast.manager).post(path, GIVEN | {field: typed}).status_code == 200
    assert not BookingTerms.objects.exists()


def load(more: str):
    return programme_file.load(programme_file.read(FILE.read_text() + more, "small.toml"), now=JANUARY)


@pytest.mark.django_db
def test_the_programme_file_holds_them_and_a_file_without_them_changes_nothing():
    programme = load('\n[[booking]]\nstartup_per_week = 1\ncountry = "FR"\n').programme
    terms = BookingTerms.objects.get(programme=programme)
    assert (terms.startup_per_week, terms.horizon_days, terms.country) == (1, 42, "FR")
    text = written.text(programme)
    assert "startup_per_week = 1" in text
    again = programme_file.load(programme_file.read(text, "again.toml"), now=JANUARY)
    assert again.differences == 0
    assert load("").differences == 0
    assert BookingTerms.objects.get(programme=programme).startup_per_week == 1


@pytest.mark.django_db
@pytest.mark.parametrize("line", ["startup_per_week = 0", 'country = "Utopia"', "horizon_days = 400"])
def test_what_cannot_be_is_refused_with_its_line(line):
    with pytest.raises(programme_file.FileRefused, match="line"):
        load(f"\n[[booking]]\n{line}\n")
