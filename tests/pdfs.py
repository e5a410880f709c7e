"""PDFs that do something besides showing pages."""

import io

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject


def _dictionary(**entries) -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject(f"/{key}"): NameObject(value)
            if isinstance(value, str) and value.startswith("/")
            else TextStringObject(value)
            if isinstance(value, str)
            else value
            for key, value in entries.items()
        }
    )


SCRIPT = _dictionary(S="/JavaScript", JS="app.alert(1)")
LAUNCH = _dictionary(S="/Launch", F="calc.exe")
SUBMIT = _dictionary(S="/SubmitForm", F="https://elsewhere.example")
LINK = _dictionary(S="/URI", URI="https://papyrus.example")


def _written(change, width: float = 960, height: float = 540) -> bytes:
    writer, stream = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width, height)
    change(writer)
    writer.write(stream)
    return stream.getvalue()


def opening(action) -> bytes:
    """Does this when the document is opened."""
    return _written(lambda writer: writer.root_object.update(_dictionary(OpenAction=action)))


def turning(action) -> bytes:
    """Does this when its page is shown."""
    return _written(lambda writer: writer.pages[0].update(_dictionary(AA=_dictionary(O=action))))


def clicking(action) -> bytes:
    """Does this when a part of its page is clicked."""
    box = ArrayObject(NumberObject(side) for side in (0, 0, 50, 50))
    note = _dictionary(Type="/Annot", Subtype="/Link", Rect=box, A=action)
    return _written(lambda writer: writer.pages[0].update(_dictionary(Annots=ArrayObject([note]))))


def carrying() -> bytes:
    return _written(lambda writer: writer.add_attachment("invoice.exe", b"MZ"))


def hiding() -> bytes:
    """Among what a page is painted with, where no action belongs."""
    return _written(lambda writer: writer.pages[0].update(_dictionary(Resources=_dictionary(Other=SCRIPT))))


def disguised() -> bytes:
    """Names in which a sign is written by its number."""
    return turning(LAUNCH).replace(b"/Launch", b"/L#61unch")


def plain(width: float = 960, height: float = 540) -> bytes:
    return _written(lambda _writer: None, width, height)
