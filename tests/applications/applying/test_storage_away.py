"""The storage is away or the disk full: said so beside the question, no part of the file kept, the words and old deck safe."""

import contextlib
import re
import resource
import time

import factories_founder as founders
import pytest
from django.core.files.storage import storages
from django.urls import reverse

from accelerator.models import StoredFile

pytestmark = pytest.mark.django_db
WORDS = "Your deck is not kept yet. Please try again in a moment."


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


@pytest.fixture
def founder(draft, signed_in):
    return signed_in(draft.started_by)


@contextlib.contextmanager
def full_disk():
    """No file of this process may grow beyond a hundred kilobytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def lost_mount(root):
    """What stands where the directory of the files stood."""
    root.rename(root.with_name("elsewhere"))
    root.write_text("")
    yield
    root.unlink()
    root.with_name("elsewhere").rename(root)


@pytest.fixture
def media(settings, tmp_path):
    root = tmp_path / "media"
    root.mkdir()
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": root}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    return root


def large():
    return founders.upload(content=founders.pdf() + b"\n" * 300_000)


def nothing_came(draft, media) -> bool:
    kept = [found for found in media.rglob("*") if found.is_file()]
    return not kept and StoredFile.objects.count() == draft.attachments.count() == 1


@pytest.mark.parametrize("problem", [lambda _media: full_disk(), lost_mount], ids=["full", "away"])
def test_a_deck_that_cannot_be_kept_is_said_so_and_the_words_are_saved(draft, founder, media, problem):
    fields = {name: value for name, value in draft.answers.items() if isinstance(value, str)}
    fields |= {"draft_version": draft.draft_version, "problem": "Typed beside it"}
    with problem(media):
        page = founder.post(
            reverse("applying:application", args=[draft.public_id]), {**fields, "deck": large()}
        )
        upload = reverse("applying:upload_file", args=[draft.public_id, "deck"])
        alone = founder.post(upload, {"deck": large()})
        script = founder.post(upload, {"deck": large()}, headers={"Accept": "application/json"})
    for response in (page, alone):
        assert response.status_code == 422
        assert WORDS in response.content.decode()
    assert "Typed beside it" in page.content.decode()
    assert script.status_code == 503
    assert script.json()["message"] == WORDS
    assert WORDS in script.json()["html"]
    assert nothing_came(draft, media)
    assert founders.reread(draft).answers["problem"] == "Typed beside it"
    assert founder.post(upload, {"deck": large()}).status_code == 302
    assert StoredFile.objects.count() == 2


def test_a_file_out_of_reach_is_answered_in_words_and_comes_back(draft, founder, media):
    founder.post(reverse("applying:upload_file", args=[draft.public_id, "deck"]), {"deck": large()})
    deck = reverse("applying:application_file", args=[draft.attachments.get(replaced_at=None).file.public_id])
    with lost_mount(media):
        away = founder.get(deck)
    assert away.status_code == 503
    assert re.search("out of our reach.+Nothing of it is lost", away.content.decode())
    assert founder.get(deck).status_code == 200


@pytest.mark.servers
def test_an_s3_store_that_stopped_answers_within_seconds(draft, founder, settings, monkeypatch):
    import boto3
    from moto.server import ThreadedMotoServer

    monkeypatch.delenv("AWS_PROFILE", raising=False)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"endpoint_url": f"http://{host}:{port}", "region_name": "fr-par"}
    try:
        client = boto3.client("s3", **keys, aws_access_key_id="key", aws_secret_access_key="secret")
        client.create_bucket(Bucket="slides", CreateBucketConfiguration={"LocationConstraint": "fr-par"})
        options = {"bucket_name": "slides", "access_key": "key", "secret_key": "secret", **keys}
        store = {"BACKEND": "accelerator.files.s3.S3Storage", "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "default": store}
        upload = reverse("applying:upload_file", args=[draft.public_id, "deck"])
        assert founder.post(upload, {"deck": founders.upload()}).status_code == 302
    finally:
        server.stop()
    deck = reverse("applying:application_file", args=[draft.attachments.get(replaced_at=None).file.public_id])
    began = time.monotonic()
    refused = founder.post(upload, {"deck": founders.upload()}, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["message"]) == (503, WORDS)
    assert founder.get(deck).status_code == 503
    assert time.monotonic() - began < 10
    assert type(storages["default"]).__name__ == "S3Storage"
    assert StoredFile.objects.count() == 2
