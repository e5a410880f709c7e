"""Checks what people upload by its content: is it a PDF that opens, and what does it do besides showing pages?"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import wording
from accelerator.files import pdf_check
from accelerator.files.uploads import LARGEST, NOT_KEPT, LostUpload

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


@dataclass(frozen=True)
class CheckedFile:
    """An upload that passed the checks."""

    upload: UploadedFile
    name: str
    size: int
    sha256: str
    content_type: str
    pages: int
    content_state: str


def check_pdf(upload: UploadedFile, *, max_bytes: int = LARGEST) -> CheckedFile:
    """Raises ValidationError with what is wrong and what to do; its code is `not_kept` when the fault is ours."""
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
    # The type that a browser declares comes from its machine's registry of types, not from the file.
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
    """In a process of its own, so that a hostile file delays nobody else."""
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
    """The name without characters that do not print or change the direction of reading, cut to fit its column."""
    path = PurePath("".join(char for char in name if char.isprintable()))
    return path.stem[:150] + path.suffix.lower()
