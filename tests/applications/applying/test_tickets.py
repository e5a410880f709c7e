"""A press of Submit that reached us before the deadline counts, whatever happens to the rest of it."""

import io
import json
import threading
import uuid
from datetime import timedelta

import factories
import factories_founder as founders
import pytest
from django.db import connection, transaction
from django.urls import reverse
from races import at_once

from accelerator import clock, history, turns
from accelerator.messages import reminders
from accelerator.models import TeamMember
from applications.applying import lanes, locking, sealing, submission, tickets
from applications.models import Application, Submission, SubmitTicket

pytestmark = pytest.mark.django_db
JUST_BEFORE = factories.CLOSES_AT - factories.MICROSECOND
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


def press(draft: Application, moment, *, key=None, by=None) -> uuid.UUID:
    """What the browser sends ahead, at this moment."""
    clock.freeze(moment)
    key = key or uuid.uuid4()
    token = tickets.token(founders.reread(draft), by or draft.started_by, key=key)
    with connection.cursor() as cursor:
        tickets.write(token, cursor.execute)
    return key


def tick(moment) -> None:
    clock.freeze(moment)
    reminders.reconcile(moment)


# --- The stamp ----------------------------------------------------------------------------------------
def test_a_submit_that_comes_after_the_deadline_has_the_stamp_of_its_ticket(draft):
    key = press(draft, JUST_BEFORE)
    clock.freeze(factories.CLOSES_AT + A_MINUTE)
    version = founders.submit(draft, key)
    assert version.received_at == JUST_BEFORE


def test_a_ticket_at_the_deadline_is_late(draft):
    key = press(draft, factories.CLOSES_AT)
    with pytest.raises(locking.TooLate):
        founders.submit(draft, key)
    assert [entry.action for entry in history.of(draft)][:1] == ["application.refused_late"]


def test_a_repeated_press_keeps_the_first_stamp(draft):
    key = press(draft, JUST_BEFORE)
    press(draft, factories.CLOSES_AT, key=key)
    assert SubmitTicket.objects.get().stamped_at == JUST_BEFORE


def test_a_ticket_counts_for_no_other_submit(draft):
    press(draft, JUST_BEFORE)
    clock.freeze(factories.CLOSES_AT)
    with pytest.raises(locking.TooLate):
        founders.submit(draft, uuid.uuid4())


def test_the_ticket_of_somebody_else_counts_not_for_me(draft):
    other = factories.make_user("other")
    TeamMember.objects.create(startup=draft.startup, user=other)
    key = press(draft, JUST_BEFORE, by=other)
    clock.freeze(factories.CLOSES_AT)
    with pytest.raises(locking.TooLate):
        founders.submit(draft, key)


def test_one_ticket_makes_one_version(draft):
    key = press(draft, JUST_BEFORE)
    first = founders.submit(draft, key)
    again = founders.submit(draft, key)
    tick(factories.CLOSES_AT + A_MINUTE)
    assert again == first
    assert draft.submissions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_submit_and_tick_at_once_make_one_version():
    factories.at(factories.WHILE_OPEN)
    draft = founders.make_draft(factories.make_call())
    key = press(draft, JUST_BEFORE)
    clock.freeze(factories.CLOSES_AT + A_MINUTE)
    ticket = tickets.to_settle(factories.CLOSES_AT + A_MINUTE).get()
    later = factories.CLOSES_AT + A_MINUTE
    at_once(lambda: founders.submit(draft, key), lambda: tickets.settle(ticket, now=later))
    assert [(one.number, one.received_at) for one in draft.submissions.all()] == [(1, JUST_BEFORE)]


def test_what_was_written_after_the_press_is_no_version_of_its_ticket(draft):
    press(draft, factories.WHILE_OPEN)
    founders.submit(draft, uuid.uuid4())
    founders.attach(draft, pages=2)
    tick(factories.WHILE_OPEN + A_MINUTE)
    assert draft.submissions.count() == 1


# --- When the submit never comes ------------------------------------------------------------------------
def test_the_tick_submits_a_ticket_before_it_seals(draft, call):
    press(draft, JUST_BEFORE)
    tick(factories.CLOSES_AT + sealing.SEALED_AFTER)
    version = Submission.objects.get(application=draft)
    assert (version.received_at, version.submitted_by) == (JUST_BEFORE, draft.started_by)
    assert founders.reread(draft).is_sealed
    entry = history.of(call).filter(action="call.sealed").get()
    assert entry.details["submissions"] == 1


def test_the_submit_has_a_minute_before_the_tick_does_it(draft):
    press(draft, factories.WHILE_OPEN)
    tick(factories.WHILE_OPEN + A_MINUTE - factories.MICROSECOND)
    assert not Submission.objects.exists()
    tick(factories.WHILE_OPEN + A_MINUTE)
    assert Submission.objects.get().received_at == factories.WHILE_OPEN


def test_what_changed_since_the_press_is_not_submitted_by_the_tick(draft):
    press(draft, JUST_BEFORE)
    Application.objects.filter(pk=draft.pk).update(draft_version=draft.draft_version + 1)
    tick(factories.CLOSES_AT + A_MINUTE)
    assert not Submission.objects.exists()
    assert "has changed" in SubmitTicket.objects.get().outcome


def test_what_was_refused_to_its_person_is_not_done_behind_their_back(draft):
    clock.freeze(factories.WHILE_OPEN)
    attachment = draft.attachments.get()
    attachment.delete()
    key = press(draft, factories.WHILE_OPEN)
    with pytest.raises(submission.Incomplete):
        founders.submit(draft, key)
    ticket = SubmitTicket.objects.get()
    assert ticket.settled_at
    founders.attach(draft)
    Application.objects.filter(pk=draft.pk).update(draft_version=ticket.draft_version)
    tick(factories.WHILE_OPEN + A_MINUTE)
    assert not Submission.objects.exists()


def test_the_tick_submits_for_nobody_who_has_left_the_team(draft):
    press(draft, factories.WHILE_OPEN)
    TeamMember.objects.filter(startup=draft.startup).update(left_at=factories.WHILE_OPEN)
    tick(factories.WHILE_OPEN + A_MINUTE)
    assert not Submission.objects.exists()
    assert SubmitTicket.objects.get().outcome == "This person has left the team."


def test_a_ticket_whose_submit_came_is_settled(draft):
    key = press(draft, factories.WHILE_OPEN)
    founders.submit(draft, key)
    tick(factories.WHILE_OPEN + A_MINUTE)
    assert SubmitTicket.objects.get().settled_at


# --- The lane -------------------------------------------------------------------------------------------
def ask(body: bytes, method="POST") -> tuple[str, dict]:
    told = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/ticket/",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    answer = turns.lanes["/ticket/"](environ, lambda status, headers: told.append(status))
    return told[0], json.loads(b"".join(answer))


@pytest.fixture
def lane():
    """The lane on this test's database; its connections are closed again, or the database could not be dropped."""
    lanes._connections.cache_clear()
    yield ask
    lanes._connections().wait(10)
    lanes._connections().close()
    lanes._connections.cache_clear()


def token_of(draft: Application) -> bytes:
    return b"token=" + tickets.token(draft, draft.started_by, key=uuid.uuid4()).encode()


@pytest.mark.django_db(transaction=True)
def test_the_lane_waits_for_nobody_who_holds_the_application(lane):
    factories.at(factories.WHILE_OPEN)
    draft = founders.make_draft(factories.make_call())
    told = []
    with transaction.atomic():
        Application.objects.select_for_update().get(pk=draft.pk)
        asking = threading.Thread(target=lambda: told.append(lane(token_of(draft))))
        asking.start()
        asking.join(5)
        assert told
    status, answer = told[0]
    assert status == "200 OK"
    assert answer["stamped_at"] == SubmitTicket.objects.get().stamped_at.isoformat()


@pytest.mark.parametrize("body", [b"", b"token=", b"token=abc", b"token=" + b"x" * 5000, "token=é".encode()])
def test_the_lane_takes_no_token_but_ours(body):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lanes, "_connections", lambda: NoPool())
        assert ask(body)[0] == "400 Bad Request"


class NoPool:
    def connection(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def execute(self, *_):
        raise AssertionError("nothing is written for a token that is none")


def test_a_token_of_another_site_is_none(draft, settings):
    theirs = token_of(draft)
    settings.SECRET_KEY = "another"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(tickets.NoTicket):
        tickets.write(theirs[6:].decode(), lambda *_: None)


# --- The page -------------------------------------------------------------------------------------------
def test_the_page_carries_the_ticket_of_its_own_submit(draft, client):
    factories.sign_in(client, draft.started_by)
    page = client.get(reverse("applying:submit_application", args=[draft.public_id]))
    answer = client.post(reverse("applying:take_ticket"), {"token": page.context["ticket"]})
    key = page.context["form"].initial["idempotency_key"]
    assert answer.json()["ticket"] == str(key)
    ticket = SubmitTicket.objects.get()
    assert (ticket.key, ticket.application, ticket.person) == (key, draft, draft.started_by)
    assert ticket.draft_version == draft.draft_version
    assert page.context["ticket"].encode() in page.content


def test_a_refused_token_writes_nothing(client):
    assert client.post("/ticket/", {"token": "abc"}).status_code == 400
    assert not SubmitTicket.objects.exists()


# --- The rank -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("method", "path", "rank"),
    [
        ("POST", "/applications/abc/submit/", turns.Rank.SUBMIT),
        (
            "POST",
            "/applications/abc/send/",
            turns.Rank.SUBMIT,
        ),  # the press in the form, and what it saves first
        ("GET", "/applications/abc/send/", turns.Rank.SUBMIT),  # and what it asks of others
        ("GET", "/applications/abc/receipts/1/", turns.Rank.SUBMIT),
        ("POST", "/applications/abc/", turns.Rank.WRITING),
        ("GET", "/applications/abc/submit/", turns.Rank.READING),
    ],
)
def test_what_belongs_to_a_submit_comes_first(method, path, rank):
    assert turns.rank_of(method, path) == rank
