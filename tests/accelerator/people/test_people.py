"""People sign up and in by a code, are asked in by link, and hold roles; nobody learns who else is here."""

import re
import threading
from datetime import timedelta

import factories
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from letterbox import code_for, mail_to
from page_forms import fill_in

from accelerator import clock
from accelerator.messages import nudging
from accelerator.models import HistoryEntry, Invitation, OutboxMessage, Role, TeamMember, User
from accelerator.people import invitations, roles
from accelerator.transitions import NotAllowed
from applications.models import Reviewer

pytestmark = pytest.mark.django_db

NEW = "nora@station-f.example"


def sign_up(client, email=NEW, name="Nora Quist", next=""):
    client.post("/accounts/signup/", {"email": email, "name": name, "next": next})
    return client.post("/accounts/confirm-email/", {"code": code_for(email), "next": next})


# --- Codes ------------------------------------------------------------------------------------------------


def test_one_signs_up_with_a_name_an_address_and_a_code(client, call, while_open):
    response = sign_up(client)
    assert response.status_code == 302
    user = User.objects.get(email=NEW)
    assert (user.name, user.is_staff, user.has_usable_password()) == ("Nora Quist", False, False)
    assert "Nora Quist" in client.get("/").content.decode()


def test_one_signs_in_with_a_code_and_no_password(client, call, while_open):
    user = factories.make_user()
    response = client.post("/accounts/login/", {"login": user.email})
    assert response.url.startswith("/accounts/login/code/confirm/")
    response = client.post("/accounts/login/code/confirm/", {"code": code_for(user.email)})
    assert response.status_code == 302
    assert str(user) in client.get("/").content.decode()


def test_who_was_made_without_a_page_signs_in_with_one_code(client, call, while_open):
    user = User.objects.create_superuser("root@programme.example")
    client.post("/accounts/login/", {"login": user.email})
    client.post("/accounts/login/code/confirm/", {"code": code_for(user.email)})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_one_signs_in_with_a_password_if_one_has_set_one(client, call, while_open):
    user = factories.make_user(password="a-long-enough-sentence")
    refused = client.post("/accounts/login/", {"login": user.email, "password": "a-wrong-sentence"})
    assert refused.status_code == 200
    assert "_auth_user_id" not in client.session
    client.post("/accounts/login/", {"login": user.email, "password": "a-long-enough-sentence"})
    assert client.session["_auth_user_id"] == str(user.pk)
    assert not OutboxMessage.objects.exists(), "no code was needed"


def test_signing_in_names_the_programme_that_one_was_on_the_way_to(client, call, while_open):
    wanted = client.get(f"/accounts/login/?next=/apply/{call.programme.slug}/{call.slug}/").content.decode()
    assert f"On your way to the {call.programme}." in wanted
    assert "E-mail address" in wanted
    for elsewhere in ("", "?next=/accounts/", "?next=/apply/nothing/2023/", "?next=http://["):
        page = client.get(f"/accounts/login/{elsewhere}")
        assert page.status_code == 200
        assert "On your way" not in page.content.decode()


def test_every_page_between_a_call_and_its_form_names_the_programme(client, call, while_open):
    start = f"/apply/{call.programme.slug}/{call.slug}/"
    words = f"On your way to the {call.programme}."
    sign_up_page = client.get(start, follow=True)
    code_page = client.post("/accounts/signup/", {"email": NEW, "name": "Nora", "next": start}, follow=True)
    wrong = client.post("/accounts/confirm-email/", {"code": "WRNG-CODE"})
    user = factories.make_user()
    sign_in = Client().post("/accounts/login/", {"login": user.email, "next": start}, follow=True)
    for page in (sign_up_page, code_page, wrong, sign_in):
        assert words in page.content.decode()
        assert call.programme.contact in page.content.decode()
    assert words not in Client().post("/accounts/login/", {"login": user.email}, follow=True).content.decode()


def test_pages_that_went_wrong_lead_to_the_readers_own(client, call, while_open):
    assert 'href="/accounts/login/"' in client.get("/nowhere/").content.decode()
    newcomer = factories.sign_in(client, factories.make_user()).get("/nowhere/")
    assert ">To the front page</a>" in newcomer.content.decode()
    lost = factories.sign_in(client, factories.make_manager(call.programme)).get("/nowhere/")
    assert lost.status_code == 404
    assert ">Dashboard</a>" in lost.content.decode().split("<main")[1]


def test_a_wrong_code_does_not_let_anybody_in(client, call, while_open):
    user = factories.make_user()
    client.post("/accounts/login/", {"login": user.email})
    client.post("/accounts/login/code/confirm/", {"code": "WRNG-CODE"})
    assert "_auth_user_id" not in client.session


def test_signing_in_does_not_tell_whether_an_address_is_known(call, while_open):
    known = factories.make_user().email
    pages = []
    for address in (known, "nobody@people.example"):
        visitor = Client()
        response = visitor.post("/accounts/login/", {"login": address}, follow=True)
        pages.append((response.redirect_chain, response.content.decode().replace(address, "…")))
    assert pages[0][0] == pages[1][0]
    assert without_tokens(pages[0][1]) == without_tokens(pages[1][1])
    assert "there is no account" in mail_to("nobody@people.example")


@pytest.mark.parametrize("next", ["", "/apply/ai-startup-program/2023/"])
def test_signing_up_does_not_tell_whether_an_address_is_known(call, while_open, next):
    known = factories.make_user().email
    pages = []
    for address in (known, "nobody@people.example"):
        visitor = Client()
        form = {"email": address, "name": "Nora", "next": next}
        response = visitor.post("/accounts/signup/", form, follow=True)
        pages.append((response.redirect_chain, response.content.decode().replace(address, "…")))
    assert pages[0][0] == pages[1][0]
    assert without_tokens(pages[0][1]) == without_tokens(pages[1][1])
    assert "There is one already" in mail_to(known)


def without_tokens(page: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|nonce|content)="[^"]*"', "", page)


def test_mails_about_an_account_name_our_own_address_and_nobody_elses_name(
    client, call, while_open, settings
):
    client.post("/accounts/login/", {"login": "nobody@people.example"}, HTTP_HOST="localhost")
    text = mail_to("nobody@people.example")
    assert f"{settings.BASE_URL}/accounts/signup/" in text
    assert "Hello from" not in text


def test_without_redis_signing_up_neither_fails_nor_waits(client, call, while_open, settings):
    from accelerator.celery import app

    settings.TESTING = False
    broker, app.conf.broker_url = app.conf.broker_url, "redis+socket:///nowhere/valkey.sock"
    try:
        started = clock.real_now()
        settings.TESTING = True  # the mail's transport; the nudge below is the real one
        response = client.post("/accounts/signup/", {"email": NEW, "name": "Nora"})
        settings.TESTING = False
        nudging.nudge()
        assert response.status_code == 302
        assert clock.real_now() - started < timedelta(seconds=1)
    finally:
        app.conf.broker_url = broker


# --- Invitations ------------------------------------------------------------------------------------------


def ask(call, kind="reviewer", email=NEW, **fields) -> str:
    """The path of a fresh invitation's link."""
    link = invitations.invite(
        kind, email=email, by=None, programme=call.programme, now=factories.WHILE_OPEN, **fields
    )
    return link.removeprefix("http://localhost:8000")


def test_the_mail_carries_the_link_and_no_list_shows_it(call, while_open):
    path = ask(call)
    assert path in mail_to(NEW)
    message = OutboxMessage.objects.get()
    assert path.split("/")[2] not in message.text, "it is encrypted until it is sent"
    assert (message.is_secret, message.programme) == (True, call.programme)
    assert path.split("/")[2] not in str(
        list(Invitation.objects.values()) + list(HistoryEntry.objects.values())
    )


def test_reading_an_invitation_changes_nothing(client, call, while_open):
    path = ask(call)
    page = client.get(path).content.decode()
    assert "Review for AI Startup Program" in page
    assert f"/accounts/signup/?next={path}" in page
    assert client.post(path).status_code == 200, "nobody is signed in, so nobody accepts"
    assert not Role.objects.exists()


def test_a_reviewer_signs_up_accepts_and_is_in_the_dashboard(client, call, while_open):
    meta = call.programme.partners.get(slug="meta")
    path = ask(call, partner=meta)
    assert sign_up(client, next=path).url == path
    response = client.post(path)
    assert (response.status_code, response.url) == (302, "/admin/review/")
    user = User.objects.get(email=NEW)
    role = Role.objects.get()
    assert (role.user, role.kind, role.partner, user.is_staff) == (user, "reviewer", meta, True)
    assert Reviewer.objects.get(user=user).partner == meta
    assert client.get(response.url).status_code == 200


def test_a_mentor_goes_on_to_say_who_they_are_and_sees_no_dashboard(call, while_open, signed_in):
    mentor = factories.make_user()
    client = signed_in(mentor)
    response = client.post(ask(call, "mentor", mentor.email))
    assert response.url == "/mentoring/profile/ai-startup-program/"
    mentor.refresh_from_db()
    assert not mentor.is_staff


def test_a_co_founder_joins_the_team_and_sees_the_application(call, while_open, signed_in):
    application = factories.make_application(call)
    owner = application.startup.members.get().user
    link = invitations.invite(
        "co_founder", email=NEW, by=owner, startup=application.startup, now=factories.WHILE_OPEN
    )
    newcomer = factories.make_user(email=NEW)
    response = signed_in(newcomer).post(link.removeprefix("http://localhost:8000"))
    assert response.url == application.get_absolute_url()
    assert TeamMember.objects.filter(startup=application.startup, user=newcomer, is_owner=False).exists()


def test_a_co_founder_of_a_team_without_an_application_goes_on_to_the_first_page(while_open, signed_in):
    owner = factories.make_user("Ada Stern")
    startup = factories.make_startup(owner)
    link = invitations.invite("co_founder", email=NEW, by=owner, startup=startup, now=factories.WHILE_OPEN)
    response = signed_in(factories.make_user(email=NEW)).post(link.removeprefix("http://localhost:8000"))
    assert response.url == "/"


def test_a_link_works_once(call, while_open, signed_in):
    path = ask(call)
    signed_in(factories.make_user(email=NEW)).post(path)
    other = Client()
    factories.sign_in(other, factories.make_user())
    response = other.get(path)
    assert response.status_code == 410
    assert "has been used" in response.content.decode()
    assert other.post(path).status_code == 409
    assert Role.objects.count() == 1


def test_a_used_link_does_not_let_the_same_person_back_in(call, while_open):
    newcomer = factories.make_user(email=NEW)
    link = ask(call)
    seen_by_two_tabs = invitations.find(link.rstrip("/").rsplit("/", 1)[-1])
    invitations.accept(seen_by_two_tabs, by=newcomer, now=factories.WHILE_OPEN)
    factories.make_manager(call.programme)
    roles.end(Role.objects.get(user=newcomer), by=None, now=factories.WHILE_OPEN)
    with pytest.raises(NotAllowed, match="has been used"):
        invitations.accept(seen_by_two_tabs, by=newcomer, now=factories.WHILE_OPEN)
    assert not Role.objects.live().filter(user=newcomer).exists()


def test_who_accepted_and_comes_back_is_sent_on(call, while_open, signed_in):
    path = ask(call)
    client = signed_in(factories.make_user(email=NEW))
    client.post(path)
    assert client.get(path).url == "/"


def test_a_link_runs_out(call, while_open, signed_in):
    path = ask(call)
    factories.at(factories.WHILE_OPEN + invitations.LIFE)
    client = signed_in(factories.make_user(email=NEW))
    assert "has run out" in client.get(path).content.decode()
    assert client.post(path).status_code == 409


def test_a_newer_invitation_replaces_the_earlier_one_and_its_mail(client, call, while_open):
    earlier, later = ask(call), ask(call)
    assert client.get(earlier).status_code == 410
    assert client.get(later).status_code == 200
    assert sorted(OutboxMessage.objects.values_list("status", flat=True)) == ["cancelled", "waiting"]


def test_who_holds_the_role_is_not_asked_again(call, while_open):
    manager = factories.make_manager(call.programme)
    with pytest.raises(NotAllowed, match="has that role already"):
        ask(call, "manager", manager.email)


def test_an_unknown_link_is_not_found(client, call, while_open):
    assert client.get("/invitations/nothing/").status_code == 404


# --- Roles ------------------------------------------------------------------------------------------------


def test_a_role_that_ends_closes_the_dashboard_unless_another_keeps_it_open(call, while_open):
    user = factories.make_user()
    factories.make_manager(call.programme)
    first = roles.grant(user, call.programme, "manager", now=while_open)
    second = roles.grant(user, call.programme, "reviewer", now=while_open)
    roles.end(first, by=None, now=while_open)
    assert User.objects.get(pk=user.pk).is_staff
    roles.end(second, by=None, now=while_open)
    assert not User.objects.get(pk=user.pk).is_staff
    assert not Role.objects.held_by(user).exists()


def test_granting_twice_grants_once(call, while_open):
    user = factories.make_user()
    first = roles.grant(user, call.programme, "mentor", now=while_open)
    assert roles.grant(user, call.programme, "mentor", now=while_open) == first
    assert HistoryEntry.objects.filter(action="role.granted").count() == 1


# --- The people of a programme ----------------------------------------------------------------------------


def test_a_manager_asks_several_people_at_once(call, while_open, signed_in):
    manager = factories.make_manager(call.programme)
    client = signed_in(manager)
    response = client.post(
        "/admin/people/", {"kind": "mentor", "emails": "a@b.example, C@d.example\n"}, follow=True
    )
    page = response.content.decode()
    assert "2 invitations are on their way." in page
    assert {i.email for i in Invitation.objects.all()} == {"a@b.example", "c@d.example"}
    assert "c@d.example" in page
    assert "/invitations/" not in page.replace("/admin/people/invitations/", ""), "no page shows a link"


def test_one_address_that_cannot_be_asked_stops_all_of_them(call, while_open, signed_in):
    manager = factories.make_manager(call.programme)
    client = signed_in(manager)
    for emails in (f"a@b.example {manager.email}", "a@b.example nonsense"):
        page = client.post("/admin/people/", {"kind": "manager", "emails": emails}).content.decode()
        assert "has that role already" in page or "is no e-mail address" in page
    assert not Invitation.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_manager_withdraws_an_invitation(client, call, while_open, signed_in):
    path = ask(call)
    assert client.get(path).status_code == 200
    manager = factories.make_manager(call.programme)
    invitation = Invitation.objects.get()
    url = f"/admin/people/invitations/{invitation.public_id}/withdraw/"
    stranger = factories.make_manager(factories.make_programme("other", name="Other"), "Paul Varga")
    assert signed_in(stranger).post(url).status_code == 404
    assert signed_in(manager).post(url).status_code == 302
    assert client.get(path).status_code == 410


def test_a_manager_sends_an_invitation_again_and_only_the_new_link_works(client, call, while_open, signed_in):
    meta = call.programme.partners.get(slug="meta")
    earlier = ask(call, partner=meta)
    url = f"/admin/people/invitations/{Invitation.objects.get().public_id}/send-again/"
    page = signed_in(factories.make_manager(call.programme)).post(url, follow=True).content.decode()
    assert f"A new link is on its way to {NEW}" in page
    later = re.search(r"/invitations/\S+", mail_to(NEW)).group()
    assert client.get(earlier).status_code == 410
    assert client.get(later).status_code == 200
    assert Invitation.objects.open(while_open).get().partner == meta
    assert Client().post(url).status_code == 302, "nobody is signed in"
    assert signed_in(factories.make_manager(call.programme)).post(url).status_code == 409, "it is closed"


def end(client, role, reason="They have moved away", **options):
    return fill_in(client, f"/admin/people/roles/{role.pk}/end/", {"reason": reason}, **options)


def test_a_manager_ends_a_role_and_the_dashboard_closes_at_once(call, while_open, signed_in):
    manager, reviewer = factories.make_manager(call.programme), factories.make_reviewer(call, "Ada Stern")
    role = Role.objects.get(user=reviewer.user)
    theirs = Client()
    factories.sign_in(theirs, reviewer.user)
    assert theirs.get("/admin/review/").status_code == 200
    client = signed_in(manager)
    assert f"/admin/people/roles/{role.pk}/end/" in client.get("/admin/people/").content.decode()
    assert end(client, role, reason="").status_code == 200, "it asks why"
    page = end(client, role, follow=True).content.decode()
    assert "Ada Stern is no longer reviewer." in page
    assert reviewer.user.email not in page
    assert theirs.get("/admin/review/").status_code == 302
    letter = OutboxMessage.objects.get(kind="accelerator.role_ended")
    assert (letter.recipient, letter.programme) == (reviewer.user, call.programme)
    entry = HistoryEntry.objects.get(action="role.ended")
    assert (entry.actor, entry.reason, entry.details) == (
        manager,
        "They have moved away",
        {"kind": "reviewer"},
    )
    assert end(client, role).status_code == 404, "once"


def test_the_only_manager_stays_and_the_page_says_why(call, while_open, signed_in):
    manager = factories.make_manager(call.programme)
    role, client = Role.objects.get(), signed_in(manager)
    people = client.get("/admin/people/").content.decode()
    assert "The only manager" in people
    assert f"/roles/{role.pk}/end/" not in people
    for response in (client.get(f"/admin/people/roles/{role.pk}/end/"), end(client, role)):
        assert response.status_code == 409
        assert "Ask somebody else in first" in response.content.decode()
    assert Role.objects.live().get() == role


def test_a_manager_who_ends_their_own_role_is_warned_and_is_out(call, while_open, signed_in):
    manager, other = (
        factories.make_manager(call.programme),
        factories.make_manager(call.programme, "Paul Varga"),
    )
    client, role = signed_in(manager), Role.objects.get(user=manager)
    assert "This is your own role." in client.get(f"/admin/people/roles/{role.pk}/end/").content.decode()
    others = client.get(f"/admin/people/roles/{Role.objects.get(user=other).pk}/end/").content.decode()
    assert "This is your own role." not in others
    assert end(client, role).url == "/"
    assert client.get("/admin/people/").status_code == 403
    assert not OutboxMessage.objects.filter(kind="accelerator.role_ended").exists(), "they know it"


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_end_each_other_at_once_leave_one():
    factories.at(factories.WHILE_OPEN)
    programme = factories.make_programme()
    factories.make_manager(programme, "Inès Moreau"), factories.make_manager(programme, "Paul Varga")
    ready, refused = threading.Barrier(2), []

    def end_one(role):
        ready.wait()
        try:
            roles.end(role, by=None, now=factories.WHILE_OPEN)
        except NotAllowed as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=end_one, args=[role]) for role in Role.objects.select_related()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Role.objects.live().count() == 1
    assert len(refused) == 1


@pytest.mark.parametrize("rows", [1, 30])
def test_the_number_of_queries_on_people_does_not_grow(
    call, while_open, signed_in, rows, django_assert_num_queries
):
    manager = factories.make_manager(call.programme)
    for number in range(rows):
        factories.make_reviewer(call)
        ask(call, email=f"asked{number}@people.example", partner=call.programme.partners.first())
    client = signed_in(manager)
    client.get("/admin/people/")
    with django_assert_num_queries(11):
        client.get("/admin/people/")


def test_one_changes_ones_own_name_title_and_zone(call, while_open, signed_in):
    user = factories.make_user()
    client = signed_in(user)
    fields = {"name": "Nora Quist", "title": "Founder", "time_zone": "America/St_Johns"}
    assert client.post("/account/", fields).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.title, user.time_zone) == ("Nora Quist", "Founder", "America/St_Johns")
    assert client.post("/account/", {**fields, "time_zone": "Mars/Olympus"}).status_code == 200


# --- The second factor ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["manager", "reviewer"])
def test_the_dashboard_asks_managers_and_reviewers_for_a_second_factor(
    call, while_open, signed_in, settings, kind
):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    settings.SECOND_FACTOR_REQUIRED = True
    person = factories.make_user()
    factories.give_role(person, call.programme, kind)
    client = signed_in(person)
    for path in ("/admin/", "/admin/people/", "/admin/review/"):
        assert client.get(path).url == "/accounts/2fa/"
    assert "Managers and reviewers need one." in client.get("/accounts/2fa/").content.decode()
    TOTP.activate(person, generate_totp_secret())
    assert client.get("/admin/").status_code == 200


def test_founders_and_mentors_need_no_second_factor(call, while_open, signed_in, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    founder = factories.make_user()
    factories.make_application(call, founder)
    assert signed_in(founder).get("/applications/").status_code == 200


def test_a_second_factor_is_asked_for_at_the_next_sign_in(client, call, while_open):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = factories.make_user()
    TOTP.activate(user, generate_totp_secret())
    client.post("/accounts/login/", {"login": user.email})
    response = client.post("/accounts/login/code/confirm/", {"code": code_for(user.email)})
    assert response.url.startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session


def test_the_pages_of_the_second_factor_open(call, while_open, signed_in):
    client = signed_in(factories.make_user())
    for path in ("/accounts/2fa/", "/accounts/email/", "/accounts/login/", "/accounts/signup/"):
        assert client.get(path, follow=True).status_code == 200


@pytest.mark.parametrize("with_app", [False, True])
def test_one_changes_ones_address_by_a_code_sent_to_the_new_one(call, while_open, signed_in, with_app):
    from allauth.mfa.totp.internal import auth as app

    user = factories.make_user()
    client, old = signed_in(user), user.email
    if with_app:
        secret = app.generate_totp_secret()
        app.TOTP.activate(user, secret)
        client.post("/accounts/2fa/reauthenticate/", {"code": factories.code_of_app(secret)})
    else:
        client.post("/account/prove/", {"action": "send"})
        client.post("/account/prove/", {"code": code_for(old)})
    client.post("/accounts/email/", {"email": NEW, "action_add": "1"})
    user.refresh_from_db()
    assert user.email == old, "not before the code"
    client.post("/accounts/confirm-email/", {"code": code_for(NEW)})
    user.refresh_from_db()
    assert user.email == NEW
    assert [address.email for address in user.emailaddress_set.all()] == [NEW]


# --- The first manager of a real season -------------------------------------------------------------------


def test_the_first_manager_comes_in_by_the_printed_link(client, capsys, db, settings):
    factories.at(factories.OPENS_AT - timedelta(days=30))
    call_command("load_programme", "programmes/ai-startup-program.toml")
    capsys.readouterr()
    call_command("invite_manager", NEW)
    path = capsys.readouterr().out.strip().removeprefix("http://localhost:8000")
    assert client.get(path).status_code == 200
    assert sign_up(client, next=path).url == path
    assert client.post(path).url == "/admin/"
    assert client.get("/admin/").status_code == 200
    settings.SECOND_FACTOR_REQUIRED = True
    assert client.get("/admin/").url == "/accounts/2fa/"


def test_inviting_a_manager_needs_a_programme_and_says_which_there_are(db, while_open):
    with pytest.raises(CommandError, match="There is no programme yet"):
        call_command("invite_manager", NEW)
    factories.make_programme()
    factories.make_programme("other", name="Other")
    with pytest.raises(CommandError, match="several programmes; choose with --programme from: ai-startup"):
        call_command("invite_manager", NEW)
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("invite_manager", "nora", programme="other")
    call_command("invite_manager", NEW, programme="other")
    assert Invitation.objects.get().programme.slug == "other"
