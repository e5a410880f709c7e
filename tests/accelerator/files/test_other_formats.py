"""What is no PDF is told what it is and how to make one of it; what is one is taken under whatever name."""

import factories_founder as founders
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accelerator.files import checking


def refused(name: str, content: bytes) -> str:
    with pytest.raises(ValidationError) as refusal:
        checking.check_pdf(SimpleUploadedFile(name, content))
    assert refusal.value.code == "no_pdf"
    return refusal.value.messages[0]


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("Deck.pptx", b"PK\x03\x04", "PowerPoint"),
        ("deck", b"PK\x03\x04....ppt/slides", "PowerPoint"),
        ("Deck.key", b"PK\x03\x04", "Keynote"),
        ("deck", b"PK\x03\x04....Index/Slide.iwa", "Keynote"),
        ("deck.docx", b"PK\x03\x04", "text document"),
        ("IMG_0001.HEIC", b"\x00\x00\x00\x18ftypheic", "picture"),
        ("deck.pdf", b"\x89PNG\r\n", "picture"),
        ("deck.zip", b"PK\x03\x04", "archive"),
        ("deck.gslides", b"{}", "kept online"),
        ("deck.pdf", b"<html>", "not a PDF"),
        ("deck.html", founders.pdf(), "not a PDF"),
    ],
)
def test_what_is_no_pdf_is_told_what_to_do_on_a_phone(name, content, words):
    said = refused(name, content)
    assert words in said
    assert words == "archive" or ("iPhone" in said and "Android" in said) or "on a phone" in said


@pytest.mark.parametrize(
    "name, kept",
    [
        ("deck", "deck.pdf"),
        ("Deck v1.2", "Deck v1.2.pdf"),
        ("deck.pdf ", "deck.pdf"),
        ("deck.PDF\u200e", "deck.pdf"),
        ("デッキ.pdf", "デッキ.pdf"),
        ("The %22best%22 deck.pdf", 'The "best" deck.pdf'),
        ("\u202efdp.kced", "fdp.kced.pdf"),
        ("\u200b", "deck.pdf"),
        ("x" * 240 + ".pdf", "x" * 150 + ".pdf"),
    ],
)
def test_a_pdf_is_taken_under_whatever_name_and_shown_as_one_reads_it(name, kept):
    assert checking.check_pdf(SimpleUploadedFile(name, founders.pdf())).name == kept


def test_pages_are_counted_against_a_limit_that_refuses():
    three = SimpleUploadedFile("deck.pdf", founders.pdf(3))
    assert checking.check_pdf(three, max_pages=3).pages == 3
    with pytest.raises(ValidationError, match="This PDF has 3 pages, and at most 2 pages can be taken"):
        checking.check_pdf(three, max_pages=2)
