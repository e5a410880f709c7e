"""iCalendar text (RFC 5545) for mails that invite and cancel (RFC 5546).

Times are UTC, which every calendar shows in its owner's zone. Each person gets a text addressed to them alone, so that
no address is handed to anybody else. icalendar is loaded by whoever writes or reads one, and by no page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

if TYPE_CHECKING:
    from icalendar import Alarm as IcalAlarm
    from icalendar import vCalAddress

    from accelerator.calendar.showing import Appointment

PRODID = "-//Slipway//Calendar//EN"
REQUEST, CANCEL, REPLY = "REQUEST", "CANCEL", "REPLY"
NEEDS_ACTION = "NEEDS-ACTION"
RINGS_BEFORE = timedelta(minutes=15)
FEED_FORM = 1  # another number for another way to write the same entries
READ_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Happening:
    """Something that people are invited to, as a higher application hands it over.

    `uid` is one for life. `sequence` rises with each change that its guests are told of. `place` may be an address on
    the web; `url` is the page about it; `organizer` and `organizer_address` are whom calendars show as the host.
    """

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    url: str
    organizer: str
    organizer_address: str
    place: str = ""
    description: str = ""
    is_expected: bool = True  # False where nobody has to come


class Unreadable(Exception):
    """A calendar's answer that is none."""


class Replied(NamedTuple):
    """What a calendar answers to an invitation."""

    uid: str
    sequence: int
    address: str
    answer: str
    starts_at: datetime | None
    stated_at: datetime | None
    is_of_one_time: bool  # of one time of a thing that recurs; ours never do
    words: str


class Stated(NamedTuple):
    """What a text says of when and where."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    place: str


def uid(identifier) -> str:
    """The identifier of a thing, made unique in the world by the host of this installation."""
    return f"{identifier}@{urlsplit(settings.BASE_URL).hostname}"


def text(
    happening: Happening, *, method: str, name: str, address: str, answer: str = NEEDS_ACTION, now: datetime
) -> str:
    """For the calendar of one person: to be kept there as it stands (REQUEST), or taken out (CANCEL).

    `address` is where the mail goes. Its MIME type must name the same method. `answer` is the PARTSTAT that this person
    has given to it as it stands; whoever has given none is asked for one.
    """
    from icalendar import Calendar, Event, vUri

    is_asked = method == REQUEST and answer == NEEDS_ACTION

    event = Event()
    event.add("uid", happening.uid)
    event.add("sequence", happening.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", happening.starts_at)
    event.add("dtend", happening.ends_at)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("summary", happening.title)
    event.add("description", "\n\n".join(part for part in (happening.description, happening.url) if part))
    event.add("url", vUri(happening.url))
    if happening.place:
        event.add("location", happening.place)
    event.add("organizer", _address(happening.organizer_address, happening.organizer))
    attendee = _address(address, name)
    role = "REQ-PARTICIPANT" if happening.is_expected else "OPT-PARTICIPANT"
    attendee.params.update({"ROLE": role, "PARTSTAT": answer, "RSVP": "TRUE" if is_asked else "FALSE"})
    event.add("attendee", attendee, encode=False)
    if method == REQUEST:
        event.add_component(_alarm(happening))

    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return calendar.to_ical().decode()


def published(entries: Iterable[Appointment], *, name: str) -> str:
    """A calendar that others read or take in. It invites nobody, so it has no method and names no guests.

    The same entries are always the same text: each says when it last changed, not when it was read.
    """
    from icalendar import Calendar, Event, vDuration, vText, vUri

    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    if name:
        calendar.add("name", vText(name))
        calendar.add("x-wr-calname", vText(name))
        calendar.add("refresh-interval", vDuration(READ_AGAIN_AFTER), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(READ_AGAIN_AFTER))
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("sequence", entry.sequence)
        event.add("dtstamp", entry.changed_at)
        event.add("last-modified", entry.changed_at)
        event.add("dtstart", entry.starts_at)
        event.add("dtend", entry.ends_at)
        event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
        event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
        event.add("summary", entry.title)
        event.add("description", "\n\n".join(part for part in (entry.about, entry.url) if part))
        event.add("url", vUri(entry.url))
        if entry.place:
            event.add("location", entry.place)
        calendar.add_component(event)
    return calendar.to_ical().decode()


def stated(calendar: str) -> Stated:
    """What a text that was written here says."""
    from icalendar import Calendar

    (event,) = Calendar.from_ical(calendar).walk("VEVENT")
    return Stated(
        str(event["UID"]),
        int(str(event["SEQUENCE"])),
        event.decoded("DTSTART"),
        event.decoded("DTEND"),
        str(event.get("LOCATION", "")),
    )


def replied(calendar: str) -> Replied:
    """What METHOD:REPLY says (RFC 5546, 3.2.3); raises Unreadable for anything else. It comes from anybody."""
    from icalendar import Calendar

    try:
        read = Calendar.from_ical(calendar)
        (event,) = read.walk("VEVENT")
        attendee = event["ATTENDEE"]
        if str(read.get("METHOD", "")).upper() != REPLY or isinstance(attendee, list):
            raise Unreadable
        stated = [event.decoded(name) if name in event else None for name in ("DTSTART", "DTSTAMP")]
        starts_at, stated_at = (one if isinstance(one, datetime) and one.tzinfo else None for one in stated)
        return Replied(
            uid=str(event["UID"])[:255],
            sequence=int(str(event.get("SEQUENCE", 0))),
            address=re.sub("^mailto:", "", str(attendee), flags=re.IGNORECASE).strip().lower()[:254],
            answer=str(attendee.params.get("PARTSTAT", "")).upper()[:20],
            starts_at=starts_at,
            stated_at=stated_at,
            is_of_one_time="RECURRENCE-ID" in event,
            words=str(event.get("COMMENT", "")).replace("\x00", "").strip()[:300],
        )
    except (
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise Unreadable from error


def _alarm(happening: Happening) -> IcalAlarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", happening.title)
    alarm.add("trigger", -RINGS_BEFORE)
    return alarm


def _address(email: str, name: str) -> vCalAddress:
    from icalendar import vCalAddress

    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = name
    return address
