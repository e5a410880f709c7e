"""A passkey is offered after the first sign-in by a code on a device, and only there and then."""

import factories
import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from letterbox import code_for

pytestmark = pytest.mark.django_db

OFFER = "Next time without waiting for a mail?"


def sign_in(client: Client, user, next: str = "") -> str:
    """The page that one lands on."""
    client.post("/accounts/login/", {"login": user.email, "next": next})
    begun = {"code": code_for(user.email), "next": next}
    return client.post("/accounts/login/code/confirm/", begun, follow=True).content.decode()


@pytest.fixture
def user(while_open, call):
    return factories.make_user()


def test_the_first_page_offers_a_passkey_once_and_no_other_page_does(user):
    client = Client()
    assert OFFER in sign_in(client, user)
    assert OFFER not in client.get("/account/").content.decode()
    client.post("/accounts/logout/")
    assert OFFER not in sign_in(client, user), "this device is known by now"


def test_it_can_be_declined(user):
    client = Client()
    sign_in(client, user)
    assert OFFER not in client.post("/account/no-passkey/", follow=True).content.decode()
    assert OFFER not in client.get("/").content.decode()


def test_who_has_one_is_not_asked(user):
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Mine"})
    client = factories.just_signed_in(Client(), user)
    assert OFFER not in client.get("/").content.decode()


def test_the_page_of_the_call_that_one_came_for_makes_the_offer(user, call):
    start = f"/apply/{call.programme.slug}/{call.slug}/"
    assert OFFER in sign_in(Client(), user, next=start)
