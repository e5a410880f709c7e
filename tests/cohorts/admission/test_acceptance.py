"""An accepted offer makes a member: membership, cohort, perks and welcome in one step, or nothing at all."""

from datetime import timedelta

import factories
import pytest
from django.urls import reverse
from factories_cohort import ACCEPTED_AT, make_offer, make_perk

from accelerator.models import HistoryEntry, OutboxMessage, TeamMember
from accelerator.transitions import NotAllowed
from applications.selecting import offers
from cohorts.admission import acceptance
from cohorts.models import Cohort, Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(call):
    factories.at(ACCEPTED_AT)
    return make_offer(factories.make_application(call, name="Papyrus", eligible=True))


def owner_of(offer):
    return offer.application.startup.members.get(is_owner=True).user


def test_accepting_makes_a_member_of_the_calls_cohort_with_every_perk(call, offer):
    make_perk(call), make_perk(call, "desks")
    membership = acceptance.accept(offer, by=owner_of(offer), now=ACCEPTED_AT)
    assert (membership.cohort.call, membership.cohort.starts_on) == (call, call.starts_on)
    assert {grant.perk.key for grant in membership.grants.all()} == {"credits", "desks"}
    assert HistoryEntry.objects.filter(action="membership.began", object_id=membership.pk).exists()


def test_the_whole_team_is_welcomed(offer):
    TeamMember.objects.create(startup=offer.application.startup, user=factories.make_user("Tomas Riha"))
    acceptance.accept(offer, by=owner_of(offer), now=ACCEPTED_AT)
    assert OutboxMessage.objects.filter(kind="cohorts.welcome").count() == 2


def test_an_offer_that_has_run_out_makes_no_member(offer):
    with pytest.raises(NotAllowed, match="could be answered until"):
        acceptance.accept(offer, by=owner_of(offer), now=offer.expires_at)
    assert not Membership.objects.exists()
    assert not Cohort.objects.exists()


def test_accepting_twice_makes_one_member(offer):
    acceptance.accept(offer, by=owner_of(offer), now=ACCEPTED_AT)
    with pytest.raises(NotAllowed):
        acceptance.accept(offer, by=owner_of(offer), now=ACCEPTED_AT + timedelta(seconds=1))
    assert Membership.objects.count() == 1


def test_founders_accept_and_decline_on_the_offers_page(offer, signed_in):
    client, page = signed_in(owner_of(offer)), reverse("cohorts:offer", args=[offer.public_id])
    assert client.get(page).status_code == 200
    client.post(page, {"answer": "accept"})
    assert not Membership.objects.exists()  # nobody said that all agree
    answer = client.post(page, {"answer": "accept", "confirm": "on", "name": "Lena Aubry"})
    assert answer.url == Membership.objects.get().get_absolute_url()
    assert client.get(page).status_code == client.get(answer.url).status_code == 200


def test_a_declined_offer_makes_no_member(offer, signed_in):
    client, page = signed_in(owner_of(offer)), reverse("cohorts:offer", args=[offer.public_id])
    client.post(page, {"answer": "decline", "confirm": "on", "reason": "We moved"})
    offer.refresh_from_db()
    offers.finish_decline(offer, offer.declines_at)
    assert offer.is_declined
    assert not Membership.objects.exists()
