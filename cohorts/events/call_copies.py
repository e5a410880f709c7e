"""The calendar of the six months, when a call is begun from another one."""

from collections.abc import Callable, Iterator
from datetime import datetime

from applications.calls.models import Call
from applications.setup.cloning import copies
from cohorts.events.models import Event


@copies
def of_events(source: Call, moved: Callable[[datetime], datetime]) -> Iterator[Event]:
    for event in source.events.order_by("starts_at", "pk"):
        yield Event(
            kind=event.kind,
            title=event.title,
            about=event.about,
            place=event.place,
            partner=event.partner,
            starts_at=moved(event.starts_at),
            minutes=event.minutes,
        )
