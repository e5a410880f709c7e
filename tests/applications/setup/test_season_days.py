"""All days of a call are set on one page while nobody has begun an application; drawn before they are saved."""

from datetime import UTC, date, datetime

import factories
import pytest
from django.test import Client
from django.urls import reverse
from page_forms import shown

from accelerator import history
from accelerator.models import OutboxMessage
from applications.models import Call

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def manager(person, while_open):
    return factories.sign_in(Client(), person)


def path(call) -> str:
    return reverse("setup:days", args=[call.pk])


def send(manager, call, **typed) -> str:
    filled = shown(manager, path(call), "seen") | typed
    return manager.post(path(call), filled, follow=True).content.decode()


def stored(call) -> Call:
    return Call.objects.select_related("window").get(pk=call.pk)


def test_the_page_shows_the_days_as_they_stand_and_saving_them_changes_nothing(manager, call):
    values = shown(manager, path(call), "seen")
    assert (values["opens_on"], values["opens_at"]) == ("2023-11-08", "09:00")
    assert (values["last_day"], values["last_minute"]) == ("2023-12-01", "23:59")
    before = history.of(call).count()
    assert "The days are set." in send(manager, call)
    assert history.of(call).count() == before


def test_all_of_them_are_set_at_once_also_where_each_alone_would_be_out_of_order(manager, call):
    days = {
        "opens_on": "2024-02-01",
        "last_day": "2024-02-29",
        "reviews_due_on": "2024-03-15",
        "decision_on": "2024-03-20",
        "starts_on": "2024-04-08",
        "ends_on": "2024-09-27",
    }
    assert "The days are set." in send(manager, call, **days)
    after = stored(call)
    assert after.window.opens_at == datetime(2024, 2, 1, 8, tzinfo=UTC)
    assert after.window.closes_at == datetime(2024, 2, 29, 23, tzinfo=UTC)
    assert (after.reviews_due_on, after.ends_on) == (date(2024, 3, 15), date(2024, 9, 27))
    told = history.of(call).filter(action="call.days_set").get()
    assert "decision_on" in told.details["fields"]
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"last_day": "2023-11-07"}, "The call would close before it opens."),
        (
            {"reviews_due_on": "2023-11-30"},
            "The day on which the reviews are due cannot be before the last day",
        ),
        (
            {"decision_on": "2023-12-17"},
            "The day of the answers cannot be before the day on which the reviews",
        ),
        (
            {"starts_on": "2023-12-20"},
            "The first day of the programme cannot be before the day of the answers",
        ),
        ({"ends_on": "2024-01-08"}, "The last day of the programme comes after the first day"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
@pytest.mark.parametrize("act", ["", "look"])
def test_an_order_that_cannot_be_lived_is_refused_and_what_was_typed_stays(
    manager, call, typed, sentence, act
):
    refused = send(manager, call, act=act, **typed)
    assert sentence in refused
    assert next(iter(typed.values())) in refused
    assert stored(call).ends_on == call.ends_on
    assert stored(call).window.closes_at == factories.CLOSES_AT


def test_they_can_be_looked_at_before_they_are_saved(manager, call):
    page = send(manager, call, decision_on="2024-01-04", act="look")
    assert "Drawn as you typed it. Nothing is saved yet." in page
    assert "Answers: 4 Jan" in " ".join(page.split())
    assert stored(call).decision_on == date(2023, 12, 21)


def test_once_somebody_has_begun_each_day_is_moved_on_its_own_page(manager, call):
    filled = shown(manager, path(call), "seen") | {"decision_on": "2024-01-04"}
    factories.make_application(call)
    refused = manager.post(path(call), filled).content.decode()
    assert "each day is moved on its own page" in refused
    assert reverse("setup:window", args=[call.pk]) in refused
    assert stored(call).decision_on == date(2023, 12, 21)


def test_days_that_somebody_else_has_set_meanwhile_are_not_written_over(manager, call):
    filled = shown(manager, path(call), "seen") | {"decision_on": "2024-01-04"}
    send(manager, call, decision_on="2023-12-22")
    assert "Changed meanwhile by" in manager.post(path(call), filled).content.decode()
    assert stored(call).decision_on == date(2023, 12, 22)
