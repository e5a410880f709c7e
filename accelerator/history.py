"""The append-only record: who did what to which object, when, and why."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accelerator import clock, wording
from accelerator.records.history import HistoryEntry
from accelerator.records.people import User
from accelerator.records.programmes import Programme

# action -> what people call it; each room adds its own in its `history_words.py`, which is discovered at start
NAMES: dict[str, Promise] = {}

# What the dashboard's lists write about any model: `partner.changed` is "Partner changed".
_OF_LISTS = {
    "added": _("%(object)s added"),
    "changed": _("%(object)s changed"),
    "deleted": _("%(object)s deleted"),
}


def name_actions(names: dict[str, Promise]) -> None:
    """Say what people call actions: `name_actions({"application.submitted": _("Submitted")})`."""
    NAMES.update(names)


def in_words(entry: HistoryEntry) -> str:
    """`application.submitted` → Submitted."""
    if entry.action in NAMES:
        return str(NAMES[entry.action])
    verb = entry.action.partition(".")[2]
    model = _model(entry.object_type)
    if verb in _OF_LISTS and model:
        return str(_OF_LISTS[verb] % {"object": capfirst(model._meta.verbose_name)})
    return entry.action.replace(".", " ").replace("_", " ").capitalize()  # written by another version


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):  # written by another version
        return None


def record(
    action: str,
    about: models.Model,
    *,
    by: User | None,
    programme: Programme | None = None,
    now: datetime | None = None,
    reason: str = "",
    **details,
) -> HistoryEntry:
    """Write one entry. `action` is `<object>.<verb in the past>`; `details` hold ids, field names and figures."""
    entry = _entry(action, about, by, programme, now, reason, details)
    entry.save(force_insert=True)
    return entry


def record_each(
    action: str,
    abouts: Iterable[models.Model],
    *,
    by: User | None,
    programme: Programme,
    now: datetime,
    **details,
) -> None:
    """The same entry about each of many objects, in one INSERT."""
    HistoryEntry.objects.bulk_create(
        _entry(action, about, by, programme, now, "", details) for about in abouts
    )


def _entry(
    action: str,
    about: models.Model,
    by: User | None,
    programme: Programme | None,
    now: datetime | None,
    reason: str,
    details: dict,
) -> HistoryEntry:
    return HistoryEntry(
        happened_at=now or clock.now(),
        recorded_at=clock.real_now(),
        actor=by if by and by.pk else None,
        action=action,
        programme=programme,
        object_type=about._meta.label_lower,
        object_id=about.pk,
        reason=reason,
        details=details,
    )


def of(about: models.Model) -> models.QuerySet[HistoryEntry]:
    """The entries about one object, newest first."""
    return HistoryEntry.objects.filter(
        object_type=about._meta.label_lower, object_id=about.pk
    ).select_related("actor")


def told(entries: Iterable[HistoryEntry], zone: tzinfo) -> list[dict]:
    """Entries as the timeline component shows them: what, when and by whom, and why."""
    return [
        {
            "what": in_words(entry),
            "when": f"{wording.moment(entry.happened_at, zone, weekday=False)} · {entry.actor or _('Slipway')}",
            "note": entry.reason,
        }
        for entry in entries
    ]
