"""A gap is nothing held and nothing booked; and after the programme nobody is nagged."""

from datetime import timedelta
from html import unescape

import factories
import pytest
from django.urls import reverse
from factories_cohort import (
    JANUARY,
    TUESDAY_14H,
    make_cohort_cast,
    make_log,
    make_members,
    make_mentor,
    make_session,
)

from mentoring.sessions import hours

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
LATER = TUESDAY_14H + 3 * WEEK  # three weeks after what was held


@pytest.fixture
def two(call):
    factories.at(JANUARY)
    return make_mentor(call, "Hélène Kervella"), make_members(call, 2)


def test_a_startup_that_meets_soon_is_not_quiet(two):
    mentor, (papyrus, kestrel) = two
    make_session(mentor, papyrus, LATER + timedelta(days=1))
    make_session(mentor, kestrel, LATER + timedelta(days=15))
    found = {str(line.who): line.is_quiet for line in hours.by_startup(papyrus.cohort, LATER)}
    assert found == {"Papyrus": False, "Kestrel": True}


def test_a_startup_with_nothing_booked_stands_out_before_it_is_quiet(two):
    mentor, (papyrus, kestrel) = two
    make_log(make_session(mentor, papyrus, LATER - WEEK))
    make_session(mentor, kestrel, LATER + WEEK)
    lines = {str(line.who): line for line in hours.by_startup(papyrus.cohort, LATER)}
    assert (lines["Papyrus"].is_quiet, lines["Papyrus"].has_nothing_booked) == (False, True)
    assert lines["Kestrel"].has_nothing_booked is False


def test_after_the_programme_nobody_is_asked_to_book(cast, signed_in):
    factories.at(JANUARY)
    everybody = make_cohort_cast(cast)
    everybody.session.delete()
    pages = [reverse("mentoring:sessions"), everybody.membership.get_absolute_url()]
    for path in pages:
        assert "Choose a mentor" in signed_in(everybody.founder).get(path).content.decode()
    factories.at(everybody.cohort.ends_at)
    for path in pages:
        page = unescape(signed_in(everybody.founder).get(path).content.decode())
        assert "every second week" not in page
        assert "Book a session" not in page
