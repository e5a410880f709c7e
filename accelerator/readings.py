"""Keeping who of the staff read what: one statement for each opening, whatever was read before."""

from datetime import UTC
from typing import Any

from django.db import connection, models

from accelerator.records.readings import Reading

_COUNT = """
INSERT INTO accelerator_reading AS reading (person_id, what, object_type, object_id, day, count)
VALUES (%s, %s, %s, %s, %s, 1)
    ON CONFLICT (object_type, object_id, day, person_id, what) DO UPDATE SET count = reading.count + 1
"""


def note(request: Any, what: Reading.What, about: models.Model) -> None:
    """The reader of this page opened it; an act on the page counts as none."""
    if request.method != "GET":
        return
    today = request.now.astimezone(UTC).date()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [request.user.pk, what.value, about._meta.label_lower, about.pk, today])


def of(*abouts: models.Model) -> models.QuerySet[Reading]:
    """Who read any of these, the latest day first."""
    which = models.Q()
    for about in abouts:
        which |= models.Q(object_type=about._meta.label_lower, object_id=about.pk)
    return Reading.objects.filter(which).select_related("person")
