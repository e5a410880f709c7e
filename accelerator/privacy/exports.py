"""A copy of one's own data: a ZIP of JSON and files, with nothing in it of anybody else and nothing unpublished.

Made at once where the files are few and small; else a worker makes it, and a mail says that it is there. The rooms say
what belongs in it (accelerator/privacy/rooms.py).
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO

import structlog
from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q

from accelerator import clock, history
from accelerator.files import storage
from accelerator.files.models import StoredFile
from accelerator.privacy import notices, rooms
from accelerator.privacy.models import DataExport
from accelerator.privacy.rooms import OwnFile, OwnPart
from accelerator.records.people import User

log = structlog.get_logger(__name__)

AT_ONCE = 8_000_000  # bytes of files that are packed while somebody waits
KEPT = timedelta(days=7)
GIVEN_UP = timedelta(hours=1)  # whoever began it has died


def parts(user: User, now: datetime) -> Iterator[OwnPart | OwnFile]:
    for contribute in rooms.exported:
        yield from contribute(user, now)


def size_of_files(user: User, now: datetime) -> int:
    return sum(part.file.size for part in parts(user, now) if isinstance(part, OwnFile))


def packed(user: User, now: datetime) -> IO[bytes]:
    """The whole copy as a file that vanishes once it is closed."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    missing: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts(user, now):
            if isinstance(part, OwnPart):
                text = json.dumps(part.data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
                archive.writestr(part.name, text + "\n")
            elif not _pack_file(archive, part.name, part.file):
                missing.append(part.name)
        if missing:
            archive.writestr("not-reachable.json", json.dumps(missing, ensure_ascii=False, indent=2) + "\n")
    target.seek(0)
    return target


def _pack_file(archive: zipfile.ZipFile, name: str, stored: StoredFile) -> bool:
    """What may be downloaded of it, as on its own page; False where it cannot be had now."""
    try:
        with storage.downloadable(stored).open("rb") as source:
            content = source.read()
    except (OSError, storage.ImagesOnly):
        log.warning("file left out of a copy", file=stored.public_id)
        return False
    archive.writestr(zipfile.ZipInfo(name), content)
    return True


@transaction.atomic
def note_taken(user: User, *, now: datetime) -> None:
    history.record("user.data_taken", user, by=user, now=now)


@transaction.atomic
def ask(user: User, *, now: datetime) -> DataExport:
    """Have a worker make it. One is made at a time, and asking again gives the same."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    waiting = DataExport.objects.filter(user=user).exclude(status=DataExport.Status.READY).first()
    if waiting:
        return waiting
    note_taken(user, now=now)
    return DataExport.objects.create(user=user, asked_at=clock.real_now())


def make_waiting() -> int:
    """Make what was asked for, one after the other. Whoever claims one makes it alone."""
    count = 0
    while (export := _claimed()) is not None:
        _make(export)
        count += 1
    return count


def _claimed() -> DataExport | None:
    real = clock.real_now()
    waits = Q(status=DataExport.Status.WAITING)
    given_up = Q(status=DataExport.Status.MAKING, begun_at__lt=real - GIVEN_UP)
    with transaction.atomic():
        free = DataExport.objects.select_for_update(skip_locked=True, of=("self",))
        export = free.filter(waits | given_up).select_related("user").order_by("asked_at").first()
        if export:
            export.status, export.begun_at = DataExport.Status.MAKING, real
            export.save(update_fields=["status", "begun_at"])
        return export


def _make(export: DataExport) -> None:
    now = clock.now()
    with packed(export.user, now) as content:
        export.content.save("copy.zip", File(content), save=False)
    real = clock.real_now()
    export.status, export.ready_at, export.goes_at = DataExport.Status.READY, real, real + KEPT
    export.size = export.content.size
    with transaction.atomic():
        export.save()
        notices.export_ready(export, now=now)


def remove_old(real: datetime) -> int:
    """Delete the copies whose time is over; returns how many."""
    old = list(DataExport.objects.filter(goes_at__lte=real)[:50])
    for export in old:
        export.content.delete(save=False)
        export.delete()
    return len(old)
