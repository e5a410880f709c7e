"""The day before each event every member's team hears of it, once."""

from datetime import timedelta

import factories
import pytest
from factories_cohort import JANUARY, make_event, make_members

from accelerator import clock
from accelerator.messages import delivery, reminders
from accelerator.models import DoneMoment, OutboxMessage
from cohorts.models import Event

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def event(call):
    factories.at(JANUARY)
    make_members(call, 2)
    return make_event(call)


def tick(moment):
    clock.freeze(moment)
    reminders.tick()
    reminders.tick()
    delivery.deliver()


def mails(status="sent"):
    return list(OutboxMessage.objects.filter(kind="cohorts.event_tomorrow", status=status).order_by("pk"))


def test_every_team_is_reminded_once_a_day_before(event):
    tick(event.starts_at - DAY - factories.MICROSECOND)
    assert not mails()
    tick(event.starts_at - DAY)
    assert len(mails()) == 2
    assert mails()[0].subject == "Cohort check-in: Monday 22 January 2024, 10:00 Paris time"
    assert "begins in 24 hours" in mails()[0].text
    assert "STATION F" in mails()[0].text


def test_after_downtime_a_coming_event_is_announced_and_a_past_one_is_recorded(event):
    tick(event.starts_at - timedelta(hours=2))
    assert "begins in 2 hours" in mails()[0].text
    for model in (OutboxMessage, DoneMoment):
        model.objects.all().delete()
    tick(event.starts_at + DAY)
    assert not mails()
    assert len(mails("skipped")) == 2


def test_nobody_is_reminded_of_a_dinner(call, event):
    Event.objects.update(kind=Event.Kind.SOCIAL)
    tick(event.starts_at - DAY)
    assert not mails()


def test_a_reminder_of_an_event_that_was_moved_or_taken_out_is_skipped(event):
    moment = event.starts_at - DAY
    clock.freeze(moment)
    reminders.reconcile(moment)
    Event.objects.update(starts_at=event.starts_at + DAY)
    tick(moment + timedelta(hours=1))
    assert {mail.reason for mail in mails("skipped")} == {
        "The event was moved; other reminders take its place."
    }
    tick(event.starts_at)
    assert len(mails()) == 2


@pytest.mark.parametrize("events", [1, 6])
def test_an_idle_tick_runs_as_many_queries_for_one_event_as_for_six(
    call, event, events, django_assert_num_queries
):
    for hours in range(1, events):
        make_event(call, event.starts_at + timedelta(hours=hours))
    tick(event.starts_at - timedelta(hours=1))
    assert len(mails()) == 2 * events
    with django_assert_num_queries(27):
        reminders.reconcile(event.starts_at - timedelta(hours=1))
