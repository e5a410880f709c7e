"""Uploads are judged by their content, kept privately and handed out as downloads."""

import io
import resource
import zipfile

import factories
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import RequestFactory
from pypdf import PdfWriter

from accelerator.files import checking, storage, streaming, uploads


def pdf(pages: int = 1, password: str = "", owner_password: str | None = None) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(72, 72)
    if password or owner_password:
        writer.encrypt(password, owner_password)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deck.pdf", pdf())
    return stream.getvalue()


def upload(content: bytes, name: str = "deck.pdf", kind: str = checking.PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def test_a_pdf_is_taken_with_its_pages_and_its_digest():
    checked = checking.check_pdf(upload(pdf(3), "Our deck.PDF"))
    assert (checked.pages, checked.name, checked.content_type) == (3, "Our deck.pdf", checking.PDF)
    assert len(checked.sha256) == 64


@pytest.mark.parametrize(
    "kind", ["application/x-download", "text/pdf", "binary/octet-stream", "text/html", ""]
)
def test_a_pdf_is_taken_whatever_the_browser_calls_it(kind):
    assert checking.check_pdf(upload(pdf(), kind=kind)).content_type == checking.PDF


@pytest.mark.parametrize(
    "content",
    [pdf(owner_password="locked"), b"HTTP/1.1 200 OK\r\n\r\n" + pdf(), pdf()[: pdf().index(b"startxref")]],
    ids=["locked against changes", "bytes before it", "end cut off"],
)
def test_what_opens_in_a_browser_is_taken(content):
    assert checking.check_pdf(upload(content)).pages == 1


@pytest.mark.parametrize(
    "hostile, code",
    [
        (upload(b""), "empty_file"),
        (upload(b"<html><script>alert(1)</script>"), "no_pdf"),
        (upload(b" " * 1024 + pdf()), "no_pdf"),
        (upload(zipped()), "no_pdf"),
        (upload(pdf(), "deck.html"), "no_pdf"),
        (upload(b"%PDF-1.7\nnothing that follows"), "broken"),
        (upload(pdf()[: pdf().index(b"/Page\n")]), "broken"),
        (upload(pdf(0)), "no_pages"),
        (upload(pdf(password="secret")), "encrypted"),
    ],
    ids=["empty", "html", "begins late", "zip", "other name", "text", "cut", "no pages", "locked"],
)  # fmt: skip
def test_a_file_that_is_no_readable_pdf_is_refused_with_a_remedy(hostile, code):
    with pytest.raises(ValidationError) as refusal:
        checking.check_pdf(hostile)
    assert refusal.value.code == code
    assert "lease" in refusal.value.message  # "Please …"


def test_a_file_above_the_limit_is_refused():
    with pytest.raises(ValidationError, match=r"larger than 1\.0 MB"):
        checking.check_pdf(upload(pdf() + b" " * 1_000_000), max_bytes=1_000_000)


def test_a_name_cannot_hide_what_it_is():
    checked = checking.check_pdf(upload(pdf(), "../../evil‮fdp.exe\n.pdf"))
    assert checked.name == "evilfdp-exe.pdf"
    assert (
        checking.check_pdf(upload(pdf(), "Plan v1.2 for Q.html.js.PDF")).name == "Plan v1.2 for Q-html-js.pdf"
    )


def test_an_endless_upload_is_cut_short_and_the_other_fields_arrive():
    body = {"deck": upload(b"x" * (uploads.LARGEST + 5 * uploads.MEGABYTE)), "name": "Papyrus"}
    request = RequestFactory().post("/", body)
    assert QueryDict("name=Papyrus") == request.POST
    kept = request.FILES["deck"].size
    assert uploads.LARGEST < kept <= uploads.LARGEST + uploads.MEGABYTE


@pytest.mark.django_db
def test_a_stored_file_is_private_and_comes_back_as_a_download(while_open):
    founder = factories.make_user()
    checked = checking.check_pdf(upload(pdf(), "Deck für Paris.pdf"))
    stored = storage.store(checked, startup=factories.make_startup(founder), by=founder, now=while_open)
    response = streaming.stream(stored)
    assert b"".join(response) == pdf()
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "deck" not in stored.content.name.lower()


@pytest.mark.django_db
def test_a_full_disk_keeps_neither_a_part_nor_a_row(while_open, settings, tmp_path):
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    founder = factories.make_user()
    startup = factories.make_startup(founder)
    checked = checking.check_pdf(upload(pdf() + b"\n" * 200_000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(storage.NotKept, match="not kept yet"):
            storage.store(checked, startup=startup, by=founder, now=while_open)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == []
    assert not startup.files.exists()


@pytest.mark.servers
@pytest.mark.django_db
def test_files_can_live_in_an_s3_store(while_open, settings, monkeypatch):
    import boto3
    from django.core.files.storage import storages
    from moto.server import ThreadedMotoServer

    monkeypatch.delenv("AWS_PROFILE", raising=False)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"endpoint_url": f"http://{host}:{port}", "region_name": "fr-par"}
    try:
        client = boto3.client("s3", **keys, aws_access_key_id="key", aws_secret_access_key="secret")
        client.create_bucket(Bucket="decks", CreateBucketConfiguration={"LocationConstraint": "fr-par"})
        options = {"bucket_name": "decks", "access_key": "key", "secret_key": "secret", **keys}
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {"BACKEND": "accelerator.files.s3.S3Storage", "OPTIONS": options},
        }
        founder = factories.make_user()
        checked = checking.check_pdf(upload(pdf(2)))
        stored = storage.store(checked, startup=factories.make_startup(founder), by=founder, now=while_open)
        assert type(storages["default"]).__name__ == "S3Storage"
        assert client.get_object(Bucket="decks", Key=stored.content.name)["Body"].read() == pdf(2)
        assert b"".join(streaming.stream(stored)) == pdf(2)
        storage.discard(stored)
        assert "Contents" not in client.list_objects_v2(Bucket="decks")
    finally:
        server.stop()
