"""A deck as pictures of its pages: for whoever may open the deck, drawn once, noted once."""

import struct

import factories
import factories_founder as founders
import pdfs
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from accelerator import history
from accelerator.files import pdf_check
from accelerator.models import StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


@pytest.fixture
def founder(draft, signed_in):
    return signed_in(draft.started_by)


@pytest.fixture
def send(draft, founder):
    def sent(content: bytes) -> StoredFile:
        deck = {"deck": founders.upload(content=content)}
        assert (
            founder.post(reverse("applying:upload_file", args=[draft.public_id, "deck"]), deck).status_code
            == 302
        )
        return draft.attachments.get(replaced_at=None).file

    return sent


def image(client, stored: StoredFile, number: int):
    return client.get(reverse("applying:application_page_image", args=[stored.public_id, number]))


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_a_page_is_shown_as_a_picture_in_the_page_alone(founder, send):
    response = image(founder, send(pdfs.plain()), 1)
    assert size_of(response.content) == (1920, 1080)
    assert response["Content-Type"] == "image/png"
    assert "attachment" not in response.get("Content-Disposition", "")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("side", [3, 14_400, 1e9])
def test_no_picture_is_larger_than_two_thousand_pixels(founder, send, side):
    assert max(size_of(image(founder, send(pdfs.plain(side, side / 2)), 1).content)) <= 2000


def test_a_page_is_drawn_once(founder, send, monkeypatch):
    stored = send(pdfs.plain())
    first = image(founder, stored, 1).content
    monkeypatch.delattr(pdf_check, "draw_page")
    assert image(founder, stored, 1).content == first


def test_a_picture_that_was_cut_off_is_drawn_again(founder, send):
    stored = send(pdfs.plain())
    first = image(founder, stored, 1).content
    storage, name = stored.content.storage, f"{stored.content.name}.page-1.png"
    storage.delete(name)
    storage.save(name, ContentFile(first[:-20]))
    assert image(founder, stored, 1).content == first
    with storage.open(name) as kept:
        assert kept.read() == first


def test_an_unknown_page_and_an_unknown_file_are_not_found(founder, send):
    stored = send(pdfs.plain())
    assert {image(founder, stored, number).status_code for number in (0, 2, 999_999)} == {404}
    stored.public_id = "nobodyknows1"
    assert image(founder, stored, 1).status_code == 404


def test_a_stranger_sees_neither_pages_nor_pictures(send, signed_in):
    stored = send(pdfs.plain())
    stranger = signed_in(factories.make_user())
    assert image(stranger, stored, 1).status_code == 404
    assert stranger.get(reverse("applying:application_pages", args=[stored.public_id])).status_code == 404


@pytest.mark.parametrize("action", [pdfs.SCRIPT, pdfs.LAUNCH])
def test_a_deck_that_acts_is_shown_and_downloaded_without_it(founder, send, action):
    stored = send(pdfs.opening(action))
    page = founder.get(reverse("applying:application_pages", args=[stored.public_id])).content.decode()
    assert "contains more than pages" in page
    assert 'alt="Page 1 of 1"' in page
    assert image(founder, stored, 1).status_code == 200
    download = founder.get(reverse("applying:application_file", args=[stored.public_id]))
    assert b"/Launch" not in (content := b"".join(download))
    assert b"/JavaScript" not in content


def test_a_deck_that_cannot_be_looked_into_leads_to_its_pages(founder, send):
    stored = send(pdfs.plain())
    StoredFile.objects.filter(pk=stored.pk).update(content_state=StoredFile.ContentState.IMAGES_ONLY)
    response = founder.get(reverse("applying:application_file", args=[stored.public_id]), follow=True)
    assert "cannot be downloaded" in response.content.decode()
    assert "Download" not in response.content.decode()


def test_reading_page_after_page_is_one_opening(draft, signed_in, send):
    stored = send(founders.pdf(3))
    founders.submit(draft)
    manager = signed_in(factories.make_manager(draft.call.programme))
    manager.get(reverse("applying:application_pages", args=[stored.public_id]))
    assert [image(manager, stored, number).status_code for number in (1, 2, 3)] == [200] * 3
    assert history.of(draft).filter(action="application.file_opened").count() == 1
