"""What really happened can be written down: beside another session, with who did not come, and within bounds."""

from datetime import timedelta
from html import unescape

import factories
import pytest
from django.test import Client
from django.urls import reverse
from factories_cohort import JANUARY, TUESDAY_14H, make_cohort_cast, make_membership

from accelerator.models import OutboxMessage
from accelerator.transitions import NotAllowed
from mentoring.models import MentoringSession
from mentoring.sessions import booking, hours, logs

pytestmark = pytest.mark.django_db

AFTER = TUESDAY_14H + timedelta(hours=5)


@pytest.fixture
def everybody(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def client_of(user) -> Client:
    return factories.sign_in(Client(), user)


def read(answer) -> str:
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def page_for(user, session) -> str:
    return read(client_of(user).get(session.get_absolute_url()))


def unbooked(cast, membership, **said):
    path = reverse("mentoring:log_unbooked", args=[cast.mentor_profile.public_id])
    said = {"membership": membership.pk, "on": "2024-01-16", "at": "14:00", "minutes": 45, **said}
    return client_of(cast.mentor).post(path, said)


def test_a_second_startup_at_one_table_is_logged_with_a_note_that_says_why(everybody):
    kestrel = make_membership(everybody.application.call, name="Kestrel")
    factories.at(AFTER)
    refused = read(unbooked(everybody, kestrel, notes="Both were there."))
    assert "Papyrus · Hélène Kervella · Tuesday 16 January 2024, 14:00" in refused
    assert "Both were there." in refused
    assert 'name="overlap_note"' in refused
    assert not kestrel.sessions.exists()
    unbooked(everybody, kestrel, overlap_note="Two startups at one table")
    session = kestrel.sessions.get()
    assert (session.is_held, session.overlap_note) == (True, "Two startups at one table")
    page = page_for(everybody.mentor, session)
    assert "Two startups at one table" in page
    assert everybody.session.get_absolute_url() in page
    rival = kestrel.startup.members.get(is_owner=True).user
    assert everybody.session.get_absolute_url() not in page_for(rival, session)


def test_without_another_session_a_note_is_not_kept(everybody):
    factories.at(AFTER)
    unbooked(everybody, everybody.membership, at="16:30", overlap_note="Two startups at one table")
    assert MentoringSession.objects.get(was_booked=False).overlap_note == ""


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"on": "2019-03-05"}, "from 8 January 2024 to 28 June 2024"),
        ({"on": "2024-01-07", "at": "23:50"}, "from 8 January 2024 to 28 June 2024"),
        ({"on": "2024-01-17"}, "not over yet"),
        ({"on": "2024-01-15", "at": "08:00", "minutes": 481}, "480"),
    ],
    ids=["long before", "the eve of the first day", "to come", "more than eight hours"],
)
def test_what_nobody_booked_lies_within_the_programme(everybody, said, sentence):
    factories.at(AFTER)
    assert sentence in read(unbooked(everybody, everybody.membership, **said))
    assert not MentoringSession.objects.filter(was_booked=False).exists()


def test_the_verb_itself_knows_the_longest_session(everybody):
    written = {"notes": "", "private_note": "", "action_items": [], "by": everybody.mentor, "now": AFTER}
    both = (everybody.mentor_profile, everybody.membership)
    with pytest.raises(NotAllowed, match="more than eight hours"):
        logs.log_unbooked(*both, starts_at=JANUARY, minutes=481, **written)


@pytest.mark.parametrize(
    ("outcome", "absent", "sentence", "mail"),
    [
        ("no_show", "startup", "Nobody of Papyrus came.", "nobody of your team came"),
        ("no_show_mentor", "mentor", "Hélène Kervella did not come.", "could not come to your session"),
        ("no_show_both", "both", "Neither Papyrus nor Hélène Kervella came.", "neither side came"),
    ],
)
def test_a_log_says_who_did_not_come(everybody, outcome, absent, sentence, mail):
    session = everybody.ended_session
    path = reverse("mentoring:log_session", args=[session.public_id])
    client_of(everybody.mentor).post(path, {"outcome": outcome, "minutes": 0})
    session.refresh_from_db()
    assert (session.is_no_show, session.absent) == (True, absent)
    assert sentence in page_for(everybody.founder, session)
    assert mail in OutboxMessage.objects.filter(kind="mentoring.session_logged").first().text
    (startup,) = hours.by_startup(everybody.cohort, AFTER)
    mentor = next(line for line in hours.by_mentor(everybody.cohort) if line.who == everybody.mentor_profile)
    assert (startup.no_shows, mentor.no_shows) == (absent != "mentor", absent != "startup")


def test_who_did_not_come_can_be_corrected_and_the_team_is_told(everybody):
    session = everybody.ended_session
    mentor = client_of(everybody.mentor)
    mentor.post(
        reverse("mentoring:log_session", args=[session.public_id]), {"outcome": "no_show", "minutes": 0}
    )
    path = reverse("mentoring:correct_log", args=[session.public_id])
    mentor.post(path, {"outcome": "no_show_mentor", "minutes": 0, "seen": "9"})
    session.refresh_from_db()
    assert session.absent == "mentor"
    assert "who did not come" in page_for(everybody.founder, session)
    told = OutboxMessage.objects.filter(kind="mentoring.log_corrected").first()
    assert "Hélène Kervella did not come." in told.text
    chosen = read(mentor.get(path))
    assert chosen.count("checked") == 1
    assert 'value="no_show_mentor"' in chosen[: chosen.index("checked")].rpartition("<input")[2]


@pytest.mark.parametrize(
    ("before", "is_late"), [(timedelta(hours=24), False), (timedelta(hours=24) - factories.MICROSECOND, True)]
)
def test_whoever_cancels_within_a_day_cancels_late(everybody, before, is_late):
    factories.at(TUESDAY_14H - before)
    path = reverse("mentoring:cancel_session", args=[everybody.session.public_id])
    founder = client_of(everybody.founder)
    assert ("counts as cancelled late" in read(founder.get(path))) == is_late
    founder.post(path, {"reason": "A strike"})
    everybody.session.refresh_from_db()
    assert (everybody.session.is_cancelled, everybody.session.cancelled_late) == (True, is_late)
    assert ("less than 24 hours before" in page_for(everybody.mentor, everybody.session)) == is_late


def test_through_a_manager_nobody_cancels_late(everybody):
    an_hour_before = TUESDAY_14H - timedelta(hours=1)
    booking.cancel(everybody.session, reason="A strike", by=everybody.manager, now=an_hour_before)
    assert everybody.session.cancelled_late is False
