"""Planning an event: it stands in the calendar of everybody who is expected, four weeks before it at the latest."""

from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import calendar_chains
import factories
import pytest
from django.test import Client
from django.urls import reverse
from factories_cohort import JANUARY, make_cohort_cast, make_event, make_membership, make_mentor

from accelerator import clock
from accelerator.messages import reminders
from accelerator.models import HistoryEntry, OutboxMessage, TeamMember
from accelerator.programmes import programme_file, written
from applications.models import Call
from cohorts.events import notices
from cohorts.models import Event

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SAID = {
    "title": "How to sell to hospitals",
    "kind": "workshop",
    "on": "2024-01-30",
    "at": "14:00",
    "minutes": "90",
    "place": "Room 7",
    "about": "Bring your price list.",
}


@pytest.fixture
def everybody(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def plan(cast, user=None, **said):
    path = reverse("cohorts:plan_event", args=[cast.cohort.public_id])
    return factories.sign_in(Client(), user or cast.manager).post(path, {**SAID, **said})


def invited(event, kind="event_invited") -> set[str]:
    mails = OutboxMessage.objects.filter(kind=f"cohorts.{kind}", object_id=event.pk)
    return set(mails.values_list("to_email", flat=True))


def expected(cast) -> set[str]:
    return {cast.founder.email, cast.co_founder.email, cast.mentor.email, cast.other_mentor.email}


def tick(at=JANUARY):
    clock.freeze(at)
    reminders.reconcile(at)


def test_what_a_manager_plans_for_the_coming_weeks_invites_everybody_at_once(everybody):
    answer = plan(everybody)
    event = Event.objects.get(kind="workshop")
    assert answer["Location"] == event.get_absolute_url()
    assert event.starts_at == datetime(2024, 1, 30, 13, tzinfo=UTC)
    assert invited(event) == expected(everybody)
    mail = OutboxMessage.objects.get(object_id=event.pk, recipient=everybody.mentor)
    for words in (
        "How to sell to hospitals",
        "Tuesday 30 January 2024, 14:00",
        "Room 7",
        "Bring your price list.",
    ):
        assert words in mail.text
    told = calendar_chains.read(mail.calendar)
    assert (told.method, told.attendee, told.place) == ("REQUEST", everybody.mentor.email, "Room 7")
    assert "ROLE=REQ-PARTICIPANT" in mail.calendar.replace("\r\n ", "")
    assert HistoryEntry.objects.get(action="event.planned").actor == everybody.manager
    tick()
    assert OutboxMessage.objects.filter(object_id=event.pk, kind="cohorts.event_invited").count() == 4


def test_nobody_has_to_come_to_a_dinner(everybody):
    plan(everybody, kind="social")
    mail = OutboxMessage.objects.get(kind="cohorts.event_invited", recipient=everybody.founder)
    assert "ROLE=OPT-PARTICIPANT" in mail.calendar.replace("\r\n ", "")
    assert "nobody has to" in mail.text


def test_what_lies_further_ahead_waits_until_four_weeks_before(everybody):
    plan(everybody, on="2024-05-14")
    event = Event.objects.get(kind="workshop")
    moment = event.starts_at - timedelta(weeks=4)
    tick(moment - timedelta(seconds=1))
    assert not invited(event)
    tick(moment)
    assert invited(event) == expected(everybody)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"on": "2024-01-12"}, "That moment has passed"),
        ({"on": "2025-01-12"}, "The programme lasts from"),
        ({"on": "2024-01-22", "at": "10:00", "kind": "check_in"}, "Another event of this kind"),
        ({"title": ""}, "This field is required"),
        ({"minutes": "99999999999"}, "less than or equal to"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_and_keeps_what_was_typed(everybody, said, sentence):
    page = unescape(plan(everybody, **said).content.decode())
    assert sentence in page
    assert "Bring your price list." in page
    assert not Event.objects.filter(title__en=SAID["title"]).exists()


def test_only_managers_of_the_call_plan(everybody):
    assert plan(everybody, everybody.founder).status_code == 403
    assert plan(everybody, everybody.mentor).status_code == 403


def test_whoever_comes_later_is_invited_and_whoever_leaves_is_taken_out(everybody):
    plan(everybody)
    event = Event.objects.get(kind="workshop")
    newcomer = make_mentor(everybody.cohort.call, "Ada Novak").user
    tick(JANUARY + DAY)
    assert invited(event) == {*expected(everybody), newcomer.email}
    TeamMember.objects.filter(user=everybody.co_founder).update(left_at=JANUARY + DAY)
    newcomer.roles.update(ended_at=JANUARY + DAY)
    tick(JANUARY + 3 * DAY)
    assert invited(event, "event_left") == {everybody.co_founder.email, newcomer.email}
    tick(JANUARY + 4 * DAY)
    chains = calendar_chains.chains(event)
    for told in chains.values():
        calendar_chains.check(told)
    assert [one.method for one in chains[newcomer.pk, newcomer.email]] == ["REQUEST", "CANCEL"]
    TeamMember.objects.filter(user=everybody.co_founder).update(left_at=None)
    tick(JANUARY + 5 * DAY)
    again = calendar_chains.chains(event)[everybody.co_founder.pk, everybody.co_founder.email]
    calendar_chains.check(again)
    assert [one.method for one in again] == ["REQUEST", "CANCEL", "REQUEST"]


def test_a_cancelled_event_invites_nobody(everybody):
    event = make_event(everybody.cohort.call, JANUARY + 9 * DAY, kind="workshop", cancelled_at=JANUARY)
    tick()
    assert not invited(event)


# --- The programme's file -----------------------------------------------------------------------------------
APRIL = datetime(2024, 4, 20, 9, tzinfo=UTC)
SMALL = Path(__file__).parents[2] / "programmes" / "small-programme.toml"


@pytest.fixture
def filed(db):
    """A programme from its file, with a startup and a mentor in it."""
    factories.at(APRIL)
    programme_file.load(programme_file.read(SMALL.read_text(), "small.toml"), now=APRIL)
    call = Call.objects.get()
    make_membership(call, factories.make_user("Lena Aubry"))
    make_mentor(call, "Rachel Osei", call.programme.partners.first().slug)
    return call


def loaded(text: str) -> list[str]:
    """What a preview says, and then the same of the load itself."""
    file = programme_file.read(text, "small.toml")
    before = OutboxMessage.objects.count()
    said = programme_file.preview(file, now=APRIL).said
    assert OutboxMessage.objects.count() == before
    assert programme_file.load(file, allow_removal=True, now=APRIL).said == said
    return said


def test_a_file_moves_adds_and_drops_events_by_the_verbs_and_says_whom_it_touches(filed):
    kick_off, workshop, _demo_day = filed.events.order_by("starts_at")
    assert loaded(written.text(filed.programme)) == []
    text = written.text(filed.programme)
    text = text.replace("2024-05-06 09:30:00", "2024-05-06 11:00:00")  # moved
    start = text.index("[[events]]", text.index("Listening to ice") - 120)
    dropped = text[start : text.index("[[events]]", text.index("Listening to ice"))]
    said = loaded(
        text.replace(dropped, dropped.replace("Listening to ice", "Knots").replace("workshop", "social"))
    )
    for sentence in (
        "“First morning” touches 1 founder and 1 mentor, who are told.",
        "New: event “Knots”.",
        "Removed: event “Listening to ice”.",
    ):
        assert sentence in said
    kick_off.refresh_from_db()
    workshop.refresh_from_db()
    assert kick_off.starts_at == datetime(2024, 5, 6, 13, 30, tzinfo=UTC)
    assert workshop.is_cancelled
    assert invited(kick_off, "event_changed") == {person.email for person in notices.people(kick_off)}
    assert HistoryEntry.objects.filter(action="event.cancelled", object_id=workshop.pk).exists()
    # what is cancelled is not in the file, and stays cancelled
    assert loaded(written.text(filed.programme)) == []


def test_a_file_that_would_drop_an_event_is_refused_unless_that_was_asked(filed):
    text = written.text(filed.programme)
    start = text.index("[[events]]", text.index("Listening to ice") - 120)
    dropped = text[start : text.index("[[events]]", text.index("Listening to ice"))]
    with pytest.raises(programme_file.FileRefused, match="Listening to ice"):
        programme_file.load(programme_file.read(text.replace(dropped, ""), "small.toml"), now=APRIL)
    assert not Event.objects.exclude(cancelled_at=None).exists()
    assert not OutboxMessage.objects.filter(kind__startswith="cohorts.event").exists()
