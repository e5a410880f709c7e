"""Keeping who of the staff read what: one statement for each opening, whatever was read before."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models

from accelerator.records.people import User
from accelerator.records.readings import Reading

_COUNT = """
INSERT INTO accelerator_reading AS reading (person_id, what, object_type, object_id, day, count)
SELECT %s, %s, %s, one, %s, 1 FROM unnest(%s::bigint[]) AS one
    ON CONFLICT (object_type, object_id, day, person_id, what) DO UPDATE SET count = reading.count + 1
"""


def note(request: Any, what: Reading.What, about: models.Model) -> None:
    """The reader of this page opened it; an act on the page counts as none."""
    if request.method != "GET":
        return
    note_each(request.user, what, type(about), [about.pk], request.now)


def note_each(
    person: User, what: Reading.What, model: type[models.Model], ids: Sequence[int], now: datetime
) -> None:
    """They were handed something of each of these, by an act of theirs: in one statement, however many they are."""
    today = now.astimezone(UTC).date()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [person.pk, what.value, model._meta.label_lower, today, sorted(set(ids))])


def of(*abouts: models.Model) -> models.QuerySet[Reading]:
    """Who read any of these, the latest day first."""
    which = models.Q()
    for about in abouts:
        which |= models.Q(object_type=about._meta.label_lower, object_id=about.pk)
    return Reading.objects.filter(which).select_related("person")
