"""Messages to groups: who is in one, what they read, when it leaves, and that nobody gets it twice."""

from datetime import timedelta

import factories
import factories_founder as founders
import pytest
from django.urls import reverse
from mail_servers import mail_server

from accelerator import as_seen, clock
from accelerator.groups import audiences, notices, writing
from accelerator.groups.models import GroupMessage
from accelerator.messages import delivery, reminders
from accelerator.models import OutboxMessage, TeamMember
from accelerator.transitions import NotAllowed, SomebodyWasFirst

pytestmark = pytest.mark.django_db
NOW = factories.WHILE_OPEN
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def manager(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def drafts(call, while_open):
    """Two teams with drafts, one that has submitted."""
    made = [
        founders.make_draft(call, factories.make_user(name), name=startup)
        for name, startup in (("Lena Aubry", "Papyrus"), ("Noor Haddad", "Kestrel Analytics"))
    ]
    factories.make_application(call, factories.make_user("Sam Okoro"), name="Sealed", submitted=True)
    return made


def written(call, by, *, to="applications.drafts", subject="{startup}: a word", text="Hello {name}, go on."):
    group = audiences.group(by, to, call.pk)
    return writing.write(group, subject=subject, text=text, by=by, now=clock.now())


def nameless():
    person = factories.make_user("Somebody")
    person.name = ""
    person.save()
    return person


def sent(message, by):
    writing.plan(message, at=None, seen=as_seen.version_of(message), by=by, now=clock.now())


def left(at=LATER):
    factories.at(at)
    reminders.tick()


def mails(message):
    return message.mails.order_by("recipient__name")


# --- Who, and what they read ----------------------------------------------------------------------------
def test_everybody_of_the_group_gets_their_own_words_and_nobody_else(call, manager, drafts):
    message = written(call, manager)
    sent(message, manager)
    left()
    assert [(mail.recipient.name, mail.subject) for mail in mails(message)] == [
        ("Lena Aubry", "Papyrus: a word"),
        ("Noor Haddad", "Kestrel Analytics: a word"),
    ]
    text = mails(message)[0].text
    assert "Hello Lena Aubry, go on." in text
    assert "You get this because your team has an application that is not submitted." in text
    assert mails(message)[0].object_id == drafts[0].pk


def test_nobody_gets_it_twice_however_often_the_clockwork_runs(call, manager, drafts):
    TeamMember.objects.create(startup=drafts[1].startup, user=drafts[0].startup.members.get().user)
    message = written(call, manager)
    sent(message, manager)
    left()
    reminders.DoneMoment.objects.all().delete()  # a clockwork that forgot
    left(LATER + timedelta(minutes=1))
    assert mails(message).count() == 2


def test_what_a_founder_typed_is_never_read_as_a_place(call, manager, while_open):
    founders.make_draft(call, factories.make_user("{startup}"), name="{name}")
    message = written(call, manager, text="{name} of {startup}")
    sent(message, manager)
    left()
    assert "{startup} of {name}" in mails(message).get().text


def test_a_place_with_nothing_to_say_has_the_words_behind_its_bar(call, manager, while_open):
    founders.make_draft(call, nameless())
    message = written(call, manager, text="Hello {name|everybody}, and {name}.")
    sent(message, manager)
    left()
    assert "Hello everybody, and ." in mails(message).get().text


# --- Sight ----------------------------------------------------------------------------------------------
def test_nobody_writes_to_a_team_with_which_they_have_a_conflict(call, manager, drafts):
    drafts[0].recusals.create(user=manager, reason="Former colleague", declared_by=manager)
    message = written(call, manager)
    sent(message, manager)
    left()
    assert [mail.recipient.name for mail in mails(message)] == ["Noor Haddad"]


def test_a_manager_with_a_conflict_does_not_see_the_mail_that_another_one_sent(
    call, manager, drafts, signed_in
):
    message = written(call, manager)
    sent(message, manager)
    left()
    other = factories.make_manager(call.programme, "Paul Varga")
    drafts[0].recusals.create(user=other, reason="Former colleague", declared_by=other)
    page = signed_in(other).get(reverse("groups:message", args=[message.public_id])).content.decode()
    assert "Noor Haddad" in page
    assert "Lena Aubry" not in page
    assert "1 of 1" in page or "0 of 1" in page


def test_a_manager_who_applied_to_the_call_finds_none_of_its_groups(call, manager, drafts, signed_in):
    message = written(call, manager)
    other = factories.make_manager(call.programme, "Paul Varga")
    factories.make_application(call, other, name="Own")
    assert audiences.group(other, "applications.drafts", call.pk) is None
    assert signed_in(other).get(reverse("groups:message", args=[message.public_id])).status_code == 404
    assert message.subject not in signed_in(other).get(reverse("groups:messages")).content.decode()


def test_reviews_of_a_conflict_count_nothing_in_what_a_reviewer_is_told(cast):
    factories.assign(cast.assignment.reviewer, cast.rival_application)
    (one,) = [
        one
        for one in audiences.group(cast.manager, "applications.reviews_left", cast.call.pk).people(
            cast.manager
        )
        if one.person == cast.reviewer
    ]
    assert one.values["left"] == "2"
    cast.rival_application.recusals.create(user=cast.manager, reason="Kin", declared_by=cast.manager)
    (one,) = audiences.group(cast.manager, "applications.reviews_left", cast.call.pk).people(
        cast.manager, cast.reviewer
    )
    assert one.values["left"] == "1"


def test_groups_by_outcome_are_there_only_after_the_release(cast, reviewing):
    assert audiences.group(cast.manager, "applications.not_chosen", cast.call.pk) is None


# --- Asked again at the last moment ---------------------------------------------------------------------
def test_who_has_submitted_meanwhile_is_asked_again_when_the_mail_leaves(call, manager, drafts):
    message = written(call, manager)
    sent(message, manager)
    left()
    founders.attach(drafts[0])
    founders.submit(drafts[0])
    with mail_server() as server:
        delivery.deliver()
        assert [mail.recipient for mail in server.arrived if b"a word" in mail.content] == [
            drafts[1].startup.members.get().user.email
        ]
    assert [(mail.status, mail.reason) for mail in mails(message)] == [
        ("skipped", "This person is no longer in the group."),
        ("sent", ""),
    ]


def test_nothing_leaves_for_a_sender_whose_role_has_ended(call, manager, drafts):
    message = written(call, manager)
    sent(message, manager)
    left()
    manager.roles.update(ended_at=LATER)
    delivery.deliver()
    assert {mail.reason for mail in mails(message)} == {"Whoever sent it may no longer write to this group."}


def test_who_comes_in_before_the_moment_gets_a_planned_message(call, manager, drafts):
    message = written(call, manager)
    at = NOW + timedelta(hours=3)
    writing.plan(message, at=at, seen=as_seen.version_of(message), by=manager, now=NOW)
    founders.make_draft(call, factories.make_user("Zoe Late"), name="Late")
    left(at - timedelta(minutes=1))
    assert not mails(message).exists()
    left(at)
    assert mails(message).count() == 3


# --- Held, changed, stopped -----------------------------------------------------------------------------
def test_what_is_held_within_the_minute_goes_to_nobody(call, manager, drafts):
    message = written(call, manager)
    sent(message, manager)
    writing.hold(message, by=manager, now=NOW + timedelta(seconds=30))
    left()
    assert not mails(message).exists()
    assert GroupMessage.objects.get().status == "draft"
    sent(message, manager)
    left(LATER + timedelta(minutes=5))
    assert mails(message).count() == 2


def test_what_has_left_cannot_be_held_but_the_rest_is_stopped(call, manager, drafts):
    message = written(call, manager)
    sent(message, manager)
    left()
    with pytest.raises(NotAllowed, match="It has left"):
        writing.hold(message, by=manager, now=LATER)
    assert writing.stop(message, by=manager, now=LATER) == 2
    with mail_server() as server:
        delivery.deliver()
        assert not server.arrived
    assert {mail.status for mail in mails(message)} == {"cancelled"}


def test_words_that_the_page_did_not_show_are_not_sent(call, manager, drafts):
    message = written(call, manager)
    seen = as_seen.version_of(message)
    other = factories.make_manager(call.programme, "Paul Varga")
    writing.change(message, subject="Other", text="Words", seen=seen, by=other, now=NOW)
    with pytest.raises(SomebodyWasFirst, match="Paul Varga"):
        writing.plan(message, at=None, seen=seen, by=manager, now=NOW)
    assert GroupMessage.objects.get().status == "draft"


def test_many_mails_leave_room_for_others_in_between(call, manager, while_open, monkeypatch):
    monkeypatch.setattr(notices, "AT_ONCE", 2)
    for number in range(5):
        founders.make_draft(call, factories.make_user(f"Founder {number}"), name=f"Startup {number}")
    message = written(call, manager)
    sent(message, manager)
    left()
    due = sorted(message.mails.values_list("due_at", flat=True))
    assert [int((at - due[0]).total_seconds()) for at in due] == [0, 0, 10, 10, 20]


# --- The pages ------------------------------------------------------------------------------------------
def test_from_the_choice_of_a_group_to_the_mail(call, manager, drafts, signed_in):
    client = signed_in(manager)
    chosen = client.get(reverse("groups:choose")).content.decode()
    assert "Teams that have not submitted" in chosen
    address = reverse("groups:write", args=["applications.drafts", call.pk])
    assert address in chosen
    refused = client.post(address, {"subject": "Hi", "text": "{nmae}, {startup.founder}"}).content.decode()
    assert "{nmae} and {startup.founder} stand for nothing here." in refused
    shown = client.post(
        address, {"subject": "{startup}", "text": "Hello {name}."}, follow=True
    ).content.decode()
    assert "Hello Noor Haddad." in shown
    assert "Hello Lena Aubry." in shown
    assert "Send to 2 people" in shown
    message = GroupMessage.objects.get()
    client.post(reverse("groups:test", args=[message.public_id]))
    tests = OutboxMessage.objects.filter(kind=notices.TEST)
    assert [mail.recipient for mail in tests] == [manager, manager]
    assert not mails(message).exists()
    sends = {"seen": as_seen.version_of(message)}
    answer = client.post(
        reverse("groups:send", args=[message.public_id]), sends, follow=True
    ).content.decode()
    assert "It leaves in a minute." in answer
    assert reverse("groups:hold", args=[message.public_id]) in answer
    left()
    after = client.get(reverse("groups:message", args=[message.public_id])).content.decode()
    assert "2 under way" in after
    with mail_server():
        delivery.deliver()
    assert "2 sent" in client.get(reverse("groups:message", args=[message.public_id])).content.decode()


def test_a_moment_is_read_on_the_wall_of_the_programme(call, manager, drafts, signed_in):
    message = written(call, manager)
    seen = as_seen.version_of(message)
    address = reverse("groups:plan", args=[message.public_id])
    client = signed_in(manager)
    over = client.post(address, {"day": "2023-11-27", "at": "09:00", "seen": seen}).content.decode()
    assert "That moment is over." in over
    client.post(address, {"day": "2023-11-29", "at": "09:30", "seen": seen})
    assert GroupMessage.objects.get().due_at.isoformat() == "2023-11-29T08:30:00+00:00"


def test_empty_places_are_counted_before_anything_leaves(call, manager, drafts, signed_in):
    founders.make_draft(call, nameless(), name="Nameless")
    message = written(call, manager)
    page = signed_in(manager).get(reverse("groups:message", args=[message.public_id])).content.decode()
    assert "{name} is empty for 1 person" in page
    assert "Where most is missing" in page


def test_the_timeline_shows_a_planned_message_before_it_leaves(call, manager, drafts, signed_in):
    message = written(call, manager)
    at = NOW + timedelta(hours=3)
    writing.plan(message, at=at, seen=as_seen.version_of(message), by=manager, now=NOW)
    page = signed_in(manager).get(reverse("setup:timeline", args=[call.pk])).content.decode()
    assert "Message to a group" in page


def test_one_reviewer_is_written_to_from_their_page(cast, reviewing, signed_in):
    client = signed_in(cast.manager)
    page = client.get(
        reverse("reviewing:reviewer_progress", args=[cast.call.pk, cast.assignment.reviewer_id])
    ).content.decode()
    address = reverse("groups:write", args=["applications.one_reviewer", cast.assignment.reviewer_id])
    assert address in page
    assert "mailto:" not in page
    assert "The reviewer" in client.get(address).content.decode()
