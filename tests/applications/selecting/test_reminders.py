"""A team hears before its offer runs out; one that was not answered makes room at its instant."""

from datetime import UTC, datetime, timedelta

import factories
import pytest

from accelerator import clock
from accelerator.messages import delivery, reminders
from accelerator.models import OutboxMessage
from applications.models import Offer

pytestmark = pytest.mark.django_db
EVE = datetime(2023, 12, 25, 9, tzinfo=UTC)  # of 26 December, an offer's last day
EXPIRES_AT = datetime(2023, 12, 26, 23, tzinfo=UTC)


def tick(moment):
    clock.freeze(moment)
    reminders.tick()
    delivery.deliver()


def mails(kind, status="sent"):
    found = OutboxMessage.objects.filter(kind=f"applications.{kind}", status=status)
    return list(found.order_by("due_at", "pk"))


@pytest.fixture
def offer(cast) -> Offer:
    (offer,) = factories.release(cast.call, cast.manager, [cast.application], [cast.rival_application])
    Offer.objects.filter(pk=offer.pk).update(expires_at=EXPIRES_AT)
    return offer


def test_the_team_hears_on_the_eve_that_its_offer_runs_out_tomorrow(cast, offer):
    tick(EVE - factories.MICROSECOND)
    assert not mails("offer_expiring")
    tick(EVE)
    assert {m.recipient for m in mails("offer_expiring")} == {cast.founder, cast.co_founder}
    assert "Tuesday 26 December 2023, 23:59 Paris time" in mails("offer_expiring")[0].text
    assert offer.get_absolute_url() in mails("offer_expiring")[0].text


def test_an_offer_answered_meanwhile_is_not_reminded_of(cast, offer):
    clock.freeze(EVE)
    reminders.reconcile(EVE)
    offer.move_to(Offer.Status.ACCEPTED, answered_at=EVE, answered_by=cast.founder)
    tick(EVE)
    assert not mails("offer_expiring")
    assert len(mails("offer_expiring", "skipped")) == 2


def test_an_unanswered_offer_runs_out_at_its_instant_and_the_reserve_moves_up_once(cast, offer):
    tick(EXPIRES_AT - factories.MICROSECOND)
    assert Offer.objects.get(pk=offer.pk).is_open(clock.now())
    for _again in range(2):
        tick(EXPIRES_AT)
    assert Offer.objects.get(pk=offer.pk).is_expired
    promoted = Offer.objects.get(application=cast.rival_application)
    assert promoted.promoted_from_reserve
    assert promoted.is_open(EXPIRES_AT)
    later = reminders.planned_jobs(EXPIRES_AT, EXPIRES_AT + timedelta(days=1))
    assert [job.kind for job in later] == ["accelerator.daily_sweep"]  # of that day


def test_a_walk_stops_where_offers_are_reminded_of_and_run_out(cast, offer):
    clock.freeze(factories.REVIEWING)
    moments = reminders.due_moments(EVE - timedelta(hours=1), EXPIRES_AT)
    assert moments == {EVE: False, EXPIRES_AT: True}
