"""A lost second factor is reset by a manager who may, on record and told; a missing one is set up on the way."""

import factories
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as app
from django.test import Client
from letterbox import code_for

from accelerator.models import HistoryEntry, OutboxMessage, Role, User
from accelerator.people import invitations

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(while_open, call, settings) -> User:
    settings.SECOND_FACTOR_REQUIRED = True
    return with_app(factories.make_manager(call.programme))


def with_app(person: User) -> User:
    app.TOTP.activate(person, app.generate_totp_secret())
    return person


def reset(client: Client, person: User, **given):
    pk = Role.objects.live().filter(user=person).first().pk
    return client.post(f"/admin/people/roles/{pk}/reset-factor/", {"reason": "Phone lost", **given})


def test_a_manager_resets_it_with_a_reason_and_the_person_is_told_and_signed_out(manager, call, signed_in):
    reviewer = with_app(factories.make_reviewer(call).user)
    theirs = factories.sign_in(Client(), reviewer)
    client = signed_in(manager)
    people = client.get("/admin/people/").content.decode()
    assert "Reset the second factor" in people
    assert reset(client, reviewer, reason="").status_code == 200, "not without a reason"
    assert Authenticator.objects.filter(user=reviewer).exists()
    assert reset(client, reviewer).status_code == 302
    assert not Authenticator.objects.filter(user=reviewer).exists()
    assert theirs.get("/account/").status_code == 302
    told = OutboxMessage.objects.get(kind="accelerator.factor_reset")
    assert (told.recipient, str(manager) in told.text) == (reviewer, True)
    entry = HistoryEntry.objects.get(action="account.factor_reset")
    assert (entry.actor, entry.programme, entry.details["kinds"]) == (manager, call.programme, ["totp"])
    assert "No second factor yet" in client.get("/admin/people/").content.decode()


def test_until_a_new_one_is_there_the_dashboard_stays_shut_and_then_opens_where_one_was_going(
    manager, call, signed_in
):
    reviewer = with_app(factories.make_reviewer(call).user)
    reset(signed_in(manager), reviewer)
    client = Client()
    client.post("/accounts/login/", {"login": reviewer.email})
    client.post("/accounts/login/code/confirm/", {"code": code_for(reviewer.email)})
    assert client.get("/admin/review/").url == "/accounts/2fa/"
    with_app(reviewer)
    assert 'href="/admin/review/"' in client.get("/accounts/2fa/").content.decode()


@pytest.mark.parametrize("who", ["oneself", "superuser", "manager of another programme", "nobody's"])
def test_some_are_not_a_managers_to_reset(manager, call, signed_in, who):
    person = manager if who == "oneself" else with_app(factories.make_user())
    if who == "superuser":
        factories.give_role(person, call.programme, "reviewer")
        User.objects.filter(pk=person.pk).update(is_superuser=True)
    elif who == "manager of another programme":
        factories.give_role(person, call.programme, "reviewer")
        factories.give_role(person, factories.make_programme("other"), "manager")
    elif who == "nobody's":
        factories.give_role(person, factories.make_programme("other"), "reviewer")
    answer = reset(signed_in(manager), person)
    assert answer.status_code == (404 if who == "nobody's" else 409)
    assert Authenticator.objects.filter(user=person).exists()


def test_nobody_but_a_manager_resets(manager, call, signed_in):
    reviewer = with_app(factories.make_reviewer(call).user)
    other = with_app(factories.make_reviewer(call, "Another").user)
    assert reset(signed_in(other), reviewer).status_code in {403, 404}
    assert Authenticator.objects.filter(user=reviewer).exists()


def test_a_new_reviewer_sets_one_up_between_the_invitation_and_the_queue(manager, call, signed_in):
    newcomer = factories.make_user()
    link = invitations.invite(
        "reviewer", email=newcomer.email, by=manager, programme=call.programme, now=factories.WHILE_OPEN
    )
    client = factories.just_signed_in(Client(), newcomer)
    page = client.post(link.removeprefix("http://localhost:8000"), follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/2fa/"
    assert "Managers and reviewers need one." in page.content.decode()
    with_app(newcomer)
    assert 'href="/admin/review/"' in client.get("/accounts/2fa/").content.decode()
    assert client.get("/admin/review/").status_code == 200
