"""Whoever is signed in is read together with their session, and is nobody else than before."""

import factories
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accelerator.models import User
from accelerator.people.models import SignedIn
from accelerator.people.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena(while_open):
    return factories.make_user("Lena Aubry")


@pytest.fixture
def browser(lena, signed_in):
    client = signed_in(lena)
    assert client.get("/account/").status_code == 200
    return client


def whose(browser) -> User:
    return browser.get("/account/").context["user"]


def test_session_and_person_are_one_question(browser, lena):
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/account/").status_code == 200
    around = [
        q["sql"] for q in asked if "django_session" in q["sql"] or 'FROM "accelerator_user"' in q["sql"]
    ]
    assert len([sql for sql in around if "person" in sql]) == 1
    assert not [sql for sql in around if sql.startswith('SELECT "accelerator_user"."id"')]


def test_the_person_that_comes_along_is_read_as_by_the_orm(browser, lena):
    store = SessionStore(Session.objects.get().session_key)
    store.load()
    known = User.objects.get(pk=lena.pk)
    for field in User._meta.concrete_fields:
        assert getattr(store.person, field.attname) == getattr(known, field.attname), field.name
    assert store.person == known
    assert not store.person._state.adding


def test_the_row_of_a_sign_in_lets_nobody_in_as_somebody_else(browser, lena):
    karim = factories.make_user("Karim Haddad")
    User.objects.filter(pk=karim.pk).update(
        password=lena.password
    )  # so that not even the session's hash differs
    SignedIn.objects.update(user=karim)
    assert whose(browser) == lena, "what counts is the session"


def test_a_session_without_its_row_counts_all_the_same(browser, lena):
    SignedIn.objects.all().delete()
    assert whose(browser) == lena


def test_a_changed_password_ends_the_session(browser, lena):
    lena.set_password("another-one-that-is-long-enough")
    lena.save()
    assert browser.get("/account/").status_code == 302


def test_a_closed_account_ends_the_session(browser, lena):
    User.objects.filter(pk=lena.pk).update(is_active=False)
    assert browser.get("/account/").status_code == 302


def test_a_session_that_has_run_out_brings_nobody(browser, lena):
    Session.objects.update(expire_date=factories.OPENS_AT)
    assert browser.get("/account/").status_code == 302
