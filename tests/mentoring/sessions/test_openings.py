"""What is in the way of a booking, each as a kind: events, holidays, days off, shares; and that it is said in words."""

from datetime import UTC, date, datetime, time, timedelta

import factories
import pytest
from factories_cohort import (
    JANUARY,
    TUESDAY_14H,
    make_event,
    make_members,
    make_membership,
    make_mentor,
    make_session,
)
from races import at_once

from accelerator.models import TeamMember
from accelerator.transitions import NotAllowed
from mentoring.models import BookingTerms, MentoringSession
from mentoring.sessions import booking, openings

WEEK = timedelta(days=7)
EASTER_MONDAY = datetime(2024, 4, 1, 8, tzinfo=UTC)
LATE_MARCH = datetime(2024, 3, 28, 9, tzinfo=UTC)
ALL_DAY = [(day, time(9), time(17)) for day in range(5)]


@pytest.fixture
def membership(call):
    factories.at(JANUARY)
    return make_membership(call)


@pytest.fixture
def mentor(call, membership):
    return make_mentor(call, "Hélène Kervella")


def starts(mentor, membership, now=JANUARY):
    return [slot.starts_at for slot in openings.slots(mentor, membership, now=now)]


def book(mentor, membership, starts_at=TUESDAY_14H, now=JANUARY, by=None):
    by = by or membership.startup.members.get(is_owner=True).user
    return booking.book(mentor, membership, starts_at=starts_at, topic="Which test set?", by=by, now=now)


def refusal(*args, **kwargs) -> str:
    with pytest.raises(NotAllowed) as refused:
        book(*args, **kwargs)
    return str(refused.value)


def test_nobody_is_booked_on_top_of_an_event_of_the_programme(call, mentor, membership):
    make_event(call, TUESDAY_14H + timedelta(minutes=30), title="Mentor matching day", minutes=60)
    at = TUESDAY_14H + timedelta(minutes=45)
    assert starts(mentor, membership)[0] == TUESDAY_14H + timedelta(minutes=90)
    assert "“Mentor matching day” of the programme is at that time" in refusal(mentor, membership, at)


def test_a_dinner_of_the_programme_takes_nobodys_time(call, mentor, membership):
    make_event(call, TUESDAY_14H, kind="social")
    assert starts(mentor, membership)[0] == TUESDAY_14H


def test_events_of_another_call_are_in_nobodys_way(call, mentor, membership):
    make_event(factories.make_call(factories.make_programme("other", name="Other")), TUESDAY_14H)
    assert starts(mentor, membership)[0] == TUESDAY_14H


def test_nobody_is_booked_on_a_public_holiday_of_the_programme_or_the_mentor(call, membership):
    french = make_mentor(call, hours=ALL_DAY)
    american = make_mentor(call, zone="America/New_York", hours=ALL_DAY)
    for mentor in (french, american):
        assert not any(at.date() == EASTER_MONDAY.date() for at in starts(mentor, membership, LATE_MARCH))
    washington = date(2024, 2, 19)
    assert not any(at.date() == washington for at in starts(american, membership))
    assert any(at.date() == washington for at in starts(french, membership))
    assert "public holiday: Easter Monday" in refusal(french, membership, EASTER_MONDAY, LATE_MARCH)


def test_a_programme_and_a_mentor_can_say_which_holidays_are_theirs(call, membership):
    mentor = make_mentor(call, hours=ALL_DAY, country="none")
    BookingTerms.objects.create(programme=call.programme, country="none")
    assert any(at.date() == EASTER_MONDAY.date() for at in starts(mentor, membership, LATE_MARCH))


def test_a_mentors_week_off_is_not_offered_and_extra_hours_are(mentor, membership):
    mentor.other_days.create(first_day=date(2024, 1, 15), last_day=date(2024, 1, 21))
    day = date(2024, 1, 18)
    mentor.other_days.create(first_day=day, last_day=day, is_off=False, starts=time(9), ends=time(10))
    found = starts(mentor, membership)
    assert found[:2] == [datetime(2024, 1, 18, 8, tzinfo=UTC), TUESDAY_14H + WEEK]


def test_a_startup_cannot_take_a_mentor_whole(call, mentor, membership):
    taken = []
    for at in starts(mentor, membership):
        try:
            taken.append(book(mentor, membership, at).starts_at)
        except NotAllowed:
            continue
    by_week = [at.isocalendar().week for at in taken]
    assert len(taken) == 12
    assert max(by_week.count(week) for week in by_week) == 2
    assert starts(mentor, membership) == []
    assert starts(mentor, make_membership(call, name="Kestrel"))


def test_what_is_full_is_said_and_the_next_week_is_offered(mentor, membership):
    for n in range(2):
        book(mentor, membership, TUESDAY_14H + n * timedelta(minutes=45))
    third = TUESDAY_14H + timedelta(minutes=90)
    said = refusal(mentor, membership, third)
    assert said == (
        "Papyrus has 2 sessions with Hélène Kervella in the week from Monday 15 January; that is one startup’s share."
    )
    opened = openings.of(mentor, membership, now=JANUARY)
    assert openings.all_that_is_full(opened) == [said]
    assert opened.nearest(third)[0].starts_at == TUESDAY_14H + WEEK


def test_sessions_that_nobody_booked_or_that_were_cancelled_take_no_share(mentor, membership):
    make_session(mentor, membership, TUESDAY_14H, was_booked=False)
    make_session(mentor, membership, TUESDAY_14H + timedelta(minutes=45), status="cancelled")
    book(mentor, membership, TUESDAY_14H + timedelta(minutes=45))
    book(mentor, membership, TUESDAY_14H + timedelta(minutes=90))


def test_a_session_moves_within_the_week_whose_share_it_fills(mentor, membership):
    BookingTerms.objects.create(programme=mentor.programme, startup_per_week=1)
    session = book(mentor, membership)
    later = TUESDAY_14H + timedelta(minutes=45)
    booking.reschedule(session, starts_at=later, by=mentor.user, now=JANUARY)
    assert session.starts_at == later


def test_a_mentors_own_terms_go_before_the_programmes(call, membership):
    terms = BookingTerms.objects.create(programme=call.programme, most_per_day=1, horizon_days=8)
    roomy = make_mentor(call, most_per_day=20, horizon_days=60)
    usual = make_mentor(call)
    for mentor, offered in ((roomy, True), (usual, False)):
        make_session(mentor, make_membership(call, name=f"Kestrel {mentor.pk}"), TUESDAY_14H)
        assert (TUESDAY_14H + timedelta(minutes=45) in starts(mentor, membership)) is offered
        assert (TUESDAY_14H + 3 * WEEK in starts(mentor, membership)) is offered
    assert f"takes {terms.most_per_day} session a day" in refusal(
        usual, membership, TUESDAY_14H + timedelta(minutes=45)
    )
    assert "for the next 8 days only" in refusal(usual, membership, TUESDAY_14H + 3 * WEEK)


def test_a_mentors_buffer_is_kept_on_both_sides_of_what_is_booked(call, membership):
    mentor = make_mentor(call, buffer_minutes=15)
    other = make_membership(call, name="Kestrel")
    make_session(mentor, other, TUESDAY_14H + timedelta(minutes=50))
    assert starts(mentor, membership)[:2] == [TUESDAY_14H + timedelta(minutes=120), TUESDAY_14H + WEEK]


def test_whoever_loses_to_a_co_founder_reads_who_it_was(mentor, membership):
    co_founder = factories.make_user("Tomas Riha")
    TeamMember.objects.create(startup=membership.startup, user=co_founder)
    book(mentor, membership, by=co_founder)
    assert "Tomas Riha just booked it" in refusal(mentor, membership)


def test_another_startups_booking_is_not_named(call, mentor, membership):
    book(mentor, make_membership(call, name="Kestrel"))
    said = refusal(mentor, membership)
    assert said == "That time is no longer free. Somebody booked it. Please choose another one."


@pytest.mark.parametrize(
    ("now", "at", "said"),
    [
        (TUESDAY_14H + timedelta(hours=1), TUESDAY_14H, "It is over."),
        (TUESDAY_14H - timedelta(hours=3), TUESDAY_14H, "at shorter notice than 24 hours"),
        (datetime(2023, 12, 28, tzinfo=UTC), datetime(2024, 1, 2, 13, tzinfo=UTC), "begins on Monday 8 Jan"),
        (datetime(2024, 6, 20, tzinfo=UTC), datetime(2024, 7, 2, 12, tzinfo=UTC), "ends on Friday 28 June"),
        (JANUARY, TUESDAY_14H + timedelta(minutes=1), "does not offer it"),
    ],
)
def test_a_refusal_says_why(mentor, membership, now, at, said):
    assert said in refusal(mentor, membership, at, now)


@pytest.mark.django_db(transaction=True)
def test_shares_hold_when_everything_is_booked_at_once():
    factories.at(JANUARY)
    call = factories.make_call(seats=20)
    BookingTerms.objects.create(programme=call.programme, most_per_day=3)
    mentor = make_mentor(call)
    members = make_members(call, 3)
    times = [TUESDAY_14H + n * timedelta(minutes=45) for n in range(4)]
    outcomes = at_once(*[lambda m=m, at=at: book(mentor, m, at) for m in members for at in times])
    booked = [outcome for outcome in outcomes if isinstance(outcome, MentoringSession)]
    refused = [str(outcome) for outcome in outcomes if isinstance(outcome, NotAllowed)]
    assert len(outcomes) == len(booked) + len(refused)
    assert len(booked) == 3
    for member in members:
        assert sum(session.membership_id == member.pk for session in booked) <= 2


@pytest.mark.django_db(transaction=True)
def test_one_startup_that_books_a_whole_afternoon_at_once_gets_its_share():
    factories.at(JANUARY)
    call = factories.make_call()
    mentor, (member,) = make_mentor(call), make_members(call, 1)
    times = [TUESDAY_14H + n * timedelta(minutes=45) for n in range(4)]
    outcomes = at_once(*[lambda at=at: book(mentor, member, at) for at in times])
    assert sum(isinstance(outcome, MentoringSession) for outcome in outcomes) == 2
    assert sum("one startup’s share" in str(outcome) for outcome in outcomes) == 2
