"""Editing a programme: its words, place and zone, its colour, from whom its mails come, how long things are kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accelerator import as_seen, history
from accelerator.records.fields import LocalisedTextField, localised
from accelerator.records.people import User
from accelerator.records.programmes import Programme


@transaction.atomic
def change(programme: Programme, wanted: Mapping[str, Any], *, seen: str, by: User, now: datetime) -> bool:
    """Bring these columns to these values; whether that changed anything. A text keeps the languages it is not given in.

    Raises SomebodyWasFirst for another state than the page showed.
    """
    as_seen.must_be(programme, seen, by=by)
    stored = Programme.objects.get(pk=programme.pk)
    changes = {}
    for name, value in wanted.items():
        before = getattr(stored, name)
        if isinstance(Programme._meta.get_field(name), LocalisedTextField):
            value = localised(value)
        if before != value:
            changes[name] = (before, value)
            setattr(stored, name, value)
    if not changes:
        return False
    stored.save(update_fields=list(changes))
    history.record("programme.changed", stored, by=by, programme=stored, now=now, changes=changes)
    return True
