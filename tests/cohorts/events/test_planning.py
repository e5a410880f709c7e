"""An event that moves, changes its place or is cancelled: everybody who is expected hears of it, calendars included."""

from datetime import timedelta
from html import unescape

import calendar_chains
import factories
import pytest
from django.test import Client
from django.urls import reverse
from factories_cohort import JANUARY, make_cohort_cast

from accelerator import as_seen, clock
from accelerator.messages import delivery, reminders
from accelerator.models import HistoryEntry, OutboxMessage, TeamMember

pytestmark = pytest.mark.django_db
WHY = "The room is flooded"


@pytest.fixture
def everybody(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def client_of(user) -> Client:
    return factories.sign_in(Client(), user)


def read(answer) -> str:
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def change(cast, **said):
    stands = {
        "on": "2024-01-22",
        "at": "10:00",
        "minutes": 45,
        "place": "STATION F, Paris",
        "reason": WHY,
        "seen": as_seen.version_of(cast.event),
    }
    path = reverse("cohorts:change_event", args=[cast.event.public_id])
    return client_of(cast.manager).post(path, {**stands, **said})


def cancel(cast, **said):
    path = reverse("cohorts:cancel_event", args=[cast.event.public_id])
    said = {"reason": WHY, "seen": as_seen.version_of(cast.event), **said}
    return client_of(cast.manager).post(path, said)


def expected(cast) -> set[str]:
    team = {member.user.email for member in cast.membership.startup.team}
    return {*team, cast.mentor.email, cast.other_mentor.email}


def mails(kind: str) -> dict[str, OutboxMessage]:
    return {mail.to_email: mail for mail in OutboxMessage.objects.filter(kind=f"cohorts.{kind}")}


def test_the_page_says_first_whom_it_touches(everybody):
    page = read(
        client_of(everybody.manager).get(reverse("cohorts:change_event", args=[everybody.event.public_id]))
    )
    assert "It touches 2 founders and 2 mentors." in page
    assert 'value="10:00"' in page


def test_a_moved_event_tells_founders_and_mentors_and_their_calendars(everybody):
    change(everybody, on="2024-01-23", place="Room 7")
    everybody.event.refresh_from_db()
    assert everybody.event.starts_at == JANUARY + timedelta(days=8)
    told = mails("event_changed")
    assert set(told) == expected(everybody)
    mail = told[everybody.mentor.email]
    for words in (
        "Tuesday 23 January 2024, 10:00",
        "Room 7",
        "Monday 22 January 2024, 10:00",
        "STATION F",
        WHY,
    ):
        assert words in mail.text
    assert calendar_chains.read(mail.calendar).starts_at == everybody.event.starts_at
    assert HistoryEntry.objects.get(action="event.changed").reason == WHY


def test_a_cancelled_event_leaves_the_calendars_that_hold_it(everybody):
    change(everybody, place="Room 7")
    cancel(everybody)
    chains = calendar_chains.chains(everybody.event)
    assert len(chains) == 4
    for told in chains.values():
        assert [(one.method, one.sequence) for one in told] == [("REQUEST", 1), ("CANCEL", 2)]
        assert len({one.uid for one in told}) == 1
    assert set(mails("event_cancelled")) == expected(everybody)
    page = read(client_of(everybody.founder).get(everybody.event.get_absolute_url()))
    assert "This event does not take place." in page
    assert WHY in page
    calendar = reverse("cohorts:calendar", args=[everybody.cohort.public_id])
    assert "Cohort check-in" not in read(client_of(everybody.founder).get(calendar))


def test_a_page_from_before_a_change_moves_nothing(everybody):
    seen = as_seen.version_of(everybody.event)
    change(everybody, place="Room 7")
    answer = read(change(everybody, place="Room 8", seen=seen))
    assert "Changed meanwhile by" in answer
    assert 'value="Room 8"' in answer
    assert "Changed meanwhile by" in read(cancel(everybody, seen=seen))
    everybody.event.refresh_from_db()
    assert (everybody.event.place, everybody.event.is_cancelled) == ("Room 7", False)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "how it already stands"),
        ({"on": "2024-01-12"}, "That moment has passed"),
        ({"reason": "", "place": "Room 7"}, "This field is required"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_in_words(everybody, said, sentence):
    assert sentence in read(change(everybody, **said))
    assert not mails("event_changed")


def test_an_event_that_has_begun_stays_as_it_is(everybody):
    factories.at(everybody.event.starts_at)
    assert "has begun" in read(cancel(everybody))
    path = reverse("cohorts:change_event", args=[everybody.event.public_id])
    assert client_of(everybody.manager).get(path).headers["Location"] == everybody.event.get_absolute_url()


def test_mentors_are_reminded_and_nobody_of_what_was_cancelled(everybody):
    day_before = everybody.event.starts_at - timedelta(days=1)
    TeamMember.objects.update(joined_at=JANUARY)
    clock.freeze(day_before)
    reminders.tick()
    assert set(mails("event_tomorrow")) == expected(everybody)
    factories.at(day_before)
    cancel(everybody)
    delivery.deliver()
    assert {mail.status for mail in mails("event_tomorrow").values()} == {OutboxMessage.Status.SKIPPED}


def test_the_list_no_longer_moves_or_deletes_what_people_know(everybody):
    path = reverse("admin:cohorts_event_change", args=[everybody.event.pk])
    page = read(client_of(everybody.manager).get(path))
    assert 'name="starts_at' not in page
    delete = reverse("admin:cohorts_event_delete", args=[everybody.event.pk])
    assert client_of(everybody.manager).post(delete, {"post": "yes"}).status_code == 403
