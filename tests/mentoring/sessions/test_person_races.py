"""One person mentors in two programmes, one startup is in two cohorts: still nobody is in two places at once."""

from functools import partial

import factories
import pytest
import races
from factories_cohort import JANUARY, TUESDAY_14H, make_membership, make_mentor

from accelerator.transitions import NotAllowed
from mentoring.models import MentoringSession
from mentoring.sessions import booking, logs

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 12


def booked_by(mentor, membership):
    by = membership.startup.members.get(is_owner=True).user
    return partial(
        booking.book, mentor, membership, starts_at=TUESDAY_14H, topic="Which test set?", by=by, now=JANUARY
    )


@pytest.fixture
def two_programmes():
    factories.at(JANUARY)
    here, there = factories.make_call(), factories.make_call(factories.make_programme("elsewhere"))
    one, other = make_membership(here), make_membership(there, name="Kestrel")
    mentor = make_mentor(here, "Hélène Kervella")
    again = make_mentor(there, user=mentor.user, partner="meta")
    return mentor, one, again, other


def test_somebody_who_mentors_in_two_programmes_is_booked_once_in_an_hour(two_programmes):
    mentor, one, again, other = two_programmes
    for _round in range(ROUNDS):
        outcomes = races.at_once(booked_by(mentor, one), booked_by(again, other))
        refused = [outcome for outcome in outcomes if isinstance(outcome, NotAllowed)]
        assert len(refused) == 1, outcomes
        assert MentoringSession.objects.occupying().count() == 1
        MentoringSession.objects.all().delete()


def test_what_was_never_booked_meets_a_session_in_the_other_programme_too(two_programmes):
    mentor, one, again, other = two_programmes
    booked_by(mentor, one)()
    factories.at(TUESDAY_14H.replace(hour=18))
    with pytest.raises(NotAllowed, match="already"):
        logs.log_unbooked(
            again,
            other,
            starts_at=TUESDAY_14H,
            minutes=30,
            notes="",
            private_note="",
            action_items=[],
            by=mentor.user,
            now=TUESDAY_14H.replace(hour=18),
        )
