"""The timeline: whom each planned message goes to and how it reads, what became of each past one, and tests to oneself."""

import re
import time
from datetime import timedelta
from html import unescape

import factories
import factories_founder as founders
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accelerator.messages import outbox
from accelerator.models import OutboxMessage
from applications.setup import notices

pytestmark = pytest.mark.django_db


def lines(client, call, containing):
    """The addresses of the lines of the timeline."""
    page = client.get(reverse("setup:timeline", args=[call.pk])).content.decode()
    return [unescape(one) for one in re.findall(r'href="([^"]+)"', page) if containing in one]


@pytest.fixture
def manager(call, signed_in):
    return signed_in(factories.make_manager(call.programme))


@pytest.fixture
def drafts(call, while_open):
    return [
        founders.make_draft(call, factories.make_user(name), name=startup)
        for name, startup in (("Lena Aubry", "Papyrus"), ("Noor Haddad", "Kestrel Analytics"))
    ]


def test_a_line_opens_to_everybody_by_name_and_to_how_it_reads_to_each(call, drafts, manager):
    address = lines(manager, call, "deadline_nears")[0]
    before = OutboxMessage.objects.count()
    page = manager.get(address).content.decode()
    assert "As it would read now to Lena Aubry" in page
    assert "Noor Haddad" in page
    assert "Papyrus" in page.partition("To 2 people")[0]
    other = manager.get(f"{address}&to=1").content.decode()
    assert "As it would read now to Noor Haddad" in other
    assert "Kestrel Analytics" in other.partition("To 2 people")[0]
    assert OutboxMessage.objects.count() == before


@pytest.mark.parametrize("to", ["99", "x", "-1", "9" * 40])
def test_a_number_that_is_nobody_is_the_first_or_the_last(call, drafts, manager, to):
    address = lines(manager, call, "deadline_nears")[0]
    assert manager.get(f"{address}&to={to}").status_code == 200


@pytest.mark.parametrize(
    "asked", ["", "?kind=x&at=y", "?kind=applications.deadline_nears&at=20230101T000000Z"]
)
def test_a_line_that_is_none_is_not_found(call, drafts, manager, asked):
    assert manager.get(reverse("setup:planned_messages", args=[call.pk]) + asked).status_code == 404


@pytest.mark.parametrize("asked", ["", "?kind=x&day=2023-13-45", "?kind=x&day=2023-11-01", "?day=9999-99-99"])
def test_a_day_on_which_nothing_went_out_is_not_found(call, manager, asked):
    assert manager.get(reverse("setup:sent_messages", args=[call.pk]) + asked).status_code == 404


def test_a_team_with_a_conflict_stands_in_no_line(call, drafts, manager):
    person = call.programme.roles.get(kind="manager").user
    drafts[0].recusals.create(user=person, reason="Kin", declared_by=person)
    page = manager.get(lines(manager, call, "deadline_nears")[0]).content.decode()
    assert "Noor Haddad" in page
    assert "Lena Aubry" not in page


def test_with_a_conflict_no_words_are_shown_that_may_rest_on_it(cast, reviewing, signed_in):
    client = signed_in(cast.manager)
    address = lines(client, cast.call, "kind=applications.review")[0]
    assert "are not shown" not in client.get(address).content.decode()
    cast.rival_application.recusals.create(user=cast.manager, reason="Kin", declared_by=cast.manager)
    page = client.get(lines(client, cast.call, "kind=applications.review")[0]).content.decode()
    assert "are not shown" in page
    assert cast.reviewer.name in page


# --- What became of it ----------------------------------------------------------------------------------
def sent(call, person, status, number, at):
    outbox.enqueue(
        "applications.withdrawn",
        key=f"past:{number}",
        to=person,
        words=("A subject", "Hello"),
        programme=call.programme,
        about=call,
        due_at=at,
        now=at,
    )
    reason = "The mailbox is full" if status == "dead" else ""
    OutboxMessage.objects.filter(dedupe_key=f"past:{number}").update(status=status, last_error=reason)


def test_a_past_day_opens_to_what_became_of_each(call, while_open, manager):
    at = factories.WHILE_OPEN - timedelta(days=1)
    for number, (name, status) in enumerate([("Lena Aubry", "sent"), ("Noor Haddad", "dead")]):
        sent(call, factories.make_user(name), status, number, at)
    page = manager.get(reverse("setup:timeline", args=[call.pk])).content.decode()
    assert "1 delivered · 1 not delivered" in page
    opened = manager.get(lines(manager, call, "timeline/sent")[0]).content.decode()
    assert "Lena Aubry" in opened
    assert "Not delivered" in opened
    assert "The mailbox is full" in opened


# --- Tests ----------------------------------------------------------------------------------------------
def test_one_of_each_kind_goes_as_a_test_to_who_presses_and_to_nobody_else(call, drafts, manager):
    person = call.programme.roles.get(kind="manager").user
    said = manager.post(reverse("setup:test_planned", args=[call.pk]), follow=True).content.decode()
    mails = list(OutboxMessage.objects.all())
    assert {mail.recipient for mail in mails} == {person}
    assert {mail.kind for mail in mails} == {notices.PLANNED_TEST}
    assert all(mail.subject.startswith("Test: ") for mail in mails)
    assert "on its way to you" in said or f"{len(mails)} tests are on their way to you." in said
    assert len(mails) >= 1


def test_tests_are_counted(call, drafts, manager, monkeypatch):
    monkeypatch.setattr(notices, "TESTS_A_DAY", 0)
    said = manager.post(reverse("setup:test_planned", args=[call.pk]), follow=True).content.decode()
    assert "many tests for one day" in said
    assert not OutboxMessage.objects.exists()


def test_without_anything_planned_nothing_is_sent(manager, call):
    type(call).objects.filter(pk=call.pk).update(is_draft=True)
    said = manager.post(reverse("setup:test_planned", args=[call.pk]), follow=True).content.decode()
    assert "Nothing is planned" in said


# --- Many -----------------------------------------------------------------------------------------------
def queries_of(client, address) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_it_asks_as_much_for_two_thousand_planned_messages_as_for_two_and_is_quick(call, drafts, manager):
    page = reverse("setup:timeline", args=[call.pk])
    line = lines(manager, call, "deadline_nears")[0]
    manager.get(line)
    before = queries_of(manager, page), queries_of(manager, line)
    at = factories.WHILE_OPEN + timedelta(days=1)
    mails = [
        outbox.made(
            "applications.withdrawn",
            key=f"many:{number}",
            to=f"p{number}@people.example",
            words=("A subject", "Hello"),
            programme=call.programme,
            due_at=at + timedelta(minutes=number),
            now=factories.WHILE_OPEN,
        )
        for number in range(2000)
    ]
    OutboxMessage.objects.bulk_create(mails)
    began = time.process_time()
    assert (queries_of(manager, page), queries_of(manager, line)) == before
    assert time.process_time() - began < 2
    assert len(lines(manager, call, "timeline/planned")) <= 100
