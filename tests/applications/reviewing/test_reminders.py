"""Reviewers are reminded in time, once, and of what is still so."""

from datetime import UTC, date, datetime, timedelta

import factories
import pytest
from allauth.mfa.models import Authenticator

from accelerator import clock
from accelerator.messages import delivery, reminders
from accelerator.models import OutboxMessage
from applications.models import Call, Release

pytestmark = pytest.mark.django_db
THREE_DAYS_BEFORE = datetime(2023, 12, 15, 9, tzinfo=UTC)  # 10:00 in Paris; reviews are due on the 18th
THE_DAY_AFTER = datetime(2023, 12, 19, 9, tzinfo=UTC)


def tick(moment):
    clock.freeze(moment)
    reminders.tick()
    delivery.deliver()


def mails(kind, status="sent"):
    found = OutboxMessage.objects.filter(kind=f"applications.{kind}", status=status)
    return list(found.order_by("due_at", "pk"))


def planned(since, until):
    return [(n.kind.partition(".")[2], n.due_at, str(n.to)) for n in reminders.planned_notices(since, until)]


# --- Reviews --------------------------------------------------------------------------------------------
def test_reviewers_with_something_left_are_reminded_three_days_before_and_the_day_after(cast):
    kestrel = factories.assign(cast.assignment.reviewer, cast.rival_application)
    tick(THREE_DAYS_BEFORE - factories.MICROSECOND)
    assert not mails("review_due_soon")
    for _again in range(2):
        tick(THREE_DAYS_BEFORE)
    (mail,) = mails("review_due_soon")  # the recused reviewer has none
    assert mail.recipient == cast.reviewer
    assert mail.subject == "2 applications left to score by Monday 18 December 2023"
    assert "http://" in mail.text
    assert "/admin/review/" in mail.text
    factories.make_review(kestrel)
    tick(THE_DAY_AFTER)
    (mail,) = mails("review_overdue")
    assert mail.subject == "1 application is still without your scores"
    assert "We decide on Thursday 21 December 2023" in mail.text


def test_a_reviewer_who_finishes_before_the_reminder_is_sent_gets_none(cast):
    clock.freeze(THREE_DAYS_BEFORE)
    reminders.reconcile(THREE_DAYS_BEFORE)
    factories.make_review(cast.assignment)
    tick(THREE_DAYS_BEFORE)
    assert not mails("review_due_soon")
    assert "meantime" in mails("review_due_soon", "skipped")[0].reason


def test_a_moved_due_day_skips_the_old_reminder_and_makes_a_new_one(cast):
    clock.freeze(THREE_DAYS_BEFORE)
    reminders.reconcile(THREE_DAYS_BEFORE)
    Call.objects.filter(pk=cast.call.pk).update(reviews_due_on=date(2023, 12, 20))
    tick(THREE_DAYS_BEFORE)
    assert "moved" in mails("review_due_soon", "skipped")[0].reason
    tick(THREE_DAYS_BEFORE + timedelta(days=2))
    assert len(mails("review_due_soon")) == 1


def test_an_assignment_made_after_the_moment_makes_no_late_reminder(cast):
    type(cast.assignment).objects.update(assigned_at=THREE_DAYS_BEFORE + timedelta(hours=1))
    tick(THREE_DAYS_BEFORE + timedelta(hours=2))
    assert not mails("review_due_soon")


def test_nobody_is_reminded_of_reviews_once_the_decisions_are_published(cast):
    Release.objects.create(call=cast.call, released_by=cast.manager, released_at=factories.REVIEWING)
    tick(THREE_DAYS_BEFORE)
    assert not mails("review_due_soon") + mails("review_due_soon", "skipped")


def test_a_reminder_that_comes_after_its_use_is_on_record_only(cast):
    tick(datetime(2023, 12, 18, 23, tzinfo=UTC))  # midnight in Paris, after the due day
    assert not mails("review_due_soon")
    assert mails("review_due_soon", "skipped")


def test_the_tick_makes_as_many_queries_for_one_reviewer_as_for_thirty(cast, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(40) as captured:
            assert list(reminders.planned_notices(THREE_DAYS_BEFORE - timedelta(days=1), THREE_DAYS_BEFORE))
        return len(captured)

    clock.freeze(factories.REVIEWING)
    at_one = queries()
    for number in range(29):
        factories.assign(factories.make_reviewer(cast.call, f"Reader {number}"), cast.rival_application)
    assert queries() == at_one


# --- A second factor that is missing ----------------------------------------------------------------------
TEN_DAYS_BEFORE = datetime(
    2023, 11, 21, 9, tzinfo=UTC
)  # 10:00 in Paris; the call closes at the end of 1 December


def give_factor(person):
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})


def test_whoever_has_no_second_factor_is_reminded_ten_days_before_reviewing_begins(cast, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    give_factor(cast.reviewer)
    tick(TEN_DAYS_BEFORE - factories.MICROSECOND)
    assert not mails("factor_missing")
    for _again in range(2):
        tick(TEN_DAYS_BEFORE)
    told = {mail.recipient for mail in mails("factor_missing")}
    assert cast.manager in told
    assert cast.recused_reviewer in told
    assert cast.reviewer not in told, "they have one"
    assert cast.founder not in told, "they need none"
    assert len(told) == len(mails("factor_missing"))


def test_one_that_is_set_up_before_the_reminder_leaves_stops_it(cast, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    clock.freeze(TEN_DAYS_BEFORE)
    reminders.reconcile(TEN_DAYS_BEFORE)
    give_factor(cast.reviewer)
    delivery.deliver()
    assert cast.reviewer not in {mail.recipient for mail in mails("factor_missing")}
    assert "meantime" in mails("factor_missing", "skipped")[0].reason


def test_managers_see_who_has_none_from_then_on(cast, settings, signed_in):
    settings.SECOND_FACTOR_REQUIRED = True
    give_factor(cast.manager)
    client = signed_in(cast.manager)
    clock.freeze(TEN_DAYS_BEFORE - timedelta(days=2))
    assert "no second factor yet" not in client.get("/admin/").content.decode()
    clock.freeze(TEN_DAYS_BEFORE + timedelta(days=1))
    assert "no second factor yet" in client.get("/admin/").content.decode()
