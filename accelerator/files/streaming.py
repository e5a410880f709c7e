"""How stored files reach a browser: as a download, or page by page as pictures.

The caller checks first that the person may see the file. The storage's own addresses are never shown; a browser is
told to save the file and to run nothing in it.
"""

import contextlib
from typing import TypeVar

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

from accelerator.files import pdf_check, storage
from accelerator.files.models import StoredFile

log = structlog.get_logger(__name__)

MOST_PAGES = 300  # of one file that are shown as pictures
END_OF_PNG = b"IEND\xaeB`\x82"
Answer = TypeVar("Answer", bound=HttpResponseBase)


class NoSuchPage(Exception):
    """The file has no such page, or it cannot be drawn."""


def stream(stored: StoredFile) -> FileResponse:
    """The file as a download that no browser renders and no cache keeps; of one that acts, a copy that does not.

    Raises storage.ImagesOnly, and OSError when the storage is out of reach.
    """
    content = storage.downloadable(stored)
    response = FileResponse(
        content.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["Content-Length"] = content.size
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return _for_one_person(response)


def shown_pages(stored: StoredFile) -> range:
    """The numbers of the pages that can be shown as pictures."""
    return range(1, min(stored.pages or 1, MOST_PAGES) + 1)


def page_image(stored: StoredFile, number: int) -> HttpResponse:
    """Page `number`, counted from 1, as a picture in a page of ours.

    Drawn at the first request, then kept. Raises NoSuchPage, and OSError when the storage is out of reach.
    """
    if not 1 <= number <= min(stored.pages or MOST_PAGES, MOST_PAGES):
        raise NoSuchPage
    place, name = stored.content.storage, f"{stored.content.name}.page-{number}.png"
    image = _kept_image(place, name)
    if image is None:
        try:
            with storage.content_on_disk(stored) as file:
                image = pdf_check.draw_page(file, number)
        except pdf_check.NoDeck as problem:
            raise NoSuchPage from problem
        _keep_image(place, name, image)
    return _for_one_person(HttpResponse(image, content_type="image/png"))


def _kept_image(place: Storage, name: str) -> bytes | None:
    if not place.exists(name):
        return None
    with place.open(name, "rb") as file:
        image = file.read()
    return image if image.endswith(END_OF_PNG) else None  # another request is still writing it


def _keep_image(place: Storage, name: str, image: bytes) -> None:
    """Keep it if there is room, in place of an earlier image, whole or unfinished."""
    try:
        place.delete(name)
        kept_as = place.save(name, ContentFile(image))
        if kept_as != name:  # another request was quicker
            place.delete(kept_as)
    except OSError:
        log.exception("page not kept", file=name)
        with contextlib.suppress(OSError):
            place.delete(name)


def _for_one_person(response: Answer) -> Answer:
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
