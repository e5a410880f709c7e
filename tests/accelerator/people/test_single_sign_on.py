"""Signing in through an organisation, against a provider that really speaks the protocol."""

import time
from urllib.parse import urlsplit

import factories
import pytest
import requests
from allauth.mfa.totp.internal import auth as app
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from identity_providers import CLIENT, SECRET, IdentityProvider

from accelerator.models import User
from accelerator.service_urls import openid_connect

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings, while_open, call):
    with IdentityProvider() as running:
        settings.SOCIALACCOUNT_PROVIDERS = openid_connect(running.url, "Acme", CLIENT, SECRET)
        yield running


@pytest.fixture
def person(provider) -> User:
    user = factories.make_user()
    provider.person = {"email": user.email, "email_verified": True}
    return user


def come_through(client: Client, next: str = ""):
    """The whole way: our link, their page, and back to us."""
    begun = client.get(f"/accounts/oidc/staff/login/?process=login&next={next}")
    assert begun.status_code == 302, begun.content
    back = requests.get(begun.url, allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}", follow=True)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_whoever_has_an_account_with_the_verified_address_is_let_in(person):
    client = Client()
    assert "Sign in with Acme" in client.get("/accounts/login/").content.decode()
    page = come_through(client, next="/account/")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert page.redirect_chain[-1][0] == "/account/"
    assert not SocialAccount.objects.exists(), "nothing is kept that could be stolen"


@pytest.mark.parametrize("verified", [False, None, "false", "yes"])
def test_an_address_that_nobody_has_verified_lets_nobody_in(provider, person, verified):
    provider.person["email_verified"] = verified
    client = Client()
    page = come_through(client)
    assert not is_in(client)
    assert "does not say that your address is verified" in page.content.decode()


@pytest.mark.parametrize(
    "domains, verified, lets_in",
    [
        ((), ..., False),
        (["people.example"], ..., True),
        (["people.example"], False, False),
        (["example", "le.example", "other.example"], ..., False),
    ],
)
def test_where_a_provider_never_says_it_the_domains_of_the_organisation_count(
    provider, person, settings, domains, verified, lets_in
):
    settings.OIDC_DOMAINS = domains
    provider.person = {"email": person.email} | ({} if verified is ... else {"email_verified": verified})
    client = Client()
    come_through(client)
    assert person.email.endswith("@people.example")
    assert is_in(client) == lets_in


def test_an_unknown_address_makes_no_account(provider, person):
    provider.person["email"] = "stranger@people.example"
    client, before = Client(), User.objects.count()
    page = come_through(client)
    assert not is_in(client)
    assert "There is no account with stranger@people.example here yet." in page.content.decode()
    assert User.objects.count() == before


def test_it_is_no_way_around_the_second_factor(provider, person):
    secret = app.generate_totp_secret()
    app.TOTP.activate(person, secret)
    client = Client()
    page = come_through(client)
    assert page.redirect_chain[-1][0].startswith("/accounts/2fa/authenticate/")
    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": factories.code_of_app(secret)})
    assert is_in(client)


@pytest.mark.parametrize(
    "changes",
    [{"iss": "https://elsewhere.example"}, {"aud": "another-site"}, {"exp": int(time.time()) - 3600}],
)
def test_a_token_for_somebody_else_or_of_yesterday_counts_for_nothing(provider, person, changes):
    provider.changes = changes
    client = Client()
    assert "That did not work" in come_through(client).content.decode()
    assert not is_in(client)


def test_a_token_that_somebody_else_signed_counts_for_nothing(provider, person):
    provider.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    client = Client()
    assert "That did not work" in come_through(client).content.decode()
    assert not is_in(client)


def test_an_answer_that_nobody_asked_for_counts_for_nothing(provider, person):
    begun = Client().get("/accounts/oidc/staff/login/?process=login")
    back = urlsplit(requests.get(begun.url, allow_redirects=False, timeout=5).headers["Location"])
    other = Client()
    other.get(f"{back.path}?{back.query}", follow=True)
    assert not is_in(other)


def test_nobody_ties_a_provider_to_the_account_of_an_open_session(provider, person):
    client = factories.just_signed_in(Client(), person)
    begun = client.get("/accounts/oidc/staff/login/?process=connect")
    back = urlsplit(requests.get(begun.url, allow_redirects=False, timeout=5).headers["Location"])
    client.get(f"{back.path}?{back.query}", follow=True)
    assert not SocialAccount.objects.exists()


def test_without_a_provider_there_is_no_button_and_no_way(call, while_open, settings):
    assert settings.SOCIALACCOUNT_PROVIDERS == {}
    assert "Sign in with" not in Client().get("/accounts/login/").content.decode()
    assert Client().get("/accounts/oidc/staff/login/").status_code == 404
