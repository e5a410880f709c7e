"""What somebody sends instead of a PDF, and how to make a PDF of it, also on the phone that it was sent from."""

from collections.abc import Iterator
from pathlib import PurePath

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

POWERPOINT = _(
    "This is a PowerPoint file, and reviewers read PDF. On a computer: File, Export, PDF. On an iPhone: open it in "
    "PowerPoint or Keynote, tap the three dots, then Export and PDF. On Android: open it in Google Slides, tap the three "
    "dots, then Share and export, Save as, PDF."
)
KEYNOTE = _(
    "This is a Keynote file, and reviewers read PDF. On a Mac: File, Export To, PDF. On an iPhone: open it in Keynote, tap "
    "the three dots, then Export and PDF. On Android or Windows: open it at icloud.com and download a copy as PDF."
)
DOCUMENT = _(
    "This is a text document, and reviewers read PDF. On a computer: File, Export or Save as, PDF. On an iPhone: open it, "
    "tap Share, Print, then Share again and Save to Files. On Android: open it in Google Docs, tap the three dots, then "
    "Share and export, Save as, PDF."
)
PICTURE = _(
    "This is a picture, and reviewers read PDF. On an iPhone: hold it in Files, then Quick Actions and Create PDF. On "
    "Android: open it, tap the three dots, Print, and choose Save as PDF. On a computer: print it to a PDF."
)
ARCHIVE = _("This is an archive. Please open it and choose the PDF that is inside.")
SHORTCUT = _(
    "This only points to a document that is kept online. Please open it there and download it as PDF; on a phone: tap the "
    "three dots, then Share and export, Save as, PDF."
)
OTHER = _(
    "This is not a PDF. Please export the document as PDF and choose that file. On an iPhone: open it, tap Share, Print, "
    "then Share again and Save to Files. On Android: open it, tap the three dots, Print, and choose Save as PDF."
)


def _each(suffixes: str, remedy: Promise) -> dict[str, Promise]:
    return dict.fromkeys(suffixes.split(), remedy)


_BY_SUFFIX = (
    _each(".ppt .pptx .pptm .pps .ppsx .potx .odp", POWERPOINT)
    | _each(".key .keynote", KEYNOTE)
    | _each(".doc .docx .odt .rtf .txt .md .pages .xls .xlsx .ods .numbers", DOCUMENT)
    | _each(".jpg .jpeg .png .gif .webp .heic .heif .tif .tiff .bmp .svg .ai .psd", PICTURE)
    | _each(".zip .rar .7z .gz .tar", ARCHIVE)
    | _each(".gslides .gdoc .webloc .url .lnk .desktop", SHORTCUT)
    | _each(".htm .html .xml .exe .js .mp4 .mov .ps .eps .dmg .apk .bat .cmd .sh", OTHER)
)
_BY_CONTENT = {
    b"\x89PNG": PICTURE,
    b"\xff\xd8\xff": PICTURE,
    b"GIF8": PICTURE,
    b"ppt/": POWERPOINT,
    b"Index/Slide": KEYNOTE,
    b"word/": DOCUMENT,
    b"xl/": DOCUMENT,
    b"PK\x03\x04": ARCHIVE,
    b"Rar!": ARCHIVE,
}


def named(name: str) -> Promise | None:
    """What to do with a file that is called so; None where the name tells nothing, or that it is a PDF."""
    return _BY_SUFFIX.get(PurePath(name).suffix.lower())


def remedy(name: str, beginning: bytes) -> Promise:
    """What to do with a file that is no PDF, by its name and else by how it begins."""
    return named(name) or next(_of(beginning), OTHER)


def _of(beginning: bytes) -> Iterator[Promise]:
    return (said for sign, said in _BY_CONTENT.items() if sign in beginning)
