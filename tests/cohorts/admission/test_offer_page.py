"""The page of an offer: its terms in full, a tick for being named, and giving it up with an hour to undo."""

import factories
import pytest
from django.test import Client
from django.urls import reverse
from factories_cohort import ACCEPTED_AT, make_offer

from accelerator.models import TeamMember
from applications.models import Offer
from applications.selecting import terms
from cohorts.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(call):
    factories.at(ACCEPTED_AT)
    made = make_offer(factories.make_application(call, name="Papyrus", eligible=True))
    terms.change(call, "1. Six months.\n\n2. No fee.", by=None, now=ACCEPTED_AT)
    return made


@pytest.fixture
def page(offer):
    return offer.get_absolute_url()


@pytest.fixture
def owner(offer, signed_in):
    return signed_in(offer.application.started_by)


@pytest.fixture
def co_founder(offer):
    user = factories.make_user("Tomas Riha")
    TeamMember.objects.create(startup=offer.startup, user=user)
    return factories.sign_in(Client(), user)


def read(client, page: str) -> str:
    return client.get(page, follow=True).content.decode()


ACCEPT = {"answer": "accept", "confirm": "on", "name": "Lena Aubry", "terms": 1}


def test_the_terms_stand_in_full_and_are_read_again_after_the_acceptance(offer, owner, page):
    assert "2. No fee." in read(owner, page)
    owner.post(page, ACCEPT)
    terms.change(offer.application.call, "Everything is otherwise.", by=None, now=ACCEPTED_AT)
    printed = read(owner, reverse("cohorts:offer_terms", args=[offer.public_id]))
    assert "2. No fee." in printed
    assert "Lena Aubry" in printed
    assert reverse("cohorts:offer_terms", args=[offer.public_id]) in read(
        owner, Membership.objects.get().get_absolute_url()
    )


def test_terms_that_changed_meanwhile_are_shown_before_they_are_accepted(offer, owner, page):
    terms.change(offer.application.call, "Everything is otherwise.", by=None, now=ACCEPTED_AT)
    said = owner.post(page, ACCEPT).content.decode()
    assert "The terms have changed since you opened this page" in said
    assert "Everything is otherwise." in said
    assert not Membership.objects.exists()
    owner.post(page, {**ACCEPT, "terms": 2})
    assert Membership.objects.exists()


def test_the_tick_for_being_named_is_not_set_and_can_be_taken_back(offer, owner, page):
    owner.post(page, ACCEPT)
    assert not Offer.objects.to_be_named().exists()
    owner.post(page, {"answer": "naming", "may_be_named": "on"})
    assert Offer.objects.to_be_named().exists()
    owner.post(page, {"answer": "naming"})
    assert not Offer.objects.to_be_named().exists()


def test_the_owner_gives_the_place_up_and_a_co_founder_undoes_it(owner, co_founder, page):
    owner.post(page, {"answer": "decline", "confirm": "on"})
    assert "It can be undone until" in read(owner, page)
    assert "Undo: we keep the place" in read(co_founder, page)
    co_founder.post(page, {"answer": "undo"})
    assert "Accept the place" in read(owner, page)


def test_a_co_founder_asks_and_the_owner_sees_it(offer, owner, co_founder, page):
    assert "Give the place up" not in read(co_founder, page)
    refused = co_founder.post(page, {"answer": "decline", "confirm": "on"}).content.decode()
    assert "Only the owner of the team" in refused
    co_founder.post(page, {"answer": "propose", "reason": "Too far away"})
    assert "Tomas Riha would give this place up" in read(owner, page)
    offer.refresh_from_db()
    assert offer.is_open(ACCEPTED_AT)


def test_an_unknown_answer_does_nothing(offer, owner, page):
    for said in ({}, {"answer": "sing"}):
        assert owner.post(page, said).status_code == 200
    offer.refresh_from_db()
    assert offer.is_open(ACCEPTED_AT)
