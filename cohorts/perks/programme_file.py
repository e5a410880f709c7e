"""The perks of a programme file: what partners give to the members."""

from typing import Annotated, Any

from accelerator.models import Programme
from accelerator.programmes import programme_file, written
from accelerator.programmes.entries import Entry, Key, OptionalText, PartnerSlug, Text, unique
from accelerator.programmes.programme_file import Loading
from applications.setup.programme_file import CallSlug
from cohorts import by_call


class PerkEntry(Entry):
    call: CallSlug
    partner: PartnerSlug
    key: Key
    name: Text
    about: Text
    amount: OptionalText = {}


@programme_file.table("perks", Annotated[list[PerkEntry], unique("call", "key")])
def load_perks(loading: Loading, entries: list[PerkEntry]) -> None:
    by_call.load(loading, "perks", ("key",), entries)


@written.table("perks")
def perks_as_entries(programme: Programme) -> list[dict[str, Any]]:
    return by_call.entries(programme, "perks", PerkEntry, "position", "pk")
