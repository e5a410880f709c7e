"""A small, honest PDF for each startup of the cast: one page a slide, in a standard font."""

import textwrap


def deck(name: str, slides: list[dict]) -> bytes:
    """A PDF of A5 landscape pages: a title page, then each slide's title and lines (`text` or `lines`)."""
    pages = [(name, "")] + [
        (s.get("title", ""), s.get("text") or "\n".join(s.get("lines", []))) for s in slides
    ]
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for index, (title, text) in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 420] /Resources << /Font << /F 3 0 R >> >> "
            + f"/Contents {5 + 2 * index} 0 R >>".encode()
        )
        drawing = _page(title, text)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing))
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + head + table + tail


def _page(title: str, text: str) -> bytes:
    lines = [line for part in text.splitlines() for line in (textwrap.wrap(part, 62) or [""])]
    drawn = [b"BT /F 26 Tf 48 340 Td (%s) Tj ET" % _escaped(title)]
    drawn += [
        b"BT /F 15 Tf 48 %d Td (%s) Tj ET" % (292 - 24 * i, _escaped(line))
        for i, line in enumerate(lines[:10])
    ]
    return b"\n".join(drawn)


def _escaped(text: str) -> bytes:
    plain = text.encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
