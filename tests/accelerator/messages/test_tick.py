"""The tick: one at a time, step by step, and one bad object never stops the others."""

import threading
import time
from datetime import UTC, datetime, timedelta

import factories
import factories_founder as founders
import pytest
from django.db import connection, connections
from mail_servers import mail_server

from accelerator import clock
from accelerator.messages import delivery, reminders
from accelerator.models import DoneMoment, Heartbeat, OutboxMessage, Programme, Trouble, Turn
from applications.applying import sealing
from applications.models import CallWindow

pytestmark = pytest.mark.django_db
EVE = datetime(2023, 11, 30, 9, tzinfo=UTC)  # when drafts are reminded for the first time


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


@pytest.fixture
def broken(call):
    """Another call, of which something will go wrong."""
    return factories.make_call(call.programme, slug="broken")


def reminded():
    return OutboxMessage.objects.filter(kind="applications.deadline_nears")


def test_a_tick_writes_what_is_due_and_sends_nothing(draft):
    clock.freeze(EVE)
    with mail_server() as server:
        assert reminders.tick() == 1
        assert server.connections == 0
    assert reminded().get().status == "waiting"
    assert Heartbeat.objects.filter(name="tick").exists()


def test_a_tick_writes_nothing_while_another_one_is_at_it(draft):
    clock.freeze(EVE)
    turn = reminders._Turn()
    assert turn.take()
    assert reminders.tick() == 0
    assert not reminded().exists()
    turn.give_back()
    assert reminders.tick() == 1


def test_a_tick_that_died_lets_the_next_one_in_when_its_turn_is_over(draft):
    clock.freeze(EVE)
    assert reminders._Turn().take()  # and dies
    Turn.objects.update(lease_until=clock.real_now() - timedelta(seconds=1))
    assert reminders.tick() == 1


def test_a_tick_that_has_lost_its_turn_stops_between_two_steps(draft, monkeypatch):
    factories.make_application(draft.call, name="Kestrel")
    clock.freeze(EVE)
    monkeypatch.setattr(reminders, "STEP", 1)
    assert reminders.reconcile(EVE, goes_on=lambda: False) == 1
    assert not DoneMoment.objects.exclude(key__startswith="sweep:").exists()
    assert reminders.reconcile(EVE) == 1
    assert reminded().count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_do_the_work_once():
    call = factories.make_call()
    factories.at(EVE)
    for number in range(5):
        factories.make_application(call, name=f"Startup {number}")
    counts = []

    def run():
        try:
            counts.append(reminders.tick())
        finally:
            connections.close_all()

    ticks = [threading.Thread(target=run) for _ in range(4)]
    for one in ticks:
        one.start()
    for one in ticks:
        one.join(20)
    assert sorted(counts) == [0, 0, 0, 5]


@pytest.mark.django_db(transaction=True)
def test_the_turn_is_no_lock_of_a_session():
    """A pooler in transaction mode gives each transaction another session of the database."""
    assert reminders._Turn().take()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert cursor.fetchone() == (0,)


def test_a_programme_with_a_broken_zone_is_named_and_the_others_are_reminded_and_sealed(draft, call):
    broken = factories.make_call(factories.make_programme(slug="elsewhere"), slug="broken")
    Programme.objects.filter(pk=broken.programme_id).update(time_zone="Not/AZone")
    founders.submit(founders.make_draft(call, name="Kestrel"))
    clock.freeze(EVE)
    reminders.tick()
    assert reminded().count() == 1
    troubles = Trouble.objects.all()  # one for each declaration about the call
    assert {trouble.about for trouble in troubles} == {f"applications.call:{broken.pk}"}
    assert all("Not/AZone" in trouble.error for trouble in troubles)
    clock.freeze(factories.CLOSES_AT + sealing.SEALED_AFTER)
    reminders.tick()
    call.window.refresh_from_db()
    assert call.window.sealed_at


def test_a_job_that_raises_stops_no_other_and_is_forgotten_when_it_goes_well_again(
    call, draft, broken, monkeypatch
):
    seal = sealing.seal_call

    def fails(one, *, now):
        if one.pk == broken.pk:
            raise LookupError("no such thing")
        return seal(one, now=now)

    monkeypatch.setattr(sealing, "seal_call", fails)
    clock.freeze(factories.CLOSES_AT + sealing.SEALED_AFTER)
    reminders.tick()
    call.window.refresh_from_db()
    assert call.window.sealed_at
    trouble = Trouble.objects.get()
    assert (trouble.what, trouble.error) == ("applications.seal", "LookupError: no such thing")
    since = trouble.since
    reminders.tick()
    assert Trouble.objects.get().since == since
    monkeypatch.setattr(sealing, "seal_call", seal)
    reminders.tick()
    assert not Trouble.objects.exists()


def test_a_notice_that_cannot_be_written_stops_no_other_moment(call, draft, broken, monkeypatch):
    factories.make_application(broken, name="Kestrel")
    made = reminders.outbox.made

    def fails(kind, *, about, **fields):
        if about.call_id == broken.pk:
            raise LookupError("a template that is not there")
        return made(kind, about=about, **fields)

    monkeypatch.setattr(reminders.outbox, "made", fails)
    clock.freeze(EVE)
    reminders.tick()
    assert [m.object_id for m in reminded()] == [draft.pk]
    assert "not there" in Trouble.objects.get().error
    monkeypatch.setattr(reminders.outbox, "made", made)
    reminders.tick()
    assert reminded().count() == 2


def test_a_call_that_falls_due_while_many_are_told_is_sealed_between_two_steps(call, draft, monkeypatch):
    """The deadline passes while reminders of another moment are being written."""
    for number in range(4):
        factories.make_application(call, name=f"Startup {number}")
    monkeypatch.setattr(reminders, "STEP", 2)
    clock.freeze(EVE)
    sealed_when = []
    seal = sealing.seal_call

    def noting(one, *, now):
        sealed_when.append(reminded().count())
        return seal(one, now=now)

    monkeypatch.setattr(sealing, "seal_call", noting)

    def goes_on():
        clock.freeze(factories.CLOSES_AT + sealing.SEALED_AFTER)
        return True

    reminders.reconcile(EVE, goes_on=goes_on)
    assert sealed_when == [2]
    assert reminded().count() == 5


def test_what_a_moment_told_is_not_asked_again_and_a_moved_deadline_is_another_moment(call, draft):
    clock.freeze(EVE)
    assert reminders.tick() == 1
    OutboxMessage.objects.all().delete()
    assert reminders.tick() == 0
    CallWindow.objects.filter(call=call).update(closes_at=factories.CLOSES_AT - timedelta(minutes=1))
    clock.freeze(EVE + timedelta(minutes=1))
    assert reminders.tick() == 1


def test_many_notices_are_written_in_bulk(call, draft, django_assert_max_num_queries):
    for number in range(40):
        factories.make_application(call, name=f"Startup {number}")
    clock.freeze(EVE - timedelta(minutes=1))
    reminders.tick()  # the day's sweep and the hour's tidying
    clock.freeze(EVE)
    with django_assert_max_num_queries(56):
        assert reminders.tick() == 41


@pytest.mark.parametrize("drafts", [3, 4, 5])
def test_drafts_are_read_page_by_page_and_each_is_told_once(call, while_open, drafts, monkeypatch):
    for number in range(drafts):
        factories.make_application(call, name=f"Startup {number}")
    monkeypatch.setattr("applications.applying.reminders.PAGE", 2)
    clock.freeze(EVE)
    assert reminders.tick() == drafts
    assert len(set(reminded().values_list("object_id", flat=True))) == drafts


def test_a_lane_delivers_what_the_tick_wrote(draft):
    clock.freeze(EVE)
    reminders.tick()
    with mail_server() as server:
        began = time.monotonic()
        assert not delivery.lane(seconds=5)
        assert time.monotonic() - began < 2
    assert len(server.arrived) == 1
