"""A mentor has one zone, that of their account, and hears what moves with it."""

from datetime import time

import factories
import pytest
from django.urls import reverse
from factories_cohort import make_mentor

pytestmark = pytest.mark.django_db


def test_weekly_hours_are_in_the_zone_of_the_account_and_a_change_says_so(call, while_open, signed_in):
    mentor = make_mentor(call, zone="Europe/Paris", hours=[(1, time(9), time(11))])
    client = signed_in(mentor.user)
    hours = reverse("mentoring:edit_hours", args=[mentor.public_id])
    assert "Paris time" in client.get(hours).content.decode()
    answer = client.post(
        reverse("people:set_zone"), {"time_zone": "Asia/Tokyo", "next": hours}, follow=True
    ).content.decode()
    assert "Your weekly hours as a mentor are in Tokyo time now, too." in answer
    assert "every week, in Tokyo time" in answer


def test_the_account_page_says_so_too_and_only_where_the_zone_changed(call, while_open, signed_in):
    mentor = make_mentor(call, zone="Europe/Paris")
    client, told = signed_in(mentor.user), {"name": "Ada", "title": ""}
    path = reverse("people:account")
    same = client.post(path, {**told, "time_zone": "Europe/Paris"}, follow=True).content.decode()
    assert "Saved." in same
    assert "weekly hours" not in same
    moved = client.post(path, {**told, "time_zone": "America/New_York"}, follow=True).content.decode()
    assert "are in New York time now" in moved


def test_whoever_mentors_nobody_hears_of_no_hours(call, while_open, signed_in):
    client = signed_in(factories.make_user())
    path = reverse("people:set_zone")
    answer = client.post(path, {"time_zone": "Asia/Tokyo", "next": "/account/"}, follow=True)
    assert "weekly hours" not in answer.content.decode()
