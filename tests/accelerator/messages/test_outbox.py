"""Messages go out once, when they are due, and never when they have become useless."""

import queue
from datetime import timedelta

import factories
import pytest
from celery.signals import before_task_publish

from accelerator import clock, tasks
from accelerator.messages import delivery, nudging, outbox, reminders
from accelerator.models import OutboxMessage

pytestmark = pytest.mark.django_db


def write(key="k", **fields):
    outbox.enqueue_secret("accelerator.sign_in", to="a@b.example", subject=key, text="123456", **fields)


def test_a_code_is_not_readable_in_the_database_and_erased_after_sending(while_open):
    write(useless_after=while_open + timedelta(minutes=15))
    message = OutboxMessage.objects.get()
    assert "123456" not in message.text
    assert delivery.deliver() == 1
    message.refresh_from_db()
    assert (message.status, message.text, bytes(message.mime)) == ("sent", "", b"")


def test_a_nudge_asks_for_the_task_that_delivers(settings):
    settings.TESTING = False
    asked_for = queue.Queue()

    def note(sender, **_):
        asked_for.put(sender)

    before_task_publish.connect(note)
    try:
        nudging.nudge()
        assert asked_for.get(timeout=10) == tasks.deliver_messages.name
    finally:
        before_task_publish.disconnect(note)


def test_a_message_is_skipped_once_it_is_useless(while_open):
    write(useless_after=while_open + timedelta(minutes=15))
    clock.freeze(while_open + timedelta(minutes=15))
    assert delivery.deliver() == 0
    assert OutboxMessage.objects.get().status == "skipped"


def test_a_lease_that_ran_out_sends_once_more_and_says_so(while_open):
    write(useless_after=while_open + timedelta(days=1))
    gone = clock.real_now() - timedelta(minutes=5)
    OutboxMessage.objects.update(status="sending", lease_until=gone, fence=1, attempts=1)
    assert delivery.deliver() == 1
    assert OutboxMessage.objects.get().may_have_arrived_twice


def test_a_tick_leaves_its_heartbeat(while_open):
    reminders.tick()
    from accelerator.models import Heartbeat

    assert Heartbeat.objects.filter(name="tick").exists()
    factories.at(while_open)
