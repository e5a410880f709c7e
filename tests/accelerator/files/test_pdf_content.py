"""A PDF that runs, starts, sends or carries something is taken, and never handed on as it is."""

import io

import factories
import pdfs
import pypdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from accelerator.files import checking, storage, streaming
from accelerator.models import StoredFile

State = StoredFile.ContentState
ACTING = {
    "script on opening": pdfs.opening(pdfs.SCRIPT),
    "program on a page": pdfs.turning(pdfs.LAUNCH),
    "form sent by a click": pdfs.clicking(pdfs.SUBMIT),
    "a file inside": pdfs.carrying(),
    "in hiding": pdfs.hiding(),
    "in disguise": pdfs.disguised(),
}


def checked(content: bytes) -> checking.CheckedFile:
    return checking.check_pdf(SimpleUploadedFile("deck.pdf", content, checking.PDF))


@pytest.fixture
def keep(while_open):
    founder = factories.make_user()
    startup = factories.make_startup(founder)
    return lambda content: storage.store(checked(content), startup=startup, by=founder, now=while_open)


def download(stored: StoredFile) -> bytes:
    response = streaming.stream(stored)
    content = b"".join(response)
    assert int(response["Content-Length"]) == len(content)
    return content


def kept_files(stored: StoredFile) -> int:
    folder = f"startups/{stored.public_id[:2]}"
    return len(stored.content.storage.listdir(folder)[1])


@pytest.mark.django_db
@pytest.mark.parametrize("content", ACTING.values(), ids=ACTING)
def test_what_acts_is_taken_marked_and_downloaded_without_it(keep, content):
    stored = keep(content)
    assert (stored.content_state, stored.pages) == (State.ACTIVE, 1)
    copy = download(stored)
    assert copy != content
    assert checked(copy).content_state == State.PLAIN
    for word in (b"JavaScript", b"Launch", b"L#61unch", b"SubmitForm", b"Embedded", b"MZ"):
        assert word not in copy
    [page] = pypdf.PdfReader(io.BytesIO(copy)).pages
    assert page.mediabox[2:] == [960, 540]


@pytest.mark.parametrize("content", [pdfs.plain(), pdfs.clicking(pdfs.LINK)], ids=["pages", "a link"])
def test_what_only_shows_pages_is_plain(content):
    assert checked(content).content_state == State.PLAIN


@pytest.mark.django_db
def test_the_safe_copy_is_made_once_and_goes_with_its_file(keep):
    stored = keep(pdfs.opening(pdfs.SCRIPT))
    also_asked = StoredFile.objects.get()
    first = download(stored)
    assert download(also_asked) == first
    assert also_asked.safe_copy.name == stored.safe_copy.name
    assert kept_files(stored) == 2
    storage.discard(stored)
    assert kept_files(stored) == 0


@pytest.mark.django_db
def test_a_file_from_before_is_looked_into_when_it_is_first_asked_for(keep):
    acting, plain = keep(pdfs.carrying()), keep(pdfs.plain())
    StoredFile.objects.update(content_state=State.UNKNOWN)
    acting.refresh_from_db()
    plain.refresh_from_db()
    assert b"MZ" not in download(acting)
    assert download(plain) == pdfs.plain()
    assert set(StoredFile.objects.values_list("pk", "content_state")) == {
        (acting.pk, State.ACTIVE),
        (plain.pk, State.PLAIN),
    }


@pytest.mark.django_db
def test_what_nobody_can_look_into_is_not_handed_on(keep):
    stored = keep(pdfs.plain())
    stored.content.storage.delete(stored.content.name)
    stored.content.storage.save(stored.content.name, ContentFile(b"%PDF-1.4 of another time"))
    StoredFile.objects.update(content_state=State.UNKNOWN)
    stored.refresh_from_db()
    with pytest.raises(storage.ImagesOnly):
        streaming.stream(stored)
    assert StoredFile.objects.get().content_state == State.IMAGES_ONLY
