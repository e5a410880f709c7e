"""What a form learns that its page sends by itself: where to go on, or that nobody is signed in."""

import factories
import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db

STAYS = {"X-Stays": "1"}


@pytest.fixture
def goal():
    """The address and the words of a form of every day."""
    return reverse("people:account"), {"name": "Yara Haddad", "title": "", "time_zone": "Europe/Paris"}


def test_a_page_that_stays_is_told_where_to_go_on(client, goal):
    factories.sign_in(client, factories.make_user("Yara"))
    address, words = goal
    taken = client.post(address, words)
    told = client.post(address, words, headers=STAYS)
    assert (taken.status_code, told.status_code) == (302, 200)
    assert told.json() == {"url": taken["Location"]}


def test_a_page_that_stays_is_told_that_nobody_is_signed_in(client, goal):
    address, words = goal
    told = client.post(address, words, headers=STAYS)
    assert (told.status_code, told.json()) == (401, {})


def test_a_mistake_in_the_form_is_the_page_as_ever(client, goal):
    factories.sign_in(client, factories.make_user("Yara"))
    address, words = goal
    answer = client.post(address, words | {"time_zone": "Europe/Nowhere"}, headers=STAYS)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")


def test_the_second_factor_that_is_missing_counts_as_nothing_stored(client, goal, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    manager = factories.make_manager(factories.make_programme())
    factories.sign_in(client, manager)
    assert client.post("/admin/review/", headers=STAYS).status_code == 302
