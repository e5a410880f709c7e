"""The pages around mentoring: what managers see, and that no list costs more for having more in it."""

from datetime import timedelta

import factories
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories_cohort import (
    JANUARY,
    TUESDAY_14H,
    make_cohort_cast,
    make_event,
    make_log,
    make_mentor,
    make_session,
)

from mentoring.models import MentoringSession

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def cohort_cast(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def overview(cast):
    return reverse("mentoring_dashboard:overview", args=[cast.cohort.public_id])


def test_managers_see_hours_no_shows_and_who_owes_a_log(cohort_cast, signed_in):
    factories.at(TUESDAY_14H + timedelta(hours=2))
    client = signed_in(cohort_cast.manager)
    page = client.get(overview(cohort_cast)).content.decode()
    assert "45 min of mentoring so far" in page
    assert reverse("groups:write", args=["mentoring.one_mentor", cohort_cast.session.mentor.pk]) in page
    for session in (cohort_cast.session, cohort_cast.ended_session):
        session.move_to(MentoringSession.Status.NO_SHOW)
    assert "every session that is over has its log" in client.get(overview(cohort_cast)).content.decode()


def test_the_managers_home_says_who_needs_a_nudge_and_leads_to_the_page(cohort_cast, signed_in):
    factories.at(TUESDAY_14H + timedelta(hours=2))
    home = signed_in(cohort_cast.manager).get(reverse("admin:index")).content.decode()
    assert "2 sessions wait for their log." in home
    assert overview(cohort_cast) in home


def test_reviewers_see_nothing_of_mentoring_on_their_home(cohort_cast, signed_in):
    home = signed_in(cohort_cast.reviewer).get(reverse("admin:index")).content.decode()
    assert overview(cohort_cast) not in home


def queries(client, path) -> int:
    client.get(path)  # whatever is read once per process
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    ("persona", "page"),
    [
        ("founder", lambda c: reverse("mentoring:mentors")),
        ("founder", lambda c: reverse("mentoring:sessions")),
        ("mentor", lambda c: reverse("mentoring:sessions")),
        ("founder", lambda c: c.cohort.get_absolute_url()),
        ("founder", lambda c: reverse("cohorts:calendar", args=[c.cohort.public_id])),
        ("founder", lambda c: c.membership.get_absolute_url()),
        ("manager", overview),
        ("manager", lambda c: reverse("admin:index")),
        ("manager", lambda c: reverse("admin:mentoring_mentoringsession_changelist")),
        ("manager", lambda c: reverse("admin:cohorts_membership_changelist")),
    ],
)
def test_thirty_rows_cost_no_more_queries_than_one(cohort_cast, signed_in, persona, page):
    client, path = signed_in(getattr(cohort_cast, persona)), page(cohort_cast)
    make_log(cohort_cast.session)
    make_session(cohort_cast.mentor_profile, cohort_cast.membership, TUESDAY_14H + WEEK)
    make_session(cohort_cast.mentor_profile, cohort_cast.membership, JANUARY - timedelta(days=6))
    few = queries(client, path)
    for number in range(1, 30):
        mentor = make_mentor(cohort_cast.call)
        make_event(cohort_cast.call, JANUARY + timedelta(hours=number * 5))
        starts_at = TUESDAY_14H + timedelta(hours=number)
        make_session(mentor, cohort_cast.membership, starts_at + WEEK)
        make_session(mentor, cohort_cast.membership, JANUARY - timedelta(days=12, hours=number))
        session = make_session(mentor, cohort_cast.membership, starts_at)
        make_log(session, action_items=["Call three customers"])
    assert queries(client, path) == few
