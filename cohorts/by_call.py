"""Tables of the programme file whose entries each name a call: the six months of that call."""

from collections.abc import Sequence
from typing import Any

from accelerator.models import Programme
from accelerator.programmes import written
from accelerator.programmes.entries import Entry
from accelerator.programmes.programme_file import Loading
from applications.models import Call


def wanted_of(call: Call, loading: Loading, entries: Sequence) -> list[dict[str, Any]]:
    """What the file says of this call, as values of rows."""
    return [
        {**entry.model_dump(exclude={"call"}), "partner": loading.partners.get(entry.partner)}
        for entry in entries
        if entry.call == call.slug
    ]


def load(loading: Loading, table: str, by: tuple[str, ...], entries: Sequence) -> None:
    for call in loading.programme.calls.all():
        loading.sync(getattr(call, table), by, wanted_of(call, loading, entries), table)


def entries(
    programme: Programme, table: str, kind: type[Entry], *order: str, **only: Any
) -> list[dict[str, Any]]:
    """The same tables as entries of the file, call by call. Moments are wall times of the programme."""
    found = []
    for call in programme.calls.order_by("pk"):
        for row in getattr(call, table).filter(**only).select_related("partner").order_by(*order):
            own: dict[str, Any] = {"call": call.slug, "partner": row.partner and row.partner.slug}
            if "starts_at" in kind.model_fields:
                own["starts_at"] = row.starts_at.astimezone(programme.zone).replace(tzinfo=None)
            found.append(written.entry(kind, row, **own))
    return found
