"""Uploaded files in the storage: kept privately, each with its row, and a safe copy of a PDF that acts."""

from datetime import datetime
from typing import BinaryIO

import structlog
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import DatabaseError
from django.db.models.fields.files import FieldFile

from accelerator.files import pdf_check
from accelerator.files.checking import CheckedFile
from accelerator.files.models import StoredFile
from accelerator.files.uploads import NOT_KEPT
from accelerator.records.people import User
from accelerator.records.startups import Startup

log = structlog.get_logger(__name__)


class NotKept(Exception):
    """The storage is away or full; nothing of the file was kept."""

    def __init__(self):
        super().__init__(str(NOT_KEPT))


class ImagesOnly(Exception):
    """Neither the file nor a copy of it may be downloaded: its pages can only be shown."""


def store(checked: CheckedFile, *, startup: Startup, by: User, now: datetime) -> StoredFile:
    """Keep the bytes, then their row. Raises NotKept, and keeps nothing, if the storage is away or full."""
    stored = StoredFile(
        startup=startup,
        uploaded_by=by,
        uploaded_at=now,
        name=checked.name,
        size=checked.size,
        sha256=checked.sha256,
        content_type=checked.content_type,
        pages=min(checked.pages, 32_767),
        content_state=checked.content_state,
    )
    name = stored.content.field.generate_filename(stored, checked.name)
    try:
        stored.content.save(checked.name, File(checked.upload.file), save=False)
    except OSError as problem:
        log.exception("file not kept", file=name)
        if not isinstance(problem, ConnectionError):  # a full disk keeps the part that it had room for
            _remove(stored, name)
        raise NotKept from problem
    try:
        stored.save()
    except DatabaseError:
        _remove(stored, name)
        raise
    return stored


def _remove(stored: StoredFile, name: str) -> None:
    try:
        stored.content.storage.delete(name)
    except OSError:
        log.exception("file left behind", file=name)  # no row refers to it


def discard(stored: StoredFile) -> None:
    """Delete a file that nothing refers to yet."""
    stored.content.delete(save=False)
    stored.safe_copy.delete(save=False)
    stored.delete()


def remove_for_good(stored: StoredFile) -> bool:
    """The file, its safe copy and its pictures, then the row; False when the storage is away, and the row stays."""
    place, name = stored.content.storage, str(stored.content.name)
    pictures = [f"{name}.page-{number}.png" for number in range(1, (stored.pages or 0) + 1)]
    try:
        for one in filter(None, [name, str(stored.safe_copy.name or ""), *pictures]):
            place.delete(one)
    except OSError:
        log.exception("file not removed", file=stored.public_id)
        return False
    StoredFile.objects.filter(pk=stored.pk).delete()
    return True


def downloadable(stored: StoredFile) -> FieldFile:
    """What may be downloaded: the file, or of one that acts a copy that does not. Raises ImagesOnly."""
    state = StoredFile.ContentState
    if stored.content_state == state.UNKNOWN:  # kept before files were checked for it
        _set_state(stored, _state_of(stored))
    if stored.content_state == state.PLAIN:
        return stored.content
    if stored.content_state == state.IMAGES_ONLY:
        raise ImagesOnly
    if not stored.safe_copy:
        _make_safe_copy(stored)
    return stored.safe_copy


def _state_of(stored: StoredFile) -> str:
    try:
        with content_on_disk(stored) as file:
            return pdf_check.check(file).content
    except pdf_check.NoDeck:  # it was accepted under earlier, looser checks
        return StoredFile.ContentState.IMAGES_ONLY


def _set_state(stored: StoredFile, state: str) -> None:
    stored.content_state = state
    stored.save(update_fields=["content_state"])


def _make_safe_copy(stored: StoredFile) -> None:
    """Made once: of two requests at the same time, one discards its copy."""
    try:
        with content_on_disk(stored) as file:
            copy = pdf_check.without_actions(file)
    except pdf_check.NoDeck as problem:
        _set_state(stored, StoredFile.ContentState.IMAGES_ONLY)
        raise ImagesOnly from problem
    own = stored.safe_copy
    own.save(stored.name, ContentFile(copy), save=False)
    name = str(own.name)
    if not StoredFile.objects.filter(pk=stored.pk, safe_copy="").update(safe_copy=name):
        _remove(stored, name)
        stored.refresh_from_db(fields=["safe_copy"])


def content_on_disk(stored: StoredFile) -> BinaryIO:
    """Its content as a temporary file with a descriptor, wherever it is stored."""
    with stored.content.storage.open(str(stored.content.name), "rb") as file:
        return pdf_check.on_disk(file)
