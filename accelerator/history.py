"""The append-only record: who did what to which object, when, and why."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, tzinfo

from django.apps import apps
from django.db import connection, models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accelerator import clock, wording
from accelerator import history_chain as chain
from accelerator.history_fields import changes_in_words
from accelerator.records.history import HistoryEntry, HistorySide
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
    changes: Mapping[str, Sequence] | None = None,
    name: str = "",
    **details,
) -> HistoryEntry:
    """Write one entry. `action` is `<object>.<verb in the past>`; `details` hold ids, field names and figures.

    `changes` are fields with what stood there before and what stands there now. They, the reason and the name can be
    erased one day; whatever is in `details` cannot, so no words of people belong there.
    """
    words = _words_of(reason, changes, name)
    (entry,) = _write([_entry(action, about, by, programme, now, details, words)])
    return entry


def record_each(
    action: str,
    abouts: Iterable[models.Model],
    *,
    by: User | None,
    programme: Programme,
    now: datetime,
    changes: Mapping[str, Sequence] | None = None,
    **details,
) -> None:
    """The same entry about each of many objects, each named once, in one statement however many they are."""
    _write(
        [_entry(action, about, by, programme, now, details, _words_of("", changes, "")) for about in abouts]
    )


def _words_of(reason: str, changes: Mapping[str, Sequence] | None, name: str) -> HistorySide | None:
    values: dict = {}
    if changes:
        values["changes"] = {field: list(both) for field, both in changes.items()}
    if name:
        values["name"] = name
    if not (reason or values):
        return None
    return HistorySide(salt=chain.new_salt(), reason=reason, values=chain.storable(values))


def _entry(
    action: str,
    about: models.Model,
    by: User | None,
    programme: Programme | None,
    now: datetime | None,
    details: dict,
    words: HistorySide | None,
) -> HistoryEntry:
    if words and (changes := words.values.get("changes")):
        # Which fields were changed stays on record; how they read may go.
        details = {**details, "fields": sorted(changes)}
    entry = HistoryEntry(
        happened_at=now or clock.now(),
        recorded_at=clock.real_now(),
        actor=by if by and by.pk else None,
        action=action,
        programme=programme,
        object_type=about._meta.label_lower,
        object_id=about.pk,
        details=chain.storable(details),
    )
    if words:
        entry.side_digest = chain.side_digest(words.salt, words.reason, words.values)
        entry.side = words
    return entry


# One statement, however many they are. The row of a chain orders who adds to it: the second waits there for the first,
# until that one's transaction ends, and follows what it wrote.
_WRITE = """
WITH new AS (
    SELECT *
      FROM unnest(
               %s::text[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[],
               %s::jsonb[], %s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[]
           ) WITH ORDINALITY AS new (
               object_type, object_id, action, actor_id, programme_id, happened_at, recorded_at,
               details, side_digest, own, salt, reason, values, number
           )
), lengthened AS (
    INSERT INTO accelerator_historychain AS chain (object_type, object_id, length, hash)
    SELECT object_type, object_id, 1, own FROM new ORDER BY number
        ON CONFLICT (object_type, object_id) DO UPDATE
       SET length = chain.length + 1,
           hash = encode(sha256(convert_to(chain.hash || excluded.hash, 'UTF8')), 'hex')
    RETURNING object_type, object_id, length, hash
), entered AS (
    INSERT INTO accelerator_historyentry (
        object_type, object_id, action, actor_id, programme_id, happened_at, recorded_at, details, side_digest,
        place, hash
    )
    SELECT object_type, object_id, action, actor_id, programme_id, happened_at, recorded_at, details, side_digest,
           length, hash
      FROM new JOIN lengthened USING (object_type, object_id)
     ORDER BY number
    RETURNING id, object_type, object_id, place, hash
), beside AS (
    INSERT INTO accelerator_historyside (entry_id, salt, reason, values)
    SELECT id, salt, reason, values FROM new JOIN entered USING (object_type, object_id) WHERE side_digest <> ''
)
SELECT object_type, object_id, id, place, hash FROM entered
"""


_held: ContextVar[list[HistoryEntry] | None] = ContextVar("held_entries", default=None)


@contextmanager
def together() -> Iterator[None]:
    """What is recorded inside, each about another object, is written at its end in one statement, or not at all when it
    fails. Nobody inside may need the entry."""
    entries: list[HistoryEntry] = []
    token = _held.set(entries)
    try:
        yield
    finally:
        _held.reset(token)
    _write(entries)


def _write(entries: list[HistoryEntry]) -> list[HistoryEntry]:
    """Each at the end of the chain of its object, whose row is locked until the transaction ends."""
    if (held := _held.get()) is not None:
        held += entries
        return entries
    if not entries:
        return entries
    # In one order, so that two who lock many never wait crosswise.
    entries.sort(key=lambda entry: (entry.object_type, entry.object_id))
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [list(column) for column in zip(*map(_columns, entries), strict=True)])
        written = {(kind, pk): rest for kind, pk, *rest in cursor.fetchall()}
    for entry in entries:
        entry.pk, entry.place, entry.hash = written[entry.object_type, entry.object_id]
        entry._state.adding = False
        if entry.side_digest:
            entry.side.entry_id = entry.pk
            entry.side._state.adding = False
    return entries


def _columns(entry: HistoryEntry) -> tuple:
    side = entry.side if entry.side_digest else None
    words = (side.salt, side.reason, json.dumps(side.values)) if side else (None, None, None)
    return (
        entry.object_type,
        entry.object_id,
        entry.action,
        entry.actor_id,
        entry.programme_id,
        entry.happened_at,
        entry.recorded_at,
        json.dumps(entry.details),
        entry.side_digest,
        digest_of(entry),
        *words,
    )


def digest_of(entry: HistoryEntry) -> str:
    """The entry's own digest, which its hash links to the one before."""
    fields = ("object_type", "object_id", "action", "happened_at", "recorded_at", "actor_id", "programme_id")
    told = {name: getattr(entry, name) for name in (*fields, "details", "side_digest")}
    return chain.own_digest(**told)


def erase_words(entries: models.QuerySet[HistoryEntry]) -> int:
    """Empty the reasons, names and values of these entries, for good; who did what when stays, and the chain holds."""
    return HistorySide.objects.filter(entry__in=entries).update(salt="", reason="", values={})


def of(about: models.Model) -> models.QuerySet[HistoryEntry]:
    """The entries about one object, newest first."""
    return HistoryEntry.objects.about(about).to_be_read()


def told(entries: Iterable[HistoryEntry], zone: tzinfo) -> list[dict]:
    """Entries as the timeline component shows them: what, when and by whom, why, and what stood there before."""
    return [
        {
            "what": in_words(entry),
            "when": f"{wording.moment(entry.happened_at, zone, weekday=False)} · {entry.actor or _('Slipway')}",
            "note": entry.reason,
            "changes": list(changes_in_words(entry, zone)),
        }
        for entry in entries
    ]
