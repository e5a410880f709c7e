"""What people may do for themselves, a manager does for them: with a reason that is kept and that they read."""

from datetime import timedelta
from html import unescape

import factories
import pytest
from django.test import Client
from django.urls import reverse
from factories_cohort import JANUARY, TUESDAY_14H, make_cohort_cast, make_membership

from accelerator.models import HistoryEntry, OutboxMessage
from accelerator.transitions import NotAllowed
from mentoring.models import MentoringSession
from mentoring.sessions import booking, logs

pytestmark = pytest.mark.django_db

WHY = "Hélène lies in hospital until Friday"
FREE = TUESDAY_14H + timedelta(minutes=45)


@pytest.fixture
def everybody(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def client_of(user) -> Client:
    return factories.sign_in(Client(), user)


def page(user, path) -> str:
    answer = client_of(user).get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def post(user, name, *args, query="", **data):
    return client_of(user).post(reverse(f"mentoring:{name}", args=args) + query, data)


def told(kind: str) -> set[str]:
    """Who got a mail of this kind that says why."""
    mails = OutboxMessage.objects.filter(kind=f"mentoring.{kind}")
    return {mail.to_email for mail in mails if WHY in mail.text}


def kept(action: str) -> HistoryEntry:
    entry = HistoryEntry.objects.get(action=action)
    assert entry.reason == WHY
    assert entry.details["on_behalf"] is True
    return entry


def both_sides(cast) -> set[str]:
    return {cast.mentor.email, *(member.user.email for member in cast.membership.startup.team)}


def test_a_manager_books_for_a_startup_and_both_sides_read_why(everybody):
    mentor = everybody.mentor_profile
    free = page(everybody.manager, mentor.get_absolute_url())
    assert f"{mentor.get_absolute_url()}book/?at=" in free
    asked = {"starts_at": FREE.isoformat(), "topic": "Which test set?"}
    without = post(everybody.manager, "book_session", mentor.public_id, **asked)
    assert "You act as manager for Hélène Kervella and Papyrus." in unescape(without.content.decode())
    assert not MentoringSession.objects.filter(starts_at=FREE).exists()
    post(everybody.manager, "book_session", mentor.public_id, **asked, on_behalf=WHY)
    session = MentoringSession.objects.get(starts_at=FREE)
    assert session.booked_by == everybody.manager
    assert kept("session.booked").actor == everybody.manager
    assert told("session_booked") == both_sides(everybody)
    assert WHY in page(everybody.founder, session.get_absolute_url())


def test_a_manager_of_several_startups_chooses_one_first(everybody):
    rival = make_membership(everybody.application.call, name="Kestrel")
    path = everybody.mentor_profile.get_absolute_url()
    choosing = page(everybody.manager, path)
    assert f"?for={rival.public_id}#times" in choosing
    assert "book/?at=" not in choosing
    chosen = page(everybody.manager, f"{path}?for={rival.public_id}")
    assert f"&for={rival.public_id}" in chosen
    asked = {"starts_at": FREE.isoformat(), "topic": "Which test set?", "on_behalf": WHY}
    nobody = post(everybody.manager, "book_session", everybody.mentor_profile.public_id, **asked)
    assert nobody.headers["Location"] == path
    query = f"?for={rival.public_id}"
    post(everybody.manager, "book_session", everybody.mentor_profile.public_id, query=query, **asked)
    assert MentoringSession.objects.get(starts_at=FREE).membership == rival


def test_a_mentor_books_a_startup_without_giving_a_reason(everybody):
    rival = make_membership(everybody.application.call, name="Kestrel")
    query = f"?for={rival.public_id}"
    asked = {"starts_at": FREE.isoformat(), "topic": "Shall we look at the tests?"}
    mentor = everybody.mentor_profile
    assert "on_behalf" not in page(
        everybody.mentor,
        reverse("mentoring:book_session", args=[mentor.public_id]) + f"{query}&at={FREE:%Y-%m-%dT%H:%MZ}",
    )
    post(everybody.mentor, "book_session", mentor.public_id, query=query, **asked)
    assert MentoringSession.objects.get(starts_at=FREE).booked_by == everybody.mentor
    asked["starts_at"] = (FREE + timedelta(minutes=45)).isoformat()
    assert (
        post(everybody.other_mentor, "book_session", mentor.public_id, query=query, **asked).status_code
        == 403
    )


def test_a_manager_moves_a_session_and_both_sides_read_why(everybody):
    asked = {"starts_at": FREE.isoformat()}
    post(everybody.manager, "move_session", everybody.session.public_id, **asked)
    everybody.session.refresh_from_db()
    assert everybody.session.starts_at == TUESDAY_14H
    post(everybody.manager, "move_session", everybody.session.public_id, **asked, on_behalf=WHY)
    everybody.session.refresh_from_db()
    assert everybody.session.starts_at == FREE
    kept("session.moved")
    assert told("session_moved") == both_sides(everybody)


def test_a_manager_cancels_a_session_and_both_sides_read_why(everybody):
    path = reverse("mentoring:cancel_session", args=[everybody.session.public_id])
    assert "You act as manager for Hélène Kervella and Papyrus." in page(everybody.manager, path)
    post(everybody.manager, "cancel_session", everybody.session.public_id, reason=WHY)
    everybody.session.refresh_from_db()
    assert everybody.session.is_cancelled
    kept("session.cancelled")
    assert told("session_cancelled") == both_sides(everybody)


def test_a_manager_logs_a_session_and_both_sides_read_why(everybody):
    said = {"outcome": "held", "minutes": 40, "notes": "By telephone."}
    session = everybody.ended_session
    assert "You act as manager for Hélène Kervella." in page(
        everybody.manager, reverse("mentoring:log_session", args=[session.public_id])
    )
    post(everybody.manager, "log_session", session.public_id, **said)
    assert not hasattr(MentoringSession.objects.get(pk=session.pk), "log")
    post(everybody.manager, "log_session", session.public_id, **said, on_behalf=WHY)
    assert MentoringSession.objects.get(pk=session.pk).log.logged_by == everybody.manager
    kept("session.logged")
    assert told("done_in_your_place") == {everybody.mentor.email}
    assert told("session_logged") == both_sides(everybody) - {everybody.mentor.email}


def test_a_manager_corrects_a_log_also_after_its_mentor_no_longer_can(everybody):
    factories.at(everybody.log.correctable_until)
    said = {"outcome": "held", "minutes": 90, "notes": "We listened to ten recordings."}
    session = everybody.past_session
    assert reverse("mentoring:correct_log", args=[session.public_id]) in page(
        everybody.manager, session.get_absolute_url()
    )
    post(everybody.manager, "correct_log", session.public_id, **said, on_behalf=WHY, seen="9")
    everybody.log.refresh_from_db()
    assert everybody.log.minutes == 90
    kept("session.log_corrected")
    assert told("done_in_your_place") == both_sides(everybody)


def test_a_manager_writes_down_what_nobody_had_booked(everybody):
    said = {"membership": everybody.membership.pk, "on": "2024-01-15", "at": "08:00", "minutes": 30}
    post(everybody.manager, "log_unbooked", everybody.mentor_profile.public_id, **said)
    assert not MentoringSession.objects.filter(was_booked=False).exists()
    post(everybody.manager, "log_unbooked", everybody.mentor_profile.public_id, **said, on_behalf=WHY)
    assert MentoringSession.objects.get(was_booked=False).log.logged_by == everybody.manager
    assert told("done_in_your_place") == {everybody.mentor.email}


@pytest.mark.parametrize(
    ("name", "said", "action"),
    [
        (
            "edit_hours",
            {"session_minutes": 30, "notice_hours": 24, "week-TOTAL_FORMS": 0, "week-INITIAL_FORMS": 0},
            "mentor.hours_changed",
        ),
        ("edit_profile_of", {"headline": "Speech, from Friday on"}, "mentor.profile_changed"),
    ],
)
def test_a_manager_changes_hours_and_profile_and_the_mentor_reads_why(everybody, name, said, action):
    mentor = everybody.mentor_profile
    path = reverse(f"mentoring:{name}", args=[mentor.public_id])
    assert path in page(everybody.manager, mentor.get_absolute_url())
    assert "You act as manager for Hélène Kervella." in page(everybody.manager, path)
    post(everybody.manager, name, mentor.public_id, **said, seen="9")
    assert not HistoryEntry.objects.filter(action=action).exists()
    post(everybody.manager, name, mentor.public_id, **said, seen="9", on_behalf=WHY)
    assert kept(action).actor == everybody.manager
    assert told("done_in_your_place") == {everybody.mentor.email}


def test_the_verbs_themselves_ask_for_a_reason(everybody):
    at = {"by": everybody.manager, "now": JANUARY}
    written = {"minutes": 30, "notes": "", "private_note": "", "action_items": []}
    acts = [
        lambda: booking.book(
            everybody.mentor_profile, everybody.membership, starts_at=FREE, topic="", on_behalf=" ", **at
        ),
        lambda: booking.reschedule(everybody.session, starts_at=FREE, **at),
        lambda: logs.log(everybody.ended_session, outcome="held", **written, **at),
        lambda: logs.correct(everybody.past_session, outcome="held", **written, **at),
    ]
    for act in acts:
        with pytest.raises(NotAllowed, match="Say why you do this in their place"):
            act()


def test_no_manager_acts_for_a_startup_that_they_have_a_conflict_with(everybody):
    """Whoever applied in a call sees and changes nothing of its members."""
    factories.make_application(everybody.application.call, everybody.manager, name="Own one")
    mentor = everybody.mentor_profile.public_id
    asked = {"starts_at": FREE.isoformat(), "topic": "Which test set?", "on_behalf": WHY}
    query = f"?for={everybody.membership.public_id}"
    assert post(everybody.manager, "book_session", mentor, query=query, **asked).status_code in (403, 404)
    for name in ("move_session", "cancel_session", "log_session", "correct_log"):
        assert post(everybody.manager, name, everybody.session.public_id, **asked).status_code == 404
