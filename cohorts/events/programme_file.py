"""The events of a programme file: the calendar of the six months."""

from typing import Annotated, Any, Literal

from pydantic import Field

from accelerator.models import Programme
from accelerator.programmes import programme_file, written
from accelerator.programmes.entries import Entry, OptionalText, PartnerSlug, Text, unique
from accelerator.programmes.programme_file import Loading
from applications.setup.programme_file import CallSlug, Moment
from cohorts import by_call
from cohorts.events import from_file
from cohorts.events.models import Event


class EventEntry(Entry):
    call: CallSlug
    kind: Literal[tuple(Event.Kind.values)]  # type: ignore[valid-type]  # pydantic reads it when it runs
    title: Text
    starts_at: Moment
    minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 60
    place: Annotated[str, Field(max_length=200)] = ""
    about: OptionalText = {}
    partner: PartnerSlug | None = None


@programme_file.table("events", Annotated[list[EventEntry], unique("call", "kind", "starts_at")])
def load_events(loading: Loading, entries: list[EventEntry]) -> None:
    for call in loading.programme.calls.all():
        wanted = by_call.wanted_of(call, loading, entries)
        if hasattr(call, "cohort"):
            from_file.bring(loading, call, wanted)
        else:
            loading.sync(call.events, from_file.KNOWN_BY, wanted, "events")


@written.table("events")
def events_as_entries(programme: Programme) -> list[dict[str, Any]]:
    return by_call.entries(programme, "events", EventEntry, "starts_at", "pk", cancelled_at=None)
