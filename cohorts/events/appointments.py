"""An event as calendars show it."""

from accelerator.calendar import ical, showing
from accelerator.calendar.showing import Appointment
from cohorts.events.models import MILESTONES, Event


def appointment(event: Event) -> Appointment:
    """On pages and in calendars of others. Of an event nobody keeps when it was changed: it stands as it is."""
    return Appointment(
        uid=ical.uid(f"event-{event.public_id}"),
        kind=showing.MILESTONE if event.kind in MILESTONES else "event",
        title=str(event.title),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        url=event.get_absolute_url(),
        changed_at=event.starts_at,
        zone=event.call.programme.zone,
        place=event.place,
        about=str(event.about),
        sequence=event.calendar_sequence,
        is_cancelled=event.is_cancelled,
    )
