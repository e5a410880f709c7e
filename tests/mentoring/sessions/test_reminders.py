"""Both sides are reminded of a session once each, and mentors of the log; never of what has changed since."""

from datetime import UTC, datetime, timedelta

import factories
import pytest
from factories_cohort import JANUARY, TUESDAY_14H, make_log, make_membership, make_mentor, make_session

from accelerator import clock
from accelerator.messages import delivery, reminders
from accelerator.models import OutboxMessage, TeamMember
from applications.models import Recusal
from mentoring.models import MentoringSession
from mentoring.sessions import booking

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TOMORROW, SOON, LOG = "session_tomorrow", "session_soon", "log_session"


@pytest.fixture
def session(call):
    factories.at(JANUARY)
    membership = make_membership(call)
    TeamMember.objects.create(startup=membership.startup, user=factories.make_user("Tomas Riha"))
    return make_session(make_mentor(call, "Rachel Osei", zone="America/New_York"), membership)


def tick(moment):
    clock.freeze(moment)
    reminders.tick()
    reminders.tick()
    delivery.deliver()


def mails(name, status="sent"):
    return list(
        OutboxMessage.objects.filter(kind=f"mentoring.{name}", status=status).order_by("due_at", "pk")
    )


def test_both_sides_are_reminded_a_day_before_once_each_in_their_own_zone(session):
    tick(TUESDAY_14H - DAY - factories.MICROSECOND)
    assert not mails(TOMORROW)
    tick(TUESDAY_14H - DAY)
    to_mentor, *to_team = mails(TOMORROW)
    assert to_mentor.recipient == session.mentor.user
    assert len(to_team) == 2
    assert "08:00 New York time" in to_mentor.text
    assert "in 24 hours" in to_mentor.text
    assert all("14:00 Paris time" in mail.text for mail in to_team)


def test_both_sides_are_reminded_an_hour_before_once_each(session):
    tick(TUESDAY_14H - HOUR)
    assert len(mails(SOON)) == 3
    assert mails(SOON)[0].subject == "Papyrus and Rachel Osei meet in 60 minutes"


def test_after_a_day_of_downtime_what_is_too_late_is_on_record_and_the_rest_goes_out_once(session):
    tick(TUESDAY_14H - DAY + timedelta(hours=23, minutes=30))
    assert not mails(TOMORROW)
    assert len(mails(TOMORROW, "skipped")) == 3
    assert len(mails(SOON)) == 3
    tick(TUESDAY_14H + 2 * DAY)
    assert len(mails(SOON)) == 3
    assert not mails(SOON, "skipped")
    assert len(mails(LOG)) == 1


def test_the_mentor_is_asked_for_the_log_after_two_hours_a_day_and_three_days(session):
    asked_at = [session.ends_at + after for after in (2 * HOUR, DAY, 3 * DAY)]
    tick(asked_at[0] - factories.MICROSECOND)
    assert not mails(LOG)
    for moment in [*asked_at, session.ends_at + 4 * DAY]:
        tick(moment)
    assert [(m.recipient, m.due_at) for m in mails(LOG)] == [(session.mentor.user, at) for at in asked_at]
    first, second, third = mails(LOG)
    assert f"/sessions/{session.public_id}/log/" in second.text
    assert "We will not ask you again" not in first.text + second.text
    assert "We will not ask you again" in third.text


def test_after_five_days_without_a_log_the_managers_are_asked(session, call):
    biased = factories.make_manager(call.programme)
    application = session.membership.offer.application
    Recusal.objects.create(application=application, user=biased, reason="Cousin", declared_by=biased)
    others = set(call.managers) - {biased}
    tick(session.ends_at + 5 * DAY - factories.MICROSECOND)
    assert not mails("log_missing")
    tick(session.ends_at + 5 * DAY)
    assert {mail.recipient for mail in mails("log_missing")} == others
    assert f"/sessions/{session.public_id}/log/" in mails("log_missing")[0].text
    make_log(session)
    tick(session.ends_at + 6 * DAY)
    assert len(mails("log_missing")) == len(others)


def test_a_log_that_comes_before_the_mail_leaves_keeps_it_from_the_managers(session, call):
    written_but_not_sent(session.ends_at + 5 * DAY)
    make_log(session)
    tick(session.ends_at + 5 * DAY + HOUR)
    assert {mail.reason for mail in mails("log_missing", "skipped")} == {"The session has been logged."}
    assert not mails("log_missing")


def test_after_the_programme_nobody_is_asked_for_a_log(session):
    ends_at = session.membership.cohort.ends_at
    MentoringSession.objects.update(starts_at=ends_at - 4 * HOUR, ends_at=ends_at - 3 * HOUR)
    tick(ends_at - HOUR)
    assert len(mails(LOG)) == 1
    for days in (1, 3, 5, 7):
        tick(ends_at + days * DAY)
    assert len(mails(LOG)) == 1
    assert not mails("log_missing")


def test_a_logged_session_asks_for_nothing(session):
    make_log(session)
    tick(session.ends_at + 2 * DAY)
    assert not OutboxMessage.objects.filter(kind="mentoring.log_session").exists()


def test_a_session_booked_within_the_last_day_has_no_reminder_a_day_before(session):
    MentoringSession.objects.update(booked_at=TUESDAY_14H - timedelta(hours=20))
    tick(TUESDAY_14H - timedelta(hours=19))
    assert not OutboxMessage.objects.filter(kind="mentoring.session_tomorrow").exists()


def written_but_not_sent(moment):
    clock.freeze(moment)
    reminders.reconcile(moment)


def test_a_reminder_of_a_cancelled_session_is_skipped_with_the_reason(session):
    written_but_not_sent(TUESDAY_14H - DAY)
    booking.cancel(session, reason="Ill", by=session.mentor.user, now=clock.now())
    tick(TUESDAY_14H - DAY + HOUR)
    assert {mail.reason for mail in mails(TOMORROW, "skipped")} == {"The session was cancelled."}
    assert not mails(TOMORROW)
    tick(TUESDAY_14H - HOUR)
    assert not mails(SOON)


def test_a_moved_session_takes_its_reminders_along(session):
    session.mentor.availability.create(weekday=3, starts="09:00", ends="12:00")
    written_but_not_sent(TUESDAY_14H - DAY)
    thursday = datetime(2024, 1, 18, 14, tzinfo=UTC)
    booking.reschedule(session, starts_at=thursday, by=session.mentor.user, now=clock.now())
    tick(TUESDAY_14H - DAY + HOUR)
    assert {mail.reason[:22] for mail in mails(TOMORROW, "skipped")} == {"The session was moved;"}
    tick(thursday - DAY)
    assert [mail.due_at for mail in mails(TOMORROW)] == [thursday - DAY] * 3


def test_a_founder_who_has_left_the_team_gets_no_reminder(session):
    written_but_not_sent(TUESDAY_14H - DAY)
    TeamMember.objects.filter(user__name="Tomas Riha").update(left_at=clock.now())
    tick(TUESDAY_14H - DAY + HOUR)
    assert [mail.recipient.name for mail in mails(TOMORROW, "skipped")] == ["Tomas Riha"]


@pytest.mark.parametrize("sessions", [1, 5])
def test_an_idle_tick_runs_as_many_queries_for_one_session_as_for_five(
    session, call, sessions, django_assert_num_queries
):
    for number in range(sessions - 1):
        make_session(make_mentor(call), make_membership(call, name=f"Kestrel {number}"))
    tick(TUESDAY_14H - DAY)
    assert len(mails(TOMORROW)) == 3 + (sessions - 1) * 2
    with django_assert_num_queries(27):
        reminders.reconcile(TUESDAY_14H - DAY)
