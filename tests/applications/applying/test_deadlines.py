"""Moving a deadline: one way in, under the lock that sealing and submitting take."""

import re
from datetime import UTC, timedelta

import factories
import factories_founder as founders
import pytest
from django.test import Client
from django.urls import reverse
from races import behind

from accelerator import clock
from accelerator.models import HistoryEntry
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying import deadlines, sealing
from applications.models import CallReminder, CallWindow

A_DAY_LATER = factories.CLOSES_AT + timedelta(days=1)
SEALING = factories.CLOSES_AT + sealing.SEALED_AFTER


def move(call, *, closes_at=A_DAY_LATER, seen=None, now=factories.WHILE_OPEN, **fields):
    wanted = {"opens_at": call.window.opens_at, "closes_at": closes_at, **fields}
    return deadlines.move(call, **wanted, seen=seen, reason="An outage", by=None, now=now)


def stored(call) -> CallWindow:
    return CallWindow.objects.get(pk=call.pk)


# --- The rules ----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_moved_deadline_is_on_record_with_its_reason(call):
    assert move(call)
    assert stored(call).closes_at == A_DAY_LATER
    entry = HistoryEntry.objects.get(action="call.window_moved")
    assert entry.reason == "An outage"
    assert entry.details["before"].endswith(factories.CLOSES_AT.astimezone(UTC).isoformat())
    assert not move(call)
    assert HistoryEntry.objects.filter(action="call.window_moved").count() == 1


@pytest.mark.django_db
def test_who_moves_a_deadline_that_somebody_else_has_moved_is_told(call):
    seen = deadlines.fingerprint(call.window)
    move(call)
    with pytest.raises(SomebodyWasFirst, match="Somebody else has moved the window meanwhile"):
        move(call, closes_at=A_DAY_LATER + timedelta(days=2), seen=seen)
    assert stored(call).closes_at == A_DAY_LATER


@pytest.mark.django_db
def test_a_sealed_call_is_not_moved_and_keeps_its_seal(call):
    sealing.seal_call(call, now=SEALING)
    sealed = stored(call)
    with pytest.raises(deadlines.Sealed, match="What can still be given is an extension"):
        move(call)
    assert (stored(call).closes_at, stored(call).seal_hash) == (factories.CLOSES_AT, sealed.seal_hash)


@pytest.mark.django_db
def test_a_call_does_not_close_before_it_opens(call):
    with pytest.raises(NotAllowed, match="close before it opens"):
        move(call, closes_at=call.window.opens_at)


# --- The page -----------------------------------------------------------------------------------------
FORM = {
    "opens_on": "2023-11-08",
    "opens_at": "09:00",
    "last_day": "2023-12-02",
    "last_minute": "23:59",
    "reason": "Outage",
}


@pytest.fixture
def manager(cast):
    return factories.sign_in(Client(), cast.manager)


def page(cast) -> str:
    return reverse("setup:window", args=[cast.call.pk])


@pytest.mark.django_db
def test_a_manager_moves_the_deadline_and_is_shown_what_stands(cast, manager):
    CallWindow.objects.update(sealed_at=None)
    cast.call.applications.update(sealed_at=None)
    seen = deadlines.fingerprint(stored(cast.call))
    shown = manager.post(page(cast), {**FORM, "seen": seen}).content.decode()
    assert "Nothing is saved yet." in shown
    assert stored(cast.call).closes_at == factories.CLOSES_AT
    answer = save(manager, page(cast), {**FORM, "seen": seen}, shown)
    assert "The window is as you set it." in answer
    assert 'value="2023-12-02"' in answer
    assert stored(cast.call).closes_at == A_DAY_LATER
    again = manager.post(page(cast), {**FORM, "last_day": "2023-12-09", "seen": seen})
    assert "Somebody else has moved the window meanwhile" in again.content.decode()
    skipped = manager.post(
        page(cast), {**FORM, "last_day": "2024-03-31", "last_minute": "02:30", "seen": seen}
    )
    assert "The clocks change then" in skipped.content.decode()


def save(manager, address: str, form: dict, shown: str, **more) -> str:
    """The second press, on the page that said what it would do."""
    mark = re.search(r'name="shown" value="(\w+)"', shown)[1]
    return manager.post(address, {**form, "shown": mark, **more}, follow=True).content.decode()


@pytest.mark.django_db
def test_before_a_deadline_is_moved_the_page_says_whom_it_touches_and_what_becomes_of_reminders(
    call, while_open, manager_of_call
):
    CallReminder.objects.create(call=call, hours_before=3)
    founders.make_draft(call)
    founders.submit(founders.make_draft(call, name="Kestrel"))
    address = reverse("setup:window", args=[call.pk])
    form = {**FORM, "seen": deadlines.fingerprint(stored(call))}
    later = manager_of_call.post(address, form).content.decode()
    for sentence in (
        "1 draft",
        "1 submitted application",
        "2 people are told at once",
        "The reminder of Friday 1 December 2023, 21:00 Paris time moves to Saturday 2 December 2023, 21:00 Paris time.",
    ):
        assert sentence in later
    assert "takes time away" not in later


@pytest.mark.django_db
def test_a_past_deadline_is_asked_twice_on_the_page_too(call, while_open, manager_of_call):
    founders.make_draft(call)
    address = reverse("setup:window", args=[call.pk])
    form = {**FORM, "last_day": "2023-11-20", "seen": deadlines.fingerprint(stored(call))}
    shown = manager_of_call.post(address, form).content.decode()
    assert "it closes the call at once, and with it 1 draft" in shown
    assert "Tick the box if you mean it." in save(manager_of_call, address, form, shown)
    assert stored(call).closes_at == factories.CLOSES_AT
    assert "as you set it" in save(manager_of_call, address, form, shown, confirmed="on")
    assert stored(call).closes_at < factories.WHILE_OPEN


@pytest.fixture
def manager_of_call(call):
    return factories.sign_in(Client(), factories.make_manager(call.programme))


@pytest.mark.django_db
def test_the_form_of_a_call_shows_its_window_and_leads_to_where_it_is_moved(cast, manager):
    form = manager.get(reverse("admin:applications_call_change", args=[cast.call.pk])).content.decode()
    assert page(cast) in form
    assert "23:59 Paris time" in form
    assert 'name="window-0-last_minute_0"' not in form


@pytest.mark.django_db
def test_saving_the_other_fields_of_a_call_leaves_its_window_and_seal(cast, manager):
    CallWindow.objects.update(sealed_at=SEALING, seal_hash="abc")
    before = CallWindow.objects.filter(pk=cast.call.pk).values().get()
    call = cast.call
    fields = {
        "programme": call.programme_id, "name": "Renamed", "slug": call.slug, "seats": call.seats, "reserve": call.reserve,
        "reviews_per_application": 3, "offer_days": 5, "reviews_due_on": call.reviews_due_on,
        "decision_on": call.decision_on, "starts_on": call.starts_on, "ends_on": call.ends_on, "who_may_apply": "Anybody.",
        "next_call": "", "reminders-TOTAL_FORMS": 0, "reminders-INITIAL_FORMS": 0, "eligibility_checks-TOTAL_FORMS": 0,
        "eligibility_checks-INITIAL_FORMS": 0, "window-TOTAL_FORMS": 1, "window-INITIAL_FORMS": 1,
        "window-0-call": call.pk, "window-0-opens_at_0": "2020-01-01", "window-0-opens_at_1": "09:00:00",
        "window-0-last_minute_0": "2030-01-01", "window-0-last_minute_1": "09:00:00",
    }  # fmt: skip
    answer = manager.post(reverse("admin:applications_call_change", args=[call.pk]), fields)
    assert answer.status_code == 302, answer.context_data["errors"]
    call.refresh_from_db()
    assert call.name == "Renamed"
    assert CallWindow.objects.filter(pk=call.pk).values().get() == before


# --- Races --------------------------------------------------------------------------------------------
@pytest.fixture
def draft(transactional_db):
    factories.at(factories.WHILE_OPEN)
    return founders.make_draft(factories.make_call())


def test_a_deadline_that_is_moved_while_the_call_is_sealed_leaves_the_seal(draft):
    call, seen = draft.call, deadlines.fingerprint(draft.call.window)
    [refusal] = behind(
        lambda: sealing.seal_call(call, now=SEALING),
        lambda: move(founders.reread(draft).call, seen=seen, now=SEALING),
    )
    assert isinstance(refusal, deadlines.Sealed)
    assert (stored(call).closes_at, stored(call).sealed_at) == (factories.CLOSES_AT, SEALING)
    assert stored(call).seal_hash


def test_a_call_whose_deadline_has_just_been_moved_is_not_sealed(draft):
    call = draft.call
    assert behind(lambda: move(call, now=SEALING), lambda: sealing.seal_call(call, now=SEALING)) == [False]
    assert (stored(call).closes_at, stored(call).sealed_at) == (A_DAY_LATER, None)
    assert not founders.reread(draft).is_sealed


def test_a_submit_behind_a_moved_deadline_is_judged_by_the_new_one(draft):
    clock.freeze(factories.CLOSES_AT)
    [version] = behind(lambda: move(draft.call, now=factories.CLOSES_AT), lambda: founders.submit(draft))
    assert version.received_at == factories.CLOSES_AT


def test_a_deadline_is_moved_behind_a_submit_which_counts(draft):
    earlier = factories.WHILE_OPEN
    versions = []
    [moved] = behind(
        lambda: versions.append(founders.submit(draft)),
        lambda: move(founders.reread(draft).call, closes_at=earlier, now=earlier, confirmed=True),
    )
    assert moved
    assert (stored(draft.call).closes_at, versions[0].received_at) == (earlier, earlier)
