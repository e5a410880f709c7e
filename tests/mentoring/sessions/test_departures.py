"""A mentor whose role ends: nobody waits for somebody who will not come, and nothing that was said is lost."""

from datetime import timedelta

import factories
import pytest
from django.test import Client
from django.urls import reverse
from factories_cohort import JANUARY, TUESDAY_14H, make_cohort_cast
from page_forms import fill_in

from accelerator.models import OutboxMessage, Role
from accelerator.transitions import NotAllowed
from mentoring.models import MentoringSession
from mentoring.sessions import booking

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort_cast(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def page_of(cast) -> str:
    return reverse("people:end_role", args=[Role.objects.get(user=cast.mentor, kind="mentor").pk])


def test_the_page_says_which_sessions_are_cancelled(cohort_cast, signed_in):
    page = signed_in(cohort_cast.manager).get(page_of(cohort_cast)).content.decode()
    assert "1 session that is booked is cancelled." in page
    assert "1 session that took place is not logged yet; they can still do that." in page


def test_both_sides_are_told_why_and_the_startup_where_to_find_another_mentor(cohort_cast, signed_in):
    booked = booking.book(
        cohort_cast.mentor_profile,
        cohort_cast.membership,
        starts_at=TUESDAY_14H + timedelta(minutes=45),
        topic="",
        by=cohort_cast.founder,
        now=JANUARY,
    )
    fill_in(signed_in(cohort_cast.manager), page_of(cohort_cast), {"reason": "A new post abroad"})
    booked.refresh_from_db()
    assert booked.is_cancelled
    mails = OutboxMessage.objects.filter(kind="mentoring.session_cancelled", object_id=booked.pk)
    assert {mail.recipient for mail in mails} == {
        cohort_cast.mentor,
        cohort_cast.founder,
        cohort_cast.co_founder,
    }
    to_the_founder = mails.get(recipient=cohort_cast.founder)
    assert "A new post abroad" in to_the_founder.text
    assert to_the_founder.text.rstrip().count("/mentoring/mentors/\n") == 1, "the list, and nobody's own page"
    assert to_the_founder.calendar_method == "CANCEL"
    assert "The attached cancellation removes it from your calendar. Hélène" in to_the_founder.text


def test_a_person_who_was_never_invited_is_told_without_a_calendar(cohort_cast, signed_in):
    fill_in(signed_in(cohort_cast.manager), page_of(cohort_cast), {"reason": "A new post abroad"})
    mails = OutboxMessage.objects.filter(kind="mentoring.session_cancelled", object_id=cohort_cast.session.pk)
    assert {(mail.calendar, mail.calendar_method) for mail in mails} == {("", "")}
    assert not any("calendar" in mail.text for mail in mails)


def test_nobody_can_book_them_any_more_and_their_past_stays(cohort_cast, signed_in):
    fill_in(signed_in(cohort_cast.manager), page_of(cohort_cast), {"reason": "A new post abroad"})
    founder = Client()
    factories.sign_in(founder, cohort_cast.founder)
    assert "Hélène Kervella" not in founder.get(reverse("mentoring:mentors")).content.decode()
    theirs = cohort_cast.mentor_profile.get_absolute_url()
    assert "No longer a mentor here." in founder.get(theirs).content.decode()
    asked = {"starts_at": TUESDAY_14H.isoformat(), "topic": "Which test set?"}
    book = reverse("mentoring:book_session", args=[cohort_cast.mentor_profile.public_id])
    assert "No longer a mentor here." in founder.post(book, asked, follow=True).content.decode()
    with pytest.raises(NotAllowed, match="no longer a mentor here"):
        booking.book(
            cohort_cast.mentor_profile,
            cohort_cast.membership,
            starts_at=TUESDAY_14H,
            topic="",
            by=cohort_cast.founder,
            now=JANUARY,
        )
    assert not MentoringSession.objects.not_begun(JANUARY).exists()
    assert (
        "We listened to ten recordings."
        in founder.get(cohort_cast.past_session.get_absolute_url()).content.decode()
    )


def test_they_log_what_took_place_and_change_nothing_else(cohort_cast, signed_in):
    fill_in(signed_in(cohort_cast.manager), page_of(cohort_cast), {"reason": "A new post abroad"})
    mentor, public_id = signed_in(cohort_cast.mentor), cohort_cast.mentor_profile.public_id
    log = reverse("mentoring:log_session", args=[cohort_cast.ended_session.public_id])
    assert mentor.post(log, {"outcome": "held", "minutes": 40}).status_code == 302
    assert mentor.get(reverse("mentoring:edit_hours", args=[public_id])).status_code == 403
    assert mentor.get(reverse("mentoring:log_unbooked", args=[public_id])).status_code == 403
    assert mentor.get(cohort_cast.cohort.get_absolute_url()).status_code == 404
    sessions = mentor.get(reverse("mentoring:sessions")).content.decode()
    assert reverse("mentoring:edit_hours", args=[public_id]) not in sessions


def test_an_end_that_is_undone_opens_their_hours_and_says_what_stays_cancelled(cohort_cast, signed_in):
    manager = signed_in(cohort_cast.manager)
    role = Role.objects.get(user=cohort_cast.mentor, kind="mentor")
    fill_in(manager, page_of(cohort_cast), {"reason": "A typing error"})
    page = manager.post(reverse("people:undo_end", args=[role.pk]), follow=True).text
    assert "is mentor again. 1 session that was cancelled stays cancelled" in page
    founder = Client()
    factories.sign_in(founder, cohort_cast.founder)
    assert "Hélène Kervella" in founder.get(reverse("mentoring:mentors")).text
