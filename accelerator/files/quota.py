"""How much a team may upload in a day. Every upload is kept for a while, so that nobody loses a deck; nobody needs more."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.files.models import StoredFile
from accelerator.files.uploads import MEGABYTE
from accelerator.records.startups import Startup

DAY = timedelta(days=1)
MOST_FILES = 40
MOST_BYTES = 200 * MEGABYTE
_LOCK = 7_140_003  # of advisory locks: the first half; the second is the startup


class UsedUp(Exception):
    """Nothing was kept; the text says until when."""


def hold(startup: Startup) -> None:
    """Until the end of the transaction, others of the team who upload wait: two at once would both have the last place.

    Not the startup's row, which everything that is saved in the meantime would wait for as well.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, startup.pk])


def check(startup: Startup, size: int, now: datetime) -> None:
    """Raises UsedUp where one more file of this size would be too much for a day."""
    latest = StoredFile.objects.filter(startup=startup, uploaded_at__gt=now - DAY).order_by("-uploaded_at")
    sizes = list(latest.values_list("size", "uploaded_at"))
    if len(sizes) >= MOST_FILES:
        raise UsedUp(
            _("Your team has uploaded %(files)d files in a day. The next one can be uploaded %(when)s.")
            % {"files": len(sizes), "when": _when(sizes[MOST_FILES - 1][1], now)}
        )
    kept = size
    for used, at in sizes:
        kept += used
        if kept > MOST_BYTES:
            raise UsedUp(
                _("Your team has uploaded %(size)s in a day. A file of this size can be uploaded %(when)s.")
                % {"size": wording.file_size(sum(used for used, _at in sizes)), "when": _when(at, now)}
            )


def _when(at: datetime, now: datetime) -> str:
    return wording.distance(at + DAY + timedelta(minutes=1), now, "UTC")
