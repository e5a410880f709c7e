"""An act carries what its person saw: a page names the state it showed, and the verb refuses when that has changed since.

The state is how many entries the history of an object has. Every change is an entry, so what happened meanwhile can be
told, with who did it and when.
"""

from collections.abc import Collection
from datetime import UTC

from django.db import models
from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.history_fields import changes_in_words
from accelerator.records.history import HistoryChain, HistoryEntry
from accelerator.records.people import User
from accelerator.transitions import SomebodyWasFirst

AT_MOST = 3  # so many of what happened meanwhile are told; the others are on the page


def version_of(about: models.Model) -> int:
    """What a page that shows this object carries, to be given back with the act."""
    chain = HistoryChain.objects.filter(object_type=about._meta.label_lower, object_id=about.pk)
    return chain.values_list("length", flat=True).first() or 0


def must_be(
    about: models.Model, seen: str | int | None, *, by: User | None, actions: Collection[str] = ()
) -> None:
    """Lock the row of this object, and raise SomebodyWasFirst where it has changed since `seen`, its version on the page.

    What counts as a change is an entry with one of these `actions`; without any, one that names the fields it changed.
    What is no version counts as seen before everything. Call it in the transaction of the act, before anything is
    written.
    """
    rows: models.Manager = type(about)._base_manager
    list(rows.select_for_update(no_key=True).filter(pk=about.pk).values_list("pk"))
    written = str(seen)
    known = int(written) if written.isdecimal() and len(written) < 10 else 0
    since = HistoryEntry.objects.about(about).to_be_read().filter(place__gt=known)
    since = since.filter(action__in=actions) if actions else since.filter(details__has_key="fields")
    if meanwhile := list(since[:AT_MOST]):
        told = " ".join(_told(entry, by) for entry in reversed(meanwhile))
        raise SomebodyWasFirst(f"{told} {_('Look at it again before you go on.')}")


def _told(entry: HistoryEntry, reader: User | None) -> str:
    zone = reader.zone if reader else UTC
    changes = "; ".join(
        f"{change.what}: {change.before} → {change.after}" for change in changes_in_words(entry, zone)
    )
    what = history.in_words(entry)
    return _("Changed meanwhile by %(who)s, %(when)s: %(what)s.") % {
        "who": entry.actor or _("Slipway"),
        "when": wording.moment(entry.happened_at, zone, weekday=False, year=False),
        "what": f"{what} ({changes})" if changes else what,
    }
