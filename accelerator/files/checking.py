"""Checks what people upload by its content: is it a PDF that opens, and what does it do besides showing pages?"""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accelerator import wording
from accelerator.files import other_formats, pdf_check
from accelerator.files.uploads import LARGEST, NOT_KEPT, LostUpload
from accelerator.typed import text

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


def check_pdf(upload: UploadedFile, *, max_bytes: int = LARGEST, max_pages: int | None = None) -> CheckedFile:
    """Raises ValidationError with what is wrong and what to do; its code is `not_kept` when the fault is ours."""
    if isinstance(upload, LostUpload):
        raise ValidationError(NOT_KEPT, code="not_kept")
    if not upload.size:
        raise ValidationError(_("This file is empty. Please choose it again."), code="empty_file")
    if upload.size > max_bytes:
        raise ValidationError(
            too_large(max_bytes),
            code="too_large",
        )
    upload.seek(0)
    beginning, name = upload.read(HEAD), _readable_name(upload.name or "")
    # The type that a browser declares comes from its machine's registry of types, not from the file. A phone may send no
    # suffix at all; one that names another kind of file is believed.
    if other_formats.named(name) or b"%PDF-" not in beginning:
        raise ValidationError(str(other_formats.remedy(name, beginning)), code="no_pdf")
    found = _look_into(upload)
    if max_pages is not None and found.pages > max_pages:
        raise ValidationError(
            ngettext(
                "This PDF has %(pages)s pages, and at most %(limit)s page can be taken. Please leave some out.",
                "This PDF has %(pages)s pages, and at most %(limit)s pages can be taken. Please leave some out.",
                max_pages,
            ),
            params={"pages": found.pages, "limit": max_pages},
            code="too_many_pages",
        )
    return CheckedFile(
        upload=upload,
        name=name if name.endswith(".pdf") else f"{name}.pdf",
        size=upload.size,
        sha256=_digest(upload),
        content_type=PDF,
        pages=found.pages,
        content_state=found.content,
    )


def too_large(max_bytes: int) -> str:
    """Said by the page before a file is sent, and by the server of one that was sent nevertheless."""
    return _("This file is larger than %(limit)s. Exporting it with smaller pictures usually helps.") % {
        "limit": wording.file_size(max_bytes)
    }


def _look_into(upload: UploadedFile) -> pdf_check.Found:
    """In a process of its own, so that a hostile file delays nobody else."""
    with _on_disk(upload) as file:
        try:
            return pdf_check.check(file)
        except pdf_check.NoDeck as refused:
            raise ValidationError(_NO_DECK[refused.code], code=refused.code) from refused


def _on_disk(upload: UploadedFile) -> BinaryIO:
    if isinstance(upload, TemporaryUploadedFile):
        return open(upload.temporary_file_path(), "rb")
    return pdf_check.on_disk(upload)


def _digest(upload: UploadedFile) -> str:
    digest = sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


# What starts something on some machine when its name ends so. `deckfdp.exe.pdf` is a PDF, and reads as if it were none.
_STARTS = re.compile(
    r"\.(?=(?:app|bat|cmd|com|dmg|exe|hta|html?|jar|js|lnk|msi|pif|ps1|scr|sh|svg|vbs|wsf)(?:\.|\s|$))",
    re.IGNORECASE,
)


def _readable_name(name: str) -> str:
    """The name as one reads it, cut to fit its column. In a form browsers write its quotes as %22."""
    path = PurePath(text.line(name.replace("%22", '"')) or "deck")
    return _STARTS.sub("-", path.stem)[:150].strip() + path.suffix.lower()[:20]
