"""Address, password and factors change only for whoever shows that it is them, and what changed is told."""

import re
import time
from datetime import UTC, datetime, timedelta

import factories
import pytest
import time_machine
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as PROOFS
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as app
from django.test import Client
from letterbox import code_for, mail_to

from accelerator.messages import outbox
from accelerator.models import HistoryEntry, OutboxMessage, User
from accelerator.people import address_changes

pytestmark = pytest.mark.django_db

NEW = "thief@elsewhere.example"
PASSWORD = "a-long-enough-sentence"


@pytest.fixture
def owner(while_open, call) -> User:
    return factories.make_user("Ada Stern")


def sign_in(user: User, days_ago: float = 0) -> Client:
    """Signed in by a code, so many days ago."""
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0")
    client.post("/accounts/login/", {"login": user.email})
    client.post("/accounts/login/code/confirm/", {"code": code_for(user.email)})
    session = client.session
    assert session["_auth_user_id"] == str(user.pk)
    session[PROOFS] = [{**one, "at": time.time() - days_ago * 86_400} for one in session[PROOFS]]
    session.save()
    return client


def prove(client: Client, user: User, asked) -> None:
    """The way through “Is it you?”, from the answer that led there."""
    assert asked.url.startswith("/account/prove/"), asked.url
    client.post(asked.url, {"action": "send"})
    return client.post(asked.url, {"code": code_for(user.email)}, follow=True)


def change_address(client: Client, to: str = NEW, user: User | None = None):
    asked = client.post("/accounts/email/", {"action_add": "1", "email": to})
    if user:
        prove(client, user, asked)
    return client.post("/accounts/confirm-email/", {"code": code_for(to)})


def link_in(text: str) -> str:
    return re.search(r"http://localhost:8000(/account/address/\S+)", text).group(1)


@pytest.mark.parametrize(
    "path, given",
    [
        ("/accounts/email/", {"action_add": "1", "email": NEW}),
        ("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD}),
        ("/accounts/2fa/totp/activate/", {"code": "123456"}),
        ("/accounts/2fa/webauthn/add/", {"name": "Mine", "credential": "{}"}),
    ],
)
def test_an_old_session_changes_nothing_without_a_proof(owner, path, given):
    client = sign_in(owner, days_ago=5)
    if "totp" in path:
        with time_machine.travel(datetime.now(UTC)):
            secret = re.search(r"[A-Z2-7]{32}", client.get(path, follow=True).content.decode())
        given = {"code": factories.code_of_app(secret.group())} if secret else given
    asked = client.post(path, given)
    assert asked.url.startswith("/account/prove/")
    owner.refresh_from_db()
    assert not owner.has_usable_password()
    assert not OutboxMessage.objects.filter(to_email=NEW).exists()
    assert not Authenticator.objects.exists()


def test_whoever_reads_the_mail_of_the_address_in_use_goes_on_where_they_were(owner):
    client = sign_in(owner, days_ago=5)
    asked = client.post("/accounts/email/", {"action_add": "1", "email": NEW})
    page = client.get(asked.url).content.decode()
    assert "Is it you?" in page
    assert not OutboxMessage.objects.filter(subject="Your code to go on").exists(), "reading sends nothing"
    went_on = prove(client, owner, asked)
    assert "We sent you a code" in went_on.content.decode()
    client.post("/accounts/confirm-email/", {"code": code_for(NEW)})
    owner.refresh_from_db()
    assert owner.email == NEW


def test_wrong_codes_prove_nothing_and_the_third_ends_the_try(owner):
    client = sign_in(owner, days_ago=5)
    asked = client.post("/accounts/email/", {"action_add": "1", "email": NEW})
    client.post(asked.url, {"action": "send"})
    for _n in range(3):
        client.post(asked.url, {"code": "WRNG-CODE"})
    page = client.post(asked.url, {"code": code_for(owner.email)}, follow=True)
    assert "Is it you?" in page.content.decode()
    assert not OutboxMessage.objects.filter(to_email=NEW).exists()


def test_who_has_a_factor_shows_the_factor_and_never_just_a_code(owner, signed_in):
    secret = app.generate_totp_secret()
    app.TOTP.activate(owner, secret)
    client = signed_in(owner)
    asked = client.post("/accounts/email/", {"action_add": "1", "email": NEW})
    assert asked.url.startswith("/accounts/2fa/reauthenticate/")
    assert client.get("/account/prove/").url.startswith("/accounts/2fa/reauthenticate/")
    client.post(asked.url, {"code": factories.code_of_app(secret)})
    assert OutboxMessage.objects.filter(to_email=NEW).exists()


def test_having_just_signed_in_is_proof_enough(owner):
    client = sign_in(owner)
    change_address(client)
    owner.refresh_from_db()
    assert owner.email == NEW


def test_having_just_signed_up_is_too(call, while_open):
    client = Client()
    client.post("/accounts/signup/", {"email": "nora@people.example", "name": "Nora"})
    client.post("/accounts/confirm-email/", {"code": code_for("nora@people.example")})
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 200


def test_the_old_address_is_told_and_takes_it_back_within_seven_days(owner):
    old = owner.email
    thief = sign_in(owner)
    change_address(thief)
    told = mail_to(old)
    assert NEW in told
    assert "Firefox on Windows" in told
    thief.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.get().has_usable_password()
    link, anybody = link_in(told), Client()
    page = anybody.get(link).content.decode()
    assert "Take your address back?" in page
    assert User.objects.get().email == NEW, "reading changes nothing"
    answer = anybody.post(link)
    assert answer.status_code == 302
    back = User.objects.get()
    assert (back.email, back.has_usable_password()) == (old, False)
    assert list(back.emailaddress_set.values_list("email", "verified", "primary")) == [(old, True, True)]
    assert thief.get("/account/").status_code == 302, "signed out everywhere"
    sign_in(back)
    assert HistoryEntry.objects.filter(action="account.address_taken_back").count() == 1


def test_the_link_runs_out_after_seven_days(owner):
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC)) as traveller:
        change_address(sign_in(owner))
        link = link_in(mail_to(owner.email))
        traveller.shift(timedelta(days=6, hours=23))
        assert Client().get(link).status_code == 200
        traveller.shift(timedelta(hours=2))
        assert Client().post(link).status_code == 404


def test_a_link_that_was_made_up_is_not_found(owner):
    change_address(sign_in(owner))
    link = link_in(mail_to(owner.email))
    assert Client().post(link[:-3] + "aa/").status_code == 404


def test_an_address_in_between_takes_nothing_once_the_first_is_back(owner):
    old = owner.email
    thief = sign_in(owner)
    change_address(thief)
    first = link_in(mail_to(old))
    change_address(thief, "second@elsewhere.example")
    second = link_in(mail_to(NEW))
    Client().post(first)
    assert User.objects.get().email == old
    assert Client().get(second).status_code == 410
    Client().post(second)
    assert User.objects.get().email == old


def test_a_factor_that_a_thief_added_goes_and_one_of_before_stays(owner):
    old = owner.email
    app.TOTP.activate(owner, app.generate_totp_secret())
    Authenticator.objects.update(created_at=datetime.now(UTC) - timedelta(days=30))
    User.objects.filter(pk=owner.pk).update(email=NEW)
    secret = address_changes.note(owner, from_email=old, to_email=NEW, real_now=datetime.now(UTC))
    Authenticator.objects.create(user=owner, type="webauthn", data={"name": "Theirs"})
    Client().post(f"/account/address/{secret}/")
    assert list(Authenticator.objects.values_list("type", flat=True)) == ["totp"]


def test_a_sign_in_begun_with_the_address_of_a_thief_does_not_end_as_its_owner(owner):
    old = owner.email
    change_address(sign_in(owner))
    thief = Client()
    thief.post("/accounts/login/", {"login": NEW})
    code = code_for(NEW)
    Client().post(link_in(mail_to(old)))
    page = thief.post("/accounts/login/code/confirm/", {"code": code}, follow=True)
    assert "_auth_user_id" not in thief.session
    assert "exchanged for another" in page.content.decode()


def test_mail_goes_to_where_the_person_is_now(owner):
    old = owner.email
    change_address(sign_in(owner))
    Client().post(link_in(mail_to(old)))
    waiting = OutboxMessage.objects.filter(to_email=NEW, status="waiting")
    assert not waiting.filter(is_secret=True).exists(), "codes to the thief do not leave"
    outbox.enqueue("accelerator.role_ended", key="x", to=User.objects.get(), words=("S", "T"))
    assert OutboxMessage.objects.latest("pk").to_email == old


@pytest.mark.parametrize("what", ["password", "factor"])
def test_what_protects_an_account_is_told_when_it_changes(owner, what, django_capture_on_commit_callbacks):
    client = sign_in(owner)
    if what == "password":
        client.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
        assert "A password was set" in mail_to(owner.email)
    else:
        page = client.get("/accounts/2fa/totp/activate/").content.decode()
        secret = re.search(r"[A-Z2-7]{32}", page).group()
        with django_capture_on_commit_callbacks(execute=True):
            client.post("/accounts/2fa/totp/activate/", {"code": factories.code_of_app(secret)})
        told = OutboxMessage.objects.filter(to_email=owner.email).values_list("subject", flat=True)
        assert "An authenticator app was set up" in told
    message = OutboxMessage.objects.filter(to_email=owner.email).latest("pk")
    assert message.kind == "accelerator.account_changed"
    assert message.useless_after > factories.WHILE_OPEN + timedelta(days=6), "it may come late"


def test_a_reset_link_lives_an_hour(owner):
    owner.set_password(PASSWORD)
    owner.save()
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC)) as traveller:
        Client().post("/accounts/password/reset/", {"email": owner.email})
        link = re.search(r"http://localhost:8000(/accounts/password/reset/key/\S+)", mail_to(owner.email))
        traveller.shift(timedelta(minutes=59))
        assert "A new password" in Client().get(link.group(1), follow=True).content.decode()
        traveller.shift(timedelta(minutes=2))
        assert "no longer works" in Client().get(link.group(1), follow=True).content.decode()


def test_taking_back_from_the_session_that_ends_with_it_answers_still(owner):
    client = sign_in(owner)
    old = owner.email
    change_address(client)
    link = link_in(mail_to(old))
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):  # its last use is written down anew
        answer = client.post(link)
    assert answer.status_code == 302
    owner.refresh_from_db()
    assert owner.email == old
