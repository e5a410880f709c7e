"""More time: for one application, for some, for everybody; before the seal and after it."""

from datetime import UTC, datetime, time, timedelta

import factories
import factories_founder as founders
import pytest
from races import behind

from accelerator import clock, history
from accelerator.messages import delivery, reminders
from accelerator.models import HistoryEntry, OutboxMessage
from accelerator.transitions import NotAllowed
from applications.applying import deadlines, locking, receipts, sealing, withdrawal
from applications.models import Application, CallReminder, CallWindow, Extension, Release, Submission

CLOSES_AT = factories.CLOSES_AT
SEALING = CLOSES_AT + sealing.SEALED_AFTER
A_DAY_LATER = CLOSES_AT + timedelta(days=1)
SECOND_SEALING = A_DAY_LATER + sealing.SEALED_AFTER


@pytest.fixture
def manager(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


@pytest.fixture
def other(call, while_open):
    return founders.make_draft(call, name="Kestrel")


def extend(call, applications, manager, *, until=A_DAY_LATER, now=factories.WHILE_OPEN, **fields):
    wanted = {"until": until, "reason": "The power was cut", "by": manager, "now": now, **fields}
    return deadlines.extend(call, applications, **wanted)


def window_of(call) -> CallWindow:
    return CallWindow.objects.get(pk=call.pk)


def told(kind="applications.deadline_changed"):
    return OutboxMessage.objects.filter(kind=kind).order_by("pk")


# --- One deadline for everything ------------------------------------------------------------------------
@pytest.mark.django_db
def test_one_application_has_a_day_more_and_nobody_else(draft, other, manager):
    extend(draft.call, [draft], manager)
    assert founders.reread(draft).deadline == A_DAY_LATER
    version = founders.submit_at(draft, A_DAY_LATER - factories.MICROSECOND)
    assert version.number == 1
    with pytest.raises(locking.TooLate, match="Saturday 2 December 2023, 23:59 Paris time"):
        founders.submit_at(draft, A_DAY_LATER)
    with pytest.raises(locking.TooLate, match="Friday 1 December 2023, 23:59 Paris time"):
        founders.submit_at(other, CLOSES_AT)


@pytest.mark.django_db
def test_it_can_be_written_and_given_files_for_as_long_as_it_can_be_submitted(draft, other, manager):
    extend(draft.call, [draft], manager)
    last = A_DAY_LATER - factories.MICROSECOND
    for application, at, is_open in (
        (draft, last, True),
        (draft, A_DAY_LATER, False),
        (other, CLOSES_AT, False),
    ):
        current = founders.reread(application)
        assert current.is_editable(at) is is_open
        if is_open:
            founders.attach(current, now=at)
        else:
            with pytest.raises(locking.TooLate):
                founders.attach(current, now=at)


@pytest.mark.django_db
def test_everybody_has_a_day_more_and_whoever_starts_in_it_may_submit(draft, manager):
    extend(draft.call, None, manager)
    call = founders.reread(draft).call
    assert (call.window.closes_at, call.window.deadline) == (CLOSES_AT, A_DAY_LATER)
    assert call.window.is_open(CLOSES_AT)
    assert type(call).objects.open_at(CLOSES_AT).exists()
    assert not type(call).objects.open_at(A_DAY_LATER).exists()
    assert founders.submit_at(draft, A_DAY_LATER - factories.MICROSECOND)


@pytest.mark.django_db
def test_the_latest_of_several_extensions_counts(draft, manager):
    extend(draft.call, [draft], manager, until=CLOSES_AT + timedelta(days=3))
    extend(draft.call, None, manager, until=A_DAY_LATER)
    assert founders.reread(draft).deadline == CLOSES_AT + timedelta(days=3)
    with pytest.raises(NotAllowed, match="as long as that already"):
        extend(draft.call, [draft], manager, until=CLOSES_AT + timedelta(days=2))
    with pytest.raises(NotAllowed, match="as long as that already"):
        extend(draft.call, None, manager, until=A_DAY_LATER)


@pytest.mark.django_db
def test_an_extension_into_the_past_or_after_the_release_is_refused(draft, manager):
    with pytest.raises(NotAllowed, match="past already"):
        extend(draft.call, [draft], manager, now=A_DAY_LATER)
    Release.objects.create(call=draft.call, released_at=factories.AFTER_CLOSE, released_by=manager)
    with pytest.raises(NotAllowed, match="answers of this call are out"):
        extend(draft.call, [draft], manager)
    assert not Extension.objects.exists()


@pytest.mark.django_db
def test_an_extension_that_was_a_mistake_is_taken_back_and_told(draft, manager):
    [mistake] = extend(draft.call, [draft], manager, until=CLOSES_AT + timedelta(days=365))
    extend(draft.call, [draft], manager, until=CLOSES_AT + timedelta(days=366))
    latest = Extension.objects.get(until=CLOSES_AT + timedelta(days=366))
    deadlines.take_back(latest, reason="A typing error", by=manager, now=factories.WHILE_OPEN)
    assert founders.reread(draft).deadline == mistake.until
    deadlines.take_back(mistake, reason="A typing error", by=manager, now=factories.WHILE_OPEN)
    assert founders.reread(draft).deadline == CLOSES_AT
    with pytest.raises(NotAllowed, match="taken back already"):
        deadlines.take_back(mistake, reason="Again", by=manager, now=factories.WHILE_OPEN)
    assert "It is earlier now" in told().last().text
    assert "Friday 1 December 2023, 23:59 Paris time" in told().last().text
    [whole] = extend(draft.call, None, manager)
    deadlines.take_back(whole, reason="Not needed", by=manager, now=factories.WHILE_OPEN)
    assert window_of(draft.call).deadline == CLOSES_AT


# --- Sealing --------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_each_is_sealed_after_its_own_deadline_and_the_call_with_the_last(draft, other, manager):
    founders.submit(draft)
    extend(other.call, [other], manager)
    call = founders.reread(other).call
    assert not sealing.seal_call(call, now=SEALING)
    assert founders.reread(draft).is_sealed
    assert not founders.reread(other).is_sealed
    assert window_of(call).sealed_at is None
    late = founders.submit_at(other, A_DAY_LATER - factories.MICROSECOND)
    assert not sealing.seal_call(call, now=SECOND_SEALING - factories.MICROSECOND)
    assert sealing.seal_call(call, now=SECOND_SEALING)
    counting = [Submission.objects.get(application=draft), late]
    assert window_of(call).seal_hash == receipts.digest(receipts.seal_list(call, counting))
    assert founders.reread(other).sealed_at == SECOND_SEALING


@pytest.mark.django_db
def test_the_tick_seals_each_when_its_time_has_come(draft, other, manager):
    founders.submit(draft)
    extend(other.call, [other], manager)
    stops = reminders.due_moments(factories.WHILE_OPEN, SECOND_SEALING)
    assert SEALING in stops
    for at in (SEALING, SECOND_SEALING):
        clock.freeze(at)
        reminders.tick()
    assert (founders.reread(draft).sealed_at, founders.reread(other).sealed_at) == (SEALING, SECOND_SEALING)
    assert window_of(draft.call).sealed_at == SECOND_SEALING
    later = reminders.planned_jobs(CLOSES_AT, CLOSES_AT + timedelta(days=40))
    assert [job.kind for job in later] == ["accelerator.daily_sweep"]  # of that day


@pytest.mark.django_db
def test_an_extension_after_the_seal_keeps_the_old_seal_and_is_sealed_anew(draft, other, manager):
    founders.submit(draft)
    founders.submit(other)
    sealing.seal_call(draft.call, now=SEALING)
    first = window_of(draft.call)
    extend(draft.call, [draft], manager, now=factories.AFTER_CLOSE)
    assert not founders.reread(draft).is_sealed
    assert founders.reread(other).is_sealed
    assert (window_of(draft.call).sealed_at, window_of(draft.call).seal_hash) == (None, "")
    reopened = history.of(draft.call).get(action="call.reopened")
    assert (reopened.details["hash"], reopened.details["applications"]) == (first.seal_hash, 1)
    founders.attach(founders.reread(draft), now=factories.AFTER_CLOSE, pages=2)
    assert founders.submit_at(draft, A_DAY_LATER - factories.MICROSECOND).number == 2
    assert sealing.seal_call(draft.call, now=SECOND_SEALING)
    second = window_of(draft.call)
    assert second.seal_hash != first.seal_hash
    seals = history.of(draft.call).filter(action="call.sealed").order_by("pk")
    assert [seal.details["hash"] for seal in seals] == [first.seal_hash, second.seal_hash]


@pytest.mark.django_db
def test_a_whole_call_is_reopened_after_the_seal(draft, other, manager):
    founders.submit(draft)
    withdrawal.withdraw(other, by=other.started_by, now=factories.WHILE_OPEN)
    sealing.seal_call(draft.call, now=SEALING)
    extend(draft.call, None, manager, now=factories.AFTER_CLOSE)
    assert not Application.objects.filter(sealed_at__isnull=False).exists()
    withdrawal.reopen(founders.reread(other), by=other.started_by, now=factories.AFTER_CLOSE)
    founders.submit_at(other, A_DAY_LATER - factories.MICROSECOND)
    assert sealing.seal_call(draft.call, now=SECOND_SEALING)
    assert draft.call.applications.sealed().count() == 2


@pytest.mark.django_db
def test_a_version_that_came_after_the_verdict_is_screened_again(draft, other, manager):
    for application in (draft, other):
        founders.submit(application)
    sealing.seal_call(draft.call, now=SEALING)
    eligible = Application.Eligibility.ELIGIBLE
    Application.objects.update(eligibility=eligible, screened_at=factories.AFTER_CLOSE)
    extend(draft.call, [draft, other], manager, now=factories.AFTER_CLOSE)
    founders.attach(founders.reread(draft), now=factories.AFTER_CLOSE, pages=2)
    founders.submit_at(draft, A_DAY_LATER - factories.MICROSECOND)
    sealing.seal_call(draft.call, now=SECOND_SEALING)
    assert not founders.reread(draft).is_eligible
    assert founders.reread(other).is_eligible


# --- Telling --------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_everybody_concerned_is_told_of_an_extension_once(draft, other, manager):
    draft.startup.members.create(user=factories.make_user("Tomas Riha"), joined_at=factories.OPENS_AT)
    founders.submit(other)
    extend(draft.call, None, manager)
    assert [m.recipient.name for m in told()] == [draft.started_by.name, "Tomas Riha", other.started_by.name]
    first, submitted = told().first(), told().last()
    assert "open until:\n\nSaturday 2 December 2023, 23:59 Paris time" in first.text
    assert "Until now it was Friday 1 December 2023, 23:59 Paris time." in first.text
    assert "The power was cut" in first.text
    assert "counts only once it is submitted" in first.text
    assert "nothing that you must do" in submitted.text


@pytest.mark.django_db
def test_who_has_two_applications_in_a_call_is_told_once(draft, manager):
    second = factories.make_application(draft.call, draft.started_by, name="Kestrel")
    assert second.started_by == draft.started_by
    extend(draft.call, None, manager)
    assert told().count() == 1


@pytest.mark.django_db
def test_a_moved_deadline_is_told_and_one_that_is_moved_back_is_corrected(draft, manager):
    window = draft.call.window
    move = {"opens_at": window.opens_at, "seen": None, "reason": "A strike", "by": manager}
    deadlines.move(draft.call, closes_at=A_DAY_LATER, **move, now=factories.WHILE_OPEN)
    delivery.deliver()
    deadlines.move(draft.call, closes_at=CLOSES_AT, confirmed=True, **move, now=factories.WHILE_OPEN)
    delivery.deliver()
    later, back = told()
    assert (later.status, back.status) == ("sent", "sent")
    assert "Saturday 2 December 2023, 23:59" in later.text
    assert "It is earlier now:\n\nFriday 1 December 2023, 23:59 Paris time" in back.text
    assert "Until now it was Saturday 2 December 2023, 23:59 Paris time" in back.text


@pytest.mark.django_db
def test_a_mail_of_a_deadline_that_was_moved_once_more_does_not_leave(draft, manager):
    extend(draft.call, None, manager)
    extend(draft.call, None, manager, until=A_DAY_LATER + timedelta(days=1))
    delivery.deliver()
    assert [m.status for m in told()] == ["skipped", "sent"]
    assert "moved once more" in told().first().reason


@pytest.mark.django_db
def test_reminders_follow_a_deadline_of_ones_own_and_what_was_due_before_it_was_granted_stays_unsent(
    draft, other, manager
):
    CallReminder.objects.create(call=draft.call, days_before=6, at=time(10))
    CallReminder.objects.create(call=draft.call, hours_before=3)
    Application.objects.update(started_at=factories.OPENS_AT)
    other.startup.members.update(joined_at=factories.OPENS_AT)
    extend(draft.call, [draft], manager)
    for at in (factories.WHILE_OPEN, CLOSES_AT - timedelta(hours=3), A_DAY_LATER - timedelta(hours=3)):
        clock.freeze(at)
        reminders.tick()
        delivery.deliver()
    near = told("applications.deadline_nears").filter(status="sent")
    assert {(m.object_id, m.due_at) for m in near} == {
        (other.pk, datetime(2023, 11, 25, 9, tzinfo=UTC)),
        (other.pk, CLOSES_AT - timedelta(hours=3)),
        (draft.pk, datetime(2023, 12, 1, 9, tzinfo=UTC)),  # the day before its own last one
        (draft.pk, A_DAY_LATER - timedelta(hours=3)),
    }
    assert "Saturday 2 December 2023, 23:59 Paris time" in near.latest("due_at").text


@pytest.mark.django_db
def test_a_moved_deadline_sends_no_reminder_that_was_due_before_it_was_moved(draft, manager):
    """“Closes in 6 days” went out at once when a deadline was moved; the announcement says it now."""
    CallReminder.objects.create(call=draft.call, days_before=7, at=time(9))
    later = CLOSES_AT + timedelta(days=3)
    clock.freeze(factories.WHILE_OPEN)
    deadlines.move(
        draft.call, opens_at=draft.call.window.opens_at, closes_at=later, seen=None, by=manager, now=factories.WHILE_OPEN
    )  # fmt: skip
    reminders.tick()
    assert not told("applications.deadline_nears").exists()


# --- Taking time away -----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_past_deadline_or_an_earlier_one_asks_twice_and_counts_the_drafts(draft, other):
    founders.submit(other)
    window = draft.call.window
    wanted = {"opens_at": window.opens_at, "seen": None, "by": None, "now": factories.WHILE_OPEN}
    with pytest.raises(deadlines.AsksTwice, match=r"in the past.* 1 draft that is not submitted"):
        deadlines.move(draft.call, closes_at=factories.WHILE_OPEN - timedelta(days=1), **wanted)
    with pytest.raises(deadlines.AsksTwice, match="earlier than what was promised: 1 draft loses"):
        deadlines.move(draft.call, closes_at=CLOSES_AT - timedelta(hours=1), **wanted)
    assert window_of(draft.call).closes_at == CLOSES_AT
    assert deadlines.move(draft.call, closes_at=CLOSES_AT - timedelta(hours=1), confirmed=True, **wanted)


# --- Races ----------------------------------------------------------------------------------------------
@pytest.fixture
def committed(transactional_db):
    factories.at(factories.WHILE_OPEN)
    return founders.make_draft(factories.make_call())


def state_of(draft) -> tuple:
    """Never both: sealed, and given time."""
    current = founders.reread(draft)
    return current.is_sealed, window_of(draft.call).sealed_at is not None, current.is_open(SEALING)


def test_an_extension_that_waits_for_the_seal_reopens_what_was_sealed(committed):
    manager = factories.make_manager(committed.call.programme)
    [extensions] = behind(
        lambda: sealing.seal_call(committed.call, now=SEALING),
        lambda: extend(founders.reread(committed).call, [committed], manager, now=SEALING),
    )
    assert len(extensions) == 1
    assert state_of(committed) == (False, False, True)
    assert HistoryEntry.objects.filter(action="call.reopened").exists()


def test_a_seal_that_waits_for_an_extension_seals_nothing(committed):
    manager = factories.make_manager(committed.call.programme)
    for whom in (None, [committed]):
        until = A_DAY_LATER if whom is None else A_DAY_LATER + timedelta(days=1)
        assert behind(
            lambda whom=whom, until=until: extend(committed.call, whom, manager, now=SEALING, until=until),
            lambda: sealing.seal_call(founders.reread(committed).call, now=SEALING),
        ) == [False]
        assert state_of(committed) == (False, False, True)


def test_a_submit_behind_an_extension_is_judged_by_the_new_deadline(committed):
    manager = factories.make_manager(committed.call.programme)
    clock.freeze(CLOSES_AT)
    [version] = behind(
        lambda: extend(committed.call, [committed], manager, now=CLOSES_AT),
        lambda: founders.submit(committed),
    )
    assert version.received_at == CLOSES_AT
