"""The append-only record: who did what to which object, when, and why."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from accelerator import clock, wording
from accelerator.records.history import HistoryEntry
from accelerator.records.people import User
from accelerator.records.programmes import Programme

# What an entry is called on a page. Others are called by their own name: `partner.changed` is "Partner changed".
WORDS = {
    "application.co_founder_left": _("A founder left the team"),
    "application.co_founder_removed": _("A founder taken out of the team"),
    "application.conflict_declared": _("Conflict of interest declared"),
    "application.decided": _("Decision taken"),
    "application.decision_taken_back": _("Decision taken back"),
    "application.file_attached": _("File attached"),
    "application.file_opened": _("File opened"),
    "application.handed_on": _("Reading handed on"),
    "application.letter_edited": _("Letter changed"),
    "application.moved_in_reserve": _("Moved in the reserve"),
    "application.opened_for_review": _("Opened by a reviewer"),
    "application.ownership_handed_over": _("The team handed to another owner"),
    "application.refused_late": _("Refused: it came after the deadline"),
    "application.reopened": _("Reopened"),
    "application.screened": _("Screened"),
    "application.started": _("Begun"),
    "application.submitted": _("Submitted"),
    "application.withdrawn": _("Withdrawn"),
    "call.assigned": _("Readings shared out"),
    "call.letters_prepared": _("Letters prepared"),
    "call.readings_handed_back": _("Readings handed back"),
    "call.released": _("Decisions released"),
    "call.sealed": _("Closed, and every application sealed"),
    "call.seat_left_free": _("A seat stays free: the reserve is empty"),
    "call.window_moved": _("Opening or deadline moved"),
}


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
    entry = _entry(action, about, by, programme, now, reason, details)
    entry.save(force_insert=True)
    return entry


def record_each(
    action: str, abouts: Iterable[models.Model], *, by: User | None, programme: Programme, now, **details
) -> None:
    """The same entry about each of many, in one go."""
    HistoryEntry.objects.bulk_create(
        _entry(action, about, by, programme, now, "", details) for about in abouts
    )


def _entry(action: str, about: models.Model, by, programme, now, reason: str, details: dict) -> HistoryEntry:
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


def of(about: models.Model):
    """The entries about one object, newest first."""
    return HistoryEntry.objects.filter(
        object_type=about._meta.label_lower, object_id=about.pk
    ).select_related("actor")


def told(entries, zone) -> list[dict]:
    """Entries as the timeline component shows them: what, when and by whom, and why."""
    return [
        {
            "what": WORDS.get(entry.action) or entry.action.replace(".", " ").replace("_", " ").capitalize(),
            "when": f"{wording.moment(entry.happened_at, zone, weekday=False)} · {entry.actor or _('Slipway')}",
            "note": entry.reason,
        }
        for entry in entries
    ]
