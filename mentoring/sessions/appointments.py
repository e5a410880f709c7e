"""A session as calendars show it."""

from accelerator.calendar import ical
from accelerator.calendar.showing import Appointment
from mentoring.sessions import notices
from mentoring.sessions.models import MentoringSession


def appointment(session: MentoringSession, *, reader=None, cancelled_at=None) -> Appointment:
    """On pages and in calendars of others, under the UID that its invitations have."""
    told = notices.happening(session)
    other = session.startup if reader and session.mentor.user_id == reader.pk else session.mentor
    return Appointment(
        uid=ical.uid(session.calendar_uid),
        kind="session",
        title=told.title,
        short=str(other) if reader else session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        url=session.get_absolute_url(),
        changed_at=cancelled_at or session.booked_at,
        zone=session.programme.zone,
        sequence=told.sequence,
        place="" if session.is_cancelled else told.place,
        about=session.topic,
        is_cancelled=session.is_cancelled,
    )
