"""Whether somebody comes: by one press from the mail, on a page, or from their calendar; forged and old answers count nothing."""

import io
import re
import sys
from datetime import timedelta
from email import message_from_bytes, policy
from html import unescape
from urllib.parse import urlsplit

import factories
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from factories_cohort import JANUARY, TUESDAY_14H, make_cohort_cast
from icalendar import Calendar

from accelerator import clock
from accelerator.calendar import answers, replies
from accelerator.messages import delivery, one_links
from accelerator.models import CalendarAnswer, CalendarEntry, CalendarReply, HistoryEntry, OutboxMessage
from cohorts.events import planning
from mentoring.sessions import notices

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = JANUARY + HOUR


@pytest.fixture
def cast(cast):
    factories.at(JANUARY)
    cache.clear()
    cast = make_cohort_cast(cast)
    planning.invite_everybody(cast.event, now=JANUARY)
    notices.booked(cast.session, by=cast.founder, now=JANUARY)
    delivery.deliver()
    return cast


def mailed(kind: str, to) -> OutboxMessage:
    return OutboxMessage.objects.get(kind=kind, recipient=to)


def link_in(mail: OutboxMessage) -> str:
    assert "by-link" not in mail.text  # what is kept and shown
    body = message_from_bytes(bytes(mail.mime), policy=policy.default).get_body(("plain",)).get_content()
    [address] = re.findall(r"https?://\S+/calendar/by-link/\S+", body)
    return urlsplit(address).path


def said(thing) -> dict[str, str]:
    """By name, what counts for the time at which it is now."""
    thing.refresh_from_db()
    return {str(answer.user): answer.answer for answer in answers.standing(thing).values()}


def press(client, path, thing, answer="accepted", **more):
    return client.post(path, {"answer": answer, "seen": thing.starts_at.isoformat(), **more})


# --- By one link, and on the page ---------------------------------------------------------------------------
def test_one_press_from_the_mail_answers_and_looking_answers_nothing(cast):
    anybody, path = Client(), link_in(mailed("cohorts.event_invited", cast.mentor))
    page = anybody.get(path).content.decode()
    assert "You answer as Hélène Kervella" in page
    assert not said(cast.event)
    assert press(anybody, path, cast.event)["Location"] == path
    assert said(cast.event) == {"Hélène Kervella": "accepted"}
    assert "You said: comes" in anybody.get(path).content.decode()
    entry = HistoryEntry.objects.get(action="event.answered")
    assert (entry.actor, entry.details["way"]) == (cast.mentor, "link")
    page = factories.sign_in(Client(), cast.founder).get(cast.event.get_absolute_url()).content.decode()
    assert "Hélène Kervella (mentor)" in page
    assert "Comes (1)" in page
    assert "Has not answered (3)" in page


def test_a_link_ends_with_its_event_and_with_whoever_leaves(cast):
    anybody, path = Client(), link_in(mailed("cohorts.event_invited", cast.mentor))
    cast.mentor.roles.update(ended_at=JANUARY)
    assert press(anybody, path, cast.event).status_code == 410
    cast.mentor.roles.update(ended_at=None)
    factories.at(cast.event.starts_at)
    assert press(anybody, path, cast.event).status_code == 410
    assert anybody.get(path + "x/").status_code == 404
    assert not said(cast.event)


def test_an_invitation_of_four_weeks_ahead_can_be_answered_until_its_day(cast):
    mail = mailed("cohorts.event_invited", cast.mentor)
    assert one_links.lives(mail, "calendars:answer_by_link", JANUARY + 28 * DAY)
    assert not one_links.lives(mail, "calendars:answer_by_link", JANUARY + 60 * DAY)


def test_what_is_moved_asks_again_and_an_answer_from_an_old_page_is_refused(cast):
    anybody, path = Client(), link_in(mailed("cohorts.event_invited", cast.mentor))
    press(anybody, path, cast.event)
    before = cast.event.starts_at
    stands = {
        "minutes": 45,
        "place": "STATION F, Paris",
        "reason": "A strike",
        "seen": 99,
        "by": cast.manager,
    }
    planning.change(cast.event, starts_at=before + DAY, **stands, now=LATER)
    assert not said(cast.event)
    page = anybody.post(
        path, {"answer": "accepted", "seen": before.isoformat(), "note": "With Tom"}
    ).content.decode()
    assert "It was moved meanwhile" in page
    assert "With Tom" in page
    assert not said(cast.event)
    mail = mailed("cohorts.event_changed", cast.mentor)
    assert "PARTSTAT=NEEDS-ACTION" in mail.calendar.replace("\r\n ", "")


def test_a_change_of_place_keeps_what_was_said(cast):
    press(Client(), link_in(mailed("cohorts.event_invited", cast.mentor)), cast.event)
    stands = {
        "minutes": 45,
        "starts_at": cast.event.starts_at,
        "reason": "A strike",
        "seen": 99,
        "by": cast.manager,
    }
    planning.change(cast.event, place="Room 7", **stands, now=LATER)
    written = {
        person: mailed("cohorts.event_changed", person).calendar.replace("\r\n ", "")
        for person in (cast.mentor, cast.founder)
    }
    assert "PARTSTAT=ACCEPTED" in written[cast.mentor]
    assert "RSVP=FALSE" in written[cast.mentor]
    assert "PARTSTAT=NEEDS-ACTION" in written[cast.founder]
    assert "RSVP=TRUE" in written[cast.founder]


def test_whoever_cannot_come_to_a_session_asks_the_others_for_another_time(cast):
    client = factories.sign_in(Client(), cast.mentor)
    path = reverse("calendars:answer", args=["session", cast.session.public_id])
    assert (
        press(client, path, cast.session, "declined", note="Thursday would do")["Location"]
        == cast.session.get_absolute_url()
    )
    told = OutboxMessage.objects.filter(kind="mentoring.session_declined")
    assert {mail.recipient for mail in told} == {cast.founder, cast.co_founder}
    assert "Thursday would do" in told[0].text
    assert reverse("mentoring:move_session", args=[cast.session.public_id]) in told[0].text
    cast.session.refresh_from_db()
    assert cast.session.is_booked
    press(client, path, cast.session, "declined", note="Thursday would do")
    assert told.count() == 2  # said twice, told once
    page = unescape(
        factories.sign_in(Client(), cast.founder).get(cast.session.get_absolute_url()).content.decode()
    )
    assert "Cannot come (1)" in page
    assert "Thursday would do" in page


# --- From a calendar ------------------------------------------------------------------------------------------
def reply(
    mail: OutboxMessage, answer="ACCEPTED", *, sender="", sequence=None, start=True, mail_id="<1@c>", **other
) -> bytes:
    """What a calendar sends when somebody presses a button in it."""
    calendar = Calendar.from_ical(mail.calendar)
    (event,) = calendar.walk("VEVENT")
    calendar["METHOD"] = other.get("method", "REPLY")
    event["ATTENDEE"].params["PARTSTAT"] = answer
    event.subcomponents.clear()
    if sequence is not None:
        event["SEQUENCE"] = sequence
    if not start:
        del event["DTSTART"]
    for name, value in other.get("properties", {}).items():
        event[name] = value
    head = f"From: Somebody <{sender or mail.to_email}>\r\nMessage-ID: {mail_id}\r\n"
    head += "Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
    return head.encode() + calendar.to_ical()


def outcome(raw: bytes, now=LATER) -> str:
    return replies.take_in(raw, now=now).outcome


def test_the_command_takes_the_answer_of_a_calendar(cast, monkeypatch, capsys):
    raw = reply(
        mailed("cohorts.event_invited", cast.mentor), "TENTATIVE", properties={"COMMENT": "If the train runs"}
    )
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    clock.freeze(LATER)
    call_command("read_reply")
    kept = CalendarAnswer.objects.get()
    assert (kept.user, kept.answer, kept.way, kept.note) == (
        cast.mentor,
        "tentative",
        "calendar",
        "If the train runs",
    )
    assert "taken" in "".join(map(str, CalendarReply.objects.values_list("outcome", flat=True)))


def test_sessions_are_answered_from_a_calendar_too(cast):
    assert outcome(reply(mailed("mentoring.session_booked", cast.founder), "DECLINED")) == "taken"
    assert said(cast.session) == {"Lena Aubry": "declined"}
    told = OutboxMessage.objects.filter(kind="mentoring.session_declined")
    assert {mail.recipient for mail in told} == {cast.mentor, cast.co_founder}


@pytest.mark.parametrize(
    ("what", "result"),
    [
        ({"sender": "somebody@else.example"}, "forged"),
        ({"sequence": 7}, "unknown"),
        ({"properties": {"UID": "event-of-another@world"}}, "unknown"),
        ({"properties": {"RECURRENCE-ID": "20240122T090000Z"}}, "unknown"),
        ({"answer": "DELEGATED"}, "unreadable"),
        ({"properties": {"SEQUENCE": "many"}}, "unreadable"),
    ],
)
def test_forged_and_foreign_answers_count_nothing_and_stay_on_record(cast, what, result):
    assert outcome(reply(mailed("cohorts.event_invited", cast.mentor), **what)) == result
    assert not said(cast.event)
    assert CalendarReply.objects.get().outcome == result


def test_nobody_answers_for_another_guest(cast):
    raw = reply(mailed("cohorts.event_invited", cast.mentor), sender=cast.founder.email)
    assert outcome(raw) == "forged"
    assert not said(cast.event)


def test_an_answer_to_an_earlier_time_is_outdated_and_one_to_the_same_time_counts(cast):
    mail, before = mailed("cohorts.event_invited", cast.mentor), cast.event.starts_at
    stands = {"minutes": 45, "reason": "A strike", "by": cast.manager}
    moved = planning.change(cast.event, starts_at=before, place="Room 7", seen=99, **stands, now=JANUARY)
    assert outcome(reply(mail)) == "taken"  # another place, the same time
    assert outcome(reply(mail, start=False, mail_id="<2@c>")) == "outdated"
    planning.change(moved, starts_at=before + DAY, place="Room 7", seen=99, **stands, now=LATER)
    assert outcome(reply(mail, mail_id="<3@c>")) == "outdated"
    assert not said(cast.event)


def test_the_later_of_two_answers_of_a_calendar_counts_whichever_comes_first(cast):
    mail = mailed("cohorts.event_invited", cast.mentor)
    assert outcome(reply(mail, "DECLINED", properties={"DTSTAMP": _stamp(20)})) == "taken"
    assert outcome(reply(mail, "ACCEPTED", properties={"DTSTAMP": _stamp(10)}, mail_id="<2@c>")) == "outdated"
    assert said(cast.event) == {"Hélène Kervella": "declined"}


def _stamp(minute: int):
    from icalendar import vDatetime

    return vDatetime(JANUARY + timedelta(minutes=minute))


def test_a_mail_that_comes_twice_is_taken_once_and_too_many_are_let_go(cast):
    raw = reply(mailed("cohorts.event_invited", cast.mentor))
    assert replies.take_in(raw, now=LATER) == replies.take_in(raw, now=LATER)
    for number in range(replies.OF_ONE_ADDRESS_A_DAY - 1):
        replies.take_in(raw.replace(b"<1@c>", b"<n%d@c>" % number), now=LATER)
    with pytest.raises(replies.NotAllowed):
        replies.take_in(raw.replace(b"<1@c>", b"<last@c>"), now=LATER)


@pytest.mark.parametrize(
    "text",
    [
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n",
        b"METHOD:REPLY",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:a\x00b\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a\x00@b\r\nEND:VEVENT\r\nEND:VCALENDAR",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:99999999T999999Z\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b\r\nEND:VEVENT\r\nEND:VCALENDAR",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + b"BEGIN:VEVENT\r\n" * 3000,
    ],
)
def test_garbage_is_let_go(cast, text):
    raw = b"From: a@b.example\r\nContent-Type: text/calendar\r\n\r\n" + text
    assert outcome(raw) in {"unreadable", "unknown"}


def test_an_answer_after_it_has_begun_is_refused_with_a_record(cast):
    raw = reply(mailed("mentoring.session_booked", cast.mentor))
    assert CalendarEntry.objects.filter(address=cast.mentor.email).exists()
    assert outcome(raw, now=TUESDAY_14H) == "refused"
    assert CalendarReply.objects.get().user == cast.mentor
