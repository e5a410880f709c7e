"""What lets people in is kept so that a copy of the database does not, and passwords cost us nothing that they need not."""

import statistics
import time
from importlib import import_module

import factories
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.test import Client
from letterbox import code_for

from accelerator.people import accounts, passwords

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-enough-sentence"
sealing = import_module("accelerator.migrations.0021_second_factors_are_sealed")


@pytest.fixture
def person(while_open, call):
    return factories.make_user()


def kept() -> str:
    return str(list(Authenticator.objects.values_list("data", flat=True)))


def with_factor(person) -> tuple[str, str]:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret, RecoveryCodes.activate(person).get_unused_codes()[0]


def signs_in_with(person, digits: str) -> bool:
    client = Client()
    client.post("/accounts/login/", {"login": person.email})
    client.post("/accounts/login/code/confirm/", {"code": code_for(person.email)})
    client.post("/accounts/2fa/authenticate/", {"code": digits})
    return "_auth_user_id" in client.session


def test_a_copy_of_the_database_is_no_copy_of_the_second_factors(person):
    secret, recovery_code = with_factor(person)
    assert secret not in kept()
    assert all(text.startswith("gAAAAA") for text in (
        Authenticator.objects.get(type="totp").data["secret"],
        Authenticator.objects.get(type="recovery_codes").data["seed"],
    ))  # fmt: skip
    assert signs_in_with(person, factories.code_of_app(secret))
    assert signs_in_with(person, recovery_code)


def test_a_changed_key_loses_nothing_while_the_one_before_is_named(person, settings):
    secret, recovery_code = with_factor(person)
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-" + "k" * 40
    settings.SECRET_KEY_FALLBACKS = [before]
    assert signs_in_with(person, recovery_code)
    call_command("reseal_factors")
    settings.SECRET_KEY_FALLBACKS = []
    assert signs_in_with(person, factories.code_of_app(secret)), "the key before can be left out"


def test_a_key_that_is_gone_is_said_and_lets_nobody_in(person, settings):
    _secret, recovery_code = with_factor(person)
    settings.SECRET_KEY = "another-key-" + "k" * 40
    assert not signs_in_with(person, recovery_code)


def test_what_lay_in_clear_is_sealed_by_the_upgrade_and_can_be_taken_back(person):
    secret, recovery_code = with_factor(person)
    sealing.open_again(apps, None)
    assert secret in kept()
    sealing.seal(apps, None)
    assert secret not in kept()
    sealing.seal(apps, None)
    assert signs_in_with(person, factories.code_of_app(secret))
    assert signs_in_with(person, recovery_code)


# --- Passwords ------------------------------------------------------------------------------------------------


@pytest.fixture
def hashed(monkeypatch, settings, person):
    """How often a password was hashed since; a check takes some hundredths of a second."""
    times, encode = [], PBKDF2PasswordHasher.encode

    def counted(self, *args, **kwargs):
        times.append(1)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 100_000)
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": ""}
    monkeypatch.setattr(accounts, "STRANGERS_TRIES", {})
    monkeypatch.setattr(passwords, "_measured_at", float("-inf"))
    passwords._lasted.clear()
    return lambda: len(times)


def try_password(address: str) -> float:
    began = time.perf_counter()
    answer = Client().post("/accounts/login/", {"login": address, "password": "wrong-sentence"})
    assert "do not belong together" in answer.content.decode()
    return time.perf_counter() - began


def test_guesses_where_there_is_no_password_cost_no_hashing(person, hashed):
    try_password(person.email)
    before = hashed()
    for _n in range(5):
        try_password(person.email)
        try_password("nobody@people.example")
    assert hashed() == before


def test_a_guess_at_a_password_costs_one_check(hashed):
    user = factories.make_user(password=PASSWORD)
    before = hashed()
    try_password(user.email)
    assert hashed() == before + 1


def test_the_time_does_not_tell_whether_there_is_a_password_or_an_account(person, hashed):
    protected = factories.make_user(password=PASSWORD)
    taken = {address: [] for address in (protected.email, person.email, "nobody@people.example")}
    for _n in range(12):
        for address, times in taken.items():
            times.append(try_password(address))
    with_password, *others = (statistics.median(times) for times in taken.values())
    for other in others:
        assert 0.6 < other / with_password < 1.6


def test_a_closed_account_says_so_to_whoever_knows_its_password_alone(hashed):
    user = factories.make_user(password=PASSWORD, is_active=False)
    answer = Client().post("/accounts/login/", {"login": user.email, "password": PASSWORD}, follow=True)
    assert "_auth_user_id" not in answer.client.session
    try_password(user.email)
