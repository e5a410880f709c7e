"""Calendar invitations (RFC 5545, 5546) that update and cancel themselves.

A session has one UID for life; each change of its time, state or guests raises SEQUENCE, and the receiving calendar
replaces what it had. Times are UTC, which every calendar shows in its owner's zone. Each person gets an invitation addressed
to them alone, so that no address is handed to the other side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from accelerator.messages import outbox

if TYPE_CHECKING:
    from icalendar import vCalAddress

PRODID = "-//Slipway//Mentoring sessions//EN"
REQUEST, CANCEL = "REQUEST", "CANCEL"


def invitation(session, person, *, method: str, address: str, now) -> str:
    """The session for this person's calendar: to be kept there as it stands, or taken out.

    `address` is where the mail goes. Its MIME type must name the same method.
    """
    from icalendar import Calendar, Event, vUri  # only for whoever writes an invitation

    event = Event()
    event.add("uid", f"{session.calendar_uid}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("sequence", session.calendar_sequence)
    event.add("dtstamp", now)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add(
        "summary",
        _("%(startup)s and %(mentor)s: mentoring") % {"startup": session.startup, "mentor": session.mentor},
    )
    page = outbox.absolute(session.get_absolute_url())
    event.add("description", "\n\n".join(part for part in (session.topic, page) if part))
    event.add("url", vUri(page))
    if session.mentor.meeting_link:
        event.add("location", session.mentor.meeting_link)
    event.add("organizer", _address(session.programme.contact, session.programme.name))
    attendee = _address(address, str(person))
    attendee.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"})
    event.add("attendee", attendee, encode=0)

    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return calendar.to_ical().decode()


def _address(email: str, name: str) -> vCalAddress:
    from icalendar import vCalAddress

    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = name
    return address
