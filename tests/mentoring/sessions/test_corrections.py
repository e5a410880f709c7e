"""Correcting a log: for two weeks, with the old words on record, and without a storm of mails."""

from datetime import timedelta

import factories
import pytest
from django.test import Client
from django.urls import reverse
from factories_cohort import JANUARY, TUESDAY_14H, make_cohort_cast, make_log, make_session

from accelerator import as_seen
from accelerator.models import HistoryEntry, OutboxMessage
from accelerator.transitions import NotAllowed
from mentoring.models import SessionLog
from mentoring.sessions import hours, logs

pytestmark = pytest.mark.django_db

LAST_MOMENT = timedelta(days=14) - factories.MICROSECOND


@pytest.fixture
def cohort_cast(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def client_of(user) -> Client:
    return factories.sign_in(Client(), user)


def correct(cast, session=None, **fields):
    """The mentor sends the form, filled in as it stands but for `fields`."""
    session = session or cast.past_session
    stands = {
        "outcome": "held",
        "minutes": 45,
        "notes": "We listened to ten recordings.",
        "action_items": "Sort the worst errors by cause",
        "private_note": "Tired, but on course.",
    }
    path = reverse("mentoring:correct_log", args=[session.public_id])
    seen = {"seen": as_seen.version_of(session)}
    return client_of(cast.mentor).post(path, {**stands, **seen, **fields}, follow=True)


def page_for(cast, user, session=None) -> str:
    return client_of(user).get((session or cast.past_session).get_absolute_url()).content.decode()


def test_a_mentor_corrects_minutes_and_notes_and_the_old_words_stay_on_record(cohort_cast):
    form = reverse("mentoring:correct_log", args=[cohort_cast.past_session.public_id])
    assert form in page_for(cohort_cast, cohort_cast.mentor)
    assert "We listened to ten recordings." in client_of(cohort_cast.mentor).get(form).content.decode()
    page = correct(cohort_cast, minutes=30, notes="We listened to twelve.").content.decode()
    assert "Corrected on Monday 15 January 2024: the minutes and the notes." in page
    log = SessionLog.objects.get(session=cohort_cast.past_session)
    assert (log.minutes, log.notes) == (30, "We listened to twelve.")
    entry = HistoryEntry.objects.get(action="session.log_corrected")
    assert (entry.actor, entry.happened_at) == (cohort_cast.mentor, JANUARY)
    assert entry.details["fields"] == ["minutes", "notes"]
    assert entry.changes == {
        "minutes": [45, 30],
        "notes": ["We listened to ten recordings.", "We listened to twelve."],
    }


def test_the_team_reads_what_changed_on_the_page_and_gets_no_mail(cohort_cast):
    before = OutboxMessage.objects.count()
    correct(cohort_cast, minutes=30)
    assert OutboxMessage.objects.count() == before
    page = page_for(cohort_cast, cohort_cast.founder)
    assert "Corrected on Monday 15 January 2024: the minutes." in page
    assert "30 minutes." in page


def test_a_corrected_private_note_shows_to_mentor_and_managers_alone(cohort_cast):
    correct(cohort_cast, private_note="Wide awake.")
    for reader, reads in (("founder", False), ("co_founder", False), ("mentor", True), ("manager", True)):
        page = page_for(cohort_cast, getattr(cohort_cast, reader))
        assert ("the private note" in page) == reads, reader
        assert ("Tired, but on course." in page) == reads, reader
        assert ("Corrected on" in page) == reads, reader


def test_a_session_that_did_not_take_place_after_all_is_told_by_mail(cohort_cast):
    correct(cohort_cast, outcome="no_show")
    cohort_cast.past_session.refresh_from_db()
    assert cohort_cast.past_session.is_no_show
    assert SessionLog.objects.get(session=cohort_cast.past_session).minutes == 0
    mails = OutboxMessage.objects.filter(kind="mentoring.log_corrected")
    assert {mail.recipient for mail in mails} == {cohort_cast.founder, cohort_cast.co_founder}
    assert "nobody of your team came" in mails.first().text
    assert "Tired" not in mails.first().text
    (line,) = hours.by_startup(cohort_cast.cohort, JANUARY)
    assert (line.held, line.no_shows, line.minutes) == (0, 1, 0)
    assert not any(line.no_shows for line in hours.by_mentor(cohort_cast.cohort))


def test_a_no_show_that_took_place_after_all_counts_its_minutes(cohort_cast):
    logs.log(
        cohort_cast.ended_session,
        outcome="no_show",
        minutes=0,
        notes="",
        private_note="",
        action_items=[],
        by=cohort_cast.mentor,
        now=JANUARY,
    )
    correct(cohort_cast, cohort_cast.ended_session, outcome="held", minutes=20)
    assert SessionLog.objects.get(session=cohort_cast.ended_session).minutes == 20
    assert "it took place and took 20 minutes" in (
        OutboxMessage.objects.filter(kind="mentoring.log_corrected").first().text
    )


def test_it_did_not_take_place_in_an_hour_that_was_given_to_another(cohort_cast):
    correct(cohort_cast, outcome="no_show")
    make_session(cohort_cast.mentor_profile, cohort_cast.membership, cohort_cast.past_session.starts_at)
    page = correct(cohort_cast, outcome="held").content.decode()
    assert "stands at that time, so this cannot be" in page
    cohort_cast.past_session.refresh_from_db()
    assert cohort_cast.past_session.is_no_show


def test_what_is_ticked_stays_and_open_items_are_those_of_the_form(cohort_cast):
    session = cohort_cast.past_session
    done = session.action_items.create(text="Call the notaries", done_at=JANUARY)
    correct(cohort_cast, action_items="Sort the errors\nCall the notaries")
    assert [(item.text, item.is_done) for item in session.action_items.all()] == [
        ("Call the notaries", True),
        ("Sort the errors", False),
    ]
    assert session.action_items.get(text="Call the notaries") == done
    changes = HistoryEntry.objects.get(action="session.log_corrected").changes
    assert changes["action_items"][0] == ["Sort the worst errors by cause", "Call the notaries"]


@pytest.mark.parametrize(("later", "goes"), [(LAST_MOMENT, True), (timedelta(days=14), False)])
def test_a_log_is_open_to_corrections_for_fourteen_days(cohort_cast, later, goes):
    factories.at(SessionLog.objects.get(session=cohort_cast.past_session).logged_at + later)
    assert ("Correct the log" in page_for(cohort_cast, cohort_cast.mentor)) == goes
    page = correct(cohort_cast, minutes=30).content.decode()
    assert ("could be corrected until" in page) != goes
    assert SessionLog.objects.get(session=cohort_cast.past_session).minutes == (30 if goes else 45)


def test_saying_the_same_again_leaves_no_trace(cohort_cast):
    assert "Nothing was different" in correct(cohort_cast).content.decode()
    assert not HistoryEntry.objects.filter(action="session.log_corrected").exists()


def test_an_unbooked_session_keeps_its_outcome_and_takes_its_minutes(cohort_cast):
    log = logs.log_unbooked(
        cohort_cast.mentor_profile,
        cohort_cast.membership,
        starts_at=JANUARY - timedelta(hours=3),
        minutes=30,
        notes="",
        private_note="",
        action_items=[],
        by=cohort_cast.mentor,
        now=JANUARY,
    )
    assert "Did it take place?" not in (
        client_of(cohort_cast.mentor)
        .get(reverse("mentoring:correct_log", args=[log.session.public_id]))
        .content.decode()
    )
    correct(cohort_cast, log.session, minutes=60)
    log.session.refresh_from_db()
    assert (log.session.is_held, log.session.minutes) == (True, 60)
    assert "That is not over yet" in correct(cohort_cast, log.session, minutes=200).content.decode()


def test_a_logged_session_is_not_logged_again_as_something_else(cohort_cast):
    with pytest.raises(NotAllowed, match="already “held”"):
        logs.log(
            cohort_cast.past_session,
            outcome="no_show",
            minutes=0,
            notes="",
            private_note="",
            action_items=[],
            by=cohort_cast.mentor,
            now=JANUARY,
        )


def test_managers_see_in_their_list_that_a_log_was_corrected_and_when(cohort_cast):
    listing = reverse("mentoring_dashboard:sessions", args=[cohort_cast.cohort.public_id])
    manager = client_of(cohort_cast.manager)
    assert "corrected" not in manager.get(listing).content.decode()
    correct(cohort_cast, minutes=30)
    assert "corrected 15 Jan" in manager.get(listing).content.decode()


def test_the_list_of_managers_costs_no_more_for_more_corrections(cohort_cast, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    manager = client_of(cohort_cast.manager)
    listing = reverse("mentoring_dashboard:sessions", args=[cohort_cast.cohort.public_id])
    manager.get(listing)
    with CaptureQueriesContext(connection) as asked:
        manager.get(listing)
    few = len(asked)
    for weeks in range(2, 30):
        session = make_session(
            cohort_cast.mentor_profile, cohort_cast.membership, TUESDAY_14H - timedelta(weeks=weeks)
        )
        make_log(session, logged_at=JANUARY)
        correct(cohort_cast, session, minutes=30)
    with django_assert_max_num_queries(few):
        assert manager.get(listing).content.decode().count("corrected 15 Jan") == 28
