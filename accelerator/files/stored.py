"""Files that people upload: judged by their content, kept privately, streamed only by our own views.

A view asks `visible_to` first and then answers with `stream()`. The storage's own addresses are never shown; a browser
is told to save the file and to run nothing in it.
"""

import contextlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import BinaryIO

import structlog
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.db import DatabaseError
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import wording
from accelerator.files import pdf_check
from accelerator.files.models import StoredFile
from accelerator.records.people import User
from accelerator.records.startups import Startup

log = structlog.get_logger(__name__)

MEGABYTE = 1_000_000
LARGEST = 25 * MEGABYTE  # of anything, anywhere; a question may ask for less
PDF = "application/pdf"
MOST_PAGES = 300  # of one file that are shown as pictures
END_OF_PNG = b"IEND\xaeB`\x82"
HEAD = 1024  # bytes in which every reader looks for the beginning of a PDF
NOT_KEPT = gettext_lazy("Your deck is not kept yet. Please try again in a moment.")
_NO_DECK = {
    pdf_check.BROKEN: gettext_lazy("This PDF does not open. Please export it again and try the new file."),
    pdf_check.ENCRYPTED: gettext_lazy(
        "This PDF is protected by a password. Please export it again without one."
    ),
    pdf_check.NO_PAGES: gettext_lazy("This PDF has no pages. Please export it again."),
    pdf_check.TOO_HEAVY: gettext_lazy(
        "This PDF is more work to open than any deck we know. Please export it again, as simply as you can."
    ),
}


class NotKept(Exception):
    """The storage is away or full, and nothing of the file is left there."""

    def __init__(self):
        super().__init__(str(NOT_KEPT))


class NoSuchPage(Exception):
    """The file has no such page, or none that can be drawn."""


class ImagesOnly(Exception):
    """A file that is not handed on, nor a copy of it: its pages can only be shown."""


class QuotaUploadHandler(FileUploadHandler):
    """Throws away what comes after the largest size we accept, so that nobody fills the disk.

    What is kept is still too large, so the form refuses it in words, and the other fields of the form arrive.
    """

    def receive_data_chunk(self, raw_data, start):
        return raw_data if start <= LARGEST else None

    def file_complete(self, file_size):
        return None


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Keeps an upload on the disk while it is judged; on a full one the other fields of the form arrive all the same."""

    def new_file(self, *args, **kwargs):
        self.is_lost = False
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self._lose()

    def receive_data_chunk(self, raw_data, start):
        if self.is_lost:
            return
        try:
            self.file.write(raw_data)
        except OSError:
            self._lose()

    def file_complete(self, file_size):
        if not self.is_lost:
            try:
                return super().file_complete(file_size)
            except OSError:  # what was still in a buffer
                self._lose()
        return LostUpload(name=self.file_name)

    def upload_interrupted(self):
        if not self.is_lost:
            super().upload_interrupted()

    def _lose(self):
        self.is_lost = True
        log.exception("upload not kept")
        file, self.file = getattr(self, "file", None), None
        if file:
            with contextlib.suppress(OSError):  # it tries to write what is left, once more
                file.close()


class LostUpload(UploadedFile):
    """What stands for a file that the disk had no room for."""


@dataclass(frozen=True)
class CheckedFile:
    """An upload that was found to be what it says."""

    upload: UploadedFile
    name: str
    size: int
    sha256: str
    content_type: str
    pages: int
    content_state: str


def check_pdf(upload: UploadedFile, *, max_bytes: int = LARGEST) -> CheckedFile:
    """Raises ValidationError with what is wrong and what to do about it; its code is `not_kept` when it is our fault."""
    if isinstance(upload, LostUpload):
        raise ValidationError(NOT_KEPT, code="not_kept")
    if not upload.size:
        raise ValidationError(_("This file is empty. Please choose it again."), code="empty_file")
    if upload.size > max_bytes:
        raise ValidationError(
            _("This file is larger than %(limit)s. Exporting it with smaller pictures usually helps."),
            params={"limit": wording.file_size(max_bytes)},
            code="too_large",
        )
    upload.seek(0)
    named_pdf = PurePath(upload.name).suffix.lower() == ".pdf"
    # What a browser declares comes from its machine's registry of types, and says nothing about the file.
    if not (named_pdf and b"%PDF-" in upload.read(HEAD)):
        raise ValidationError(
            _("This is not a PDF. Please export the document as PDF and choose that file."), code="no_pdf"
        )
    found = _look_into(upload)
    return CheckedFile(
        upload=upload,
        name=_readable_name(upload.name),
        size=upload.size,
        sha256=_digest(upload),
        content_type=PDF,
        pages=found.pages,
        content_state=found.content,
    )


def _look_into(upload: UploadedFile) -> pdf_check.Found:
    """In a process of its own, which a hostile file cannot use to hold up anybody else."""
    is_on_disk = hasattr(upload, "temporary_file_path")
    with open(upload.temporary_file_path(), "rb") if is_on_disk else pdf_check.on_disk(upload) as file:
        try:
            return pdf_check.check(file)
        except pdf_check.NoDeck as refused:
            raise ValidationError(_NO_DECK[refused.code], code=refused.code) from refused


def _digest(upload: UploadedFile) -> str:
    digest = sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _readable_name(name: str) -> str:
    """The name without signs that do not print or turn the direction of reading; short enough to keep."""
    path = PurePath("".join(sign for sign in name if sign.isprintable()))
    return path.stem[:150] + path.suffix.lower()


def store(checked: CheckedFile, *, startup: Startup, by: User, now) -> StoredFile:
    """Keep the bytes, then the row that knows them. Raises NotKept, and keeps nothing, if the storage is away or full."""
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
        if not isinstance(problem, ConnectionError):  # a disk keeps the part that it had room for
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
        log.exception("file left behind", file=name)  # nothing refers to it


def discard(stored: StoredFile) -> None:
    """Take back a file that nothing refers to yet."""
    stored.content.delete(save=False)
    stored.safe_copy.delete(save=False)
    stored.delete()


def stream(stored: StoredFile) -> FileResponse:
    """The file as a download that no browser renders and nobody's cache keeps; of one that acts, a copy that does not.

    Raises ImagesOnly, and OSError when the storage is out of reach.
    """
    content = _what_may_leave(stored)
    response = FileResponse(
        content.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["Content-Length"] = content.size
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return _for_one_person(response)


def page_image(stored: StoredFile, number: int) -> HttpResponse:
    """Page `number`, counted from 1, as a picture in a page of ours.

    Drawn when it is first asked for, and kept. Raises NoSuchPage, and OSError when the storage is out of reach.
    """
    if not 1 <= number <= min(stored.pages or MOST_PAGES, MOST_PAGES):
        raise NoSuchPage
    storage, name = stored.content.storage, f"{stored.content.name}.page-{number}.png"
    image = _kept_image(storage, name)
    if image is None:
        try:
            with _on_disk(stored) as file:
                image = pdf_check.draw_page(file, number)
        except pdf_check.NoDeck as problem:
            raise NoSuchPage from problem
        _keep_image(storage, name, image)
    return _for_one_person(HttpResponse(image, content_type="image/png"))


def _kept_image(storage, name: str) -> bytes | None:
    if not storage.exists(name):
        return None
    with storage.open(name, "rb") as file:
        image = file.read()
    return image if image.endswith(END_OF_PNG) else None  # somebody else is still writing it


def _keep_image(storage, name: str, image: bytes) -> None:
    """If there is room. What was there already, whole or begun, makes way."""
    try:
        storage.delete(name)
        kept_as = storage.save(name, ContentFile(image))
        if kept_as != name:  # somebody else was quicker
            storage.delete(kept_as)
    except OSError:
        log.exception("page not kept", file=name)
        with contextlib.suppress(OSError):
            storage.delete(name)


def shown_pages(stored: StoredFile) -> range:
    """Numbers of the pages that can be shown as pictures."""
    return range(1, min(stored.pages or 1, MOST_PAGES) + 1)


def _for_one_person(response):
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _what_may_leave(stored: StoredFile) -> FieldFile:
    state = StoredFile.ContentState
    if stored.content_state == state.UNKNOWN:  # kept before anybody looked
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
        with _on_disk(stored) as file:
            return pdf_check.check(file).content
    except pdf_check.NoDeck:  # it was taken when we asked less
        return StoredFile.ContentState.IMAGES_ONLY


def _set_state(stored: StoredFile, state: str) -> None:
    stored.content_state = state
    stored.save(update_fields=["content_state"])


def _make_safe_copy(stored: StoredFile) -> None:
    """Once: of two people who ask first, one has worked for nothing."""
    try:
        with _on_disk(stored) as file:
            copy = pdf_check.without_actions(file)
    except pdf_check.NoDeck as problem:
        _set_state(stored, StoredFile.ContentState.IMAGES_ONLY)
        raise ImagesOnly from problem
    mine = stored.safe_copy
    mine.save(stored.name, ContentFile(copy), save=False)
    if not StoredFile.objects.filter(pk=stored.pk, safe_copy="").update(safe_copy=mine.name):
        _remove(stored, mine.name)
        stored.refresh_from_db(fields=["safe_copy"])


def _on_disk(stored: StoredFile) -> BinaryIO:
    """Its content with a descriptor of its own, wherever it is kept."""
    with stored.content.storage.open(stored.content.name, "rb") as file:
        return pdf_check.on_disk(file)
