"""Tables of the programme file whose entries each name a call: the six months of that call."""

from collections.abc import Sequence

from accelerator.programmes.programme_file import Loading


def load(loading: Loading, table: str, by: tuple[str, ...], entries: Sequence) -> None:
    for call in loading.programme.calls.all():
        wanted = [
            {**entry.model_dump(exclude={"call"}), "partner": loading.partners.get(entry.partner)}
            for entry in entries
            if entry.call == call.slug
        ]
        loading.sync(getattr(call, table), by, wanted, table)
