"""How many files a team may upload in a day, and how long one is kept that gave way to another."""

from datetime import timedelta

import factories
import pytest
from django.urls import reverse
from factories_founder import attach, make_draft, pdf, reread, submit, upload
from races import behind

from accelerator.files import quota
from accelerator.models import StoredFile
from applications.applying import drafts, orphans
from applications.models import Attachment

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def draft(call, while_open):
    return make_draft(call)


def put_up(client, draft):
    path = reverse("applying:upload_file", args=[draft.public_id, "deck"])
    return client.post(path, {"deck": upload(content=pdf())}, headers={"Accept": "application/json"})


def test_a_team_uploads_so_many_files_a_day_and_is_told_when_it_goes_on(draft, signed_in):
    client = signed_in(draft.started_by)
    for _file in range(quota.MOST_FILES - 1):
        attach(draft)
    refused = put_up(client, draft)
    assert refused.status_code == 422
    assert (
        "Your team has uploaded 40 files in a day. The next one can be uploaded in 24 hours."
        in (refused.json()["html"])
    )
    assert StoredFile.objects.count() == quota.MOST_FILES
    assert drafts.attached_files(reread(draft))["deck"].pk == StoredFile.objects.latest("pk").pk
    factories.at(factories.WHILE_OPEN + quota.DAY)
    assert put_up(client, draft).status_code == 200


def test_a_team_uploads_so_many_megabytes_a_day(draft, signed_in):
    StoredFile.objects.update(
        size=quota.MOST_BYTES - 10, uploaded_at=factories.WHILE_OPEN - timedelta(hours=20)
    )
    refused = put_up(signed_in(draft.started_by), draft)
    assert (refused.status_code, "A file of this size can be uploaded in 4 hours" in refused.json()["html"]) == (
        422, True,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_who_upload_at_once_one_has_the_last_place(draft):
    for _file in range(quota.MOST_FILES - 2):
        attach(draft)

    def second():
        with pytest.raises(quota.UsedUp):
            attach(draft)

    behind(lambda: attach(draft), second)
    assert StoredFile.objects.count() == quota.MOST_FILES


def test_a_file_that_gave_way_is_kept_a_week_unless_a_version_names_it(draft):
    named = drafts.attached_files(draft)["deck"]
    submit(draft)
    attach(draft)
    replaced = drafts.attached_files(reread(draft))["deck"]
    attach(draft)
    place = replaced.content.storage
    factories.at(factories.WHILE_OPEN + WEEK)
    assert orphans.replaced_files(factories.WHILE_OPEN) == 0
    factories.at(factories.WHILE_OPEN + WEEK + timedelta(seconds=1))
    assert orphans.replaced_files(factories.WHILE_OPEN) == 1
    assert not place.exists(replaced.content.name)
    assert not StoredFile.objects.filter(pk=replaced.pk).exists()
    assert place.exists(named.content.name), "version 1 names it"
    assert Attachment.objects.filter(application=draft).count() == 2
