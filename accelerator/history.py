"""The append-only record: who did what to which object, when, and why."""

from django.db import models
from django.utils.translation import gettext as _

from accelerator import clock, wording
from accelerator.models import HistoryEntry, Programme, User


def record(
    action: str,
    about: models.Model,
    *,
    by: User | None,
    programme: Programme | None = None,
    now=None,
    reason: str = "",
    **details,
) -> HistoryEntry:
    """Write one entry. `action` is `<object>.<verb in the past>`; `details` hold ids, field names and figures."""
    return HistoryEntry.objects.create(
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


def of(about: models.Model):
    """The entries about one object, newest first."""
    return HistoryEntry.objects.filter(
        object_type=about._meta.label_lower, object_id=about.pk
    ).select_related("actor")


def told(entries, zone) -> list[dict]:
    """Entries as the timeline component shows them: what, when and by whom, and why."""
    return [
        {
            "what": entry.action.replace(".", " ").replace("_", " ").capitalize(),
            "when": f"{wording.moment(entry.happened_at, zone, weekday=False)} · {entry.actor or _('Slipway')}",
            "note": entry.reason,
        }
        for entry in entries
    ]
