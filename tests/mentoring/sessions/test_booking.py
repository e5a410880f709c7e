"""Booking, moving, cancelling: what is offered, who is told, and that nobody is ever in two places."""

import threading
from datetime import UTC, datetime, time, timedelta

import factories
import pytest
from django.db import IntegrityError, connection, connections, transaction
from factories_cohort import (
    JANUARY,
    TUESDAY_14H,
    make_cohort,
    make_members,
    make_membership,
    make_mentor,
    make_session,
)
from icalendar import Calendar

from accelerator import history
from accelerator.models import HistoryEntry, OutboxMessage, TeamMember
from accelerator.transitions import NotAllowed
from mentoring.models import MentoringSession
from mentoring.sessions import booking, openings

NEXT_SLOT = TUESDAY_14H + timedelta(minutes=45)


@pytest.fixture
def membership(call):
    factories.at(JANUARY)
    return make_membership(call)


@pytest.fixture
def mentor(call, membership):
    return make_mentor(call, "Hélène Kervella")


def founder_of(membership):
    return membership.startup.members.get(is_owner=True).user


def book(mentor, membership, starts_at=TUESDAY_14H, now=JANUARY, topic="Which test set?"):
    return booking.book(
        mentor, membership, starts_at=starts_at, topic=topic, by=founder_of(membership), now=now
    )


def mails(kind):
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk"))


def event(mail):
    return Calendar.from_ical(mail.calendar).walk("VEVENT")[0]


def test_a_booked_slot_is_offered_to_nobody_any_more(call, mentor, membership):
    rival = make_membership(call, name="Kestrel")
    book(mentor, membership)
    for asking in (membership, rival):
        assert next(openings.slots(mentor, asking, now=JANUARY)).starts_at == NEXT_SLOT


def test_hours_in_which_the_startup_sits_with_another_mentor_are_not_offered(call, mentor, membership):
    book(make_mentor(call, "Matteo Fabbriani"), membership)
    assert next(openings.slots(mentor, membership, now=JANUARY)).starts_at == NEXT_SLOT


def test_a_cancelled_session_gives_its_hour_back(mentor, membership):
    session = book(mentor, membership)
    booking.cancel(session, reason="Ill", by=mentor.user, now=JANUARY)
    assert next(openings.slots(mentor, membership, now=JANUARY)).starts_at == TUESDAY_14H


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (
            datetime(2023, 12, 28, tzinfo=UTC),
            datetime(2024, 1, 9, 13, tzinfo=UTC),
        ),  # not before the first day
        (TUESDAY_14H - timedelta(hours=24), TUESDAY_14H),
        (TUESDAY_14H - timedelta(hours=23), NEXT_SLOT + timedelta(minutes=45)),
        (datetime(2024, 6, 24, 9, tzinfo=UTC), datetime(2024, 6, 25, 12, tzinfo=UTC)),
        (datetime(2024, 6, 25, 9, tzinfo=UTC), None),  # the last Tuesday of the programme is too near
    ],
)
def test_slots_respect_the_notice_and_the_programmes_first_and_last_day(mentor, membership, now, first):
    found = next(openings.slots(mentor, membership, now=now), None)
    assert (found and found.starts_at) == first


def test_a_paused_mentor_is_not_offered(mentor, membership):
    mentor.paused_at = JANUARY
    assert list(openings.slots(mentor, membership, now=JANUARY)) == []


@pytest.mark.parametrize(
    "starts_at",
    [TUESDAY_14H + timedelta(minutes=1), TUESDAY_14H - timedelta(days=7), TUESDAY_14H + timedelta(days=365)],
)
def test_a_time_that_is_not_offered_cannot_be_booked(mentor, membership, starts_at):
    with pytest.raises(NotAllowed, match="no longer free"):
        book(mentor, membership, starts_at)


def test_a_mentor_of_another_programme_cannot_be_booked(membership):
    other = factories.make_call(factories.make_programme("other", name="Other"))
    make_cohort(other)
    with pytest.raises(NotAllowed, match="another programme"):
        book(make_mentor(other), membership)


def test_booking_tells_both_sides_in_their_own_zone_with_an_invitation(call, membership):
    mentor = make_mentor(call, "Rachel Osei", zone="America/New_York", hours=[(1, time(9), time(11))])
    TeamMember.objects.create(startup=membership.startup, user=factories.make_user("Tomas Riha"))
    session = book(mentor, membership, datetime(2024, 1, 16, 14, tzinfo=UTC))

    to_mentor, *to_team = mails("mentoring.session_booked")
    assert to_mentor.recipient == mentor.user
    assert "Tuesday 16 January 2024, 09:00 New York time" in to_mentor.text
    assert len(to_team) == 2
    for mail in to_team:
        assert "Tuesday 16 January 2024, 15:00 Paris time" in mail.text
        assert "Which test set?" in mail.text
        assert mentor.user.email not in mail.text + mail.calendar
    assert [entry.action for entry in history.of(session)] == ["session.booked"]


def test_the_invitation_keeps_its_uid_and_counts_its_changes(mentor, membership):
    session = book(mentor, membership)
    booking.reschedule(session, starts_at=NEXT_SLOT, by=mentor.user, now=JANUARY)
    booking.cancel(session, reason="A strike", by=mentor.user, now=JANUARY)

    sent = [
        mail
        for kind in ("booked", "moved", "cancelled")
        for mail in mails(f"mentoring.session_{kind}")
        if mail.recipient == mentor.user
    ]
    entries = [event(mail) for mail in sent]
    assert len({str(entry["UID"]) for entry in entries}) == 1
    assert [entry["SEQUENCE"] for entry in entries] == [0, 1, 2]
    assert [str(entry["STATUS"]) for entry in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [entry.decoded("DTSTART") for entry in entries] == [TUESDAY_14H, NEXT_SLOT, NEXT_SLOT]
    assert [mail.calendar_method for mail in sent] == ["REQUEST", "REQUEST", "CANCEL"]
    for mail, entry in zip(sent, entries, strict=True):
        calendar = Calendar.from_ical(mail.calendar)
        assert str(calendar["METHOD"]) == mail.calendar_method
        assert str(calendar["PRODID"]).startswith("-//Slipway//")
        assert "DTSTART:20240116T" in mail.calendar
        assert "VTIMEZONE" not in mail.calendar
        assert str(entry["ATTENDEE"]) == f"mailto:{mentor.user.email}"
    assert "A strike" in sent[2].text
    assert "no longer on Tuesday 16 January 2024, 14:00 Paris time" in sent[1].text


def test_a_session_cannot_be_moved_onto_another_one(call, mentor, membership):
    session = book(mentor, membership)
    book(mentor, make_membership(call, name="Kestrel"), NEXT_SLOT)
    with pytest.raises(NotAllowed, match="no longer free"):
        booking.reschedule(session, starts_at=NEXT_SLOT, by=mentor.user, now=JANUARY)
    session.refresh_from_db()
    assert (session.starts_at, session.calendar_sequence) == (TUESDAY_14H, 0)
    assert mails("mentoring.session_moved") == []


def test_a_session_that_has_begun_is_neither_moved_nor_cancelled(mentor, membership):
    session = book(mentor, membership)
    for change in (
        lambda: booking.cancel(session, reason="Late", by=mentor.user, now=TUESDAY_14H),
        lambda: booking.reschedule(session, starts_at=NEXT_SLOT, by=mentor.user, now=TUESDAY_14H),
    ):
        with pytest.raises(NotAllowed, match="has begun"):
            change()


def test_two_who_change_the_same_session_do_not_undo_each_other(mentor, membership):
    mine, theirs = (
        MentoringSession.objects.get(pk=book(mentor, membership).pk),
        MentoringSession.objects.get(),
    )
    booking.cancel(mine, reason="Ill", by=mentor.user, now=JANUARY)
    with pytest.raises(NotAllowed):
        booking.reschedule(theirs, starts_at=NEXT_SLOT, by=mentor.user, now=JANUARY)
    theirs.refresh_from_db()
    assert theirs.is_cancelled
    assert theirs.starts_at == TUESDAY_14H


@pytest.mark.parametrize("side", ["mentor", "startup"])
def test_the_database_itself_refuses_an_overlap(call, mentor, membership, side):
    make_session(mentor, membership)
    other = (
        (mentor, make_membership(call, name="Kestrel"))
        if side == "mentor"
        else (make_mentor(call, "Matteo Fabbriani"), membership)
    )
    with pytest.raises(IntegrityError, match=f"a_{side}_is_in_one_session_at_a_time"), transaction.atomic():
        make_session(*other, TUESDAY_14H + timedelta(minutes=44))
    make_session(*other, TUESDAY_14H + timedelta(minutes=45))  # one ends as the next begins


def race(*calls) -> list:
    """Run all at once, each on a connection of its own; what each returned or raised."""
    outcomes, ready = [], threading.Barrier(len(calls))

    def run(function):
        try:
            ready.wait(timeout=10)
            outcomes.append(function())
        except Exception as error:  # noqa: BLE001 - the test looks at what it was
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[function]) for function in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_twenty_founders_click_on_one_slot_and_one_gets_it():
    factories.at(JANUARY)
    call = factories.make_call(seats=20)
    mentor = make_mentor(call, "Hélène Kervella")
    members = make_members(call, 4)
    asking = [lambda m=m: book(mentor, m) for m in members for _click in range(5)]
    outcomes = race(*asking)
    assert len(outcomes) == 20
    assert sum(isinstance(outcome, MentoringSession) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, NotAllowed) for outcome in outcomes) == 19
    assert MentoringSession.objects.count() == 1
    assert HistoryEntry.objects.filter(action="session.booked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_startup_that_books_ten_mentors_at_once_gets_one_of_them():
    factories.at(JANUARY)
    call = factories.make_call()
    (member,) = make_members(call, 1)
    mentors = [make_mentor(call) for _ in range(10)]
    outcomes = race(*[lambda m=m: book(m, member) for m in mentors])
    assert sum(isinstance(outcome, MentoringSession) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, NotAllowed) for outcome in outcomes) == 9


@pytest.mark.django_db(transaction=True)
def test_inserts_that_bypass_the_booking_are_still_refused():
    """Without the locks PostgreSQL may also end the tie as a deadlock; an overlap it never lets through."""
    factories.at(JANUARY)
    call = factories.make_call()
    mentor, members = make_mentor(call), make_members(call, 5)
    outcomes = race(*[lambda m=m: make_session(mentor, m) for m in members])
    assert sum(isinstance(outcome, MentoringSession) for outcome in outcomes) == 1
    assert connection.vendor == "postgresql"
