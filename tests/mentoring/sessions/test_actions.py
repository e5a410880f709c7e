"""What is to do belongs to the startup: seen in its next session with whomever, and ticked wherever it stands."""

from datetime import timedelta
from html import unescape

import factories
import pytest
from django.test import Client
from django.urls import reverse
from factories_cohort import JANUARY, TUESDAY_14H, make_cohort_cast, make_session

from accelerator.models import HistoryEntry

pytestmark = pytest.mark.django_db
TO_DO = "Sort the worst errors by cause"


@pytest.fixture
def everybody(cast):
    factories.at(JANUARY)
    cast = make_cohort_cast(cast)
    starts_at = TUESDAY_14H + timedelta(days=2)
    cast.elsewhere = make_session(cast.other_mentor_profile, cast.membership, starts_at)
    return cast


def client_of(user) -> Client:
    return factories.sign_in(Client(), user)


def read(user, path) -> str:
    answer = client_of(user).get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def tick(cast, user, **data):
    path = reverse("mentoring:tick_action_item", args=[cast.past_session.public_id, cast.action_item.pk])
    answer = client_of(user).post(path, {"done": "1", **data})
    cast.action_item.refresh_from_db()
    return answer


def test_another_mentor_sees_and_ticks_what_is_open(everybody):
    page = read(everybody.other_mentor, everybody.elsewhere.get_absolute_url())
    assert TO_DO in page
    assert "Hélène Kervella" in page  # with whom it was agreed
    assert client_of(everybody.other_mentor).get(everybody.past_session.get_absolute_url()).status_code == 404
    answer = tick(everybody, everybody.other_mentor, seen_in=everybody.elsewhere.public_id)
    assert answer.headers["Location"] == everybody.elsewhere.get_absolute_url()
    assert everybody.action_item.is_done
    assert HistoryEntry.objects.get(action="action_item.ticked").actor == everybody.other_mentor


def test_the_team_ticks_it_on_its_own_page(everybody):
    member = everybody.membership.get_absolute_url()
    tick_url = reverse(
        "mentoring:tick_action_item", args=[everybody.past_session.public_id, everybody.action_item.pk]
    )
    assert tick_url in read(everybody.founder, member)
    assert tick(everybody, everybody.founder).headers["Location"] == f"{member}#mentoring"
    assert everybody.action_item.is_done
    assert TO_DO not in read(everybody.founder, member)


def test_a_mentor_who_does_not_meet_the_startup_neither_sees_nor_ticks_it(everybody):
    everybody.elsewhere.delete()
    assert TO_DO not in read(everybody.other_mentor, everybody.membership.get_absolute_url())
    assert tick(everybody, everybody.other_mentor).status_code == 404
    assert not everybody.action_item.is_done
