"""In which zone people read times: as their device says, else as their programme does, and changed by one press."""

import factories
import pytest
from django.urls import reverse

from accelerator.models import User

pytestmark = pytest.mark.django_db


def signed_up(client, zone: str, **more) -> User:
    client.post("/accounts/signup/", {"email": "new@people.example", "name": "N", "time_zone": zone, **more})
    return User.objects.get(email="new@people.example")


def test_a_new_account_reads_times_as_its_device_does(client, call):
    assert signed_up(client, "America/Sao_Paulo").time_zone == "America/Sao_Paulo"


@pytest.mark.parametrize(
    "told", ["", "Nowhere/Else", "../../etc/passwd", "9" * 5000, "\u202e", "Europe/Pa ris"]
)
def test_without_a_word_of_the_device_it_is_the_programmes_zone(client, told):
    factories.make_programme(time_zone="America/New_York")
    assert signed_up(client, told).time_zone == "America/New_York"


def test_of_two_programmes_it_is_the_one_that_somebody_comes_for(client):
    factories.make_programme(time_zone="America/New_York")
    there = factories.make_programme("other", name="Other", time_zone="Asia/Tokyo")
    assert signed_up(client, "", next=f"/programmes/{there.slug}/").time_zone == "Asia/Tokyo"


def test_where_no_programme_can_be_meant_no_zone_is_made_up(client, db):
    assert signed_up(client, "").time_zone == "UTC"


def test_one_press_changes_the_zone_and_stays_on_the_page(call, while_open, signed_in):
    founder = factories.make_user(time_zone="Europe/Paris")
    client = signed_in(founder)
    assert '<template data-zone-offer="Europe/Paris">' in client.get("/applications/").content.decode()
    answer = client.post(reverse("people:set_zone"), {"time_zone": "Asia/Calcutta", "next": "/applications/"})
    assert answer.url == "/applications/"
    founder.refresh_from_db()
    assert founder.time_zone == "Asia/Calcutta"
    assert '<option value="Asia/Calcutta" selected' in client.get("/account/").content.decode()


@pytest.mark.parametrize("zone", ["", "Nowhere/Else", "\u0000"])
def test_a_zone_that_nobody_knows_changes_nothing(call, while_open, signed_in, zone):
    founder = factories.make_user(time_zone="Europe/Paris")
    answer = signed_in(founder).post(
        reverse("people:set_zone"), {"time_zone": zone, "next": "//evil.example/"}
    )
    assert answer.url == "/account/"
    founder.refresh_from_db()
    assert founder.time_zone == "Europe/Paris"


def test_the_press_leads_to_no_other_site(call, while_open, signed_in):
    client = signed_in(factories.make_user())
    for path in ("//evil.example/", "https://evil.example/", "javascript:1", ""):
        answer = client.post(reverse("people:set_zone"), {"time_zone": "Asia/Tokyo", "next": path})
        assert answer.url == "/account/"
