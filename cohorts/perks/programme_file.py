"""The perks of a programme file: what partners give to the members."""

from typing import Annotated

from accelerator.programmes import programme_file
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
