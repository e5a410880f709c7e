"""Hostile PDFs are refused in words, within seconds, and hold up nobody else."""

import io
import os
import resource
import threading
import time
import zlib
from pathlib import Path

import factories_founder as founders
import pytest
from django.core.exceptions import ValidationError

from accelerator.files import checking, pdf_check


def document(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1, the first being the catalogue."""
    out, offsets = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return out + head + table + tail + b"startxref\n%d\n%%%%EOF\n" % len(out)


def page_tree_without_end() -> bytes:
    return document(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Pages /Count 1 /Parent 2 0 R /Kids [2 0 R] >>",
    )


def a_thousand_million_pages() -> bytes:
    """Nine levels of ten branches each, all of them the same ones: a kilobyte."""
    levels = [
        b"<< /Type /Pages /Count 1000000000 /Kids [%s] >>" % (b"%d 0 R " % (number + 3) * 10)
        for number in range(9)
    ]
    last = b"<< /Type /Page /MediaBox [0 0 1 1] >>"
    return document(b"<< /Type /Catalog /Pages 2 0 R >>", *levels, last)


def table_that_leads_to_itself() -> bytes:
    plain = document(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>")
    at = plain.index(b"xref\n0")
    return plain.replace(b" >>\nstartxref", b" /Prev %d >>\nstartxref" % at)


def deflated_zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(megabytes)) + packer.flush()
    return zlib.compress(packed, 9)


def bomb() -> bytes:
    """A kilobyte in which the page tree lies, behind a hundred million zeros."""
    packed = deflated_zeros(100)
    stream = b"<< /Type /ObjStm /N 1 /First 10 /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream"
    body = stream % (len(packed), packed)
    start = b"%PDF-1.5\n"
    first = b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    second = b"3 0 obj\n" + body + b"\nendobj\n"
    at = len(start) + len(first) + len(second)
    rows = b"".join(
        bytes([kind]) + place.to_bytes(4, "big") + bytes([last])
        for kind, place, last in [
            (0, 0, 255), (1, len(start), 0), (2, 3, 0), (1, len(start) + len(first), 0), (1, at, 0)
        ]
    )  # fmt: skip
    table = (
        b"4 0 obj\n<< /Type /XRef /Size 5 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        % (len(rows), rows)
    )
    return start + first + second + table + b"startxref\n%d\n%%%%EOF\n" % at


def much_to_search() -> bytes:
    """No table, and three million beginnings of objects."""
    return b"%PDF-1.5\n" + b"1 0 obj\n" * 3_000_000


def refusal_of(content: bytes) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        checking.check_pdf(founders.upload(content=content))
    return refused.value


@pytest.mark.parametrize(
    "make", [page_tree_without_end, a_thousand_million_pages, table_that_leads_to_itself, bomb]
)
def test_a_hostile_file_is_refused_within_seconds(make):
    content = make()
    assert len(content) < 4000
    grown, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    refused = refusal_of(content)
    assert refused.code in {"broken", "too_heavy", "no_pages"}
    assert "lease" in refused.message
    assert time.monotonic() - began < pdf_check.SECONDS + 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown < 50_000, (
        "kilobytes, in our own process"
    )
    assert checking.check_pdf(founders.upload()).pages == 1


def test_others_are_served_while_a_heavy_file_is_read():
    heavy = threading.Thread(target=refusal_of, args=[much_to_search()])
    heavy.start()
    time.sleep(0.1)
    assert checking.check_pdf(founders.upload()).pages == 1
    assert heavy.is_alive()
    heavy.join(pdf_check.SECONDS + 2)


def test_a_file_that_eats_memory_meets_the_limit(monkeypatch):
    code, answer = os.pipe()
    if (child := os.fork()) == 0:
        monkeypatch.setattr(pdf_check.sys, "platform", "linux")
        pdf_check._limit()
        try:
            bytearray(pdf_check.MEMORY)
        except MemoryError:
            os.write(answer, b"met")
        os._exit(0)
    os.close(answer)
    assert os.read(code, 10) == b"met"
    os.waitpid(child, 0)


def test_a_reader_that_was_killed_is_started_again():
    assert checking.check_pdf(founders.upload()).pages == 1
    process, _socket = pdf_check._reader
    process.kill()
    process.wait()
    assert checking.check_pdf(founders.upload(content=founders.pdf(2))).pages == 2


def test_the_reader_is_kept_and_knows_no_secrets():
    assert checking.check_pdf(founders.upload()).pages == 1
    process, _socket = pdf_check._reader
    assert checking.check_pdf(founders.upload()).pages == 1
    assert pdf_check._reader[0] is process
    known = Path(f"/proc/{process.pid}/environ").read_bytes()
    assert b"DATABASE_URL" in os.environb
    assert b"DATABASE_URL" not in known


def test_the_file_is_where_it_was_after_it_was_read():
    upload = founders.upload(content=founders.pdf(3))
    checked = checking.check_pdf(upload)
    assert b"".join(checked.upload.chunks()) == founders.pdf(3)
    assert isinstance(upload.file, io.BytesIO)
