"""What the child of `pdf_check` does with a stranger's PDF: count, look for what acts, write without it, draw a page.

PDFium opens what Chrome opens. pypdf looks through what is in it, for PDFium does not tell of every script. Nothing but
that child may import this: each function here may take any time, any memory, and the process with it.
"""

import io
import re
import struct
import zlib

import pypdf
import pypdfium2
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

LONGEST_SIDE = 2000  # pixels of a page's image
_SIDE_IN_A_PDF = 1600  # pixels of a page in a PDF of images, which is to be carried
_MOST_PARTS = 300_000  # of one document that are looked at

BROKEN, ENCRYPTED, NO_PAGES = "broken", "encrypted", "no_pages"
PLAIN, ACTIVE, IMAGES_ONLY = "plain", "active", "images_only"
# By PDFium's numbers: it read the file and found no fault but that nothing is in it; it needs a password.
_REFUSALS = {0: NO_PAGES, 4: ENCRYPTED}

_ACTING_KEYS = frozenset(
    ["/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/RichMediaSettings"]
)
_ACTING_KINDS = {
    "/S": frozenset(
        ["/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/RichMediaExecute"]
    ),
    "/Subtype": frozenset(["/RichMedia", "/FileAttachment", "/Screen", "/Movie", "/3D"]),
}
_PASSIVE_KEYS = frozenset(["/Parent", "/StructTreeRoot", "/Metadata", "/Font", "/ColorSpace", "/Contents"])
_SHOWN_KEYS = frozenset(
    ["/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Contents", "/Resources", "/Group"]
)
# As it is written by nearly everybody: also in what pypdf does not reach and another reader may.
_WRITTEN = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFile|RichMedia|SubmitForm|ImportData|GoToE)(?![A-Za-z])"
)


class PdfRefused(Exception):
    """`code` is one of BROKEN, ENCRYPTED, NO_PAGES."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def warm() -> None:
    """Do everything once with one small PDF, so that no child imports anything or builds a table of its own."""
    writer, small = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(9, 9)
    writer.write(small)
    count(small.getvalue())
    look(small.getvalue())


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as refused:
        raise PdfRefused(_REFUSALS.get(refused.err_code, BROKEN)) from refused


def count(content: bytes) -> int:
    """Pages. Raises PdfRefused."""
    document = _opened(content)
    document[0].close()  # the number is what the file says of itself; its first page is there or is not
    return len(document)


def look(content: bytes) -> str:
    """PLAIN, ACTIVE, or IMAGES_ONLY for what nobody but PDFium can read."""
    if _WRITTEN.search(content):
        return ACTIVE
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            return IMAGES_ONLY
        return ACTIVE if _acts(reader.trailer["/Root"]) else PLAIN
    except Exception:  # a broken file may raise anything
        return IMAGES_ONLY


def _acts(root) -> bool:
    """Whether anything that can be reached from here runs, starts, sends or carries something."""
    waiting, seen = [root], set()
    for _part in range(_MOST_PARTS):
        if not waiting:
            return False
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            if part.idnum in seen:
                continue
            seen.add(part.idnum)
            part = part.get_object()
        if isinstance(part, ArrayObject):
            waiting += [child for child in part if isinstance(child, _HOLDERS)]
        elif isinstance(part, DictionaryObject):
            if not _ACTING_KEYS.isdisjoint(part):
                return True
            for key, kinds in _ACTING_KINDS.items():
                kind = part.raw_get(key) if key in part else None
                if isinstance(kind, IndirectObject):
                    kind = kind.get_object()
                if kind in kinds:
                    return True
            waiting += [
                child
                for key, child in part.items()
                if isinstance(child, _HOLDERS) and key not in _PASSIVE_KEYS
            ]
    raise ValueError("more parts than any deck has")


_HOLDERS = (IndirectObject, ArrayObject, DictionaryObject)


def rewrite(content: bytes) -> bytes:
    """The same pages in a PDF that does nothing: with their links if that is enough, flat, or else as images."""
    for make in (_of_pages, _of_flat_pages):
        copy = _if_possible(make, content)
        if copy and look(copy) == PLAIN:
            return copy
    return _of_images(content)


def _if_possible(make, content: bytes) -> bytes | None:
    try:
        return make(content)
    except Exception:  # as in `look`; a picture can still be made of it
        return None


def _of_pages(content: bytes, *, are_flat: bool = False) -> bytes:
    """Pages alone, without what their document does when it opens or carries along."""
    copy, written = pypdfium2.PdfDocument.new(), io.BytesIO()
    copy.import_pages(_opened(content))
    for page in copy if are_flat else ():
        pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_NORMALDISPLAY)
        page.close()
    copy.save(written)
    return written.getvalue()


def _of_flat_pages(content: bytes) -> bytes:
    """Notes and fields become part of the picture, and nothing of a page is kept but what it shows."""
    writer, written = pypdf.PdfWriter(), io.BytesIO()
    for page in pypdf.PdfReader(io.BytesIO(_of_pages(content, are_flat=True))).pages:
        for key in page.keys() - _SHOWN_KEYS:
            del page[key]
        writer.add_page(page)
    writer.write(written)
    return written.getvalue()


def _of_images(content: bytes) -> bytes:
    document = _opened(content)
    pages, objects = [], []
    for number in range(len(document)):
        width, height, pixels = _drawn(document, number, _SIDE_IN_A_PDF)
        shown = document.get_page_size(number)
        packed = zlib.compress(pixels, 6)
        first = 3 + 3 * number
        pages.append(b"%d 0 R" % first)
        painted = b"%.2f 0 0 %.2f 0 0 cm /I Do" % shown
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R /Resources << /XObject << /I %d 0 R >> >> >>"
            % (*shown, first + 1, first + 2),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(painted), painted),
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 "
            b"/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
            % (width, height, len(packed), packed),
        ]
    tree = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), b" ".join(pages))
    return _document([b"<< /Type /Catalog /Pages 2 0 R >>", tree, *objects])


def _document(objects: list[bytes]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def draw(content: bytes, number: int) -> bytes:
    """Page `number`, counted from 1, as a PNG of LONGEST_SIDE at most."""
    width, height, pixels = _drawn(_opened(content), number - 1, LONGEST_SIDE)
    row = width * 3
    # Each row is written as its difference from nothing: slides are flat enough.
    lines = b"".join(b"\0" + pixels[at : at + row] for at in range(0, row * height, row))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(lines, 6)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _drawn(document: pypdfium2.PdfDocument, index: int, longest: int) -> tuple[int, int, bytes]:
    """Width, height, and three bytes for each pixel. A page is never drawn larger than two pixels to the point."""
    page = document[index]
    scale = min(2.0, (longest - 1) / max(page.get_size()))
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    row = bitmap.width * 3
    if bitmap.n_channels != 3:
        raise ValueError(f"{bitmap.n_channels} channels")
    view = memoryview(bitmap.buffer).cast("B")
    pixels = b"".join(view[at : at + row] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride))
    size = bitmap.width, bitmap.height
    view.release()
    bitmap.close()
    page.close()
    return *size, pixels
