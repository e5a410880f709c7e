"""The pictures of docs/mentoring.md: hours as a mentor gives them, times as a founder finds them, and who had how much."""

from datetime import timedelta

import factories
import pytest
from django.urls import reverse
from factories_cohort import (
    JANUARY,
    TUESDAY_14H,
    make_event,
    make_log,
    make_members,
    make_mentor,
    make_session,
)

WEEK = timedelta(weeks=1)


@pytest.fixture
def season(open_call):
    factories.at(JANUARY)
    members = make_members(open_call, 4)
    mentors = [make_mentor(open_call, name) for name in ("Hélène Kervella", "Matteo Fabbriani")]
    make_event(open_call, TUESDAY_14H - timedelta(hours=5))
    for weeks, member in enumerate(members[:3]):
        for hour, mentor in enumerate(mentors[: 2 - weeks % 2]):
            at = TUESDAY_14H - (weeks + 1) * WEEK + timedelta(hours=hour)
            session = make_session(mentor, member, at)
            make_log(session, minutes=45, action_items=["Ask three notaries for their forms"])
    make_session(mentors[0], members[0], TUESDAY_14H + 2 * WEEK)
    return members, mentors


def test_a_season_of_mentoring(visit, take, season):
    (member, *_others), (mentor, _matteo) = season
    founder = member.startup.members.first().user
    page = visit(mentor.user, reverse("mentoring:edit_hours", args=[mentor.public_id]), height=760)
    page.get_by_role("heading", name="The two coming weeks").scroll_into_view_if_needed()
    take(page, "mentor-hours.png")
    page = visit(founder, reverse("mentoring:mentor", args=[mentor.public_id]), height=900)
    assert page.get_by_role("link", name="Book").count() or page.locator("a[href*='book']").count()
    take(page, "mentor-times.png")
    manager = factories.make_manager(member.cohort.call.programme)
    page = visit(manager, reverse("mentoring_dashboard:overview", args=[member.cohort.public_id]), height=900)
    take(page, "mentoring.png")
