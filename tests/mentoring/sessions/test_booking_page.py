"""The booking page: whoever is refused loses no word, reads why, and takes one of the nearest times in one press."""

from datetime import UTC, datetime, time, timedelta
from html import unescape

import factories
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories_cohort import (
    JANUARY,
    TUESDAY_14H,
    make_cohort_cast,
    make_membership,
    make_mentor,
    make_session,
)

from accelerator.models import TeamMember
from mentoring.models import BookingTerms, MentoringSession
from mentoring.sessions import booking

FREE = TUESDAY_14H + timedelta(minutes=45)  # the first that the cast leaves
AFTER = [TUESDAY_14H + timedelta(minutes=90), TUESDAY_14H + timedelta(minutes=135)]


@pytest.fixture
def cast(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def path_of(mentor):
    return reverse("mentoring:book_session", args=[mentor.public_id])


def post(client, mentor, at, topic="Is our test set any good?"):
    return client.post(path_of(mentor), {"starts_at": at.isoformat(), "topic": topic})


def text(answer) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def test_the_loser_of_a_race_keeps_the_words_and_takes_one_of_three_nearest(cast, signed_in):
    make_session(cast.mentor_profile, make_membership(cast.call, name="Kestrel"), FREE)
    client = signed_in(cast.founder)
    page = text(post(client, cast.mentor_profile, FREE))
    assert "Nothing was booked. That time is no longer free. Somebody booked it." in page.replace(
        "</p> <p>", " "
    ).replace('<p class="title">', "")
    assert "Is our test set any good?</textarea>" in page
    near = [*AFTER, TUESDAY_14H + timedelta(days=7)]
    assert [at for at in near if f'value="{at.isoformat()}"' in page] == near
    assert page.count('type="radio"') == 3
    assert post(client, cast.mentor_profile, near[0]).status_code == 302
    assert MentoringSession.objects.filter(starts_at=near[0], topic="Is our test set any good?").exists()


def test_whoever_loses_to_a_co_founder_reads_who_booked_it(cast, signed_in):
    other = factories.make_user("Tomas Riha")
    TeamMember.objects.create(startup=cast.membership.startup, user=other)
    booking.book(cast.mentor_profile, cast.membership, starts_at=FREE, topic="Mine", by=other, now=JANUARY)
    page = text(post(signed_in(cast.founder), cast.mentor_profile, FREE))
    assert "Tomas Riha just booked it: Papyrus meets Hélène Kervella then." in page


def test_a_full_share_is_said_where_one_looks_and_where_one_books(cast, signed_in):
    BookingTerms.objects.create(programme=cast.call.programme, startup_per_week=1)
    client = signed_in(cast.founder)
    full = "Papyrus has 1 session with Hélène Kervella in the week from Monday 15 January"
    assert full in text(client.get(cast.mentor_profile.get_absolute_url()))
    page = text(post(client, cast.mentor_profile, FREE))
    assert full in page
    assert f'value="{(TUESDAY_14H + timedelta(days=7)).isoformat()}"' in page


def test_where_nothing_else_is_free_the_words_stay_and_other_mentors_are_a_link_away(cast, signed_in):
    mentor = make_mentor(cast.call, hours=[])
    page = text(post(signed_in(cast.founder), mentor, FREE))
    assert "Is our test set any good?</textarea>" in page
    assert 'type="radio"' not in page
    assert f'href="{reverse("mentoring:mentors")}">Other mentors' in page


def test_a_moment_that_cannot_be_read_keeps_the_words_too(cast, signed_in):
    client = signed_in(cast.founder)
    page = text(
        client.post(path_of(cast.mentor_profile), {"starts_at": "tomorrow", "topic": "Is it any good?"})
    )
    assert "That is no moment in time." in page
    assert "Is it any good?</textarea>" in page
    assert page.count('type="radio"') == 3


def test_slots_show_the_mentors_own_hour_beside_the_readers(cast, signed_in):
    mentor = make_mentor(cast.call, "Rachel Osei", zone="America/New_York", hours=[(1, time(9), time(10))])
    client = signed_in(cast.founder)
    page = text(client.get(mentor.get_absolute_url()))
    assert "Below each stands what it is for Rachel Osei, in New York time." in page
    assert "<small>09:00</small>" in page
    at = datetime(2024, 1, 16, 14, tzinfo=UTC)
    assert "09:00 New York time for Rachel Osei" in text(client.get(path_of(mentor), {"at": at.isoformat()}))
    assert "<small>" not in text(client.get(cast.mentor_profile.get_absolute_url()))


def test_another_day_for_the_mentor_is_named(cast, signed_in):
    mentor = make_mentor(cast.call, zone="America/Los_Angeles", hours=[(1, time(17), time(18))])
    page = text(signed_in(cast.founder).get(mentor.get_absolute_url()))
    assert "<small>Tue 17:00</small>" in page


def test_pages_of_booking_cost_no_more_queries_with_thirty_sessions(cast, signed_in):
    client, mentor = signed_in(cast.founder), cast.mentor_profile

    def queries() -> list[int]:
        counted = []
        for path in (mentor.get_absolute_url(), f"{path_of(mentor)}?at=2024-01-16T13:00:00%2B00:00"):
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            counted.append(len(asked))
        return counted

    few = queries()
    other = make_membership(cast.call, name="Kestrel")
    for number in range(30):
        make_session(mentor, other, TUESDAY_14H + timedelta(days=7 + number))
        mentor.other_days.create(first_day=JANUARY.date(), last_day=JANUARY.date())
    assert queries() == few
