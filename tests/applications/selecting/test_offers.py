"""A place is given up by its owner, with an hour to undo it and a team that knows; it is accepted on written terms."""

from datetime import timedelta

import factories
import pytest
from django.db import DatabaseError, transaction

from accelerator.messages import reminders
from accelerator.models import OutboxMessage, TeamMember
from accelerator.transitions import NotAllowed
from applications.models import Offer, OfferTerms
from applications.selecting import offers, terms

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING
HOUR = timedelta(hours=1)


@pytest.fixture
def call(call):
    factories.at(NOW)
    return call


@pytest.fixture
def manager(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def applications(call):
    return [factories.make_application(call, name=name, eligible=True) for name in ("Papyrus", "Kestrel")]


@pytest.fixture
def offer(call, manager, applications):
    (made,) = factories.release(call, manager, applications[:1], applications[1:])
    return made


@pytest.fixture
def owner(offer):
    return offer.application.started_by


@pytest.fixture
def co_founder(offer):
    user = factories.make_user("Tomas Riha")
    TeamMember.objects.create(startup=offer.startup, user=user)
    return user


def told(kind: str) -> set:
    return {message.recipient for message in OutboxMessage.objects.filter(kind=f"applications.{kind}")}


def reread(offer: Offer) -> Offer:
    return Offer.objects.select_related("application__call__programme", "seat").get(pk=offer.pk)


# --- Giving a place up --------------------------------------------------------------------------------
def test_giving_a_place_up_is_not_final_before_the_hour(offer, owner, applications):
    offers.decline(offer, by=owner, now=NOW)
    before = NOW + HOUR - factories.MICROSECOND
    assert offers.finish_decline(reread(offer), before) is None
    reminders.reconcile(before)
    assert reread(offer).is_declining
    assert Offer.objects.count() == 1  # the reserve has heard nothing
    reminders.reconcile(NOW + HOUR)
    reminders.reconcile(NOW + HOUR)
    assert reread(offer).is_declined
    assert Offer.objects.get(promoted_from_reserve=True).application == applications[1]


def test_the_whole_team_is_told_at_once_and_anybody_in_it_undoes(offer, owner, co_founder):
    offers.decline(offer, by=owner, reason="We move to Lyon", now=NOW)
    assert told("decline_begun") == {owner, co_founder}
    letter = OutboxMessage.objects.get(kind="applications.decline_begun", recipient=co_founder)
    assert "We move to Lyon" in letter.text
    offers.undo_decline(offer, by=co_founder, now=NOW + timedelta(minutes=59))
    assert told("decline_undone") == {owner, co_founder}
    reminders.reconcile(NOW + 2 * HOUR)
    assert reread(offer).is_open(NOW + 2 * HOUR)
    offers.record_acceptance(offer, by=owner, now=NOW + 2 * HOUR)


def test_once_the_hour_has_passed_nothing_is_undone(offer, owner):
    offers.decline(offer, by=owner, now=NOW)
    with pytest.raises(NotAllowed, match="The hour has passed"):
        offers.undo_decline(offer, by=owner, now=NOW + HOUR)
    with pytest.raises(NotAllowed):
        offers.record_acceptance(offer, by=owner, now=NOW + HOUR)


def test_the_end_of_the_offer_comes_before_the_end_of_the_hour(offer, owner):
    offers.decline(offer, by=owner, now=offer.expires_at - timedelta(minutes=10))
    assert offer.declines_at == offer.expires_at
    assert offers.expire(reread(offer), offer.expires_at) is None
    assert offers.finish_decline(reread(offer), offer.expires_at).promoted_from_reserve


def test_a_co_founder_can_only_ask_the_owner(offer, owner, co_founder):
    with pytest.raises(NotAllowed, match="Only the owner"):
        offers.decline(offer, by=co_founder, now=NOW)
    offers.propose_decline(offer, by=co_founder, reason="Too far away", now=NOW)
    assert told("decline_proposed") == {owner}
    reminders.reconcile(NOW + 2 * HOUR)
    assert reread(offer).is_open(NOW + 2 * HOUR)
    assert reread(offer).is_proposed_to_decline
    offers.decline(offer, by=owner, now=NOW + 2 * HOUR)
    assert offer.is_declining


# --- Terms --------------------------------------------------------------------------------------------
def test_terms_are_versions_of_which_none_can_be_changed(call, manager):
    first = terms.change(call, "Six months.", by=manager, now=NOW)
    assert terms.change(call, {"en": "Six months."}, by=manager, now=NOW) is None
    second = terms.change(call, "Six months, no fee.", by=manager, now=NOW)
    assert (first.number, second.number, terms.current(call)) == (1, 2, second)
    with pytest.raises(NotAllowed, match="without a word"):
        terms.change(call, " ", by=manager, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        OfferTerms.objects.filter(pk=first.pk).update(number=9)


def test_an_offer_is_accepted_with_name_time_and_the_version_that_was_read(call, manager, offer, owner):
    terms.change(call, "Six months.", by=manager, now=NOW)
    said = {"by": owner, "now": NOW + HOUR}
    with pytest.raises(NotAllowed, match="full name"):
        offers.record_acceptance(offer, terms_seen=1, name=" ", **said)
    latest = terms.change(call, "Six months, no fee.", by=manager, now=NOW)
    with pytest.raises(NotAllowed, match="terms have changed"):
        offers.record_acceptance(offer, terms_seen=1, name="Lena Aubry", **said)
    offers.record_acceptance(offer, terms_seen=2, name=" Lena  Aubry ", **said)
    terms.change(call, "Seven months.", by=manager, now=NOW)
    kept = reread(offer)
    assert (kept.terms, kept.accepted_name, kept.answered_at, kept.may_be_named) == (
        latest,
        "Lena Aubry",
        NOW + HOUR,
        False,
    )
