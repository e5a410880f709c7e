"""Consents can be taken back at any time, each change is on record, and they decide what they say they decide."""

from datetime import timedelta

import factories
import factories_founder as founders
import pytest
from django.urls import reverse
from factories_privacy import applied, ask

from accelerator import history
from accelerator.messages import reminders
from accelerator.models import OutboxMessage
from accelerator.transitions import NotAllowed
from applications.applying import consents, drafts, last_time
from applications.applying.consents import KEEP_FOR_NEXT, SHARE_WITH_PARTNERS
from applications.models import Answer
from applications.setup import opening

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=364)


@pytest.fixture
def asking(call):
    ask(call)
    return call


@pytest.fixture
def next_call(asking):
    following = factories.make_call(
        asking.programme,
        slug="2024",
        opens_at=factories.OPENS_AT + YEAR,
        closes_at=factories.CLOSES_AT + YEAR,
        starts_on=asking.starts_on + YEAR,
        ends_on=asking.ends_on + YEAR,
    )
    ask(following)
    return following


def url(application, key) -> str:
    return reverse("applying:change_consent", args=[application.public_id, key])


def test_founder_a8_security_10_a_consent_is_taken_back_after_the_close_and_on_record(
    asking, reviewing, signed_in
):
    application = applied(asking)
    client = signed_in(application.started_by)
    page = client.get(reverse("privacy:my_data"))
    assert "Do you agree: share_with_partners?" in page.text
    answer = client.post(url(application, SHARE_WITH_PARTNERS), {"given": "no"})
    assert answer.url == reverse("privacy:my_data")
    assert not consents.stands(application, SHARE_WITH_PARTNERS)
    assert consents.stands(application, KEEP_FOR_NEXT)
    entry = history.of(application).get(action="application.consent_withdrawn")
    assert (entry.actor, entry.details["key"]) == (application.started_by, SHARE_WITH_PARTNERS)
    page = client.get(reverse("privacy:my_data"))
    assert "Not agreed, since 11 December 2023" in page.text
    client.post(url(application, SHARE_WITH_PARTNERS), {"given": "yes"})
    assert consents.stands(application, SHARE_WITH_PARTNERS)
    assert application.consent_changes.count() == 2


def test_saying_the_same_again_is_no_change(asking, reviewing):
    application = applied(asking)
    mine = {"by": application.started_by, "now": factories.REVIEWING}
    assert not consents.change(application, KEEP_FOR_NEXT, is_given=True, **mine)
    assert not application.consent_changes.exists()


def test_what_applying_itself_rests_on_is_no_such_consent(asking, reviewing):
    application = applied(asking)
    with pytest.raises(NotAllowed):
        consents.change(
            application, "consent_privacy", is_given=False, by=application.started_by, now=factories.REVIEWING
        )
    assert [one.key for one in consents.of(application)] == [KEEP_FOR_NEXT, SHARE_WITH_PARTNERS]


def test_while_the_call_is_open_the_draft_says_the_same_and_a_later_submission_counts(asking, while_open):
    application = founders.make_draft(asking, answers={KEEP_FOR_NEXT: True, SHARE_WITH_PARTNERS: True})
    founders.submit(application)
    at = factories.at(factories.WHILE_OPEN + timedelta(hours=1))
    consents.change(application, SHARE_WITH_PARTNERS, is_given=False, by=application.started_by, now=at)
    application.refresh_from_db()
    assert application.answers[SHARE_WITH_PARTNERS] is False
    at = factories.at(factories.WHILE_OPEN + timedelta(hours=2))
    version = application.draft_version
    typed = {SHARE_WITH_PARTNERS: True, "problem": "Notaries wait for months."}
    drafts.save_draft(application, typed, by=application.started_by, now=at, version=version)
    assert not consents.stands(application, SHARE_WITH_PARTNERS)  # not submitted yet
    founders.submit(application)
    assert consents.stands(application, SHARE_WITH_PARTNERS)


def test_many_at_once_are_read_as_each_by_itself(asking, reviewing, django_assert_num_queries):
    yes, no, back = (applied(asking, name=name) for name in ("Yes", "No", "Back"))
    for one in (no, back):
        consents.change(one, KEEP_FOR_NEXT, is_given=False, by=one.started_by, now=factories.REVIEWING)
    later = factories.REVIEWING + timedelta(days=1)
    consents.change(back, KEEP_FOR_NEXT, is_given=True, by=back.started_by, now=later)
    with django_assert_num_queries(2):
        assert consents.given_among([yes, no, back], KEEP_FOR_NEXT) == {yes.pk, back.pk}


def test_without_it_the_answers_of_last_time_are_not_offered(asking, next_call):
    earlier = applied(asking)
    factories.at(factories.WHILE_OPEN + YEAR)
    again = drafts.start(
        next_call, by=earlier.started_by, startup=earlier.startup, now=factories.WHILE_OPEN + YEAR
    )
    assert last_time.earlier_application(again) == earlier
    consents.change(earlier, KEEP_FOR_NEXT, is_given=False, by=earlier.started_by, now=factories.REVIEWING)
    assert last_time.earlier_application(again) is None


def test_who_agreed_is_told_that_the_next_call_is_open(asking, next_call, reviewing):
    keeps, refuses, withdrew, chosen = (
        applied(asking, name="Keeps"),
        applied(asking, name="Refuses", agrees=()),
        applied(asking, name="Withdrew"),
        applied(asking, name="Chosen"),
    )
    factories.release(asking, factories.make_manager(asking.programme), [chosen])
    opening = next_call.window.opens_at
    changed = {"is_given": False, "by": withdrew.started_by}
    consents.change(withdrew, KEEP_FOR_NEXT, **changed, now=opening - timedelta(days=1))
    factories.at(opening)
    reminders.reconcile(opening)
    told = OutboxMessage.objects.filter(kind="applications.next_call_opens")
    assert [one.recipient for one in told] == [keeps.started_by]
    assert "you agreed that we write to you" in told.get().text
    assert refuses.started_by != chosen.started_by


def test_a_mail_that_waits_is_not_sent_once_the_consent_is_gone(asking, next_call, reviewing):
    from accelerator.messages import kinds

    keeps = applied(asking, name="Keeps")
    factories.release(asking, factories.make_manager(asking.programme), [])
    opening = factories.at(next_call.window.opens_at)
    reminders.reconcile(opening)
    message = OutboxMessage.objects.get(kind="applications.next_call_opens")
    assert not kinds.why_unwanted(message)
    consents.change(keeps, KEEP_FOR_NEXT, is_given=False, by=keeps.started_by, now=opening)
    assert kinds.why_unwanted(message)


def test_a_mail_that_waits_is_not_sent_once_the_call_is_a_draft_again(asking, next_call, reviewing):
    from accelerator.messages import kinds

    applied(asking, name="Keeps")
    person = factories.make_manager(asking.programme)
    factories.release(asking, person, [])
    now = factories.at(next_call.window.opens_at)
    reminders.reconcile(now)
    message = OutboxMessage.objects.get(kind="applications.next_call_opens")
    assert not kinds.why_unwanted(message)
    opening.back_to_draft(next_call, by=person, now=now)
    assert kinds.why_unwanted(message) == "The call is a draft again."


def test_a_draft_that_was_never_submitted_says_so_by_its_tick(asking, next_call):
    draft = factories.make_application(asking, answers={KEEP_FOR_NEXT: False})
    factories.at(factories.WHILE_OPEN + YEAR)
    again = drafts.start(
        next_call, by=draft.started_by, startup=draft.startup, now=factories.WHILE_OPEN + YEAR
    )
    assert last_time.earlier_application(again) is None
    Answer.objects.filter(application=draft, key=KEEP_FOR_NEXT).update(value=True)
    assert last_time.earlier_application(again) == draft
