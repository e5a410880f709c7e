"""Files that people upload: judged by their content, kept privately, streamed only by our own views.

A view asks `visible_to` first and then answers with `stream()`. The storage's own addresses are never shown; a browser
is told to save the file and to run nothing in it.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import pdf_check, wording
from accelerator.models import Startup, StoredFile, User

MEGABYTE = 1_000_000
LARGEST = 25 * MEGABYTE  # of anything, anywhere; a question may ask for less
PDF = "application/pdf"
HEAD = 1024  # bytes in which every reader looks for the beginning of a PDF
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


class QuotaUploadHandler(FileUploadHandler):
    """Throws away what comes after the largest size we accept, so that nobody fills the disk.

    What is kept is still too large, so the form refuses it in words, and the other fields of the form arrive.
    """

    def receive_data_chunk(self, raw_data, start):
        return raw_data if start <= LARGEST else None

    def file_complete(self, file_size):
        return None


@dataclass(frozen=True)
class CheckedFile:
    """An upload that was found to be what it says."""

    upload: UploadedFile
    name: str
    size: int
    sha256: str
    content_type: str
    pages: int


def check_pdf(upload: UploadedFile, *, max_bytes: int = LARGEST) -> CheckedFile:
    """Raises ValidationError with what is wrong and what to do about it."""
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
    return CheckedFile(
        upload=upload,
        name=_readable_name(upload.name),
        size=upload.size,
        sha256=_digest(upload),
        content_type=PDF,
        pages=_pages(upload),
    )


def _pages(upload: UploadedFile) -> int:
    """Counted in a process of its own, which a hostile file cannot use to hold up anybody else."""
    is_on_disk = hasattr(upload, "temporary_file_path")
    with open(upload.temporary_file_path(), "rb") if is_on_disk else pdf_check.on_disk(upload) as file:
        try:
            return pdf_check.count_pages(file)
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
    """Keep the bytes, then the row that knows them. Raises OSError, and keeps nothing, when the disk is full."""
    stored = StoredFile(
        startup=startup,
        uploaded_by=by,
        uploaded_at=now,
        name=checked.name,
        size=checked.size,
        sha256=checked.sha256,
        content_type=checked.content_type,
        pages=min(checked.pages, 32_767),
    )
    content = stored.content
    try:
        content.save(checked.name, File(checked.upload.file), save=False)
    except OSError:  # the disk keeps the part that it had room for
        content.storage.delete(content.field.generate_filename(stored, checked.name))
        raise
    stored.save()
    return stored


def discard(stored: StoredFile) -> None:
    """Take back a file that nothing refers to yet."""
    stored.content.delete(save=False)
    stored.delete()


def stream(stored: StoredFile) -> FileResponse:
    """The file as a download that no browser renders and nobody's cache keeps."""
    response = FileResponse(
        stored.content.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["Content-Length"] = stored.size
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
