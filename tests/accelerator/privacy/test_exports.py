"""A copy of one's own data holds all of one's own and nothing of anybody else; nothing unpublished is in it."""

import io
import json
import zipfile
from datetime import timedelta

import access_states
import factories
import pytest
from django.test import Client
from django.urls import reverse

from accelerator import clock, tasks
from accelerator.models import DataExport, HistoryEntry, OutboxMessage, StoredFile
from accelerator.privacy import exports
from accelerator.records.people import User
from applications.models import Review

pytestmark = pytest.mark.django_db
TAKE = reverse("privacy:take_copy")


def taken(client) -> dict[str, bytes]:
    answer = client.post(TAKE)
    assert answer.status_code == 200, answer
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    return {name: archive.read(name) for name in archive.namelist()}


def texts(copy: dict[str, bytes]) -> str:
    return "\n".join(content.decode(errors="ignore") for content in copy.values())


def test_founder_a8_the_copy_holds_account_answers_versions_and_files(cast, reviewing):
    copy = taken(factories.just_signed_in(Client(), cast.founder))
    account = json.loads(copy["account.json"])
    assert account["email"] == cast.founder.email
    folder = f"applications/{cast.application.public_id}"
    told = json.loads(copy[f"{folder}/application.json"])
    assert told["answers"]["problem"] == "Notaries wait weeks for an extract."
    version = cast.application.last_version
    assert told["versions"][0]["sha256"] == version.content_hash
    assert told["versions"][0]["content"] == version.content
    file = cast.application.attachments.get().file
    assert copy[f"{folder}/files/deck-{file.public_id}.pdf"] == factories.ONE_PAGE
    assert HistoryEntry.objects.filter(action="user.data_taken", actor=cast.founder).exists()


@pytest.mark.parametrize("state", ["decided", "cohort"])
def test_nothing_of_anybody_else_is_in_it(state, db):
    cast = access_states.build(state)
    everybody = {
        name: getattr(cast, name)
        for name in access_states.PERSONAS
        if isinstance(getattr(cast, name, None), User)
    }
    names = {name: User.objects.get(pk=person.pk) for name, person in everybody.items()}
    for persona in ("founder", "rival_founder", "reviewer", "manager", "stranger"):
        said = texts(taken(factories.just_signed_in(Client(), names[persona])))
        for other, person in names.items():
            if other != persona:
                assert person.email not in said, f"{persona}: the address of {other}"
        for token, what in cast.canaries.items():
            if token in said:
                assert _is_own(persona, what), f"{persona}: {what}"
    assert "zq" in texts(taken(factories.just_signed_in(Client(), names["founder"])))


def _is_own(persona: str, what: str) -> bool:
    mine = {
        "founder": ("Papyrus", "Lena Aubry", "Ten paying notaries", "Sort the worst", "Which test set"),
        "rival_founder": ("Kestrel", "Noor Haddad"),
        "reviewer": ("Ada Stern",),
        "manager": ("Inès Moreau",),
        "stranger": ("Sam Okoro",),
    }[persona]
    public = (
        "accelerator.Programme.",
        "applications.Call.",
        "accelerator.Partner.",
        "applications.Criterion.",
        "applications.Question.",
    )
    of_reviews = what.startswith("applications.Review.comment_for_panel") and persona == "founder"
    hidden = ("private_note", "reason", "comment_for_panel")
    if persona == "founder" and any(word in what for word in hidden):
        return False
    return not of_reviews and (any(name in what for name in mine) or what.startswith(public))


def test_before_the_release_no_letter_is_in_it_and_after_it_is_without_reviewers(db):
    cast = access_states.build("decided")
    letters = f"applications/{cast.application.public_id}/letters.json"
    assert letters not in taken(factories.just_signed_in(Client(), cast.founder))


def test_the_released_letter_is_in_it_and_no_reviewer_is_named(db):
    cast = access_states.build("released")
    copy = taken(factories.just_signed_in(Client(), cast.founder))
    letter = copy[f"applications/{cast.application.public_id}/letters.json"].decode()
    assert "What we decided of you" in letter
    for reviewer in cast.call.reviewers.select_related("user"):
        assert reviewer.user.name not in texts(copy)


@pytest.mark.parametrize("state, is_in_it", [("decided", False), ("released", True)])
def test_the_marks_are_in_it_once_the_letter_is_and_tell_nobody_apart(db, state, is_in_it):
    cast = access_states.build(state)
    copy = taken(factories.just_signed_in(Client(), cast.founder))
    marks = copy.get(f"applications/{cast.application.public_id}/marks.json")
    assert (marks is not None) == is_in_it
    if marks:
        counted = Review.objects.counted().filter(assignment__application=cast.application)
        told = [{str(one.criterion): one.value for one in review.scores.all()} for review in counted]
        assert json.loads(marks) == sorted(told, key=lambda one: [one[name] for name in sorted(one)])
        assert told


def test_a_large_one_is_made_by_a_worker_and_is_for_its_owner_alone(cast, reviewing):
    StoredFile.objects.update(size=exports.AT_ONCE + 1)
    founder = factories.just_signed_in(Client(), cast.founder)
    assert founder.post(TAKE).status_code == 302
    founder.post(TAKE)  # asking again is the same
    export = DataExport.objects.get(user=cast.founder)
    assert founder.get(reverse("privacy:copy", args=[export.public_id])).status_code == 404
    tasks.make_copies()
    export.refresh_from_db()
    assert export.is_ready
    mail = OutboxMessage.objects.get(kind="accelerator.export_ready")
    assert mail.recipient == cast.founder
    answer = founder.get(reverse("privacy:copy", args=[export.public_id]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "account.json" in archive.namelist()
    assert "no-store" in answer["Cache-Control"]
    other = factories.just_signed_in(Client(), cast.co_founder)
    assert other.get(reverse("privacy:copy", args=[export.public_id])).status_code == 404


def test_after_a_week_the_copy_is_gone_with_its_file(cast, reviewing):
    export = exports.ask(cast.founder, now=factories.REVIEWING)
    tasks.make_copies()
    export.refresh_from_db()
    place, name = export.content.storage, export.content.name
    assert place.exists(name)
    exports.remove_old(clock.real_now() + timedelta(days=6))
    assert place.exists(name)
    exports.remove_old(clock.real_now() + timedelta(days=7, minutes=1))
    assert not place.exists(name)
    assert not DataExport.objects.exists()


def test_the_words_of_a_mail_are_in_it_only_where_it_is_about_ones_own(cast, reviewing):
    from accelerator.messages import outbox

    for to in (cast.manager, cast.founder):
        outbox.enqueue(
            "applications.receipt",
            key=f"about:{to.pk}",
            to=to,
            about=cast.application,
            words=("About Papyrus", "All about Papyrus"),
            programme=cast.call.programme,
        )
    OutboxMessage.objects.update(status="sent")
    assert b"All about Papyrus" in taken(factories.just_signed_in(Client(), cast.founder))["mails.json"]
    (mail,) = json.loads(taken(factories.just_signed_in(Client(), cast.manager))["mails.json"])
    assert mail["kind"] == "applications.receipt"
    assert "text" not in mail
