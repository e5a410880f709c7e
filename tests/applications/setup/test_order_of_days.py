"""The days of a call stand in an order that can be lived, whoever sets them and wherever."""

import factories
import pytest
from django.test import Client
from django.urls import reverse
from page_forms import shown

from applications.applying import deadlines
from applications.calls.models import Call

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(call, while_open):
    return factories.sign_in(Client(), factories.make_manager(call.programme))


def change(manager, call, **fields):
    path = reverse("admin:applications_call_change", args=[call.pk])
    stands = {"programme": call.programme_id, "marks_that_count": call.marks_that_count, "time_zone": ""}
    return manager.post(path, shown(manager, path, "slug") | stands | fields)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"reviews_due_on": "2023-11-30"},
            "The day on which the reviews are due cannot be before the last day of the call, "
            "Friday 1 December 2023. Choose a later one.",
        ),
        (
            {"decision_on": "2023-12-10"},
            "The day of the answers cannot be before the day on which the reviews are due",
        ),
        (
            {"starts_on": "2023-12-20"},
            "The first day of the programme cannot be before the day of the answers",
        ),
        (
            {"ends_on": "2024-01-08"},
            "The last day of the programme comes after the first day of the programme",
        ),
        ({"offer_days": "0"}, "greater than or equal to 1"),
        ({"reviews_per_application": "99"}, "less than or equal to 20"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_be_lived_is_refused_in_a_sentence(manager, call, fields, sentence):
    refused = change(manager, call, **fields)
    assert refused.status_code == 200
    assert sentence in refused.content.decode()
    assert next(iter(fields.values())) in refused.content.decode()
    assert Call.objects.filter(pk=call.pk, name=call.name, offer_days=5, ends_on=call.ends_on).exists()


def test_what_can_is_saved(manager, call):
    assert change(manager, call, reviews_due_on="2023-12-01", decision_on="2023-12-01").status_code == 302
    call.refresh_from_db()
    assert str(call.reviews_due_on) == "2023-12-01"


def test_a_deadline_does_not_move_behind_the_day_on_which_reviews_are_due(manager, call):
    path = reverse("setup:window", args=[call.pk])
    wish = {
        "opens_on": "2023-11-08",
        "opens_at": "09:00",
        "last_day": "2023-12-19",
        "last_minute": "23:59",
        "reason": "More time",
        "seen": deadlines.fingerprint(call.window),
    }
    said = manager.post(path, wish).content.decode()  # before anything is previewed
    assert "The reviews are due on Monday 18 December 2023." in said
    call.window.refresh_from_db()
    assert call.window.closes_at == factories.CLOSES_AT
