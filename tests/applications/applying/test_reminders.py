"""Drafts are reminded in time, once, and not when it is useless; calls are sealed whenever the clockwork comes back."""

from datetime import UTC, datetime, time, timedelta

import factories
import factories_founder as founders
import pytest

from accelerator import clock
from accelerator.messages import delivery, reminders
from accelerator.models import OutboxMessage
from applications.applying import deadlines, drafts, sealing
from applications.models import CallReminder, CallWindow

pytestmark = pytest.mark.django_db
EVE = datetime(2023, 11, 30, 9, tzinfo=UTC)  # 10:00 in Paris, the day before the last
LAST_MORNING = EVE + timedelta(days=1)


@pytest.fixture
def draft(call, while_open):
    CallReminder.objects.create(call=call, days_before=0, at=time(10))
    CallReminder.objects.create(call=call, hours_before=3)
    return founders.make_draft(call)


def tick(moment):
    clock.freeze(moment)
    reminders.tick()
    delivery.deliver()


def sent(status="sent"):
    mails = OutboxMessage.objects.filter(kind="applications.deadline_nears", status=status)
    return list(mails.order_by("due_at", "pk"))


def test_each_member_of_the_team_is_reminded_once_though_the_tick_runs_twice(draft):
    draft.startup.members.create(user=factories.make_user("Tomas Riha"), joined_at=factories.OPENS_AT)
    tick(EVE - factories.MICROSECOND)
    assert not sent()
    for _again in range(3):
        tick(EVE)
    assert [m.recipient.name for m in sent()] == [draft.started_by.name, "Tomas Riha"]
    assert sent()[0].subject == "Papyrus: not submitted yet, and the call closes in 38 hours"
    assert "Friday 1 December 2023, 23:59 Paris time" in sent()[0].text
    assert "2 December" not in sent()[0].text


def test_after_a_day_of_downtime_what_is_still_of_use_goes_out_once_and_the_rest_is_on_record(draft):
    tick(LAST_MORNING + timedelta(hours=1))
    tick(LAST_MORNING + timedelta(hours=1, seconds=5))
    assert [m.due_at for m in sent()] == [LAST_MORNING]
    assert [m.due_at for m in sent("skipped")] == [EVE]
    assert sent("skipped")[0].reason


def test_nothing_goes_out_after_the_deadline(draft):
    tick(factories.CLOSES_AT)
    assert not sent()
    assert len(sent("skipped")) == 4


def test_a_founder_who_started_in_between_gets_only_what_comes_after(call, draft):
    late = factories.make_application(call, name="Kestrel")
    type(late).objects.filter(pk=late.pk).update(started_at=EVE + timedelta(hours=1))
    tick(EVE + timedelta(hours=2))
    assert [m.object_id for m in sent()] == [draft.pk]


def test_who_submits_or_withdraws_before_the_mail_leaves_is_not_reminded(draft):
    clock.freeze(EVE)
    with clock.held(EVE):
        reminders.reconcile(EVE)
    founders.submit(draft)
    tick(EVE)
    assert not sent()
    assert "submitted" in sent("skipped")[0].reason


def test_a_moved_deadline_makes_new_reminders_and_takes_the_old_ones_back(call, draft):
    with clock.held(EVE):
        reminders.reconcile(EVE)
    CallWindow.objects.filter(pk=call.pk).update(closes_at=factories.CLOSES_AT + timedelta(days=7))
    tick(EVE)
    assert "moved" in sent("skipped")[0].reason
    tick(EVE + timedelta(days=7))
    assert "Friday 8 December 2023" in sent()[0].text


def test_a_reminder_that_falls_together_with_another_is_one(call, draft):
    CallReminder.objects.create(call=call, days_before=0, at=time(21))  # three hours before midnight
    tick(factories.CLOSES_AT - timedelta(hours=3))
    assert len([m for m in sent() if m.due_at == factories.CLOSES_AT - timedelta(hours=3)]) == 1


def test_the_tick_seals_two_minutes_after_the_deadline_and_also_weeks_late(call, draft):
    founders.submit(draft)
    tick(factories.CLOSES_AT + sealing.SEALED_AFTER - factories.MICROSECOND)
    assert not founders.reread(draft).is_sealed
    tick(factories.CLOSES_AT + timedelta(days=30))
    assert founders.reread(draft).is_sealed
    later = reminders.planned_jobs(factories.CLOSES_AT, factories.CLOSES_AT + timedelta(days=40))
    assert [job.kind for job in later] == ["accelerator.daily_sweep"]  # of that day


def test_a_walk_through_the_season_stops_at_each_of_these_moments(call, draft):
    moments = reminders.due_moments(factories.WHILE_OPEN, factories.AFTER_CLOSE)
    assert list(moments) == [
        EVE,
        LAST_MORNING,
        factories.CLOSES_AT - timedelta(hours=3),
        factories.CLOSES_AT - timedelta(minutes=45),
        factories.CLOSES_AT,  # its rules are sealed
        factories.CLOSES_AT + sealing.SEALED_AFTER,
    ]


@pytest.mark.parametrize("drafts", [1, 60])
def test_an_idle_tick_asks_as_often_for_one_draft_as_for_sixty(
    call, draft, drafts, django_assert_num_queries
):
    for number in range(drafts - 1):
        factories.make_application(call, name=f"Startup {number}")
    tick(EVE)
    assert len(sent()) == drafts
    with django_assert_num_queries(27):
        assert reminders.reconcile(EVE + timedelta(seconds=5)) == 0


# --- What is not in -----------------------------------------------------------------------------------
def change(draft, **answers):
    opened = founders.reread(draft)
    marks = drafts.marks(opened.answers)
    drafts.save_draft(opened, answers, by=draft.started_by, seen=marks, now=factories.WHILE_OPEN)


def of_kind(kind, status="sent"):
    return list(
        OutboxMessage.objects.filter(kind=f"applications.{kind}", status=status).order_by("due_at", "pk")
    )


def test_who_changed_something_after_submitting_is_told_what_is_not_in(draft):
    founders.submit(draft)
    change(draft, problem="Later", website=None)
    for before in (timedelta(hours=3), timedelta(minutes=45)):
        tick(factories.CLOSES_AT - before)
    assert not sent()
    first, second = of_kind("changes_not_in")[-2:]
    assert second.due_at - first.due_at == timedelta(hours=2, minutes=15)
    assert second.subject == "Papyrus: your changes are not in version 1, and the call closes in 45 minutes"
    assert "- Website\n- Which problem do you solve?\n" in second.text
    assert draft.get_absolute_url() in second.text


def test_who_submitted_all_of_it_is_left_alone(draft):
    founders.submit(draft)
    change(draft, problem="Later")
    change(draft, problem=factories.ANSWERS["problem"])  # and back: another draft, the same words
    tick(factories.CLOSES_AT - timedelta(minutes=45))
    assert not OutboxMessage.objects.filter(kind="applications.changes_not_in").exists()


def test_who_submits_the_changes_before_the_mail_leaves_is_not_told(draft):
    founders.submit(draft)
    change(draft, problem="Later")
    clock.freeze(EVE)
    with clock.held(EVE):
        reminders.reconcile(EVE)
    founders.submit(draft)
    tick(EVE)
    assert not of_kind("changes_not_in")
    assert "submitted" in of_kind("changes_not_in", "skipped")[0].reason


def test_a_draft_is_told_what_is_missing(draft):
    change(draft, problem=None, team_size="many")
    tick(factories.CLOSES_AT - timedelta(minutes=45))
    assert "Missing or wrong so far:\n- Which problem do you solve?\n- How many are you?\n" in sent()[-1].text
    change(draft, problem="Again", team_size=3)


def test_a_draft_to_which_nothing_is_missing_is_told_that(draft):
    tick(factories.CLOSES_AT - timedelta(minutes=45))
    assert "Nothing is missing. Submit it here:" in sent()[-1].text


def test_whose_draft_was_not_submitted_gets_a_kind_mail_after_the_close(call, draft):
    submitted = founders.make_draft(call, name="Kestrel")
    founders.submit(submitted)
    change(draft, problem=None)
    for _again in range(2):
        tick(factories.CLOSES_AT + sealing.SEALED_AFTER)
        clock.freeze(factories.CLOSES_AT + timedelta(minutes=10))
        tick(factories.CLOSES_AT + timedelta(minutes=10))
    [mail] = of_kind("not_submitted")
    assert mail.recipient == draft.started_by
    assert "not part of the selection" in mail.text
    assert "- Which problem do you solve?" in mail.text
    assert "23:59 Paris time" in mail.text


def told_of_the_end() -> list[tuple[str, str]]:
    """Whose mail names which end."""
    mails = sorted(of_kind("not_submitted"), key=lambda mail: mail.due_at)
    return [(m.subject.partition(":")[0], "Sunday 3" if "Sunday 3" in m.text else "Friday 1") for m in mails]


def tick_after(moment) -> None:
    for later in (0, 5):
        tick(moment + sealing.SEALED_AFTER + timedelta(seconds=later))


def give_until_sunday(draft, now) -> None:
    manager, sunday = factories.make_manager(draft.call.programme), factories.CLOSES_AT + timedelta(days=2)
    deadlines.extend(
        draft.call, [founders.reread(draft)], until=sunday, reason="A strike", by=manager, now=now
    )


def test_who_has_more_time_leaves_nobody_else_waiting_and_hears_it_after_their_own_end(call, draft):
    founders.make_draft(call, name="Kestrel")
    give_until_sunday(draft, factories.WHILE_OPEN)
    tick_after(factories.CLOSES_AT)
    assert told_of_the_end() == [("Kestrel", "Friday 1")]
    tick_after(factories.CLOSES_AT + timedelta(days=2))
    assert told_of_the_end() == [("Kestrel", "Friday 1"), ("Papyrus", "Sunday 3")]
    assert "You were given more time" in of_kind("not_submitted")[-1].text


def test_a_draft_that_was_sealed_before_is_told_once_more_when_its_own_time_is_over(call, draft):
    founders.make_draft(call, name="Kestrel")
    tick_after(factories.CLOSES_AT)
    at_the_close = sorted(told_of_the_end())
    assert at_the_close == [("Kestrel", "Friday 1"), ("Papyrus", "Friday 1")]
    give_until_sunday(draft, factories.CLOSES_AT + timedelta(hours=1))
    tick_after(factories.CLOSES_AT + timedelta(days=2))
    assert sorted(told_of_the_end()) == sorted([*at_the_close, ("Papyrus", "Sunday 3")])
