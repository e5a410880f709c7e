"""The six months of a programme file: what partners give to the members, and the calendar."""

from typing import Annotated, Literal

from pydantic import Field

from accelerator.programmes import programme_file
from accelerator.programmes.entries import Entry, Key, OptionalText, PartnerSlug, Text, unique
from accelerator.programmes.programme_file import Loading
from applications.setup.programme_file import CallSlug, Moment
from cohorts.events.models import Event


class PerkEntry(Entry):
    call: CallSlug
    partner: PartnerSlug
    key: Key
    name: Text
    about: Text
    amount: OptionalText = {}


class EventEntry(Entry):
    call: CallSlug
    kind: Literal[tuple(Event.Kind.values)]
    title: Text
    starts_at: Moment
    minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 60
    place: Annotated[str, Field(max_length=200)] = ""
    about: OptionalText = {}
    partner: PartnerSlug | None = None


@programme_file.table("perks", Annotated[list[PerkEntry], unique("call", "key")])
def load_perks(loading: Loading, entries: list[PerkEntry]) -> None:
    _load_by_call(loading, "perks", ("key",), entries)


@programme_file.table("events", Annotated[list[EventEntry], unique("call", "kind", "starts_at")])
def load_events(loading: Loading, entries: list[EventEntry]) -> None:
    _load_by_call(loading, "events", ("starts_at", "kind"), entries)


def _load_by_call(loading: Loading, table: str, by: tuple[str, ...], entries: list) -> None:
    for call in loading.programme.calls.all():
        wanted = [
            {**entry.model_dump(exclude={"call"}), "partner": loading.partners.get(entry.partner)}
            for entry in entries
            if entry.call == call.slug
        ]
        loading.sync(getattr(call, table), by, wanted, table)
